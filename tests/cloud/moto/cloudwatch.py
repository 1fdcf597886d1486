"""CloudWatch's present protocols (CBOR, JSON) to the query protocol and back: moto knows no other."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import cbor2
from botocore.model import OperationModel
from botocore.parsers import QueryParser
from botocore.serialize import QuerySerializer

from ..checks import AwsError, Request
from ..checks import answer as refusal

if TYPE_CHECKING:
    from .front import Answer


_MISSING = ("DeleteAlarmMuteRule", "GetAlarmMuteRule", "ListAlarmMuteRules", "PutAlarmMuteRule")


def lacking(request: Request) -> tuple[int, dict[str, str], bytes] | None:
    """AWS's refusal of an operation that moto doesn't have; moto fails, and whoever asks would try again."""
    if request.service != "cloudwatch" or request.operation not in _MISSING:
        return None
    return refusal(AwsError("InvalidAction", f"Could not find operation {request.operation}"), request)


def translated(request: Request, operation: OperationModel, ask: Callable[[bytes], Answer]) -> Answer:
    """The answer to a request, by way of the query protocol."""
    form = QuerySerializer().serialize_to_request(request.params, operation)["body"]
    got = ask(urlencode(form).encode())
    wire = {"status_code": got.status, "headers": got.headers, "body": got.body}
    read = QueryParser().parse(wire, operation.output_shape)
    if got.status >= 300:
        error = read.get("Error", {})
        failed = AwsError(error.get("Code") or "InternalFailure", error.get("Message") or "", got.status)
        got.status, headers, got.body = refusal(failed, request)
        got.headers = {name.lower(): value for name, value in headers.items()}
        return got
    read.pop("ResponseMetadata", None)
    if request.protocol == "smithy-rpc-v2-cbor":
        got.headers = {"content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
        got.body = cbor2.dumps(_plain(read, lambda at: cbor2.CBORTag(1, at)))
    else:
        got.headers = {"content-type": "application/x-amz-json-1.0"}
        got.body = json.dumps(_plain(read, lambda at: at)).encode()
    return got


def _plain(value: Any, instant: Callable[[float], Any]) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item, instant) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_plain(item, instant) for item in value]
    if isinstance(value, datetime.datetime):
        return instant(value.timestamp())
    return value
