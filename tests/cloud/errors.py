"""Error codes, read out of answers of any protocol."""

from __future__ import annotations

import json

import cbor2


def code_of(headers: dict[str, str], body: bytes) -> str:
    """The error code in an answer of any protocol."""
    named = headers.get("x-amzn-errortype", "")
    if named:
        return named.split(":")[0].rpartition("#")[2]
    try:
        if "cbor" in headers.get("content-type", ""):
            answer = cbor2.loads(body)
        elif body.lstrip()[:1] == b"{":
            answer = json.loads(body)
        else:
            _, found, rest = body.partition(b"<Code>")
            return rest.partition(b"</Code>")[0].decode("utf-8", "replace") if found else ""
    except ValueError:
        return ""
    code = answer.get("__type") or answer.get("code") or "" if isinstance(answer, dict) else ""
    return str(code).split(":")[0].rpartition("#")[2]
