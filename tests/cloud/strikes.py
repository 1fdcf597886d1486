"""What each kind of fault does to a request (faults.py has the list)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from . import checks, connections, creation, faults, lags, losses, processes
from .faults import Message, Send, Serve

SLOW = 1.0
"""Seconds that a slow answer takes."""
STALE = 5.0
"""Seconds for which a read may answer as before; AWS names no limit."""

_THROTTLED = {
    "iam": ("Throttling", 400),
    "sns": ("Throttling", 400),
    "sts": ("Throttling", 400),
    "cloudwatch": ("Throttling", 400),
    "lambda": ("TooManyRequestsException", 429),
    "s3": ("SlowDown", 503),
    "sqs": ("RequestThrottled", 403),
}
_QUOTA = {
    "iam": "LimitExceeded",
    "cloudwatch": "LimitExceeded",
    "lambda": "CodeStorageExceededException",
    "ssm": "ParameterLimitExceeded",
}


_YOUNG = (
    (
        "Lambda was unable to configure access to your environment variables because the KMS key is invalid"
        " for CreateGrant. Please check your KMS key settings. KMS Exception: InvalidArnException KMS Message: ARN"
        " does not refer to a valid principal"
    ),
    (
        "Your request has been throttled by EC2, please make sure you have enough API rate limit. EC2 Error Code:"
        " RequestLimitExceeded."
    ),
    "The provided execution role does not have permissions to call CreateNetworkInterface on EC2",
)


def refusal(request: checks.Request, kind: str) -> checks.AwsError | None:
    """The error that a fault is, where it is one."""
    match kind:
        case "throttle":
            code, status = _THROTTLED.get(request.service or "", ("ThrottlingException", 400))
            return checks.AwsError(code, "Rate exceeded", status)
        case "error":
            return checks.AwsError("InternalFailure", "An internal error occurred.", 500)
        case "quota":
            code = _QUOTA.get(request.service or "", "LimitExceededException")
            return checks.AwsError(code, "The requested resource exceeds the maximum number allowed.")
        case "unassumable":
            message = "The role defined for the function cannot be assumed by Lambda."
            return checks.AwsError("InvalidParameterValueException", message)
        case "young_role":
            # hashicorp/aws#4633, and what its resource aws_lambda_function tries again.
            return checks.AwsError("InvalidParameterValueException", _YOUNG[len(faults.PLAN.struck) % len(_YOUNG)])
        case "young_queue":
            destination = request.params["DestinationConfig"]["OnFailure"]["Destination"]
            return checks.AwsError("InvalidParameterValueException", f"The destination ARN {destination} is invalid.")
        case "rules_seen":
            # hashicorp/aws#22131.
            return checks.AwsError("ValidationException", "EventBus can't be deleted since it has rules.")
        case "concurrent" if request.service == "iam":
            # hashicorp/aws#39421 and the model: the error of CreateRole, DeleteRole and TagRole, and for a time of
            # AttachRolePolicy (#34371).
            message = (
                "The request was rejected because multiple requests to change this object were submitted"
                " simultaneously. Wait a few minutes and submit your request again."
            )
            return checks.AwsError("ConcurrentModification", message, 409)
        case "delete_conflict":
            # hashicorp/aws tries again for two minutes (resource aws_iam_role, DeleteRole).
            return checks.AwsError("DeleteConflict", "Cannot delete entity, must delete policies first.", 409)
        case "concurrent" if request.operation not in ("PutTargets", "RemoveTargets"):
            message = "There is concurrent modification on a rule, target, archive, or replay."
            return checks.AwsError("ConcurrentModificationException", message)
    return None


def failed_entries(request: checks.Request, kind: str) -> dict[str, Any] | None:
    """The answer of PutTargets or RemoveTargets in which each entry has failed."""
    if kind != "concurrent":
        return None
    ids = request.params.get("Ids") or [target["Id"] for target in request.params.get("Targets", [])]
    message = "There is concurrent modification on a rule, target, archive, or replay."
    error = {"ErrorCode": "ConcurrentModificationException", "ErrorMessage": message}
    entries = [{"TargetId": one, **error} for one in ids]
    return {"FailedEntryCount": len(entries), "FailedEntries": entries}


async def meet(request: checks.Request, kind: str, ident: str, serve: Serve, send: Send) -> None:
    """Serves a request that a fault strikes on the network or at its sender, or that none strikes."""
    plan = faults.PLAN
    if not kind and "stale" not in plan.kinds:
        await serve(send)
        return
    if kind == "stale":
        given, answer = plan.answered.get(ident, (0.0, []))
        if answer and time.monotonic() - given < STALE:
            for message in answer:
                await send(message)
            return
    sender = processes.of(request.access_key)
    if kind == "kill_before" and sender:
        processes.kill(sender)
    if kind in ("reset_before", "kill_before"):
        connections.reset()
        return
    if kind == "slow":
        await asyncio.sleep(SLOW)
    follow = _following(request, kind)
    answer = await _answer(request, ident, serve)
    if kind == "empty":
        answer = _emptied(answer)
    follow()
    if kind == "hold":
        plan.held += 1
        await plan.released.wait()
    if kind == "kill_after" and sender:
        processes.kill(sender)
    if kind in ("reset_after", "kill_after"):
        connections.reset()
        return
    for message in answer:
        await send(message)


def _following(request: checks.Request, kind: str) -> Callable[[], None]:
    """What comes of a fault once the request has had its effect."""
    match kind:
        case "lost":
            return losses.undoing(request)
        case "lagging":
            return lags.beginning(request, faults.PLAN.times)
        case "update_failed":
            return partial(creation.fail_update, request.account or "", request.region, request.params["FunctionName"])
    return lambda: None


def _emptied(answer: list[Message]) -> list[Message]:
    start = answer[0]
    headers = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
    return [
        {**start, "headers": [*headers, (b"content-length", b"2")]},
        {"type": "http.response.body", "body": b"{}"},
    ]


async def _answer(request: checks.Request, ident: str, serve: Serve) -> list[Message]:
    answer: list[Message] = []

    async def keep(message: Message) -> None:
        answer.append(message)

    await serve(keep)
    if "stale" in faults.PLAN.kinds and faults.is_read(request):
        faults.PLAN.answered[ident] = (time.monotonic(), answer)
    return answer
