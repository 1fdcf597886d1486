"""From bytes on the wire to an operation and its parameters."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

import cbor2
from botocore.model import OperationModel, ServiceModel

from . import models, shapes
from .protocol import query as query_form
from .protocol import rest, tree
from .request import Problem, Request

_SCOPE = re.compile(r"([^/=\s,]+)/\d{8}/([^/]*)/([^/]+)/aws4_request")
_CBOR_PATH = re.compile(r"^/service/[^/]+/operation/(\w+)/?$")
# Bodies of objects, not of requests: they are never looked into.
_OPAQUE = {("s3", "PutObject"), ("s3", "UploadPart"), ("lambda", "Invoke")}


class _UnreadableError(Exception):
    """The body is not what its content type says."""


def parse(method: str, url: str, headers: Mapping[str, str], body: bytes) -> Request:
    """Names and takes apart a request of any AWS protocol.

    `url` is the path with its query as they came (percent-encoded), or a whole URL.
    A request that no model knows comes back with `operation` None.
    """
    head = {k.lower(): v for k, v in headers.items()}
    parts = urlsplit(url)
    query = parse_qs(parts.query, keep_blank_values=True)
    request = _scope(head, query)
    target = head.get("x-amz-target", "")
    model = models.service(request.service or models.service_of_target(target) or "")
    if model is None:
        return request
    request.service = model.service_name
    try:
        _take_apart(request, model, method.upper(), parts.path, query, head, body)
    except _UnreadableError as error:
        request.problems = (Problem("type", "body", f"The request can't be read: {error}"),)
    return request


def _scope(head: Mapping[str, str], query: Mapping[str, list[str]]) -> Request:
    credential = head.get("authorization", "") or query.get("X-Amz-Credential", [""])[0]
    match = _SCOPE.search(unquote(credential) if "%2F" in credential else credential)
    if not match:
        return Request()
    key, region, service = match.groups()
    account = key if re.fullmatch(r"\d{12}", key) else None
    return Request(account=account, region=region, service=service, access_key=key)


def _take_apart(
    request: Request,
    model: ServiceModel,
    method: str,
    path: str,
    query: dict[str, list[str]],
    head: Mapping[str, str],
    body: bytes,
) -> None:
    cbor = _CBOR_PATH.match(path)
    target = head.get("x-amz-target", "")
    form: dict[str, str] | None = None
    labels: Mapping[str, str] = {}
    if head.get("smithy-protocol") == "rpc-v2-cbor" and cbor:
        request.protocol, name = "smithy-rpc-v2-cbor", cbor[1]
    elif target:
        request.protocol, name = "json", target.rpartition(".")[2]
    elif model.metadata["protocol"].startswith("rest-"):
        request.protocol = model.metadata["protocol"]
        found = models.route(model, method, path, query, head)
        if found is None:
            return
        name, labels = found
    else:
        request.protocol = "query"
        pairs = body.decode("utf-8", "replace") if body else ""
        form = {k: v[0] for k, v in query.items()}
        form.update(parse_qsl(pairs, keep_blank_values=True))
        form.pop("Version", None)
        name = form.pop("Action", "")
    if name not in model.operation_names:
        return
    operation = model.operation_model(name)
    request.operation, request.model = name, operation
    if form is not None:
        signature = [k for k in form if k.startswith("X-Amz-")]
        for key in signature:
            del form[key]
        shape = operation.input_shape
        request.params = query_form.read(shape, form) if shape else {}
    elif request.protocol.startswith("rest-"):
        request.params = _rest(operation, labels, query, head, body)
    else:
        request.params = _tree(operation, request.protocol, body)
    request.problems = shapes.problems(operation.input_shape, request.params)


def _tree(operation: OperationModel, protocol: str, body: bytes) -> dict[str, Any]:
    if operation.input_shape is None or not body:
        return {}
    try:
        value = json.loads(body) if protocol == "json" else cbor2.loads(body)
    except (ValueError, cbor2.CBORDecodeError) as error:
        raise _UnreadableError(str(error)) from error
    if not isinstance(value, dict):
        raise _UnreadableError("the body is not an object")
    return tree.read(operation.input_shape, value)


def _rest(
    operation: OperationModel,
    labels: Mapping[str, str],
    query: dict[str, list[str]],
    head: Mapping[str, str],
    body: bytes,
) -> dict[str, Any]:
    service = operation.service_model
    is_xml = service.metadata["protocol"] == "rest-xml"
    if (service.service_name, operation.name) in _OPAQUE:
        body = b""
    try:
        return rest.read(operation, labels, query, head, body, is_xml)
    except rest.MalformedError as error:
        raise _UnreadableError(str(error)) from error
