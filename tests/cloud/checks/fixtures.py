"""What the fixtures of the tests are."""

from __future__ import annotations

from typing import Any, Protocol

from .request import Request
from .world import World


class Sent(Protocol):
    """What `parse` makes of a call that botocore serialises, without validating it first."""

    def __call__(self, service: str, operation: str, region: str = ..., **params: Any) -> Request: ...


class Refused(Protocol):
    """Asserts that one request is refused, and that its neighbour is not."""

    def __call__(
        self,
        service: str,
        operation: str,
        base: dict[str, Any],
        bad: dict[str, Any],
        good: dict[str, Any],
        code: str,
        words: str,
        world: World | None = ...,
    ) -> None: ...
