"""A call, and what it comes to."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import jmespath
from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError

from . import command
from .command import Command
from .sessions import Caller, Sessions
from .usage import UsageError

_OF_THE_CALLER = {"region": "region", "endpoint": "endpoint-url", "profile": "profile"}


def outcome(sessions: Sessions, caller: Caller, words: list[str]) -> dict[str, Any]:
    """A result (`result`), AWS's refusal (`refused`: code, message, operation) or why there is none (`failed`)."""
    try:
        return {"result": answer(sessions, caller, words)}
    except ClientError as error:
        said = error.response.get("Error", {})
        code, message = str(said.get("Code", "Unknown")), str(said.get("Message", "Unknown"))
        return {"refused": {"code": code, "message": message, "operation": error.operation_name}}
    except (UsageError, BotoCoreError, OSError, ValueError) as error:
        return {"failed": str(error)}


def answer(sessions: Sessions, caller: Caller, words: list[str]) -> Any:
    """What AWS answers to a command line, whose own region, endpoint and profile come before the caller's."""
    own = {name: command.option(words, option) for name, option in _OF_THE_CALLER.items()}
    caller = replace(caller, **{name: value for name, value in own.items() if value})
    asks = command.read(sessions.session(caller), words)
    query = jmespath.compile(asks.options["query"]) if "query" in asks.options else None
    client = sessions.client(asks.service, caller)
    if asks.waiter:
        client.get_waiter(asks.waiter).wait(**asks.parameters)
        return {}
    found = _pages(client, asks) if asks.paging else _page(client, asks)
    found.pop("ResponseMetadata", None)
    return query.search(found) if query else found


def written(value: Any, **layout: Any) -> str:
    """The JSON of an answer."""
    return json.dumps(value, default=_plain, **layout)


def _plain(value: Any) -> str:
    """What JSON doesn't have, and only some protocols: times and bytes."""
    return value.isoformat() if isinstance(value, datetime) else base64.b64encode(value).decode()


def _pages(client: Any, asks: Command) -> dict[str, Any]:
    chosen = {"MaxItems": "max-items", "PageSize": "page-size", "StartingToken": "starting-token"}
    config = {name: asks.options.get(option) for name, option in chosen.items()}
    paginator = client.get_paginator(xform_name(asks.operation.name))
    return dict(paginator.paginate(**asks.parameters, PaginationConfig=config).build_full_result())


def _page(client: Any, asks: Command) -> dict[str, Any]:
    found = dict(getattr(client, xform_name(asks.operation.name))(**asks.parameters))
    if asks.outfile:
        body = found.pop(asks.operation.output_shape.serialization["payload"])
        with Path(asks.outfile).open("wb") as file:
            file.writelines(body.iter_chunks())
    return found
