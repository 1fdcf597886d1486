"""REST requests: members in the path, the query, headers and the body."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

from botocore.model import OperationModel, Shape

from . import scalar, tree, xml


class MalformedError(Exception):
    """A body that is not of its format."""


def read(
    operation: OperationModel,
    labels: Mapping[str, str],
    query: Mapping[str, list[str]],
    headers: Mapping[str, str],
    body: bytes,
    is_xml: bool,
) -> dict[str, Any]:
    """The parameters of a REST request; `headers` has lower-case names."""
    shape = operation.input_shape
    if shape is None:
        return {}
    result: dict[str, Any] = {}
    in_body = {}
    for name, member in shape.members.items():
        where = member.serialization.get("location")
        wire = member.serialization.get("name", name)
        if where == "uri" and wire in labels:
            result[name] = scalar.from_text(member, labels[wire])
        elif where == "querystring":
            if member.type_name == "list" and wire in query:
                result[name] = [scalar.from_text(member.member, v) for v in query[wire]]
            elif wire in query:
                result[name] = scalar.from_text(member, query[wire][0])
        elif where == "header" and wire.lower() in headers:
            result[name] = _header(member, headers[wire.lower()])
        elif where == "headers":
            found = {k[len(wire) :]: v for k, v in headers.items() if k.startswith(wire.lower())}
            if found:
                result[name] = found
        elif where is None:
            in_body[name] = member
    payload = shape.serialization.get("payload")
    if payload:
        value = _payload(shape.members[payload], body, is_xml)
        if value is not None:
            result[payload] = value
    elif in_body and body:
        result.update(_document(shape, body, is_xml))
    return result


def _header(member: Shape, text: str) -> Any:
    if member.type_name == "list":
        return [part.strip() for part in text.split(",")]
    if member.type_name == "blob" or member.serialization.get("jsonvalue"):
        return text
    return scalar.from_text(member, text)


def _payload(member: Shape, body: bytes, is_xml: bool) -> Any:
    if member.type_name == "blob":
        return body
    if member.type_name == "string":
        return body.decode("utf-8", "replace")
    if getattr(member, "is_eventstream", False) or not body:
        return None
    return _document(member, body, is_xml)


def _document(shape: Shape, body: bytes, is_xml: bool) -> Any:
    try:
        if is_xml:
            return xml.read(shape, ElementTree.fromstring(body))  # noqa: S314 (the tests' own requests)
        value = json.loads(body)
    except (ElementTree.ParseError, ValueError) as error:
        raise MalformedError(str(error)) from error
    if not isinstance(value, dict):
        raise MalformedError("the body is not an object")
    return tree.read(shape, value)
