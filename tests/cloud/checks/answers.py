"""A refusal in the protocol that the request came in."""

from __future__ import annotations

import json
from uuid import uuid4
from xml.sax.saxutils import escape

import cbor2

from .request import AwsError, Request


def answer(error: AwsError, request: Request) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of the response."""
    ident = str(uuid4())
    headers = {"x-amzn-RequestId": ident}
    message, code, status = error.message, error.code, error.status
    if request.protocol == "smithy-rpc-v2-cbor":
        headers |= {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
        headers["x-amzn-query-error"] = f"{code};{error.fault}"
        return status, headers, cbor2.dumps({"__type": code, "message": message})
    if request.protocol == "json":
        version = (request.model and request.model.metadata.get("jsonVersion")) or "1.1"
        headers["Content-Type"] = f"application/x-amz-json-{version}"
        if request.service == "sqs":  # clients of its former protocol still read this
            headers["x-amzn-query-error"] = f"{code};{error.fault}"
        return status, headers, json.dumps({"__type": code, "message": message}).encode()
    if request.protocol == "rest-json":
        headers |= {"Content-Type": "application/json", "x-amzn-ErrorType": code}
        body = {"Type": "User", "message": message, "Message": message}
        return status, headers, json.dumps(body).encode()
    if request.protocol == "rest-xml":
        headers = {"Content-Type": "application/xml", "x-amz-request-id": ident}
        details = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in error.details)
        text = (
            f"<Error><Code>{escape(code)}</Code><Message>{escape(message)}</Message>{details}"
            f"<RequestId>{ident}</RequestId></Error>"
        )
        return status, headers, b'<?xml version="1.0" encoding="UTF-8"?>\n' + text.encode()
    headers["Content-Type"] = "text/xml"
    text = (
        f"<ErrorResponse><Error><Type>{error.fault}</Type><Code>{escape(code)}</Code>"
        f"<Message>{escape(message)}</Message></Error><RequestId>{ident}</RequestId></ErrorResponse>"
    )
    return status, headers, text.encode()
