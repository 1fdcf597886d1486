"""Faults on demand: what AWS, and the network before it, do on a bad day.

A plan strikes at one call (`at`) of those whose user agent holds `agent`, that come from a function whose ARN
holds `function`, and whose operation is `operation`, as far as these are given; or at random (`rate`, `seed`);
and then as often as the same request is repeated (`times`):

| kind | what the caller sees |
| --- | --- |
| `throttle` | the service's own throttling code |
| `error` | status 500 |
| `quota` | the service's own code for a quota that is used up |
| `reset_before`, `reset_after` | the connection is reset, before or after the effect |
| `slow` | the answer comes after a second |
| `stale` | a read answers as before the last write |
| `empty` | a read is answered with success and no member at all, where the service speaks JSON |
| `unassumable` | Lambda: the role can't be assumed yet |
| `young_role` | Lambda: the role isn't known everywhere yet, in the other words that Lambda has for it, in turn |
| `young_queue` | Lambda: the destination of PutFunctionEventInvokeConfig isn't known yet |
| `update_failed` | Lambda: a change is accepted, and fails |
| `lost` | Lambda, S3: AddPermission or PutBucketNotificationConfiguration is answered, and another writer undoes it |
| `lagging` | SQS: SetQueueAttributes counts, and the next `times` reads of the queue's attributes don't see it |
| `concurrent` | EventBridge: ConcurrentModificationException, of PutTargets and RemoveTargets in a failed entry |
| | IAM: ConcurrentModification of whatever changes a role |
| `delete_conflict` | IAM: DeleteRole still sees a policy that was deleted |
| `rules_seen` | EventBridge: DeleteEventBus still sees a rule that was deleted |
| `hold` | the effect, and no answer until it is released |
| `kill_before`, `kill_after` | nothing: it is a function's process, killed before or after the effect |
| `undelivered` | nothing: EventBridge tries in vain to reach the targets whose ARN holds `target` |

A kind that a request can't suffer leaves it alone (a write is never stale). strikes.py does it.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import random
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import asdict, dataclass, field
from typing import Any

from . import checks, processes

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Serve = Callable[[Send], Awaitable[None]]

KINDS = (
    "throttle", "error", "quota", "reset_before", "reset_after", "slow", "stale", "empty", "unassumable", "young_role",
    "young_queue", "update_failed", "lost", "lagging", "concurrent", "delete_conflict", "rules_seen", "hold",
    "kill_before", "kill_after", "undelivered",
)  # fmt: skip
_READS = ("Get", "List", "Describe")


@dataclass
class Plan:
    """Which calls are struck, and by what."""

    agent: str = ""
    function: str = ""
    operation: str = ""
    target: str = ""
    each: bool = False
    """Each operation once."""
    at: int | None = None
    kinds: tuple[str, ...] = ()
    rate: float = 0.0
    seed: int = 0
    times: int = 1
    calls: int = 0
    called: list[dict[str, Any]] = field(default_factory=list)
    struck: list[dict[str, Any]] = field(default_factory=list)
    held: int = 0

    def __post_init__(self) -> None:
        unknown = [kind for kind in self.kinds if kind not in KINDS]
        if unknown:
            raise ValueError(f"unknown kinds of faults: {', '.join(unknown)}")
        self.random = random.Random(self.seed)  # noqa: S311 (the same seed strikes the same calls)
        self.again: dict[str, tuple[str, int]] = {}
        self.answered: dict[str, tuple[float, list[Message]]] = {}
        """The last answer to each read, and when it was given."""
        self.lags: dict[str, tuple[dict[str, str], int]] = {}
        """What a queue's attributes were, and how many reads still answer so."""
        self.released = asyncio.Event()

    def strike(self, request: checks.Request, agent: str, identity: str) -> str:
        """The kind of fault that strikes this call; empty for none."""
        sender = processes.of(request.access_key)
        named = self.operation in ("", request.operation) and self.agent in agent
        if not self.kinds or not named or (self.function and not (sender and self.function in sender.function)):
            return ""
        self.calls += 1
        told: dict[str, Any] = {"account": request.account, "region": request.region, "service": request.service}
        told |= {"call": self.calls, "operation": request.operation, "function": sender.name if sender else ""}
        if sender:
            self.called.append(told)
        kind, left = self.again.get(identity, ("", 0))
        if not left:
            kind, left = self._chosen(request), self.times
        if not kind:
            return ""
        self.again[identity] = (kind, left - 1)
        self.struck.append({"kind": kind, **told})
        return kind

    def undelivered(self, target: str) -> bool:
        """Whether EventBridge tries in vain to reach the target of this ARN."""
        return "undelivered" in self.kinds and self.target in target

    def _chosen(self, request: checks.Request) -> str:
        if self.each and any(strike["operation"] == request.operation for strike in self.struck):
            return ""
        if self.at is not None:
            chosen = self.kinds[0] if self.calls == self.at else ""
        else:
            chosen = self.random.choice(self.kinds) if self.random.random() < self.rate else ""
        return chosen if chosen and _can_suffer(request, chosen) else ""


PLAN = Plan()
_TOLD = ("calls", "called", "struck", "held")


def plan(asked: dict[str, Any]) -> None:
    """Begins to strike as asked; the calls are counted from here."""
    global PLAN  # noqa: PLW0603 (one plan is in force, and a new one begins anew)
    release()
    asked["kinds"] = tuple(asked.get("kinds", ()))
    PLAN = Plan(**asked)


def release() -> None:
    """Lets go of what is held."""
    PLAN.released.set()


def told() -> dict[str, Any]:
    """How many calls there were, each one of a function, which were struck, and how many are held."""
    return {key: value for key, value in asdict(PLAN).items() if key in _TOLD}


def is_read(request: checks.Request) -> bool:
    """Whether the request changes nothing."""
    return (request.operation or "").startswith(_READS)


def _can_suffer(request: checks.Request, kind: str) -> bool:
    match kind:
        case "stale":
            return is_read(request)
        case "empty":
            return is_read(request) and request.service in ("events", "lambda", "logs", "sqs", "ssm")
        case "unassumable" | "young_role":
            return request.operation in ("CreateFunction", "UpdateFunctionConfiguration")
        case "young_queue":
            return request.operation == "PutFunctionEventInvokeConfig"
        case "update_failed":
            return request.operation in ("UpdateFunctionCode", "UpdateFunctionConfiguration")
        case "lost":
            return request.operation in ("AddPermission", "PutBucketNotificationConfiguration")
        case "lagging":
            return request.operation == "SetQueueAttributes"
        case "undelivered":
            return False
        case "delete_conflict":
            return request.operation == "DeleteRole"
        case "rules_seen":
            return request.operation == "DeleteEventBus"
        case "concurrent":
            of_role = request.service == "iam" and "Role" in (request.operation or "")
            return (of_role or request.service == "events") and not is_read(request)
        case "kill_before" | "kill_after":
            return processes.of(request.access_key) is not None
    return True


def identity(method: str, target: str, account: str, region: str, body: bytes) -> str:
    """The same for a request and its repetitions, also where these have the members of their maps in another order."""
    if body.startswith(b"{"):
        with contextlib.suppress(ValueError):
            body = json.dumps(json.loads(body), sort_keys=True).encode()
    text = f"{account} {region} {method} {target} ".encode() + body
    return hashlib.sha256(text).hexdigest()
