"""The tags in the answer of GetFunction.

Only a caller with `lambda:ListTags` on the function sees them; for anybody else the call succeeds with `TagsError` in
their place. (Lambda API reference, GetFunction and TagsError; enforced since 27 July 2024.)
"""

from __future__ import annotations

import json
from contextvars import ContextVar
from typing import Any

from ministack.services import lambda_svc

HIDDEN: ContextVar[bool] = ContextVar("hidden_function_tags", default=False)
"""Whether the caller of the request being served lacks the permission."""

Answer = tuple[int, dict[str, str], bytes]


def install() -> None:
    """Hides tags in the answers of MiniStack's Lambda."""
    get = lambda_svc._get_function

    def get_function(name: str, qualifier: str | None = None) -> Answer:
        answer: Answer = get(name, qualifier)
        return _without_tags(answer) if answer[0] == 200 and HIDDEN.get() else answer

    lambda_svc._get_function = get_function


def _without_tags(answer: Answer) -> Answer:
    status, headers, body = answer
    found: dict[str, Any] = json.loads(body)
    found.pop("Tags", None)
    arn = found["Configuration"]["FunctionArn"]
    found["TagsError"] = {
        "ErrorCode": "AccessDeniedException",
        "Message": f"The caller is not authorized to perform: lambda:ListTags on resource: {arn}",
    }
    headers = {name: value for name, value in headers.items() if name.lower() != "content-length"}
    return status, headers, json.dumps(found).encode()
