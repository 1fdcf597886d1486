"""What a request asks IAM for, and what IAM said.

* An action is called like its operation, but for a few; where MiniStack reads another one out of a request, ours
  counts.
* Some requests do two things and need a permission for each (service authorization reference): tags on something
  new need the service's tagging action; a role that is handed to a function or a target needs `iam:PassRole` on that
  role, with the keys `iam:PassedToService` and `iam:AssociatedResourceArn`; an object that is encrypted with a key of
  KMS needs `kms:Decrypt` on that key (S3 user guide, "Using server-side encryption with AWS KMS keys"); a session that
  is told, or hands on, who is behind it and how it is tagged needs two actions more (sessions.py).
* A refusal names the action that was missing and its resource. (IAM user guide, "Troubleshoot access denied error
  messages".)

Each judgement of somebody who is not an account's root is noted, with the statement that allowed it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

from ministack.core import iam_actions, iam_evaluator
from ministack.services import s3

from . import checks, function_tags, resources, sessions
from .current import CURRENT
from .journal import JUDGEMENTS

Asked = tuple[str, str, dict[str, Any]]
"""An action, a resource, and keys of the request."""

_MISSING: ContextVar[tuple[str, str] | None] = ContextVar("missing_permission", default=None)
_NAMED_LIKE_OPERATIONS = ("cloudwatch", "lambda")
_OTHERWISE_NAMED = {("lambda", "Invoke"), ("lambda", "InvokeAsync"), ("lambda", "InvokeWithResponseStream")}
_TAGGING = {
    ("cloudwatch", "PutMetricAlarm"): "cloudwatch:TagResource",
    ("events", "CreateEventBus"): "events:TagResource",
    ("events", "PutRule"): "events:TagResource",
    ("iam", "CreateRole"): "iam:TagRole",
    ("lambda", "CreateFunction"): "lambda:TagResource",
    ("logs", "CreateLogGroup"): "logs:TagResource",
    ("sqs", "CreateQueue"): "sqs:TagQueue",
    ("ssm", "PutParameter"): "ssm:AddTagsToResource",
}


def install() -> None:
    """Puts this in the place of MiniStack's reading of requests."""
    iam_actions.extract_iam_action = _named(iam_actions.extract_iam_action)
    iam_actions.extract_resource_arn = _on_what(iam_actions.extract_resource_arn)
    iam_actions.access_denied_response = _telling(iam_actions.access_denied_response)
    iam_evaluator.enforce = _with_all(iam_evaluator.enforce)
    iam_evaluator.evaluate = _noting(iam_evaluator.evaluate)


def _named(extract: Callable[..., Any]) -> Callable[..., Any]:
    def extract_iam_action(*arguments: Any, **named: Any) -> str | None:
        return _action(CURRENT.get()) or extract(*arguments, **named)

    return extract_iam_action


def _action(request: checks.Request | None) -> str | None:
    """The action of a request whose service names actions like operations; MiniStack guesses from the path."""
    if request is None or request.service not in _NAMED_LIKE_OPERATIONS or not request.operation:
        return None
    if (request.service, request.operation) in _OTHERWISE_NAMED:
        return None
    return f"{request.service}:{request.operation}"


def _on_what(extract: Callable[..., Any]) -> Callable[..., Any]:
    def extract_resource_arn(*arguments: Any, **named: Any) -> str:
        request = CURRENT.get()
        ours = resources.of(request) if request else []
        return ours[0] if ours else extract(*arguments, **named)

    return extract_resource_arn


def _with_all(enforce: Callable[..., Any]) -> Callable[..., Any]:
    def judged(
        key: str,
        action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: dict[str, Any] | None = None,
    ) -> Any:
        request = CURRENT.get()
        asked: list[Asked] = [(action, resource_arn, {})]
        if request and request.operation == action.partition(":")[2]:
            asked = [(action, arn, {}) for arn in resources.of(request)] or asked
            asked += _beside(request, [arn for _, arn, _ in asked])
        for one, arn, keys in asked:
            of_service = service if one == action else one.partition(":")[0]
            refused = enforce(key, one, of_service, region, arn, {**(service_context or {}), **keys})
            if refused:
                _MISSING.set((one, arn))
                return refused
        if request and (request.service, request.operation) == ("lambda", "GetFunction"):
            hidden = enforce(key, "lambda:ListTags", "lambda", region, asked[0][1], service_context or {})
            function_tags.HIDDEN.set(hidden is not None)
        return None

    return judged


def _beside(request: checks.Request, own: list[str]) -> Iterator[Asked]:
    """What the caller needs as well."""
    params = request.params
    tagging = _TAGGING.get((request.service or "", request.operation or ""))
    if tagging and (params.get("Tags") or params.get("tags")):
        yield from ((tagging, arn, {}) for arn in own)
    if (request.service, request.operation) == ("sts", "AssumeRole"):
        yield from ((action, arn, {}) for action in sessions.needed(request) for arn in own)
    if request.service == "s3" and request.operation == "GetObject" and (encrypted_with := _key(params)):
        yield "kms:Decrypt", encrypted_with, {"kms:ViaService": f"s3.{request.region}.amazonaws.com"}
    passed: dict[str, Any] = {}
    if request.service == "lambda" and request.operation in ("CreateFunction", "UpdateFunctionConfiguration"):
        passed = {"lambda.amazonaws.com": [params.get("Role")]}
    elif request.service == "events" and request.operation in ("PutRule", "PutTargets"):
        targets = params.get("Targets") or []
        passed = {"events.amazonaws.com": [params.get("RoleArn"), *(one.get("RoleArn") for one in targets)]}
    for service, roles in passed.items():
        keys = {"iam:PassedToService": service, "iam:AssociatedResourceArn": own[0]}
        yield from (("iam:PassRole", role, keys) for role in roles if role)


def _key(params: dict[str, Any]) -> str:
    """The ARN of the key that an object is encrypted with; empty for none."""
    bucket = s3._buckets.get(params.get("Bucket") or "") or {}
    found = bucket.get("objects", {}).get(params.get("Key") or "") or {}
    key: str = found.get("preserved_headers", {}).get("x-amz-server-side-encryption-aws-kms-key-id", "")
    return key


def _telling(respond: Callable[..., Any]) -> Callable[..., Any]:
    def access_denied_response(
        service: str, action: str, principal: str, request_id: str, **named: Any
    ) -> tuple[int, dict[str, str], bytes]:
        missing = _MISSING.get()
        explicit = named.get("explicit_deny", False)
        if missing and not named.get("error_code") and not (explicit and named.get("resource_policy_arn")):
            action, named["resource_arn"] = missing
            message = iam_actions.identity_denial_message(action, principal, named["resource_arn"], explicit)
            named["message"] = named.get("message") or message
        return respond(service, action, principal, request_id, **named)

    return access_denied_response


def _noting(evaluate: Callable[..., Any]) -> Callable[..., Any]:
    def noted(context: iam_evaluator.EvalContext, *arguments: Any) -> Any:
        result = evaluate(context, *arguments)
        JUDGEMENTS.add(
            principal=context.principal_arn,
            account=context.principal_account,
            action=context.action,
            resource=context.resource_arn,
            statement=result.matched_sid,
            allowed=result.decision == "Allow",
        )
        return result

    return noted
