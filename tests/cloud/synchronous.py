"""Invocations whose caller waits for the answer.

The answer is the function's, or its error with `X-Amz-Function-Error: Unhandled`; nobody tries again. (Lambda
developer guide, "Synchronous invocation"; that is MiniStack's own doing.) Here they are told to the trace like
the others.
"""

from __future__ import annotations

import uuid
from typing import Any

from ministack.services import lambda_svc

from . import clock, functions
from .journal import hop


def install() -> None:
    """Notes what MiniStack executes while somebody waits."""
    execute = lambda_svc._execute_function_with_config_scope

    def executed(func: dict[str, Any], event: Any) -> dict[str, Any]:
        era, ident = clock.era(), str(uuid.uuid4())
        _note(func, ident, "invoked", "", {"attempt": 1, "by": "Invoke and wait"})
        answer = execute(func, event)
        body = answer.get("body")
        told = {"attempt": 1, "answer": functions.readable(body), "log": (answer.get("log") or "").splitlines()}
        if clock.era() != era:
            return answer
        if answer.get("error"):
            _note(func, ident, "failed", body.get("errorType", "") if isinstance(body, dict) else "", told)
        else:
            _note(func, ident, "succeeded", "", told)
        return answer

    lambda_svc._execute_function_with_config_scope = executed


def _note(record: dict[str, Any], ident: str, outcome: str, code: str, detail: Any) -> None:
    arn = ":".join((record.get("config") or record)["FunctionArn"].split(":")[:7])
    _, _, _, region, account, _, name = arn.split(":")
    hop("function", account, region, name, target=arn, outcome=outcome, code=code, event_id=ident, detail=detail)
