"""Targets of EventBridge rules.

Bus targets: facts of aws.md section 2, most of them seen on AWS and not documented; AWS's words are recorded in
radkawar/stackd, testdata/aws/eventbridge/bus_forwarding.json. Five targets a rule (EventBridge quotas). A dead-letter
queue is a standard queue in the rule's region (EventBridge user guide, "Using dead-letter queues"). Only buses may be
in another region.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..arns import bus_of, role_of, split
from ..request import AwsError, Request
from ..state import State
from .bus_names import bus_named
from .table import asks, looks

TARGETS_PER_RULE = 5


def _bus_targets(request: Request) -> Iterator[dict[str, Any]]:
    return (t for t in request.params["Targets"] if bus_of(t["Arn"]))


def _refused(message: str) -> AwsError:
    return AwsError("ValidationException", message)


@asks("events", "PutTargets")
def a_bus_target_needs_a_role(request: Request) -> AwsError | None:
    for target in _bus_targets(request):
        if not target.get("RoleArn"):
            return _refused(f"RoleArn is required for target {target['Arn']}.")
        if not role_of(target["RoleArn"]):
            return _refused(f"Parameter RoleArn of target {target['Id']} is not valid.")
    return None


@asks("events", "PutTargets")
def a_bus_targets_role_is_the_rules_accounts(request: Request) -> AwsError | None:
    for target in _bus_targets(request):
        role = role_of(target["RoleArn"])
        if role and request.account and role[0] != request.account:
            return AwsError("AccessDeniedException", "Cross-account pass role is not allowed.")
    return None


@asks("events", "PutTargets")
def a_bus_target_takes_no_retry_policy(request: Request) -> AwsError | None:
    if any("RetryPolicy" in target for target in _bus_targets(request)):
        return _refused("Retry policy is not supported for Event bus targets.")
    return None


@asks("events", "PutTargets")
def a_bus_target_gets_the_event_as_it_is(request: Request) -> AwsError | None:
    for target in _bus_targets(request):
        if any(name in target for name in ("Input", "InputPath", "InputTransformer")):
            return _refused(f"Modifying the input for target {target['Id']} is not supported.")
    return None


@asks("events", "PutTargets")
def a_bus_is_not_its_own_target(request: Request) -> AwsError | None:
    own = f"event-bus/{bus_named(request)}"
    for target in _bus_targets(request):
        arn = split(target["Arn"])
        if arn and (arn.region, arn.account, arn.resource) == (request.region, request.account, own):
            return _refused("Source EventBus and Target EventBus must not be the same.")
    return None


@asks("events", "PutTargets")
def input_is_given_in_one_way(request: Request) -> AwsError | None:
    for target in request.params["Targets"]:
        ways = [n for n in ("Input", "InputPath", "InputTransformer") if n in target]
        if len(ways) > 1:
            return _refused(
                f"Only one of Input, InputPath, or InputTransformer must be provided for target {target['Id']}."
            )
    return None


@asks("events", "PutTargets")
def other_targets_are_in_the_rules_region(request: Request) -> AwsError | None:
    for target in request.params["Targets"]:
        arn = split(target["Arn"])
        if arn is None:
            return _refused(f"Parameter {target['Arn']} is not valid. Reason: Provided Arn is not in correct format.")
        if not bus_of(target["Arn"]) and arn.region not in ("", request.region):
            return _refused(f"Parameter {target['Arn']} is not valid. Reason: The target is not in the rule's region.")
    return None


@asks("events", "PutTargets")
def a_dead_letter_queue_is_near_and_standard(request: Request) -> AwsError | None:
    for target in request.params["Targets"]:
        given = target.get("DeadLetterConfig", {}).get("Arn")
        arn = split(given)
        if given is None:
            continue
        if arn is None or arn.service != "sqs":
            reason = "Dead-letter queue must be an SQS queue"
        elif arn.region != request.region:
            reason = "Dead-letter queue must be in the region of the rule"
        elif arn.resource.endswith(".fifo"):
            reason = "Dead-letter queue must be a standard queue"
        else:
            continue
        return _refused(f"Parameter DeadLetterConfig.Arn is not valid. Reason: {reason}.")
    return None


@looks("events", "PutTargets")
def a_rule_has_so_many_targets(request: Request, state: State) -> AwsError | None:
    there = state.targets_of(request.account or "", request.region, bus_named(request), request.params["Rule"])
    ids = {t["Id"] for t in there} | {t["Id"] for t in request.params["Targets"]}
    if len(ids) <= TARGETS_PER_RULE:
        return None
    return AwsError("LimitExceededException", "The requested resource exceeds the maximum number allowed.")
