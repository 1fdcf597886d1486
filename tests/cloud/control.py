"""The tests' own requests to the local AWS, under /_cloud/, in plain JSON.

GET  /_cloud/health
POST /_cloud/reset                        back to what was made ready
GET  /_cloud/requests?since=N             every request to AWS, and its answer
GET  /_cloud/trace?since=N                every step of every event
GET  /_cloud/messages?topic=ARN&since=N   what was published to topics, and by whom
GET  /_cloud/judgements?since=N           what IAM said of everybody's requests, and by which statement
GET  /_cloud/logs?function=F&account=A&region=R
GET  /_cloud/inventory                    everything that exists
POST /_cloud/faults  {"at": 7, "kinds": ["throttle"], …}      what strikes from now on (faults.py)
GET  /_cloud/faults                       the calls since then, and which were struck; those of functions by name
POST /_cloud/release                      lets go of the calls that are held
POST /_cloud/operators {"caller": "{…}", "members": {"222222222222": "{…}"}}   their policies (operators.py)
POST /_cloud/accounts  {"account": "222222222222", "state": "suspended"}      or "active"; or, of one region,
                       {"account": "222222222222", "region": "af-south-1", "state": "disabled"}   or "enabled"
"""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from . import faults, inventory, operators, ready, suspended
from .journal import JUDGEMENTS, MESSAGES, REQUESTS, TRACE, Journal

Message = MutableMapping[str, Any]


async def serve(scope: Message, body: bytes, send: Callable[[Message], Awaitable[None]]) -> None:
    """Answers one control request."""
    query = {key: values[0] for key, values in parse_qs(scope.get("query_string", b"").decode()).items()}
    try:
        asked = json.loads(body) if body else {}
        status, answer = await _answer(scope["method"], scope["path"].removeprefix("/_cloud/"), query, asked)
    except (TypeError, ValueError) as error:
        status, answer = 400, {"error": str(error)}
    payload = json.dumps(answer, default=str).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(payload)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": payload})


async def _answer(method: str, name: str, query: dict[str, str], asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    match (method, name):
        case ("GET", "health"):
            return 200, {"status": "ok", "pid": os.getpid(), **ready.facts()}
        case ("POST", "reset"):
            await ready.reset()
            return 200, {"status": "ok"}
        case ("GET", "requests"):
            return 200, _page(REQUESTS, query, "requests")
        case ("GET", "trace"):
            return 200, _page(TRACE, query, "hops")
        case ("GET", "messages"):
            return 200, _page(MESSAGES, query, "messages", topic=query.get("topic"))
        case ("GET", "judgements"):
            return 200, _page(JUDGEMENTS, query, "judgements")
        case ("GET", "logs"):
            return 200, {"lines": _lines(query)}
        case ("GET", "inventory"):
            return 200, {"objects": inventory.objects()}
        case ("POST", "faults"):
            faults.plan(asked)
            return 200, faults.told()
        case ("GET", "faults"):
            return 200, faults.told()
        case ("POST", "release"):
            faults.release()
            return 200, faults.told()
        case ("POST", "operators"):
            return 200, operators.equip(**asked)
        case ("POST", "accounts"):
            suspended.change(**asked)
            return 200, {"status": "ok"}
    return 404, {"error": f"there is no {method} /_cloud/{name}"}


def _page(journal: Journal, query: dict[str, str], name: str, **wanted: str | None) -> dict[str, Any]:
    following, entries = journal.since(int(query.get("since", "0")))
    chosen = [one for one in entries if all(value in (None, one[key]) for key, value in wanted.items())]
    return {"next": following, name: chosen}


def _lines(query: dict[str, str]) -> list[str]:
    _, hops = TRACE.since(0)
    wanted = {"kind": "function", "name": query.get("function"), **query}
    wanted.pop("function", None)
    lines: list[str] = []
    for entry in hops:
        if all(entry.get(key) == value for key, value in wanted.items() if value is not None):
            detail = entry.get("detail")
            lines += detail.get("log", []) if isinstance(detail, dict) else []
    return lines
