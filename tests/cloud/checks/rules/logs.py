"""CloudWatch Logs: retention takes only these numbers of days (PutRetentionPolicy, API reference)."""

from __future__ import annotations

from ..request import AwsError, Request
from .table import asks

DAYS = (
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731,
    1096, 1827, 2192, 2557, 2922, 3288, 3653,
)  # fmt: skip


@asks("logs", "PutRetentionPolicy")
def retention_is_one_of_the_allowed(request: Request) -> AwsError | None:
    if request.params["retentionInDays"] in DAYS:
        return None
    allowed = ", ".join(map(str, DAYS))
    return AwsError(
        "InvalidParameterException",
        f"1 validation error detected: Value '{request.params['retentionInDays']}' at 'retentionInDays' failed to"
        f" satisfy constraint: Member must satisfy enum value set: [{allowed}]",
    )
