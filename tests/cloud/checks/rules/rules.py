"""EventBridge rules.

300 rules on a bus, 100 in af-south-1 and eu-south-1 (EventBridge quotas). DeleteRule: "Rule can't be
deleted since it has targets." DeleteRule on a missing rule succeeds; what else addresses a missing
rule answers ResourceNotFoundException (botocore's model).
"""

from __future__ import annotations

from ..arns import split
from ..request import AwsError, Request
from ..state import State
from .bus_names import bus_named
from .table import asks, looks

RULES_PER_BUS = 300
_FEWER = {"af-south-1": 100, "eu-south-1": 100}


@looks("events", "DeleteRule")
def a_rule_with_targets_stays(request: Request, state: State) -> AwsError | None:
    account, name = request.account or "", request.params["Name"]
    if not state.targets_of(account, request.region, bus_named(request), name):
        return None
    return AwsError("ValidationException", "Rule can't be deleted since it has targets.")


@looks("events", "PutRule")
def a_bus_holds_so_many_rules(request: Request, state: State) -> AwsError | None:
    there = state.rules_on(request.account or "", request.region, bus_named(request))
    most = _FEWER.get(request.region, RULES_PER_BUS)
    if request.params["Name"] in there or len(there) < most:
        return None
    return AwsError("LimitExceededException", "The requested resource exceeds the maximum number allowed.")


@asks("events", "PutRule")
def a_rule_waits_for_something(request: Request) -> AwsError | None:
    schedule = request.params.get("ScheduleExpression")
    if not schedule and not request.params.get("EventPattern"):
        return AwsError(
            "ValidationException",
            "Parameter(s) EventPattern or ScheduleExpression must be specified.",
        )
    if schedule and bus_named(request) != "default":
        return AwsError(
            "ValidationException",
            "ScheduleExpression is supported only on the default event bus.",
        )
    return None


@looks("events", "DescribeRule", "EnableRule", "DisableRule", "ListTargetsByRule", "PutTargets", "RemoveTargets")
def the_rule_exists(request: Request, state: State) -> AwsError | None:
    bus = bus_named(request)
    name = request.params.get("Name") or request.params.get("Rule")
    if name in state.rules_on(request.account or "", request.region, bus):
        return None
    return AwsError("ResourceNotFoundException", f"Rule {name} does not exist on EventBus {bus}.")


@looks("events", "TagResource", "UntagResource", "ListTagsForResource")
def what_is_tagged_exists(request: Request, state: State) -> AwsError | None:
    given = request.params["ResourceARN"]
    arn = split(given)
    if arn is None or arn.service != "events":
        return AwsError("ValidationException", f"Parameter {given} is not valid.")
    kind, _, name = arn.resource.partition("/")
    missing = f"{kind} {name} does not exist."
    if kind == "event-bus":
        found = state.bus_exists(arn.account, arn.region, name)
    elif kind == "rule":
        bus, _, rule = name.rpartition("/")
        found = rule in state.rules_on(arn.account, arn.region, bus or "default")
        # LocalStack's AWS-validated snapshots, test_events_tags.
        missing = f"Rule {rule} does not exist on EventBus {bus or 'default'}."
    else:
        return None
    if found and (arn.account, arn.region) == (request.account, request.region):
        return None
    return AwsError("ResourceNotFoundException", missing)
