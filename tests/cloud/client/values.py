"""The words after a parameter, as the value that its service's model wants."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from . import shorthand
from .usage import UsageError

_COMPLEX = ("structure", "list", "map")
_NUMBERS = {"integer": int, "long": int, "float": float, "double": float}


def value(shape: Any, words: list[str]) -> Any:
    """The value of a parameter of that shape; a list takes any number of words, all else one."""
    if len(words) == 1:
        content = _content(shape, words[0])
        if not isinstance(content, str):
            return content
        words = [content]
    if shape.type_name == "list" and not (words and words[0].lstrip().startswith("[")):
        return [_one(shape.member, word) for word in words]
    if not words:
        raise UsageError("its value is missing")
    return _one(shape, words[0])


def _content(shape: Any, word: str) -> Any:
    """What stands in the file that the word names; otherwise the word itself."""
    if word.startswith("file://"):
        return _read(word.removeprefix("file://")).decode()
    if word.startswith("fileb://"):
        return _read(word.removeprefix("fileb://"))
    # A body that is sent as a stream is named by its file alone.
    return _read(word) if shape.type_name == "blob" and shape.serialization.get("streaming") else word


def _read(path: str) -> bytes:
    try:
        return Path(path).expanduser().read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error


def _one(shape: Any, word: str) -> Any:
    """A value out of one word."""
    if shape.type_name not in _COMPLEX:
        return _typed(shape, word)
    if word.lstrip().startswith(("{", "[")) or getattr(shape, "is_document_type", False):
        try:
            return json.loads(word)
        except ValueError as error:
            raise UsageError(f"{word!r} is not JSON: {error}") from error
    return _typed(shape, shorthand.parsed(word))


def _typed(shape: Any, found: Any) -> Any:
    """Shorthand's texts as the shape's types."""
    kind = shape.type_name
    if kind == "list":
        return [_typed(shape.member, one) for one in (found if isinstance(found, list) else [found])]
    if kind in _COMPLEX:
        if not isinstance(found, dict):
            raise UsageError(f"{found!r} is not a {kind}")
        if kind == "map":
            return {key: _typed(shape.value, one) for key, one in found.items()}
        return {key: _typed(_member(shape, key), one) for key, one in found.items()}
    if not isinstance(found, str):
        raise UsageError(f"{found!r} is not a {kind}")
    return _scalar(kind, found)


def _member(shape: Any, key: str) -> Any:
    if key not in shape.members:
        raise UsageError(f"unknown key {key!r}; there are {', '.join(shape.members)}")
    return shape.members[key]


def _scalar(kind: str, text: str) -> Any:
    if kind == "boolean":
        if text.lower() not in ("true", "false"):
            raise UsageError(f"{text!r} is not true or false")
        return text.lower() == "true"
    if kind == "blob":
        return text.encode()
    if kind not in _NUMBERS:
        return text
    try:
        return _NUMBERS[kind](text)
    except ValueError as error:
        raise UsageError(f"{text!r} is not a number") from error
