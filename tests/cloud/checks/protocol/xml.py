"""XML bodies (S3)."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

from botocore.model import Shape

from . import scalar


def local(tag: str) -> str:
    """An element's name without its namespace."""
    return tag.rpartition("}")[2]


def read(shape: Shape, node: Element) -> Any:
    """The element by the shape; children that no member names stay under their own name."""
    if shape.type_name == "structure":
        return _structure(shape, node)
    if shape.type_name == "list":
        return [read(shape.member, child) for child in node]
    if shape.type_name == "map":
        return _map(shape, node)
    return scalar.from_text(shape, node.text or "")


def _structure(shape: Shape, node: Element) -> dict[str, Any]:
    result: dict[str, Any] = {}
    names = {}
    for name, member in shape.members.items():
        wire = member.serialization.get("name", name)
        if member.type_name == "list" and member.serialization.get("flattened"):
            wire = member.serialization.get("name") or member.member.serialization.get("name", name)
        if member.serialization.get("xmlAttribute"):
            attribute = wire.rpartition(":")[2]
            for key, value in node.attrib.items():
                if local(key) == attribute:
                    result[name] = value
            continue
        names[wire] = name
    for child in node:
        name = names.get(local(child.tag))
        if name is None:
            result[local(child.tag)] = child.text
            continue
        member = shape.members[name]
        if member.type_name == "list" and member.serialization.get("flattened"):
            result.setdefault(name, []).append(read(member.member, child))
        else:
            result[name] = read(member, child)
    return result


def _map(shape: Shape, node: Element) -> dict[str, Any]:
    result = {}
    for entry in node:
        parts = list(entry)
        if len(parts) == 2:
            result[parts[0].text or ""] = read(shape.value, parts[1])
    return result
