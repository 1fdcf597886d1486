"""ARNs taken apart."""

from __future__ import annotations

from typing import NamedTuple


class Arn(NamedTuple):
    """arn:aws:service:region:account:resource."""

    service: str
    region: str
    account: str
    resource: str


def split(text: object) -> Arn | None:
    """The parts of an ARN, or None where the text is none."""
    parts = text.split(":", 5) if isinstance(text, str) else []
    if len(parts) != 6 or parts[0] != "arn" or not parts[1].startswith("aws") or not parts[5]:
        return None
    return Arn(parts[2], parts[3], parts[4], parts[5])


def bus_of(text: str) -> str | None:
    """The bus's name, where an ARN is an event bus's."""
    arn = split(text)
    if arn and arn.service == "events" and arn.resource.startswith("event-bus/"):
        return arn.resource.removeprefix("event-bus/")
    return None


def role_of(text: str) -> tuple[str, str] | None:
    """Account and name, where an ARN is a role's."""
    arn = split(text)
    if arn and arn.service == "iam" and arn.resource.startswith("role/"):
        return arn.account, arn.resource.rpartition("/")[2]
    return None
