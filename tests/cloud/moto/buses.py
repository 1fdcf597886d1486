"""A bus with rules: moto deletes it with them, AWS refuses (EventBridge, DeleteEventBus).

Whether guard loses what two states share rests on that refusal, so it is made here. Requests about events are
served one by one: on AWS no rule comes between the look and the deletion.
"""

from __future__ import annotations

import json
import threading

from moto.events.models import events_backends

from ..checks import Request

LOCK = threading.Lock()


def refusal(request: Request) -> tuple[int, dict[str, str], bytes] | None:
    """AWS's answer to the deletion of a bus that has rules."""
    if (request.service, request.operation) != ("events", "DeleteEventBus"):
        return None
    bus = events_backends[request.account or ""][request.region].event_buses.get(request.params["Name"])
    if bus is None or not bus.rules:
        return None
    said = {"__type": "ValidationException", "message": "EventBus can't be deleted since it has rules."}
    return 400, {"content-type": "application/x-amz-json-1.1"}, json.dumps(said).encode()
