"""Faults on demand: what AWS, and the network before it, do on a bad day.

A plan strikes at one call (`at`) of those whose user agent holds `agent` and whose operation is `operation`
if one is named, or at random (`rate`, `seed`), and then as often as the same request is repeated (`times`):

| kind | what the caller sees |
| --- | --- |
| `throttle` | the service's own throttling code |
| `error` | status 500 |
| `quota` | the service's own code for a quota that is used up |
| `reset_before`, `reset_after` | the connection is reset, before or after the effect |
| `slow` | the answer comes after a second |
| `stale` | a read answers as before the last write |
| `unassumable` | Lambda: the role can't be assumed yet |
| `concurrent` | EventBridge: ConcurrentModificationException, of PutTargets and RemoveTargets in a failed entry |
| `hold` | the effect, and no answer until it is released |

A kind that a request can't suffer leaves it alone (a write is never stale).
"""

from __future__ import annotations

import asyncio
import hashlib
import random
import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import asdict, dataclass, field
from typing import Any

from . import checks, connections

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Serve = Callable[[Send], Awaitable[None]]

KINDS = ("throttle", "error", "quota", "reset_before", "reset_after", "slow", "stale", "unassumable", "concurrent", "hold")
SLOW = 1.0
"""Seconds that a slow answer takes."""
STALE = 5.0
"""Seconds for which a read may answer as before; AWS names no limit."""

_THROTTLED = {
    "iam": ("Throttling", 400),
    "sts": ("Throttling", 400),
    "cloudwatch": ("Throttling", 400),
    "lambda": ("TooManyRequestsException", 429),
    "s3": ("SlowDown", 503),
    "sqs": ("RequestThrottled", 403),
}
_QUOTA = {"iam": "LimitExceeded", "cloudwatch": "LimitExceeded", "lambda": "CodeStorageExceededException"}
_READS = ("Get", "List", "Describe")


@dataclass
class Plan:
    """Which calls are struck, and by what."""

    agent: str = ""
    operation: str = ""
    at: int | None = None
    kinds: tuple[str, ...] = ()
    rate: float = 0.0
    seed: int = 0
    times: int = 1
    calls: int = 0
    struck: list[dict[str, Any]] = field(default_factory=list)
    held: int = 0

    def __post_init__(self) -> None:
        unknown = [kind for kind in self.kinds if kind not in KINDS]
        if unknown:
            raise ValueError(f"unknown kinds of faults: {', '.join(unknown)}")
        self.random = random.Random(self.seed)
        self.again: dict[str, tuple[str, int]] = {}
        self.released = asyncio.Event()

    def strike(self, request: checks.Request, agent: str, identity: str) -> str:
        """The kind of fault that strikes this call; empty for none."""
        named = self.operation in ("", request.operation)
        if not self.kinds or self.agent not in agent or not named:
            return ""
        self.calls += 1
        kind, left = self.again.get(identity, ("", 0))
        if not left:
            kind, left = self._chosen(request), self.times
        if not kind:
            return ""
        self.again[identity] = (kind, left - 1)
        told = {"account": request.account, "region": request.region, "service": request.service}
        self.struck.append({"call": self.calls, "kind": kind, "operation": request.operation, **told})
        return kind

    def _chosen(self, request: checks.Request) -> str:
        if self.at is not None:
            chosen = self.kinds[0] if self.calls == self.at else ""
        else:
            chosen = self.random.choice(self.kinds) if self.random.random() < self.rate else ""
        return chosen if chosen and _can_suffer(request, chosen) else ""


PLAN = Plan()
_ANSWERED: dict[str, tuple[float, list[Message]]] = {}
"""The last answer to each read, and when it was given."""


def plan(asked: dict[str, Any]) -> None:
    """Begins to strike as asked; the calls are counted from here."""
    global PLAN
    release()
    asked["kinds"] = tuple(asked.get("kinds", ()))
    PLAN = Plan(**asked)
    _ANSWERED.clear()


def release() -> None:
    """Lets go of what is held."""
    PLAN.released.set()


def told() -> dict[str, Any]:
    """How many calls there were, which were struck, and how many are held."""
    return {key: value for key, value in asdict(PLAN).items() if key in ("calls", "struck", "held")}


def _can_suffer(request: checks.Request, kind: str) -> bool:
    operation = request.operation or ""
    match kind:
        case "stale":
            return operation.startswith(_READS)
        case "unassumable":
            return operation in ("CreateFunction", "UpdateFunctionConfiguration")
        case "concurrent":
            return request.service == "events" and not operation.startswith(_READS)
    return True


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
    entries = [{"TargetId": one, "ErrorCode": "ConcurrentModificationException", "ErrorMessage": message} for one in ids]
    return {"FailedEntryCount": len(entries), "FailedEntries": entries}


def identity(method: str, target: str, account: str, region: str, body: bytes) -> str:
    """The same for a request and its repetitions."""
    text = f"{account} {region} {method} {target} ".encode() + body
    return hashlib.sha256(text).hexdigest()


async def meet(request: checks.Request, kind: str, ident: str, serve: Serve, send: Send) -> None:
    """Serves a request that a fault strikes on the network, or that none strikes."""
    if not kind and "stale" not in PLAN.kinds:
        await serve(send)
        return
    if kind == "stale":
        given, answer = _ANSWERED.get(ident, (0.0, []))
        if answer and time.monotonic() - given < STALE:
            for message in answer:
                await send(message)
            return
    if kind == "reset_before":
        connections.reset()
        return
    if kind == "slow":
        await asyncio.sleep(SLOW)
    answer = await _answer(request, ident, serve)
    if kind == "hold":
        PLAN.held += 1
        await PLAN.released.wait()
    if kind == "reset_after":
        connections.reset()
        return
    for message in answer:
        await send(message)


async def _answer(request: checks.Request, ident: str, serve: Serve) -> list[Message]:
    answer: list[Message] = []

    async def keep(message: Message) -> None:
        answer.append(message)

    await serve(keep)
    if "stale" in PLAN.kinds and (request.operation or "").startswith(_READS):
        _ANSWERED[ident] = (time.monotonic(), answer)
    return answer
