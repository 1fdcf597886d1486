"""Rules that AWS has, no model says and no emulator keeps."""

from __future__ import annotations

from ..request import AwsError, Request
from ..state import State


def broken_rule(request: Request, state: State | None) -> AwsError | None:
    """The first rule that the request breaks, as AWS's error."""
    return None
