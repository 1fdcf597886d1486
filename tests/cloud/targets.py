"""A rule's targets other than buses: functions and queues of the rule's own region.

A function is invoked asynchronously once its resource policy lets events.amazonaws.com invoke it for
this rule (or the target's role may, where the target has one). A queue's policy must allow
sqs:SendMessage in the same way. Targets other than buses can't be in another region. (EventBridge user guide, "Using
resource-based policies".)

A queue whose policy allows something else refuses in IAM's words, NO_PERMISSIONS (recorded in radkawar/stackd,
testdata/aws/eventbridge/delivery.json); one without a policy is not there for EventBridge, NO_RESOURCE (the same in
dataGriff/aws.serverless.architecture, spike B).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import eventbridge

from . import functions, policies, queues
from .deadletters import Refusal

SERVICE = "events.amazonaws.com"
_NO_QUEUE = "The specified queue does not exist or you do not have access to it."
_DENIED = (
    "User: events.amazonaws.com is not authorized to perform: sqs:sendmessage on resource: {arn} because no"
    " resource-based policy allows the sqs:sendmessage action"
)


def deliver(view: Any, rule: dict[str, Any], target: dict[str, Any]) -> Refusal | None:
    """Delivers the event; the refusal where AWS would refuse."""
    arn = target.get("Arn", "")
    _, _, _, region, account, _ = rule["Arn"].split(":", 5)
    _, _, service, there, _, _ = arn.split(":", 5)
    if there and there != region:
        return Refusal("NO_RESOURCE", f"{arn} isn't in the rule's region.")
    payload = _payload(view, rule, target)
    if service == "lambda":
        return _to_function(payload, rule, target)
    if service == "sqs":
        return _to_queue(payload, rule, target)
    with request_scope(account, region):
        _MINISTACK_INVOKE(target, _event_of(view), rule, view)
    return None


_MINISTACK_INVOKE: Callable[..., None] = eventbridge._invoke_target


def _event_of(view: Any) -> dict[str, Any]:
    return {"EventId": view.envelope().get("id", "")}


def _payload(view: Any, rule: dict[str, Any], target: dict[str, Any]) -> str:
    if target.get("InputTransformer"):
        return eventbridge._apply_input_transformer(target["InputTransformer"], rule, view)
    if target.get("Input"):
        return target["Input"]
    value = view.event_with_detail()
    for part in (target.get("InputPath") or "$").strip("$.").split("."):
        value = value.get(part) if part and isinstance(value, dict) else value
    return json.dumps(value)


def _to_function(payload: str, rule: dict[str, Any], target: dict[str, Any]) -> Refusal | None:
    arn = target["Arn"]
    account = rule["Arn"].split(":")[4]
    record = functions.find(arn)
    if record is None:
        return Refusal("NO_RESOURCE", f"{arn} doesn't exist.")
    if not functions.service_may_invoke(record, arn, SERVICE, rule["Arn"], account):
        return Refusal("NO_PERMISSIONS", f"The policy of {arn} doesn't let {SERVICE} invoke it for {rule['Arn']}.")
    functions.invoke_async(record, json.loads(payload), f"rule {rule['Name']}")
    return None


def _to_queue(payload: str, rule: dict[str, Any], target: dict[str, Any]) -> Refusal | None:
    arn = target["Arn"]
    _, _, _, region, account, _ = rule["Arn"].split(":", 5)
    queue = queues.find(arn)
    if queue is None:
        return Refusal("NO_RESOURCE", f"{arn} doesn't exist.", _NO_QUEUE)
    if target.get("RoleArn"):
        allowed = policies.role_allows(target["RoleArn"], "sqs:SendMessage", arn, region)
    else:
        allowed = policies.service_allowed(
            queues.policy(queue), SERVICE, "sqs:SendMessage", arn, region, rule["Arn"], account
        )
    if not allowed and not target.get("RoleArn") and not queues.policy(queue):
        return Refusal("NO_RESOURCE", f"{arn} has no policy, so {SERVICE} can't see it.", _NO_QUEUE)
    if not allowed:
        reason = f"The policy of {arn} doesn't let {SERVICE} send to it for {rule['Arn']}."
        return Refusal("NO_PERMISSIONS", reason, _DENIED.format(arn=arn))
    queues.store(queue, payload)
    return None
