"""What AWS silently leaves out of a request that it accepts.

Tags on PutRule and PutMetricAlarm count only when the rule or alarm is new; on an existing one they
are ignored and TagResource is the way (botocore's model, both operations).
"""

from __future__ import annotations

import json

import cbor2

from .request import Request
from .rules.bus_names import bus_named
from .state import State


def amend(request: Request, body: bytes, state: State) -> bytes:
    """The body as AWS takes it; most bodies unchanged."""
    if "Tags" not in request.params or not _exists(request, state):
        return body
    if request.protocol == "json":
        document = json.loads(body)
        document.pop("Tags", None)
        return json.dumps(document).encode()
    if request.protocol == "smithy-rpc-v2-cbor":
        document = cbor2.loads(body)
        document.pop("Tags", None)
        return cbor2.dumps(document)
    return body


def _exists(request: Request, state: State) -> bool:
    account, region = request.account or "", request.region
    if request.operation == "PutRule":
        return request.params["Name"] in state.rules_on(account, region, bus_named(request))
    if request.operation == "PutMetricAlarm":
        return state.alarm_exists(account, region, request.params["AlarmName"])
    return False
