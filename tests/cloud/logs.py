"""What functions write to CloudWatch Logs.

Lambda writes with the function's own role: without logs:CreateLogStream and logs:PutLogEvents
nothing is stored, and the group is made only by a role that may make it. (Lambda developer guide,
"Sending Lambda function logs to CloudWatch Logs".)
"""

from __future__ import annotations

from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudwatch_logs, lambda_svc

from . import environment, policies


def install() -> None:
    """Asks the role before MiniStack writes."""
    emit = lambda_svc._emit_lambda_logs

    def emit_lambda_logs(func: dict[str, Any], *rest: Any, **named: Any) -> None:
        config = func.get("config") or func
        if _allowed(config.get("Role", ""), environment.log_group(config)):
            emit(func, *rest, **named)

    lambda_svc._emit_lambda_logs = emit_lambda_logs


def _allowed(role: str, group: str) -> bool:
    region = get_region()
    arn = f"arn:aws:logs:{region}:{get_account_id()}:log-group:{group}"
    if group not in cloudwatch_logs._log_groups and not (
        policies.role_allows(role, "logs:CreateLogGroup", arn, region)
        or policies.role_allows(role, "logs:CreateLogGroup", f"{arn}:*", region)
    ):
        return False
    stream = f"{arn}:log-stream:local"
    return policies.role_allows(role, "logs:CreateLogStream", stream, region) and policies.role_allows(
        role, "logs:PutLogEvents", stream, region
    )
