"""Time, `speed` times faster than on AWS, for everything that waits.

AWS lets an asynchronous invocation wait 1 and then 2 minutes before it tries again, evaluates an
alarm of 60 seconds every minute, and takes about ten seconds until a new role can be assumed
everywhere. A test can't wait that long, so each of these waits is divided by one factor.

Every wait belongs to an era. A reset begins a new one, and what still waits in an older era ends
without doing anything.
"""

from __future__ import annotations

import threading
import time

from .settings import SETTINGS

ROLE_PROPAGATION = 10.0
"""Seconds until a new role can be assumed by a service; AWS only says "eventually consistent"."""

_era = 0
_changed = threading.Condition()


def era() -> int:
    """The current era; a reset changes it."""
    return _era


def begin_era() -> None:
    """Wakes everything that waits, to end it."""
    global _era  # noqa: PLW0603 (an integer is read without the lock)
    with _changed:
        _era += 1
        _changed.notify_all()


def real(seconds: float) -> float:
    """How long `seconds` on AWS take here."""
    return seconds / SETTINGS.speed


def pause(seconds: float, born: int) -> bool:
    """Waits as long as AWS would wait `seconds`; False where a reset came first."""
    deadline = time.monotonic() + real(seconds)
    with _changed:
        while _era == born:
            left = deadline - time.monotonic()
            if left <= 0:
                return True
            _changed.wait(left)
    return False
