"""Alarms, evaluated on a clock that runs `--speed` times faster.

CloudWatch looks at an alarm once a minute: at the last EvaluationPeriods periods of its metric, of
which DatapointsToAlarm must breach. What a period without data counts as is TreatMissingData's
business. Actions run when the state changes, never while it stays. (CloudWatch user guide, "Alarm
evaluation".) Not as on AWS: the return to OK takes one evaluation, not several minutes.

A function as an action is invoked asynchronously, if its resource policy lets
lambda.alarms.cloudwatch.amazonaws.com invoke it for this alarm and account; CloudWatch neither checks
that beforehand nor says so afterwards. (CloudWatch user guide, "Lambda alarm actions")
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import cloudwatch

from . import alarm_actions, clock, mute_rules, queue_metrics
from .journal import hop

_log = logging.getLogger("cloud.alarms")

EVALUATION = 60.0
_SHORTEST = 0.02

_BREACHES: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
}

_states: dict[str, dict[str, str]] = {}
"""What each alarm's state was when it last changed, by ARN; the action's payload tells it."""


def install() -> None:
    """Evaluates on the clock instead of whenever a metric is put."""
    cloudwatch._evaluate_alarm = lambda _alarm: None
    # It rewrites lists that other threads append to, and no metric here is two weeks old.
    cloudwatch._evict_old_metrics = lambda: None
    cloudwatch._is_sns_action_arn = alarm_actions.is_topic
    dispatch: Callable[..., None] = cloudwatch._dispatch_alarm_actions

    def dispatch_alarm_actions(alarm: dict[str, Any], old: str, new: str, reason: str) -> None:
        before, after = _note_change(alarm, old, new, reason)
        if mute_rules.mutes(alarm):
            alarm_actions.note_muted(alarm, new)
            return
        alarm_actions.run(alarm, new, before, after)
        dispatch(alarm_actions.with_topics_that_let_it(alarm, new), old, new, reason)

    def unmute(alarm: dict[str, Any]) -> None:
        state, reason = alarm["StateValue"], alarm.get("StateReason") or ""
        now = _states.get(alarm["AlarmArn"]) or alarm_actions.state(state, reason, alarm)
        alarm_actions.run(alarm, state, now, now)
        dispatch(alarm_actions.with_topics_that_let_it(alarm, state), state, state, reason)

    cloudwatch._dispatch_alarm_actions = dispatch_alarm_actions
    mute_rules.install(unmute)
    threading.Thread(target=_run, daemon=True, name="alarms").start()


def forget() -> None:
    """After a reset."""
    _states.clear()
    mute_rules.forget()


def _run() -> None:
    """Evaluates at fixed moments, so that every data point is in exactly one evaluation."""
    interval = max(clock.real(EVALUATION), _SHORTEST)
    moment = time.time()
    while True:
        moment += interval
        time.sleep(max(0.0, moment - time.time()))
        queue_metrics.measure(moment)
        for (account, region, _), alarm in cloudwatch._alarms.all_items():
            try:
                with request_scope(account, region):
                    evaluate(alarm, moment)
            except Exception:  # noqa: BLE001 (one alarm must not end the clock of all)
                _log.exception("evaluating %s", alarm.get("AlarmArn"))


def evaluate(alarm: dict[str, Any], moment: float) -> None:
    """Gives the alarm the state that its metric says at this moment."""
    if not alarm.get("Namespace") or not alarm.get("MetricName"):
        return
    values = _values(alarm, moment)
    new = _state(alarm, values)
    old = alarm["StateValue"]
    if new == old:
        return
    known = [value for value in values if value is not None]
    reason = f"Threshold Crossed: {len(known)} datapoint(s) {known} against the threshold ({alarm.get('Threshold')})."
    alarm.update(StateValue=new, StateReason=reason, StateUpdatedTimestamp=int(time.time()))
    cloudwatch._record_history(alarm["AlarmName"], old, new, reason)
    cloudwatch._dispatch_alarm_actions(alarm, old, new, reason)
    cloudwatch._evaluate_parent_alarms(alarm)


def _values(alarm: dict[str, Any], moment: float) -> list[float | None]:
    """The statistic of each evaluated period, the latest first."""
    dimensions = cloudwatch._dims_key(cloudwatch._dims_from_list(alarm.get("Dimensions") or []))
    points = cloudwatch._metrics.get((alarm["Namespace"], alarm["MetricName"], dimensions)) or []
    width = max(clock.real(alarm.get("Period") or 60), _SHORTEST)
    statistic = alarm.get("ExtendedStatistic") or alarm.get("Statistic") or "Average"
    values: list[float | None] = []
    for number in range(alarm.get("EvaluationPeriods") or 1):
        end = moment - number * width
        inside = [point for point in list(points) if end - width < point["Timestamp"] <= end]
        stats = cloudwatch._calc_stats(inside)
        values.append(cloudwatch._stat_value(stats, statistic, inside) if stats else None)
    return values


def _state(alarm: dict[str, Any], values: list[float | None]) -> str:
    missing = alarm.get("TreatMissingData") or "missing"
    if all(value is None for value in values):
        return {"notBreaching": "OK", "breaching": "ALARM", "ignore": alarm["StateValue"]}.get(
            missing, "INSUFFICIENT_DATA"
        )
    breaches = _BREACHES.get(alarm.get("ComparisonOperator") or "")
    if breaches is None:
        return alarm["StateValue"]
    breaching = sum(
        missing == "breaching" if value is None else breaches(value, alarm.get("Threshold", 0.0)) for value in values
    )
    return "ALARM" if breaching >= (alarm.get("DatapointsToAlarm") or len(values)) else "OK"


def _note_change(
    alarm: dict[str, Any], old: str, new: str, reason: str
) -> tuple[alarm_actions.State, alarm_actions.State]:
    """Tells the trace; the state before and the new one."""
    arn = alarm["AlarmArn"]
    _, _, _, region, account, _ = arn.split(":", 5)
    hop(
        "alarm_state",
        account,
        region,
        alarm["AlarmName"],
        target=arn,
        outcome=new,
        detail={"from": old, "reason": reason},
    )
    before = _states.get(arn) or alarm_actions.state(old, "Unchecked: Initial alarm creation", alarm)
    after = alarm_actions.state(new, reason, alarm)
    _states[arn] = after
    return before, after
