"""AWS's errors on the wire, in the form each service's protocol gives them.

Query services (IAM, STS) and S3 answer XML, CloudWatch answers in whatever it was asked in, all
others JSON with the code in `__type` and in the x-amzn-errortype header. (Smithy, "AWS protocols".)
"""

from __future__ import annotations

import json
from xml.sax.saxutils import escape

import cbor2

Answer = tuple[int, dict[str, str], bytes]


def render(service: str, code: str, message: str, status: int, headers: dict[str, str]) -> Answer:
    """An error as the client of this request understands it."""
    if "cbor" in headers.get("smithy-protocol", "") or "cbor" in headers.get("content-type", ""):
        body = cbor2.dumps({"__type": code, "message": message})
        return status, {"content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}, body
    if service == "s3":
        text = f"<Error><Code>{escape(code)}</Code><Message>{escape(message)}</Message></Error>"
        return status, {"content-type": "application/xml"}, text.encode()
    if "x-www-form-urlencoded" in headers.get("content-type", ""):
        kind = "Sender" if status < 500 else "Receiver"
        error = f"<Type>{kind}</Type><Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
        text = f"<ErrorResponse><Error>{error}</Error><RequestId>local</RequestId></ErrorResponse>"
        return status, {"content-type": "text/xml"}, text.encode()
    body = json.dumps({"__type": code, "message": message}).encode()
    return status, {"content-type": "application/x-amz-json-1.1", "x-amzn-errortype": code}, body


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
