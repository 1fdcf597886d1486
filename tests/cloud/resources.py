"""What a request acts on, as IAM judges it, where MiniStack takes something else for it.

The service authorization reference names each action's resources:

* a rule is `rule/NAME` on the default bus and `rule/BUS/NAME` on others;
* each parameter that a request names is judged, a path is `parameter/PATH`;
* CreateLogStream, PutLogEvents and their like act on `log-group:GROUP:log-stream:STREAM`, the listing of groups on
  all of them;
* a queue may be named together with its owner; users and roles have a path;
* what an action without a resource needs is `*` itself, which nothing narrower fits: PutPermission and
  RemovePermission, ListRules, ListRuleNamesByTarget, GetResources, ListSubscriptions, Unsubscribe,
  GetAccountAuthorizationDetails, DescribeTrails.
"""

from __future__ import annotations

from collections.abc import Callable

from ministack.services import iam

from . import checks
from .checks.rules.bus_names import bus_named

Named = Callable[[checks.Request], list[str]]


def of(request: checks.Request) -> list[str]:
    """The ARNs; none where MiniStack knows better."""
    name = _TABLE.get((request.service or "", request.operation or ""))
    try:
        return name(request) if name else []
    except (AttributeError, KeyError, TypeError):  # the request is malformed, and refused for that
        return []


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


def _tagged_parameter(request: checks.Request) -> list[str]:
    return [_parameter(request, request.params["ResourceId"])]


def _all_parameters(request: checks.Request) -> list[str]:
    return [_arn(request, "*")]


def _everything(_: checks.Request) -> list[str]:
    return ["*"]


def _bus(request: checks.Request) -> list[str]:
    return [_arn(request, f"event-bus/{bus_named(request, 'Name')}")]


def _trail(request: checks.Request) -> list[str]:
    named = request.params.get("Name") or request.params["TrailName"]
    return [named if named.startswith("arn:") else _arn(request, f"trail/{named}")]


def _alarms(request: checks.Request) -> list[str]:
    names = request.params.get("AlarmNames") or [request.params.get("AlarmName") or "*"]
    return [_arn(request, f"alarm:{name}") for name in names]


def _mute_rules(request: checks.Request) -> list[str]:
    """The rule, all of them where none is named, and the alarms that it is for."""
    name = request.params.get("Name") or request.params.get("AlarmMuteRuleName") or "*"
    alarms = (request.params.get("MuteTargets") or {}).get("AlarmNames") or []
    return [_arn(request, f"alarm-mute-rule:{name}"), *(_arn(request, f"alarm:{alarm}") for alarm in alarms)]


def _group(request: checks.Request) -> list[str]:
    return [_arn(request, f"log-group:{request.params['logGroupName']}")]


def _tagged_group(request: checks.Request) -> list[str]:
    return [request.params["resourceArn"].removesuffix(":*")]


def _all_groups(request: checks.Request) -> list[str]:
    return [_arn(request, "log-group::log-stream:")]


def _function(request: checks.Request) -> list[str]:
    named = request.params["FunctionName"]
    return [named if named.startswith("arn:") else _arn(request, f"function:{named.split(':')[0]}")]


def _stream(request: checks.Request) -> list[str]:
    group, stream = request.params["logGroupName"], request.params["logStreamName"]
    return [_arn(request, f"log-group:{group}:log-stream:{stream}")]


def _queue(request: checks.Request) -> list[str]:
    if url := request.params.get("QueueUrl"):
        owner, name = url.rstrip("/").split("/")[-2:]
        return [_arn(request, name, owner)]
    owner = request.params.get("QueueOwnerAWSAccountId", "")
    return [_arn(request, request.params["QueueName"], owner)]


def _user(request: checks.Request) -> list[str]:
    name = request.params["UserName"]
    user = iam._users.get(name)
    return [user["Arn"] if user else f"arn:aws:iam::{request.account}:user/{name}"]


def _owner_of_key(request: checks.Request) -> list[str]:
    """The user whose key it is, as the service authorization reference has it."""
    key = iam._access_keys.get(request.params["AccessKeyId"])
    user = iam._users.get(key["UserName"]) if key else None
    return [user["Arn"] if user else f"arn:aws:iam::{request.account}:user/"]


def _role(request: checks.Request) -> list[str]:
    name, path = request.params["RoleName"], request.params.get("Path") or "/"
    role = iam._roles.get(name)
    return [role["Arn"] if role else f"arn:aws:iam::{request.account}:role{path}{name}"]


def _assumed(request: checks.Request) -> list[str]:
    return [request.params["RoleArn"]]


