"""JSON and CBOR bodies: trees that already look like the parameters."""

from __future__ import annotations

from typing import Any

from botocore.model import Shape

from . import scalar


def read(shape: Shape, value: Any) -> Any:
    """The tree by the model's member names; nulls are members left out."""
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict) and not getattr(shape, "is_document_type", False):
        names = {m.serialization.get("name", n): n for n, m in shape.members.items()}
        result = {}
        for key, item in value.items():
            if item is None:
                continue
            name = names.get(key)
            result[name or key] = read(shape.members[name], item) if name else item
        return result
    if kind == "list" and isinstance(value, list):
        return [read(shape.member, item) for item in value]
    if kind == "map" and isinstance(value, dict):
        return {key: read(shape.value, item) for key, item in value.items()}
    if kind == "blob":
        return scalar.blob(value)
    return value
