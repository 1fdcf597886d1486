"""What SQS publishes about a queue, once a minute: how many messages there are.

AWS/SQS, dimension QueueName: ApproximateNumberOfMessagesVisible, …NotVisible (received and not yet deleted) and
…Delayed. (SQS developer guide, "Available CloudWatch metrics".) Here only the queues that an alarm watches are
measured, each time alarms are evaluated.
"""

from __future__ import annotations

from typing import Any

from ministack.core.responses import request_scope
from ministack.services import cloudwatch, sqs

from . import queues

NAMESPACE = "AWS/SQS"


def measure(moment: float) -> None:
    """Publishes the numbers of the queues that alarms watch."""
    watched = {
        (account, region, dimension["Value"])
        for (account, region, _), alarm in cloudwatch._alarms.all_items()
        if alarm.get("Namespace") == NAMESPACE
        for dimension in alarm.get("Dimensions") or []
        if dimension["Name"] == "QueueName"
    }
    for account, region, name in watched:
        queue = queues.find(f"arn:aws:sqs:{region}:{account}:{name}")
        if queue is None:
            continue
        with request_scope(account, region):
            for metric, value in _numbers(queue, moment).items():
                _publish(metric, value, name, moment)


def _numbers(queue: dict[str, Any], moment: float) -> dict[str, int]:
    sqs._expire_retained(queue)
    numbers = {"Visible": 0, "NotVisible": 0, "Delayed": 0}
    for message in list(queue["messages"]):
        if message["visible_at"] <= moment:
            numbers["Visible"] += 1
        else:
            numbers["NotVisible" if message["receive_count"] else "Delayed"] += 1
    return {f"ApproximateNumberOfMessages{kind}": number for kind, number in numbers.items()}


def _publish(metric: str, value: int, queue: str, moment: float) -> None:
    dimensions = {"QueueName": queue}
    points = cloudwatch._metric_bucket((NAMESPACE, metric, cloudwatch._dims_key(dimensions)))
    points.append({"Timestamp": moment, "Value": float(value), "Unit": "Count", "Dimensions": dimensions})
