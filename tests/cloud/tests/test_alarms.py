"""An alarm on a rule's matches acts on the change of its state, and only where it may."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .world import FAR, MEMBER, World, function, until

ALARM = f"arn:aws:cloudwatch:{FAR}:{MEMBER}:alarm:user"


def watched(world: World, *actions: str, **changed: Any) -> None:
    """A rule without targets on the edge bus, and an alarm on its matches."""
    world.bus(MEMBER, FAR, "edge")
    pattern = json.dumps({"source": ["test"]})
    world.client("events", MEMBER, FAR).put_rule(Name="user", EventBusName="edge", EventPattern=pattern)
    dimensions = [{"Name": "EventBusName", "Value": "edge"}, {"Name": "RuleName", "Value": "user"}]
    said = {
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 1,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "TreatMissingData": "notBreaching",
    }
    world.client("cloudwatch", MEMBER, FAR).put_metric_alarm(
        AlarmName="user",
        Namespace="AWS/Events",
        MetricName="MatchedEvents",
        Dimensions=dimensions,
        AlarmActions=list(actions),
        **{**said, **changed},
    )


def state(world: World) -> str:
    """The alarm's state now."""
    return world.client("cloudwatch", MEMBER, FAR).describe_alarms(AlarmNames=["user"])["MetricAlarms"][0]["StateValue"]


def states(world: World) -> list[str]:
    """All states the alarm went through."""
    return [hop["outcome"] for hop in world.hops("alarm_state")]


def permit(world: World, **changed: str) -> None:
    """Lets the alarm invoke the function."""
    said = {"SourceArn": ALARM, "SourceAccount": MEMBER, "Principal": "lambda.alarms.cloudwatch.amazonaws.com"}
    world.client("lambda", MEMBER, FAR).add_permission(
        FunctionName="eyes", StatementId="alarm", Action="lambda:InvokeFunction", **{**said, **changed}
    )


def test_a_match_raises_the_alarm_once_and_it_falls_again(world: World) -> None:
    arn = function(world, region=FAR)
    permit(world)
    watched(world, arn)
    until(lambda: state(world) == "OK")
    world.put(MEMBER, FAR, "edge")
    world.await_hop("function", "succeeded")
    until(lambda: states(world) == ["OK", "ALARM", "OK"])
    assert [hop["outcome"] for hop in world.hops("alarm_action")] == ["delivered"]


def test_the_payload_is_awss(world: World) -> None:
    arn = function(world, region=FAR)
    permit(world)
    watched(world, arn, AlarmDescription="whom it is for")
    until(lambda: state(world) == "OK")
    world.put(MEMBER, FAR, "edge")
    event = json.loads(world.await_hop("function", "succeeded")["detail"]["log"][0].removeprefix("saw "))
    assert (event["source"], event["alarmArn"]) == ("aws.cloudwatch", ALARM)
    assert (event["accountId"], event["region"]) == (MEMBER, FAR)
    data = event["alarmData"]
    assert (data["alarmName"], data["state"]["value"], data["previousState"]["value"]) == ("user", "ALARM", "OK")
    assert json.loads(data["state"]["reasonData"])
    metric = data["configuration"]["metrics"][0]["metricStat"]
    assert (metric["period"], metric["stat"]) == (60, "Sum")
    assert metric["metric"] == {
        "namespace": "AWS/Events",
        "name": "MatchedEvents",
        "dimensions": {"EventBusName": "edge", "RuleName": "user"},
    }
    assert data["configuration"]["description"] == "whom it is for"


@pytest.mark.parametrize(
    "changed",
    [
        {"Principal": "events.amazonaws.com"},
        {"SourceAccount": "333333333333"},
        {"SourceArn": f"{ALARM}-other"},
    ],
)
def test_an_action_without_permission_is_refused(world: World, changed: dict[str, str]) -> None:
    arn = function(world, region=FAR)
    permit(world, **changed)
    watched(world, arn)
    world.put(MEMBER, FAR, "edge")
    assert world.await_hop("alarm_action", "refused")["code"] == "AccessDeniedException"
    assert not world.hops("function")


def test_a_missing_function_is_told_only_to_the_trace(world: World) -> None:
    watched(world, f"arn:aws:lambda:{FAR}:{MEMBER}:function:gone")
    world.put(MEMBER, FAR, "edge")
    assert world.await_hop("alarm_action", "refused")["code"] == "ResourceNotFoundException"


def test_missing_data_counts_as_it_is_told(world: World) -> None:
    watched(world, TreatMissingData="breaching")
    until(lambda: state(world) == "ALARM")
    world.client("cloudwatch", MEMBER, FAR).delete_alarms(AlarmNames=["user"])


def test_an_alarm_set_by_hand_runs_its_action(slow_world: World) -> None:
    watched(slow_world, f"arn:aws:lambda:{FAR}:{MEMBER}:function:gone")
    cloudwatch = slow_world.client("cloudwatch", MEMBER, FAR)
    for _ in range(2):
        cloudwatch.set_alarm_state(AlarmName="user", StateValue="ALARM", StateReason="by hand")
    assert len(slow_world.hops("alarm_action")) == 1


def test_the_rules_metrics_are_published(world: World) -> None:
    watched(world)
    world.put(MEMBER, FAR, "edge")
    metrics = world.client("cloudwatch", MEMBER, FAR).list_metrics(Namespace="AWS/Events")["Metrics"]
    assert {metric["MetricName"] for metric in metrics} == {"MatchedEvents", "TriggeredRules"}
