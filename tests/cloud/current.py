"""The request being served, taken apart by its service's own model.

What stands in MiniStack's place knows from it what MiniStack does not hand down.
"""

from __future__ import annotations

from contextvars import ContextVar

from . import checks

CURRENT: ContextVar[checks.Request | None] = ContextVar("current_request", default=None)
