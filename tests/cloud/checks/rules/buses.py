"""Event buses: deleting them, and who may put events.

DeleteEventBus: "All rules associated with this event bus need to be deleted." (botocore's model; the words of the
refusal are in hashicorp/aws#22131 and sst#4325.)
PutPermission: policy of at most 10,240 characters (EventBridge quotas); PolicyLengthExceededException
is the model's error for it.
"""

from __future__ import annotations

from .. import policy
from ..arns import split
from ..request import AwsError, Request
from ..state import State
from .bus_names import bus_named
from .table import asks, looks

POLICY_LENGTH = 10_240


@looks("events", "DeleteEventBus")
def a_bus_with_rules_stays(request: Request, state: State) -> AwsError | None:
    name = bus_named(request, "Name")
    if not state.rules_on(request.account or "", request.region, name):
        return None
    return AwsError("ValidationException", "EventBus can't be deleted since it has rules.")


@looks("events", "PutPermission", "RemovePermission", "PutRule", "DeleteRule", "ListRules")
def the_bus_exists(request: Request, state: State) -> AwsError | None:
    name = bus_named(request)
    if state.bus_exists(request.account or "", request.region, name):
        return None
    return AwsError("ResourceNotFoundException", f"Event bus {name} does not exist.")


@asks("events", "PutPermission")
def a_bus_policy_is_not_too_long(request: Request) -> AwsError | None:
    if len(request.params.get("Policy", "")) <= POLICY_LENGTH:
        return None
    return AwsError(
        "PolicyLengthExceededException",
        f"The policy is longer than the limit of {POLICY_LENGTH} characters.",
    )


@asks("events", "PutPermission")
def a_permission_is_whole(request: Request) -> AwsError | None:
    single = ("Action", "Principal", "StatementId", "Condition")
    given = [name for name in single if name in request.params]
    if "Policy" in request.params:
        if not given:
            return None
        return AwsError("ValidationException", f"Policy can't be given together with {given[0]}.")
    missing = [name for name in single[:3] if name not in request.params]
    if not missing:
        return None
    return AwsError("ValidationException", f"Parameter {missing[0]} is required.")


@asks("events", "PutPermission")
def a_bus_policy_is_well_formed(request: Request) -> AwsError | None:
    text = request.params.get("Policy")
    if text is None:
        return None
    name = bus_named(request)

    def own(resource: str) -> bool:
        arn = split(resource)
        if arn is None or arn.service != "events" or arn.region != request.region:
            return False
        if request.account and arn.account != request.account:
            return False
        return arn.resource == f"event-bus/{name}" or arn.resource.startswith(f"rule/{name}/")

    reason = policy.resource_fault(text, "events", own)
    if reason is None:
        return None
    return AwsError("ValidationException", f"Parameter Policy is not valid. Reason: {reason}")
