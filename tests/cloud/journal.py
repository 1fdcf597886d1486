"""What happened, in order: every request, every step of every event, every published message, every judgement.

Entries are numbered from 0 without gaps, also over a reset, so a reader that remembers where it
was never sees an entry twice.
"""

from __future__ import annotations

import threading
import time
from typing import Any

KEEP = 50_000


class Journal:
    """An append-only list that many threads write and clients read by number."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: list[dict[str, Any]] = []
        self._first = 0

    def add(self, **fields: Any) -> None:
        """Appends one entry; its number and time are added."""
        with self._lock:
            number = self._first + len(self._entries)
            self._entries.append({"n": number, "time": round(time.time(), 3), **fields})
            if len(self._entries) > KEEP:
                dropped = KEEP // 10
                del self._entries[:dropped]
                self._first += dropped

    def since(self, number: int) -> tuple[int, list[dict[str, Any]]]:
        """The number to ask for next, and the entries from `number` on."""
        with self._lock:
            start = max(0, number - self._first)
            return self._first + len(self._entries), self._entries[start:]

    def clear(self) -> None:
        """Forgets the entries; numbers go on."""
        with self._lock:
            self._first += len(self._entries)
            self._entries.clear()


REQUESTS = Journal()
TRACE = Journal()
MESSAGES = Journal()
JUDGEMENTS = Journal()


def hop(
    kind: str,
    account: str,
    region: str,
    name: str = "",
    *,
    rule: str = "",
    target: str = "",
    outcome: str = "",
    code: str = "",
    event_id: str = "",
    detail: Any = None,
) -> None:
    """Notes one step of an event on its way."""
    TRACE.add(
        kind=kind,
        account=account,
        region=region,
        name=name,
        rule=rule,
        target=target,
        outcome=outcome,
        code=code,
        event_id=event_id,
        detail=detail,
    )
