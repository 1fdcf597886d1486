"""The query protocol: a form whose keys are paths (Targets.member.1.Id)."""

from __future__ import annotations

import re
from typing import Any

from botocore.model import Shape, StructureShape

from . import scalar

_ABSENT = object()


def read(shape: StructureShape, form: dict[str, str]) -> dict[str, Any]:
    """The form by the shape; keys that belong to no member stay as they are."""
    rest = dict(form)
    result = _structure(shape, rest, "")
    result.update(rest)
    return result


def _wire_name(shape: Shape, default: str) -> str:
    return shape.serialization.get("name", default)


def _read(shape: Shape, rest: dict[str, str], prefix: str) -> Any:
    if shape.type_name == "structure":
        found = _structure(shape, rest, prefix + ".")
        return found or _ABSENT
    if shape.type_name == "list":
        return _list(shape, rest, prefix)
    if shape.type_name == "map":
        return _map(shape, rest, prefix)
    if prefix in rest:
        return scalar.from_text(shape, rest.pop(prefix))
    return _ABSENT


def _structure(shape: StructureShape, rest: dict[str, str], prefix: str) -> dict[str, Any]:
    result = {}
    for name, member in shape.members.items():
        wire = _wire_name(member, name)
        if member.type_name == "list" and member.serialization.get("flattened"):
            wire = _wire_name(member.member, wire)
        value = _read(member, rest, prefix + wire)
        if value is not _ABSENT:
            result[name] = value
    return result


def _indexes(rest: dict[str, str], prefix: str) -> list[int]:
    digits = re.compile(re.escape(prefix) + r"\.(\d+)(\.|$)")
    return sorted({int(m[1]) for m in map(digits.match, rest) if m})


def _list(shape: Shape, rest: dict[str, str], prefix: str) -> Any:
    if rest.get(prefix) == "":  # an empty list is written as an empty value
        rest.pop(prefix)
        return []
    base = prefix
    if not shape.serialization.get("flattened"):
        base = f"{prefix}.{_wire_name(shape.member, 'member')}"
    items = [_read(shape.member, rest, f"{base}.{i}") for i in _indexes(rest, base)]
    return [i for i in items if i is not _ABSENT] or _ABSENT


def _map(shape: Shape, rest: dict[str, str], prefix: str) -> Any:
    base = prefix if shape.serialization.get("flattened") else f"{prefix}.entry"
    key_name = _wire_name(shape.key, "key")
    value_name = _wire_name(shape.value, "value")
    result = {}
    for i in _indexes(rest, base):
        key = rest.pop(f"{base}.{i}.{key_name}", None)
        value = _read(shape.value, rest, f"{base}.{i}.{value_name}")
        if key is not None:
            result[key] = None if value is _ABSENT else value
    return result or _ABSENT
