"""What functions, their log lines and queues publish reaches alarms, and those reach functions of other accounts."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from .world import BOOTSTRAP, FAR, MEMBER, OTHER, World, function, refused, until

ALARM = f"arn:aws:cloudwatch:{FAR}:{MEMBER}:alarm:watched"
COUNT = {"Statistic": "Sum", "Threshold": 1}
EMF = {
    "_aws": {
        "Timestamp": 0,
        "CloudWatchMetrics": [
            {
                "Namespace": "Guard",
                "Dimensions": [["FunctionName"]],
                "Metrics": [{"Name": "Lost", "Unit": "Count"}, {"Name": "Ages"}],
            }
        ],
    },
    "FunctionName": "eyes",
    "Lost": 1,
    "Ages": [3, 4],
}


def alarm(world: World, namespace: str, metric: str, dimension: dict[str, str], *actions: str, **changed: Any) -> None:
    """An alarm on one metric."""
    said = {**COUNT, "Period": 60, "EvaluationPeriods": 1, "ComparisonOperator": "GreaterThanOrEqualToThreshold"}
    world.client("cloudwatch", MEMBER, FAR).put_metric_alarm(
        AlarmName="watched",
        Namespace=namespace,
        MetricName=metric,
        Dimensions=[{"Name": name, "Value": value} for name, value in dimension.items()],
        TreatMissingData="notBreaching",
        AlarmActions=list(actions),
        **{**said, **changed},
    )
    until(lambda: state(world) == "OK")


def state(world: World) -> str:
    """The alarm's state now."""
    found = world.client("cloudwatch", MEMBER, FAR).describe_alarms(AlarmNames=["watched"])
    return found["MetricAlarms"][0]["StateValue"]


def sum_of(world: World, namespace: str, metric: str, **dimension: str) -> list[float]:
    """The metric's sum and how many data points it has."""
    dimensions = [{"Name": name, "Value": value} for name, value in dimension.items()]
    found = world.client("cloudwatch", MEMBER, FAR).get_metric_statistics(
        Namespace=namespace,
        MetricName=metric,
        Dimensions=dimensions,
        StartTime=time.time() - 3600,
        EndTime=time.time() + 3600,
        Period=86_400,
        Statistics=["Sum", "SampleCount"],
    )["Datapoints"]
    return [value for point in found for value in (point["Sum"], point["SampleCount"])]


def test_a_message_in_a_queue_raises_an_alarm_until_it_is_taken_away(world: World) -> None:
    letters = world.queue(MEMBER, FAR)
    gauge = {"Statistic": "Maximum"}
    alarm(world, "AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": "letters"}, **gauge)
    sqs = world.client("sqs", MEMBER, FAR)
    url = sqs.get_queue_url(QueueName="letters")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="m")
    until(lambda: state(world) == "ALARM")
    world.messages(letters)  # which makes it invisible
    until(lambda: state(world) == "OK")
    assert sum_of(world, "AWS/SQS", "ApproximateNumberOfMessagesNotVisible", QueueName="letters")[0] >= 1


def test_every_failed_attempt_is_an_error(world: World) -> None:
    function(world, region=FAR, FAILS="always")
    alarm(world, "AWS/Lambda", "Errors", {"FunctionName": "eyes"})
    world.client("lambda", MEMBER, FAR).invoke(FunctionName="eyes", InvocationType="Event")
    until(lambda: "ALARM" in [hop["outcome"] for hop in world.hops("alarm_state")])
    world.await_hop("function", "lost")
    assert sum_of(world, "AWS/Lambda", "Errors", FunctionName="eyes") == [3, 3]
    world.client("lambda", MEMBER, FAR).invoke(FunctionName="eyes")
    assert sum_of(world, "AWS/Lambda", "Errors", FunctionName="eyes") == [4, 4]


def test_what_succeeds_is_an_invocation_and_no_error(world: World) -> None:
    function(world, region=FAR)
    client = world.client("lambda", MEMBER, FAR)
    client.invoke(FunctionName="eyes", InvocationType="Event")
    world.await_hop("function", "succeeded")
    until(lambda: sum_of(world, "AWS/Lambda", "Invocations", FunctionName="eyes") == [1, 1])
    assert sum_of(world, "AWS/Lambda", "Errors", FunctionName="eyes") == [0, 1]


def printing(*lines: str) -> str:
    """A bootstrap that prints these lines."""
    return BOOTSTRAP.replace('"saw", json.dumps(event)', repr("\n".join(lines)))


def test_a_metric_in_a_log_line_raises_an_alarm(world: World) -> None:
    function(world, region=FAR, bootstrap=printing("text", json.dumps(EMF)))
    alarm(world, "Guard", "Lost", {"FunctionName": "eyes"})
    world.client("lambda", MEMBER, FAR).invoke(FunctionName="eyes", InvocationType="Event")
    until(lambda: "ALARM" in [hop["outcome"] for hop in world.hops("alarm_state")])
    assert sum_of(world, "Guard", "Lost", FunctionName="eyes") == [1, 1]
    assert sum_of(world, "Guard", "Ages", FunctionName="eyes") == [7, 2]


