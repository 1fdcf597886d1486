"""What a role's session hands on: its source identity and its transitive tags.

Whoever sets a source identity, or has one from the session that it acts in, needs `sts:SetSourceIdentity` for the next
role, too; with tags, passed or transitive, `sts:TagSession`. (IAM user guide, "Monitor and control actions taken with
assumed roles" and "Pass session tags in AWS STS".) The trust policy of the role has to allow both as well; of that,
MiniStack looks at passed tags only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ministack.services import sts

from . import checks
from .current import CURRENT


@dataclass(frozen=True)
class _HandedOn:
    source_identity: bool = False
    tags: bool = False


_SESSIONS: dict[str, _HandedOn] = {}
"""By the session's access key."""


def install() -> None:
    """Notes each session that is made by AssumeRole."""
    register: Callable[..., Any] = sts.register_session

    def register_session(access_key: str, session: dict[str, Any]) -> None:
        request = CURRENT.get()
        if request and request.operation == "AssumeRole":
            before = _SESSIONS.get(request.access_key or "", _HandedOn())
            _SESSIONS[access_key] = _HandedOn(
                before.source_identity or "SourceIdentity" in request.params,
                before.tags or bool(request.params.get("TransitiveTagKeys")),
            )
        register(access_key, session)

    sts.register_session = register_session


def forget() -> None:
    """After a reset."""
    _SESSIONS.clear()


def needed(request: checks.Request) -> Iterator[str]:
    """The actions that AssumeRole needs beside its own."""
    session = _SESSIONS.get(request.access_key or "", _HandedOn())
    if session.source_identity or "SourceIdentity" in request.params:
        yield "sts:SetSourceIdentity"
    if session.tags or request.params.get("Tags"):
        yield "sts:TagSession"
