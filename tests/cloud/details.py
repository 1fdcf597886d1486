"""What an event's detail may hold.

PutEvents takes JSON with integers from -2^63 to 2^63-1 and up to 1,000 levels (EventBridge API reference,
PutEventsRequestEntry, Detail). Half of a surrogate pair is no character, so no UTF-8 holds it (inferred). The refusal
is the entry's own: the others of its request are put.
"""

from __future__ import annotations

import json
import math
from typing import Any

LEVELS = 1000


def fault(text: str) -> tuple[str, str] | None:
    """Code and message, if EventBridge does not take the detail."""
    try:
        detail = json.loads(text)
        json.dumps(detail, ensure_ascii=False).encode()
    except (ValueError, UnicodeEncodeError, RecursionError):
        return _malformed()
    return None if isinstance(detail, dict) and _is_taken(detail) else _malformed()


def _malformed() -> tuple[str, str]:
    return "MalformedDetail", "Detail is malformed."


def _is_taken(detail: Any) -> bool:
    left = [(detail, 1)]
    while left:
        value, level = left.pop()
        if isinstance(value, int) and not isinstance(value, bool) and not -(2**63) <= value < 2**63:
            return False
        if isinstance(value, float) and not math.isfinite(value):
            return False
        if isinstance(value, dict | list):
            if level > LEVELS:
                return False
            inner = value.values() if isinstance(value, dict) else value
            left.extend((one, level + 1) for one in inner)
    return True
