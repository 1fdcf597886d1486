"""Events on their way from bus to bus, across accounts and regions, judged as on AWS.

A rule's target on a bus, its own included, is written to by the target's role: the role must exist,
trust events.amazonaws.com and allow events:PutEvents on the receiving bus. Where the bus is another
account's, that bus's policy must allow the role too; an explicit deny counts in any account. Each
forwarding spends the hop budget (hops.py). A hop to another region gives the event a new id and
time; its account and region stay those of the first PutEvents.

Codes (EventBridge user guide, eb-rule-dlq): a role that isn't there, is too young, doesn't trust EventBridge or lacks
the permission, and a bus policy that doesn't allow: NO_PERMISSIONS, in the same words; no hop left:
THIRD_ACCOUNT_HOP_DETECTED or THIRD_REGION_HOP_DETECTED. A missing bus in the sender's own account is silent: no code,
no dead letter. (Recorded in radkawar/stackd, testdata/aws/eventbridge/bus_forwarding.json.)
"""

from __future__ import annotations

import time
import uuid
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import eventbridge

from . import metrics, policies, targets
from .deadletters import Refusal, bury, in_vain
from .hops import Hops
from .journal import hop

SERVICE = "events.amazonaws.com"
DENIED = "Lack of permissions to invoke cross account target."
"""What AWS says of every role and bus, also of one account."""


def install() -> None:
    """Puts this delivery in the place of MiniStack's."""
    eventbridge._dispatch_event = dispatch


def dispatch(event: dict[str, Any], view: Any = None) -> None:
    """Gives an event to every rule of its bus that wants it, in the current account and region."""
    account, region = eventbridge.get_account_id(), eventbridge.get_region()
    bus = event.get("EventBusName", "default")
    view = view or eventbridge._pattern_event_view(event)
    for key, rule in list(eventbridge._rules.items()):
        if rule.get("EventBusName", "default") != bus or not rule.get("EventPattern"):
            continue
        if rule.get("State") == "DISABLED":
            if eventbridge._matches_pattern_view(rule["EventPattern"], view, f"rule {key}"):
                _note("rule_disabled", account, region, bus, rule, event, outcome="ignored")
            continue
        if eventbridge._matches_pattern_view(rule["EventPattern"], view, f"rule {key}"):
            metrics.count(account, region, bus, rule["Name"], "MatchedEvents")
            metrics.count(account, region, bus, rule["Name"], "TriggeredRules")
            _note("rule_matched", account, region, bus, rule, event, outcome="matched")
            for target in list(eventbridge._targets.get(key, [])):
                deliver(event, view, rule, target)


def deliver(event: dict[str, Any], view: Any, rule: dict[str, Any], target: dict[str, Any]) -> None:
    """Delivers to one target, and buries the event where that is refused."""
    _, _, _, region, account, _ = rule["Arn"].split(":", 5)
    bus = rule.get("EventBusName", "default")
    metrics.count(account, region, bus, rule["Name"], "Invocations")
    arn = target.get("Arn", "")
    refusal, forwarded = in_vain(target), None
    if refusal is None and ":event-bus/" in arn:
        refusal, forwarded = _forward(event, rule, target)
    elif refusal is None:
        refusal = targets.deliver(view, rule, target)
    outcome = "delivered"
    if refusal is not None:
        outcome = "refused" if refusal.code else "dropped"
    _note(
        "target",
        account,
        region,
        bus,
        rule,
        event,
        target=arn,
        outcome=outcome,
        code=refusal.code if refusal else "",
        detail=refusal.message if refusal else _renamed(event, forwarded),
    )
    if refusal is not None and refusal.code:
        bury(rule, target, view.event_with_detail(), refusal)
    if forwarded is not None:
        _, _, _, there, owner, _ = arn.split(":", 5)
        with request_scope(owner, there):
            arrived = eventbridge._pattern_event_view(forwarded)
            dispatch(forwarded, arrived)
            eventbridge._archive_event(forwarded, arrived)


