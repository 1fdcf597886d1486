"""Scalars that travel as text."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from botocore.model import Shape


def blob(value: Any) -> Any:
    """Base64 as bytes; anything else as it came."""
    if isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            return value
    return value


def from_text(shape: Shape, text: str) -> Any:
    """The value that a text stands for, or the text where it is none of that type."""
    try:
        if shape.type_name in ("integer", "long"):
            return int(text)
        if shape.type_name in ("float", "double"):
            return float(text)
    except ValueError:
        return text
    if shape.type_name == "boolean":
        return {"true": True, "false": False}.get(text.lower(), text)
    if shape.type_name == "blob":
        return blob(text)
    return text