_RULES = ("PutRule", "DescribeRule", "EnableRule", "DisableRule", "DeleteRule")
_TARGETS = ("PutTargets", "RemoveTargets", "ListTargetsByRule")
_BUSES = ("CreateEventBus", "DeleteEventBus", "DescribeEventBus")
_TAGS = ("TagResource", "UntagResource", "ListTagsForResource")
_STREAMS = ("CreateLogStream", "DeleteLogStream", "PutLogEvents", "GetLogEvents")
_GROUPS = ("CreateLogGroup", "DeleteLogGroup", "PutRetentionPolicy", "DeleteRetentionPolicy")
_PARAMETERS = ("PutParameter", "GetParameter", "GetParameters", "DeleteParameter", "DeleteParameters")
_PARAMETER_TAGS = ("AddTagsToResource", "ListTagsForResource", "RemoveTagsFromResource")
_FUNCTIONS = (
    "AddPermission", "CreateFunction", "DeleteFunction", "DeleteFunctionConcurrency", "DeleteFunctionEventInvokeConfig",
    "GetFunction", "GetFunctionConcurrency", "GetFunctionConfiguration", "GetFunctionEventInvokeConfig", "GetPolicy",
    "PutFunctionConcurrency", "PutFunctionEventInvokeConfig", "RemovePermission", "UpdateFunctionCode",
    "UpdateFunctionConfiguration",
)  # fmt: skip
_QUEUES = (
    "CreateQueue", "DeleteQueue", "GetQueueAttributes", "GetQueueUrl", "ListQueueTags", "SetQueueAttributes",
    "TagQueue", "UntagQueue",
)  # fmt: skip
_ALARMS = ("DeleteAlarms", "DescribeAlarms", "PutMetricAlarm")
_MUTE_RULES = ("DeleteAlarmMuteRule", "GetAlarmMuteRule", "ListAlarmMuteRules", "PutAlarmMuteRule")
_USERS = (
    "AttachUserPolicy", "CreateAccessKey", "DeleteAccessKey", "DeleteUserPolicy", "DetachUserPolicy", "GetUser",
    "GetUserPolicy", "ListAccessKeys", "ListAttachedUserPolicies", "ListUserPolicies", "ListUserTags",
    "PutUserPolicy", "UpdateAccessKey",
)  # fmt: skip
_ROLES = (
    "AttachRolePolicy", "CreateRole", "DeleteRole", "DeleteRolePermissionsBoundary", "DeleteRolePolicy",
    "DetachRolePolicy", "GetRole", "GetRolePolicy",
    "ListAttachedRolePolicies", "ListRolePolicies", "ListRoleTags", "PutRolePolicy", "TagRole", "UntagRole",
    "UpdateAssumeRolePolicy", "UpdateRole",
)  # fmt: skip

_TABLE: dict[tuple[str, str], Named] = {
    **{("events", operation): _rule for operation in _RULES + _TARGETS},
    **{("events", operation): _bus for operation in _BUSES},
    **{("events", operation): _tagged for operation in _TAGS},
    **{("events", operation): _everything for operation in ("PutPermission", "RemovePermission")},
    **{("events", operation): _everything for operation in ("ListRules", "ListRuleNamesByTarget")},
    **{("ssm", operation): _parameters for operation in _PARAMETERS},
    **{("ssm", operation): _tagged_parameter for operation in _PARAMETER_TAGS},
    ("ssm", "GetParametersByPath"): _path,
    ("ssm", "DescribeParameters"): _all_parameters,
    **{("logs", operation): _stream for operation in _STREAMS},
    **{("logs", operation): _group for operation in _GROUPS},
    **{("logs", operation): _tagged_group for operation in _TAGS},
    ("logs", "DescribeLogGroups"): _all_groups,
    **{("lambda", operation): _function for operation in _FUNCTIONS},
    **{("sqs", operation): _queue for operation in _QUEUES},
    **{("cloudwatch", operation): _alarms for operation in _ALARMS},
    **{("cloudwatch", operation): _mute_rules for operation in _MUTE_RULES},
    **{("cloudwatch", operation): _tagged for operation in _TAGS},
    **{("iam", operation): _user for operation in _USERS},
    ("iam", "GetAccessKeyLastUsed"): _owner_of_key,
    **{("iam", operation): _role for operation in _ROLES},
    ("iam", "GetAccountAuthorizationDetails"): _everything,
    ("sts", "AssumeRole"): _assumed,
    ("cloudtrail", "DescribeTrails"): _everything,
    **{("cloudtrail", operation): _trail for operation in ("GetTrailStatus", "GetEventSelectors")},
    ("resourcegroupstaggingapi", "GetResources"): _everything,
    **{("sns", operation): _everything for operation in ("ListSubscriptions", "Unsubscribe")},
}