def _forward(
    event: dict[str, Any], rule: dict[str, Any], target: dict[str, Any]
) -> tuple[Refusal | None, dict[str, Any] | None]:
    """The refusal, or the event as it arrives on the other bus."""
    _, _, _, region, account, _ = rule["Arn"].split(":", 5)
    arn = target["Arn"]
    _, _, _, there, owner, resource = arn.split(":", 5)
    name = resource.split("/", 1)[1]
    hops: Hops = event.get("_Hops") or Hops()
    crosses = there != region
    spent = hops.refusal(crosses, event.get("EventId", ""))
    if spent:
        return Refusal(*spent), None
    refused = judge_role(target.get("RoleArn", ""), rule["Arn"], arn, event)
    if refused:
        return refused, None
    exists = name == "default" or eventbridge._event_buses.contains_scoped(owner, there, name)
    if not exists and owner == account:
        return Refusal("", "the bus doesn't exist; AWS drops the event without a word"), None
    decision = bus_decision(target.get("RoleArn", ""), arn, event, invoked_by_rule=True)
    if decision == "Deny" or (owner != account and decision != "Allow"):
        return _denied(f"The policy of {arn} doesn't allow {target.get('RoleArn')}."), None
    forwarded = {**event, "EventBusName": name, "_Hops": hops.after(crosses)}
    if crosses:
        forwarded.update(EventId=str(uuid.uuid4()), Time=int(time.time()))
    return None, forwarded


def judge_role(role_arn: str, rule_arn: str, bus_arn: str, event: dict[str, Any]) -> Refusal | None:
    """Why EventBridge can't send with this role for a rule, or None where it can."""
    _, _, _, region, account, _ = rule_arn.split(":", 5)
    role = policies.find_role(role_arn)
    if role is None or role_arn.split(":")[4] != account:
        return _denied(f"The role {role_arn} doesn't exist in the rule's account.")
    if policies.role_is_fresh(role_arn):
        return _denied(f"The role {role_arn} isn't known everywhere yet.")
    if not policies.trusts(role, SERVICE, rule_arn):
        return _denied(f"{role_arn} doesn't trust {SERVICE}.")
    if not policies.role_allows(role_arn, "events:PutEvents", bus_arn, region, _keys(event, True)):
        return _denied(f"{role_arn} may not perform events:PutEvents on {bus_arn}.")
    return None


def _denied(message: str) -> Refusal:
    return Refusal("NO_PERMISSIONS", message, DENIED)


def bus_decision(principal: str, bus_arn: str, event: dict[str, Any], *, invoked_by_rule: bool) -> str:
    """What the receiving bus's policy says to a principal: Allow, Deny or ImplicitDeny."""
    _, _, _, region, owner, resource = bus_arn.split(":", 5)
    policy = eventbridge._event_bus_policies.get_scoped(owner, region, resource.split("/", 1)[1])
    if not policy:
        return "ImplicitDeny"
    return policies.resource_decision(
        policy, principal, "events:PutEvents", bus_arn, region, _keys(event, invoked_by_rule)
    )


def _keys(event: dict[str, Any], invoked_by_rule: bool) -> dict[str, Any]:
    return {
        # A list, as for PutEvents (identities.py).
        "events:source": [event.get("Source", "")],
        "events:detail-type": event.get("DetailType", ""),
        "events:eventBusInvocation": "true" if invoked_by_rule else "false",
    }


def _renamed(event: dict[str, Any], forwarded: dict[str, Any] | None) -> dict[str, str] | None:
    if forwarded is None or forwarded["EventId"] == event.get("EventId"):
        return None
    return {"new_event_id": forwarded["EventId"]}


def _note(
    kind: str, account: str, region: str, bus: str, rule: dict[str, Any], event: dict[str, Any], **more: Any
) -> None:
    hop(kind, account, region, bus, rule=rule["Name"], event_id=event.get("EventId", ""), **more)
