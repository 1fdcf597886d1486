"""What a request acts on, as IAM judges it, where MiniStack takes something else for it.

The service authorization reference names each action's resources:

* a rule is `rule/NAME` on the default bus and `rule/BUS/NAME` on others; who lists rules needs all of them;
* each parameter that a request names is judged, a path is `parameter/PATH`;
* CreateLogStream, PutLogEvents and their like act on `log-group:GROUP:log-stream:STREAM`;
* a queue may be named together with its owner; users and roles have a path.

Some actions need a second one: tags on a new rule or parameter need the service's tagging action as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ministack.core import iam_actions, iam_evaluator
from ministack.services import iam

from . import checks
from .checks.rules.bus_names import bus_named
from .current import CURRENT

Named = Callable[[checks.Request], list[str]]


def install() -> None:
    """Puts these resources in the place of MiniStack's."""
    extract, enforce = iam_actions.extract_resource_arn, iam_evaluator.enforce

    def extract_resource_arn(*arguments: Any, **named: Any) -> str:
        request = CURRENT.get()
        ours = of(request) if request else []
        return ours[0] if ours else extract(*arguments, **named)

    def judged(
        key: str,
        action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: dict[str, Any] | None = None,
    ) -> Any:
        request = CURRENT.get()
        asked = [(action, resource_arn)]
        if request and request.operation == action.partition(":")[2]:
            asked = [(action, arn) for arn in of(request)] or asked
            asked += [(also, arn) for also in _second(request) for _, arn in asked]
        answers = (enforce(key, one, service, region, arn, service_context) for one, arn in asked)
        return next(filter(None, answers), None)

    iam_actions.extract_resource_arn = extract_resource_arn
    iam_evaluator.enforce = judged


def of(request: checks.Request) -> list[str]:
    """The ARNs; none where MiniStack knows better."""
    name = _TABLE.get((request.service or "", request.operation or ""))
    try:
        return name(request) if name else []
    except (AttributeError, KeyError, TypeError):  # the request is malformed, and refused for that
        return []


def _second(request: checks.Request) -> Iterator[str]:
    """Actions that the caller needs as well."""
    if request.params.get("Tags"):
        if (request.service, request.operation) == ("events", "PutRule"):
            yield "events:TagResource"
        if (request.service, request.operation) == ("ssm", "PutParameter"):
            yield "ssm:AddTagsToResource"


def _arn(request: checks.Request, resource: str, account: str = "") -> str:
    return f"arn:aws:{request.service}:{request.region}:{account or request.account}:{resource}"


def _rule(request: checks.Request) -> list[str]:
    bus = bus_named(request)
    name = request.params.get("Name") or request.params.get("Rule") or "*"
    return [_arn(request, f"rule/{name}" if bus == "default" else f"rule/{bus}/{name}")]


def _tagged(request: checks.Request) -> list[str]:
    return [request.params["ResourceARN"]]


def _parameters(request: checks.Request) -> list[str]:
    names = request.params.get("Names") or [request.params["Name"]]
    return [name if name.startswith("arn:") else _parameter(request, name.split(":")[0]) for name in names]


def _path(request: checks.Request) -> list[str]:
    return [_parameter(request, request.params["Path"])]


def _parameter(request: checks.Request, name: str) -> str:
    return _arn(request, f"parameter/{name.removeprefix('/')}")


def _all_parameters(request: checks.Request) -> list[str]:
    return [_arn(request, "*")]


def _stream(request: checks.Request) -> list[str]:
    group, stream = request.params["logGroupName"], request.params["logStreamName"]
    return [_arn(request, f"log-group:{group}:log-stream:{stream}")]


def _queue(request: checks.Request) -> list[str]:
    owner = request.params.get("QueueOwnerAWSAccountId", "")
    return [_arn(request, request.params["QueueName"], owner)]


def _user(request: checks.Request) -> list[str]:
    user = iam._users.get(request.params["UserName"])
    return [user["Arn"]] if user else []


_RULES = ("PutRule", "DescribeRule", "EnableRule", "DisableRule", "DeleteRule", "ListRules")
_TARGETS = ("PutTargets", "RemoveTargets", "ListTargetsByRule")
_TAGS = ("TagResource", "UntagResource", "ListTagsForResource")
_STREAMS = ("CreateLogStream", "DeleteLogStream", "PutLogEvents", "GetLogEvents")
_PARAMETERS = ("PutParameter", "GetParameter", "GetParameters", "DeleteParameter", "DeleteParameters")
_USERS = (
    "AttachUserPolicy", "CreateAccessKey", "DeleteAccessKey", "DeleteUserPolicy", "DetachUserPolicy", "GetUser",
    "GetUserPolicy", "ListAccessKeys", "ListAttachedUserPolicies", "ListUserPolicies", "ListUserTags",
    "PutUserPolicy", "UpdateAccessKey",
)  # fmt: skip

_TABLE: dict[tuple[str, str], Named] = {
    **{("events", operation): _rule for operation in _RULES + _TARGETS},
    **{("events", operation): _tagged for operation in _TAGS},
    **{("ssm", operation): _parameters for operation in _PARAMETERS},
    ("ssm", "GetParametersByPath"): _path,
    ("ssm", "DescribeParameters"): _all_parameters,
    **{("logs", operation): _stream for operation in _STREAMS},
    ("sqs", "GetQueueUrl"): _queue,
    **{("iam", operation): _user for operation in _USERS},
}
