"""Metrics in log lines, in the embedded metric format.

CloudWatch takes them out of whatever reaches a log group, so a function whose role may not log has none. A
line is a JSON object with `_aws.CloudWatchMetrics`, a list of directives: a namespace, sets of dimensions and
the names of metrics, whose values stand at the line's root. A line that is not as specified is only text.
(CloudWatch user guide, "Specification: Embedded metric format".)

A data point counts from when it arrives, not from `_aws.Timestamp`: the clocks here are faster.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from ministack.services import cloudwatch, cloudwatch_logs

Point = tuple[str, str, float, str, dict[str, str]]
DIMENSIONS = 30
METRICS = 100


def install() -> None:
    """Reads every line that is stored."""
    append: Callable[..., None] = cloudwatch_logs._append_log_events

    def appended(stream: dict[str, Any], events: list[dict[str, Any]]) -> None:
        append(stream, events)
        for event in events:
            for point in list(points(event.get("message", ""))):
                cloudwatch.record_metric(*point)

    cloudwatch_logs._append_log_events = appended


def points(line: str) -> Iterator[Point]:
    """Namespace, name, value, unit and dimensions of each data point in a line."""
    if '"CloudWatchMetrics"' not in line:
        return
    try:
        document = json.loads(line)
        found = [point for one in document["_aws"]["CloudWatchMetrics"] for point in _directive(document, one)]
    except (ValueError, TypeError, KeyError, AttributeError):
        return
    yield from found


def _directive(document: dict[str, Any], directive: dict[str, Any]) -> Iterator[Point]:
    metrics = directive["Metrics"]
    if len(metrics) > METRICS or not directive["Namespace"]:
        raise ValueError("the directive is over its limits")
    for names in directive["Dimensions"]:
        dimensions = {name: document[name] for name in names}
        if len(names) > DIMENSIONS or not all(isinstance(value, str) for value in dimensions.values()):
            raise ValueError("a dimension is no text")
        for metric in metrics:
            values = document[metric["Name"]]
            for value in values if isinstance(values, list) else [values]:
                if isinstance(value, bool):
                    raise TypeError("a metric is no number")
                number = value + 0.0
                yield directive["Namespace"], metric["Name"], number, metric.get("Unit") or "None", dimensions