@pytest.mark.parametrize("changed", [{"Lost": "one"}, {"Lost": True}, {"FunctionName": 1}, {"_aws": {}}])
def test_a_line_that_is_not_as_specified_is_only_text(world: World, changed: dict[str, Any]) -> None:
    logs = world.client("logs", MEMBER, FAR)
    logs.create_log_group(logGroupName="g")
    logs.create_log_stream(logGroupName="g", logStreamName="s")
    for line in (EMF | changed, EMF):
        event = {"timestamp": int(time.time() * 1000), "message": json.dumps(line)}
        logs.put_log_events(logGroupName="g", logStreamName="s", logEvents=[event])
    assert sum_of(world, "Guard", "Lost", FunctionName="eyes") == [1, 1]


def test_who_may_not_log_has_no_metrics_of_its_lines(world: World) -> None:
    function(world, region=FAR, bootstrap=printing(json.dumps(EMF)))
    world.client("iam", MEMBER).delete_role_policy(RoleName="runs", PolicyName="own")
    world.client("lambda", MEMBER, FAR).invoke(FunctionName="eyes")
    assert sum_of(world, "Guard", "Lost", FunctionName="eyes") == []


def permit(world: World, **changed: str) -> None:
    """Lets the alarm invoke the other account's function."""
    said = {"SourceArn": ALARM, "SourceAccount": MEMBER, "Principal": "lambda.alarms.cloudwatch.amazonaws.com"}
    world.client("lambda", OTHER, FAR).add_permission(
        FunctionName="eyes", StatementId="alarm", Action="lambda:InvokeFunction", **{**said, **changed}
    )


def raised(world: World) -> None:
    """Puts one data point that raises the alarm."""
    data = {"MetricName": "m", "Value": 1, "Dimensions": [{"Name": "d", "Value": "v"}]}
    world.client("cloudwatch", MEMBER, FAR).put_metric_data(Namespace="Guard", MetricData=[data])


def test_an_alarm_invokes_another_accounts_function_that_lets_it(world: World) -> None:
    action = function(world, region=FAR, account=OTHER)
    permit(world)
    alarm(world, "Guard", "m", {"d": "v"}, action)
    raised(world)
    hop = world.await_hop("function", "succeeded")
    assert hop["account"] == OTHER
    event = json.loads(hop["detail"]["log"][0].removeprefix("saw "))
    assert (event["accountId"], event["alarmArn"]) == (MEMBER, ALARM)
    (metric,) = event["alarmData"]["configuration"]["metrics"]
    assert metric["metricStat"]["metric"] == {"namespace": "Guard", "name": "m", "dimensions": {"d": "v"}}


@pytest.mark.parametrize("changed", [{"SourceAccount": OTHER}, {"SourceArn": ALARM.replace(MEMBER, OTHER)}])
def test_another_accounts_function_must_let_this_alarm_in(world: World, changed: dict[str, str]) -> None:
    action = function(world, region=FAR, account=OTHER)
    permit(world, **changed)
    alarm(world, "Guard", "m", {"d": "v"}, action)
    raised(world)
    assert world.await_hop("alarm_action", "refused")["code"] == "AccessDeniedException"


def test_an_alarm_takes_no_function_of_another_region(world: World) -> None:
    action = function(world, account=OTHER)
    with refused("ValidationError.*Invalid region"):
        alarm(world, "Guard", "m", {"d": "v"}, action)


@pytest.mark.parametrize(
    ("account", "principal", "outcome"),
    [
        (MEMBER, {}, "delivered"),
        (MEMBER, {"AWS": MEMBER}, "refused"),
        (OTHER, {}, "refused"),
        (OTHER, {"Service": "cloudwatch.amazonaws.com"}, "delivered"),
    ],
)
def test_an_alarm_tells_a_topic_that_lets_it(
    world: World, account: str, principal: dict[str, str], outcome: str
) -> None:
    sns = world.client("sns", account, FAR)
    topic = sns.create_topic(Name="t")["TopicArn"]
    if principal:
        statement = {"Effect": "Allow", "Principal": principal, "Action": "sns:Publish", "Resource": topic}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=document)
    alarm(world, "Guard", "m", {"d": "v"}, topic)
    raised(world)
    assert world.await_hop("alarm_action", outcome)["target"] == topic
    # Back to OK it has done what it does in ALARM.
    until(lambda: [hop["outcome"] for hop in world.hops("alarm_state")] == ["OK", "ALARM", "OK"])
    told = [one["topic"] for one in world.control("messages")["messages"]]
    assert told == ([topic] if outcome == "delivered" else [])
