"""The door: every request passes here before MiniStack sees it.

It is recorded with who asked what and what came of it, and refused where AWS's own model or rules
refuse it. Requests under /_cloud/ are for the tests themselves (control.py).
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, MutableMapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from ministack import app as ministack
from ministack.core import iam_actions, router
from ministack.core.iam_evaluator import AmbiguousAccessKeyError
from ministack.core.responses import _account_from_sts_session, request_scope

from . import control, errors
from .journal import REQUESTS
from .settings import MANAGEMENT

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


@dataclass
class Request:
    """What the current request asks, as far as the layer needs it."""

    account: str = ""
    region: str = ""
    service: str = ""
    operation: str = ""
    method: str = ""
    path: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    query: dict[str, list[str]] = field(default_factory=dict)
    body: bytes = b""

    def form(self, name: str) -> str:
        """A parameter of a query-protocol request."""
        if name in self.query:
            return self.query[name][0]
        return parse_qs(self.body.decode("utf-8", "replace")).get(name, [""])[0]


CURRENT: ContextVar[Request] = ContextVar("current_request", default=Request())


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
    request = _identify(scope, await _body(receive))
    CURRENT.set(request)
    seen: dict[str, Any] = {"status": 0, "headers": {}, "body": b""}

    async def watch(message: Message) -> None:
        if message["type"] == "http.response.start":
            seen["status"] = message["status"]
            seen["headers"] = {k.decode().lower(): v.decode("latin-1") for k, v in message.get("headers", [])}
        elif seen["status"] >= 400 and len(seen["body"]) < 65_536:
            seen["body"] += message.get("body", b"")
        await send(message)

    await ministack.app(scope, _replay(request.body, receive), watch)
    REQUESTS.add(
        account=request.account,
        region=request.region,
        service=request.service,
        operation=request.operation,
        status=seen["status"],
        error=errors.code_of(seen["headers"], seen["body"]) if seen["status"] >= 400 else "",
    )


def _identify(scope: Message, body: bytes) -> Request:
    headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope.get("headers", [])}
    query = parse_qs(scope.get("query_string", b"").decode(), keep_blank_values=True)
    method, path = scope["method"], scope["path"]
    params = ministack._routing_params(method, path, headers, body, query)
    service = router.detect_service(method, path, headers, params)
    request = Request(
        account=_account(headers, query),
        region=router.extract_region(headers, query),
        service=service,
        method=method,
        path=path,
        headers=headers,
        query=query,
        body=body,
    )
    request.operation = _operation(request, params)
    return request


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


def _operation(request: Request, params: dict[str, Any]) -> str:
    target = request.headers.get("x-amz-target", "")
    if target:
        return target.rpartition(".")[2]
    called = re.search(r"/operation/([^/?]+)", request.path)
    if called:
        return called.group(1)
    with request_scope(request.account, request.region):
        action = iam_actions.extract_iam_action(
            request.service, request.method, request.path, request.headers, request.body, params
        )
    return (action or "").rpartition(":")[2]


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
