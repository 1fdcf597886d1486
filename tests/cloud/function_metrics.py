"""What Lambda publishes about a function: AWS/Lambda, one data point for each attempt.

Invocations is 1, Errors 1 or 0 (so its sum is the number of failures), Duration in milliseconds; the dimension
is FunctionName. (Lambda developer guide, "Types of metrics for Lambda functions".) Throttles are not counted.
"""

from __future__ import annotations

import time
from typing import Any

from ministack.services import cloudwatch, lambda_svc

from . import clock


def install() -> None:
    """Counts attempts where each of them passes, not where some are asked for."""
    execute = lambda_svc._execute_function_dispatch

    def executed(
        func: dict[str, Any], config: dict[str, Any], event: dict[str, Any], request_id: str, started: float
    ) -> dict[str, Any]:
        era, begun = clock.era(), time.monotonic()
        answer = execute(func, config, event, request_id, started)
        if clock.era() == era:
            _count(config["FunctionName"], bool(answer.get("error")), (time.monotonic() - begun) * 1000)
        return answer

    lambda_svc._execute_function_dispatch = executed
    lambda_svc._emit_lambda_metrics = lambda *_, **__: None


def _count(name: str, failed: bool, milliseconds: float) -> None:
    dimensions = {"FunctionName": name}
    cloudwatch.record_metric("AWS/Lambda", "Invocations", 1, "Count", dimensions)
    cloudwatch.record_metric("AWS/Lambda", "Errors", int(failed), "Count", dimensions)
    cloudwatch.record_metric("AWS/Lambda", "Duration", milliseconds, "Milliseconds", dimensions)
