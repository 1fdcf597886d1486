"""The door: every request passes here before MiniStack sees it.

It is recorded with who asked what and what came of it, refused where AWS's own model or rules refuse
it, and struck where a fault was asked for (faults.py, strikes.py). Requests under /_cloud/ are for the tests
themselves (control.py).
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from ministack import app as ministack
from ministack.core import router
from ministack.core.iam_evaluator import AmbiguousAccessKeyError
from ministack.core.responses import _account_from_sts_session

from . import checks, control, errors, faults, processes, strikes, suspended
from .checks.ministack_state import MiniStackState
from .current import CURRENT
from .journal import REQUESTS
from .settings import MANAGEMENT

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


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
            await control.serve(scope, await _body(receive), send)
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
    agent = headers.get("user-agent", "")
    ident = faults.identity(scope["method"], f"{raw!r}?{query}", request.account, request.region, body)
    fault = faults.PLAN.strike(request, agent, ident)
    CURRENT.set(request)

    async def serve(reply: Send) -> None:
        refused = suspended.refusal(request) or strikes.refusal(request, fault) or checks.check(request, _STATE)
        failed = strikes.failed_entries(request, fault)
        if refused:
            await _reply(checks.answer(refused, request), reply)
        elif failed:
            headers = {"content-type": "application/x-amz-json-1.1"}
            await _reply((200, headers, json.dumps(failed).encode()), reply)
        else:
            await ministack.app(scope, _replay(body, receive), reply)

    seen = _Answer()
    await strikes.meet(request, fault, ident, lambda reply: serve(seen.watching(reply)), send)
    sender = processes.of(request.access_key)
    REQUESTS.add(
        account=request.account or "",
        region=request.region,
        service=request.service or "",
        operation=request.operation or "",
        status=seen.status,
        error=errors.code_of(seen.headers, seen.body) if seen.status >= 400 else "",
        agent=agent,
        function=sender.name if sender else "",
        fault=fault,
    )


class _Answer:
    """An answer, seen on its way out: its status, and its error if it is one."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body = b""

    def watching(self, send: Send) -> Send:
        async def watch(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.status = message["status"]
                self.headers = {k.decode().lower(): v.decode("latin-1") for k, v in message.get("headers", [])}
            elif self.status >= 400 and len(self.body) < 65_536:
                self.body += message.get("body", b"")
            await send(message)

        return watch


async def _reply(answer: tuple[int, dict[str, str], bytes], send: Send) -> None:
    status, headers, content = answer
    pairs = [(k.lower().encode(), v.encode()) for k, v in headers.items()]
    pairs.append((b"content-length", str(len(content)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": content})


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
