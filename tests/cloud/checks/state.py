"""What the rules read of the objects that exist."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class Role:
    """A role, with its policies as text."""

    arn: str
    trust: str
    inline: dict[str, str] = field(default_factory=dict)
    attached: tuple[str, ...] = ()


@dataclass(frozen=True)
class Function:
    """A function; `policy` is the text of its resource policy."""

    arn: str
    role: str
    policy: str = ""


@dataclass(frozen=True)
class Queue:
    """A queue."""

    arn: str
    fifo: bool = False


@dataclass(frozen=True)
class Bucket:
    """A bucket, of whichever account."""

    account: str
    region: str


class State(Protocol):
    """Readers by account, region and name; None or nothing stands for no such object."""

    def bus_exists(self, account: str, region: str, bus: str) -> bool:
        """Whether there is such a bus; the default bus always exists."""

    def rules_on(self, account: str, region: str, bus: str) -> list[str]:
        """The names of the bus's rules."""

    def targets_of(self, account: str, region: str, bus: str, rule: str) -> list[dict[str, Any]]:
        """The rule's targets as PutTargets was given them."""

    def role(self, account: str, name: str) -> Role | None:
        """A role."""

    def role_trusts(self, arn: str, service: str) -> bool:
        """Whether the role's trust policy lets the AWS service assume it."""

    def role_may(self, arn: str, action: str, resource: str, region: str) -> bool:
        """Whether the role's own policies allow the action."""

    def function(self, account: str, region: str, name: str) -> Function | None:
        """A function."""

    def queue(self, account: str, region: str, name: str) -> Queue | None:
        """A queue."""

    def bucket(self, name: str) -> Bucket | None:
        """A bucket; its name is unique over all accounts."""

    def alarm_exists(self, account: str, region: str, name: str) -> bool:
        """Whether there is such an alarm."""

    def parameter_exists(self, account: str, region: str, name: str) -> bool:
        """Whether there is such a parameter."""

    def tags(self, account: str, region: str, name: str) -> set[str]:
        """The tags' keys of a rule or bus, by ARN, or of a parameter, by name."""
