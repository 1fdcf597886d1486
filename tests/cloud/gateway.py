"""The door: every request passes here before MiniStack sees it.

It is recorded with who asked what and what came of it, and refused where AWS's own model or rules
refuse it. Requests under /_cloud/ are for the tests themselves (control.py).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from contextvars import ContextVar
from typing import Any
from urllib.parse import parse_qs

from ministack import app as ministack
from ministack.core import router
from ministack.core.iam_evaluator import AmbiguousAccessKeyError
from ministack.core.responses import _account_from_sts_session

from . import checks, control, errors
from .checks.ministack_state import MiniStackState
from .journal import REQUESTS
from .settings import MANAGEMENT

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


CURRENT: ContextVar[checks.Request | None] = ContextVar("current_request", default=None)
"""The request being served, taken apart by its service's own model."""


_STATE = MiniStackState()


class Gateway:
    """The ASGI application that is served."""

    def __init__(self, started: Callable[[], Awaitable[None]]) -> None:
        self._started = started

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serves one connection event."""
        if scope["type"] == "lifespan":
            await ministack.app(scope, receive, self._when_started(send))
        elif scope["type"] != "http":
            await ministack.app(scope, receive, send)
        elif scope["path"].startswith("/_cloud/"):
            await control.serve(scope, send)
        else:
            await _serve(scope, receive, send)

    def _when_started(self, send: Send) -> Send:
        async def forward(message: Message) -> None:
            if message["type"] == "lifespan.startup.complete":
                await self._started()
            await send(message)

        return forward


async def _serve(scope: Message, receive: Receive, send: Send) -> None:
    body = await _body(receive)
    headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope.get("headers", [])}
    raw = scope.get("raw_path") or scope["path"].encode()
    query = scope.get("query_string", b"").decode("latin-1")
    request = checks.parse(scope["method"], f"{raw.decode('latin-1')}?{query}", headers, body)
    request.account = _account(headers, parse_qs(query, keep_blank_values=True))
    CURRENT.set(request)
    refused = checks.check(request, _STATE)
    if refused:
        status, answered, content = checks.answer(refused, request)
        pairs = [(k.lower().encode(), v.encode()) for k, v in answered.items()]
        pairs.append((b"content-length", str(len(content)).encode()))
        await send({"type": "http.response.start", "status": status, "headers": pairs})
        await send({"type": "http.response.body", "body": content})
        _record(request, headers, status, refused.code)
        return
    seen: dict[str, Any] = {"status": 0, "headers": {}, "body": b""}

    async def watch(message: Message) -> None:
        if message["type"] == "http.response.start":
            seen["status"] = message["status"]
            seen["headers"] = {k.decode().lower(): v.decode("latin-1") for k, v in message.get("headers", [])}
        elif seen["status"] >= 400 and len(seen["body"]) < 65_536:
            seen["body"] += message.get("body", b"")
        await send(message)

    await ministack.app(scope, _replay(body, receive), watch)
    _record(request, headers, seen["status"], errors.code_of(seen["headers"], seen["body"]) if seen["status"] >= 400 else "")


def _record(request: checks.Request, headers: dict[str, str], status: int, error: str) -> None:
    REQUESTS.add(
        account=request.account or "",
        region=request.region,
        service=request.service or "",
        operation=request.operation or "",
        status=status,
        error=error,
        agent=headers.get("user-agent", ""),
    )


def _account(headers: dict[str, str], query: dict[str, list[str]]) -> str:
    key = router.extract_access_key_id(headers, query)
    if not key:
        return ""
    try:
        account = ministack._request_account_scope(key)
    except AmbiguousAccessKeyError:
        return ""
    if account.isdigit() and len(account) == 12:
        return account
    return _account_from_sts_session(account) or MANAGEMENT


async def _body(receive: Receive) -> bytes:
    chunks = []
    while True:
        message = await receive()
        chunks.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(chunks)


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
