"""What an alarm does when its state changes: a function's or topic's permission, and the payload.

A topic's policy must let cloudwatch.amazonaws.com publish for this alarm, as the one that SNS makes does for its
own account. (CloudWatch user guide, "Notifying users on alarm changes".)

The function may be another account's, if its policy lets that alarm of that account invoke it, and is
always in the alarm's region. The payload carries the alarm and its metric, never the event that moved
the metric. (CloudWatch user guide, "Lambda alarm actions", "Event object sent to Lambda".)
"""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import Any

from ministack.services import cloudwatch, sns

from . import functions
from .journal import hop

PUBLISHER = "cloudwatch.amazonaws.com"
SERVICE = "lambda.alarms.cloudwatch.amazonaws.com"
_ACTIONS = {"ALARM": "AlarmActions", "OK": "OKActions", "INSUFFICIENT_DATA": "InsufficientDataActions"}

State = dict[str, str]


def state(value: str, reason: str, alarm: dict[str, Any]) -> State:
    """A state as the payload tells it."""
    data = {"version": "1.0", "statistic": alarm.get("Statistic"), "period": alarm.get("Period")}
    data |= {"threshold": alarm.get("Threshold"), "queryDate": _now()}
    return {"value": value, "reason": reason, "reasonData": json.dumps(data), "timestamp": _now()}


def run(alarm: dict[str, Any], new: str, before: State, after: State) -> None:
    """Invokes each function among the actions of the new state."""
    if not alarm.get("ActionsEnabled", True):
        return
    for action in alarm.get(_ACTIONS[new]) or []:
        if action.startswith("arn:") and action.split(":")[2] == "lambda":
            _invoke(alarm, action, before, after)


def note_muted(alarm: dict[str, Any], new: str) -> None:
    """Tells the trace which actions of the new state a mute rule keeps from running."""
    _, _, _, region, account, _ = alarm["AlarmArn"].split(":", 5)
    for action in alarm.get(_ACTIONS[new]) or [] if alarm.get("ActionsEnabled", True) else []:
        hop("alarm_action", account, region, alarm["AlarmName"], target=action, outcome="muted")


def is_topic(action: str) -> bool:
    """Whether the action is a topic, of whichever account."""
    return action.split(":")[2:3] == ["sns"]


def with_topics_that_let_it(alarm: dict[str, Any], new: str) -> dict[str, Any]:
    """The alarm without the new state's topics that refuse it."""
    arn = alarm["AlarmArn"]
    _, _, _, region, account, _ = arn.split(":", 5)
    kept = []
    for action in alarm.get(_ACTIONS[new]) or []:
        if is_topic(action) and alarm.get("ActionsEnabled", True):
            allowed = sns.topic_policy_allows(action, PUBLISHER, arn, account)
            outcome, code = ("delivered", "") if allowed else ("refused", "AuthorizationError")
            hop("alarm_action", account, region, alarm["AlarmName"], target=action, outcome=outcome, code=code)
            if not allowed:
                continue
        kept.append(action)
    return {**alarm, _ACTIONS[new]: kept}


def _invoke(alarm: dict[str, Any], action: str, before: State, after: State) -> None:
    arn = alarm["AlarmArn"]
    _, _, _, region, account, _ = arn.split(":", 5)
    function = functions.find(action)
    if function is None or action.split(":")[3] != region:
        outcome, code = "refused", "ResourceNotFoundException"
    elif not functions.service_may_invoke(function, action, SERVICE, arn, account):
        outcome, code = "refused", "AccessDeniedException"
    else:
        outcome, code = "delivered", ""
        functions.invoke_async(function, _payload(alarm, before, after), f"alarm {alarm['AlarmName']}")
    hop("alarm_action", account, region, alarm["AlarmName"], target=action, outcome=outcome, code=code)
    said = "Successfully executed" if not code else "Failed to execute"
    cloudwatch._history_entries().append(
        {
            "AlarmName": alarm["AlarmName"],
            "AlarmType": "MetricAlarm",
            "Timestamp": cloudwatch._ts_iso(datetime.now(UTC).timestamp()),
            "HistoryItemType": "Action",
            "HistorySummary": f"{said} action {action}",
            "HistoryData": json.dumps({"actionState": "Failed" if code else "Succeeded", "error": code or None}),
        }
    )


def _payload(alarm: dict[str, Any], before: State, after: State) -> dict[str, Any]:
    _, _, _, region, account, _ = alarm["AlarmArn"].split(":", 5)
    metric = {
        "namespace": alarm.get("Namespace"),
        "name": alarm.get("MetricName"),
        "dimensions": cloudwatch._dims_from_list(alarm.get("Dimensions") or []),
    }
    measured = {"metric": metric, "period": alarm.get("Period"), "stat": alarm.get("Statistic")}
    configuration: dict[str, Any] = {"metrics": [{"id": str(uuid.uuid4()), "metricStat": measured, "returnData": True}]}
    if alarm.get("AlarmDescription"):
        configuration["description"] = alarm["AlarmDescription"]
    return {
        "source": "aws.cloudwatch",
        "alarmArn": alarm["AlarmArn"],
        "accountId": account,
        "time": after["timestamp"],
        "region": region,
        "alarmData": {
            "alarmName": alarm["AlarmName"],
            "state": after,
            "previousState": before,
            "configuration": configuration,
        },
    }


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"
