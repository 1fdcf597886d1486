"""What moto takes and does not give back as AWS does, given back.

* The bucket notification: moto keeps the switch to EventBridge and leaves it out of its answer, and
  names the element of an empty answer wrongly.
* A function's LoggingConfig: moto forgets it; the last one that a client put is kept here.
* A function's asynchronous settings: moto appends new ones and goes on answering with the first.
* A trail's home region: moto names it in none of its answers; it is in the trail's ARN.

Nothing else of an answer is touched (README.md lists what stays different).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from moto.awslambda_simple.models import lambda_simple_backends
from moto.s3.models import s3_backends

from ..checks import Request

if TYPE_CHECKING:
    from .front import Answer

_logging: dict[str, dict[str, Any]] = {}
"""By the function's ARN."""
_CONFIGURES = ("CreateFunction", "UpdateFunctionConfiguration")
_SHOWS = (*_CONFIGURES, "UpdateFunctionCode", "GetFunctionConfiguration")


def prepare(request: Request) -> None:
    """What must be done before moto sees a request."""
    if (request.service, request.operation) != ("lambda", "PutFunctionEventInvokeConfig"):
        return
    name = request.params["FunctionName"].split(":function:")[-1].split(":")[0]
    for function in lambda_simple_backends[request.account or ""][request.region].list_functions():
        if function.function_name == name:
            function.event_invoke_config = []


def heal(request: Request, answer: Answer) -> None:
    """Fills the gaps of one answer."""
    if answer.status >= 300:
        return
    if (request.service, request.operation) == ("s3", "GetBucketNotificationConfiguration"):
        _heal_notification(request, answer)
    elif request.service == "lambda" and request.operation in (*_SHOWS, "GetFunction", "ListFunctions"):
        _heal_functions(request, answer)
    elif request.service == "cloudtrail" and request.operation in ("GetTrail", "DescribeTrails"):
        _heal_trails(answer)


def forget() -> None:
    """After a reset."""
    _logging.clear()


def _heal_notification(request: Request, answer: Answer) -> None:
    text = answer.body.decode().replace("GetBucketNotificationResponse", "NotificationConfiguration")
    if _sends_to_event_bridge(request.params["Bucket"]):
        root = r"<NotificationConfiguration(?P<namespace>[^>]*?)\s*(/>|>)"
        empty = re.search(root, text)
        if empty and empty[2] == "/>":
            opened = r"<NotificationConfiguration\g<namespace>><EventBridgeConfiguration/></NotificationConfiguration>"
        else:
            opened = r"<NotificationConfiguration\g<namespace>><EventBridgeConfiguration/>"
        text = re.sub(root, opened, text, count=1)
    answer.body = text.encode()


def _sends_to_event_bridge(name: str) -> bool:
    for partitions in s3_backends.values():
        for backend in partitions.values():
            bucket = backend.buckets.get(name)
            if bucket and bucket.notification_configuration:
                return bucket.notification_configuration.event_bridge is not None
    return False


def _heal_functions(request: Request, answer: Answer) -> None:
    document = json.loads(answer.body)
    for function in _functions(document):
        arn = re.sub(r"(:function:[^:]+):.*", r"\1", function["FunctionArn"])
        if request.operation == "CreateFunction":
            _logging.pop(arn, None)
        if request.operation in _CONFIGURES and "LoggingConfig" in request.params:
            _logging[arn] = request.params["LoggingConfig"]
        usual = {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{function['FunctionName']}"}
        function["LoggingConfig"] = usual | _logging.get(arn, {})
    answer.body = json.dumps(document).encode()


def _functions(document: dict[str, Any]) -> list[dict[str, Any]]:
    if "Functions" in document:
        return document["Functions"]
    return [document.get("Configuration", document)]


def _heal_trails(answer: Answer) -> None:
    document = json.loads(answer.body)
    for trail in document["trailList"] if "trailList" in document else [document["Trail"]]:
        trail["HomeRegion"] = trail["TrailARN"].split(":")[3]
    answer.body = json.dumps(document).encode()
