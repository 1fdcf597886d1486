"""The table itself: which rule looks at which operation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import NamedTuple

from ..request import AwsError, Request
from ..state import State

Rule = Callable[[Request, State], AwsError | None]
Pure = Callable[[Request], AwsError | None]


class Row(NamedTuple):
    """A rule, and whether it looks at other objects."""

    check: Callable[..., AwsError | None]
    reads_state: bool


ROWS: dict[tuple[str, str], list[Row]] = defaultdict(list)


def asks(service: str, *operations: str) -> Callable[[Pure], Pure]:
    """A rule about the request alone."""

    def register(check: Pure) -> Pure:
        for operation in operations:
            ROWS[service, operation].append(Row(check, False))
        return check

    return register


def looks(service: str, *operations: str) -> Callable[[Rule], Rule]:
    """A rule about the request and what exists."""

    def register(check: Rule) -> Rule:
        for operation in operations:
            ROWS[service, operation].append(Row(check, True))
        return check

    return register
