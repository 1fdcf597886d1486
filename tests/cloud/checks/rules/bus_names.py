"""EventBridge takes a bus by name or by ARN; the default one by silence."""

from __future__ import annotations

from ..arns import bus_of
from ..request import Request


def bus_named(request: Request, member: str = "EventBusName") -> str:
    """The name of the bus that the request means."""
    given = request.params.get(member) or "default"
    return bus_of(given) or given
