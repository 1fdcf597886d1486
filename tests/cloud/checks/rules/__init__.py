"""Rules that AWS has, no model says and no emulator keeps."""

from __future__ import annotations

from ..request import AwsError, Request
from ..state import State
from . import (  # noqa: F401 (each puts its rules into the table)
    alarms,
    buckets,
    buses,
    functions,
    logs,
    parameters,
    queues,
    roles,
    rules,
    tags,
    targets,
    topics,
)
from .table import ROWS


def broken_rule(request: Request, state: State | None) -> AwsError | None:
    """The first rule that the request breaks, as AWS's error."""
    if not request.service or not request.operation:
        return None
    for row in ROWS.get((request.service, request.operation), ()):
        if not row.reads_state:
            error = row.check(request)
        elif state is not None and request.account:
            error = row.check(request, state)
        else:
            continue
        if error:
            return error
    return None
