"""Parameters against the shape of an operation's input.

botocore's own validator knows required members, types and minima only; the models
hold more, and AWS refuses by all of it.
"""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Iterator
from typing import Any

from botocore.model import Shape

from .request import Problem

_SPACES = " \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_NUMBERS = ("integer", "long", "float", "double")


def problems(shape: Shape | None, params: dict[str, Any]) -> tuple[Problem, ...]:
    """Everything in which the parameters depart from the shape."""
    if shape is None:
        return ()
    return tuple(_walk(shape, params, ""))


@functools.cache
def _regex(pattern: str) -> re.Pattern[str] | None:
    """The models' patterns are Java's; None for the few that Python can't say."""
    said = pattern.replace(r"\p{L}", r"\w").replace(r"\p{N}", r"\d")
    said = said.replace(r"\p{Z}", _SPACES).replace(r"\w-", r"\w\-")
    try:
        return re.compile(said)
    except re.error:
        return None


def _member_path(parent: str, name: str) -> str:
    return f"{parent}.{name[0].lower()}{name[1:]}" if parent else name[0].lower() + name[1:]


def _walk(shape: Shape, value: Any, path: str) -> Iterator[Problem]:
    expected = _type_expected(shape, value)
    if expected:
        text = f"Value at '{path}' has the wrong type: {expected} is expected"
        yield Problem("type", path, text)
        return
    yield from _constraints(shape, value, path)
    if shape.type_name == "structure":
        yield from _structure(shape, value, path)
    elif shape.type_name == "list":
        for i, item in enumerate(value, 1):
            yield from _walk(shape.member, item, f"{path}.{i}.member")
    elif shape.type_name == "map":
        for key, item in value.items():
            yield from _walk(shape.key, key, f"{path}.key")
            if item is not None:
                yield from _walk(shape.value, item, f"{path}.{key}.member")


def _structure(shape: Shape, value: dict[str, Any], path: str) -> Iterator[Problem]:
    if getattr(shape, "is_document_type", False):
        return
    for name in shape.required_members:
        if value.get(name) is None:
            at = _member_path(path, name)
            yield _broken("null", at, None, "Member must not be null")
    if getattr(shape, "is_tagged_union", False) and len(value) != 1:
        yield _broken("constraint", path, None, "Exactly one member of the union must be set")
    for name, item in value.items():
        at = _member_path(path, name)
        if name not in shape.members:
            yield Problem("unknown", at, f"Unknown parameter '{at}'")
        elif item is not None:
            yield from _walk(shape.members[name], item, at)


def _type_expected(shape: Shape, value: Any) -> str | None:
    """What was expected, where the value is not of the shape's type."""
    kind = shape.type_name
    if kind == "structure" and getattr(shape, "is_document_type", False):
        return None
    fits = {
        "structure": isinstance(value, dict),
        "map": isinstance(value, dict),
        "list": isinstance(value, list),
        "string": isinstance(value, str),
        "character": isinstance(value, str),
        "boolean": isinstance(value, bool),
        "blob": isinstance(value, bytes | bytearray),
        "timestamp": isinstance(value, str | int | float | datetime.datetime),
        "integer": _is_whole(value),
        "long": _is_whole(value),
        "float": _is_number(value),
        "double": _is_number(value),
    }
    return None if fits.get(kind, True) else kind


def _is_number(value: Any) -> bool:
    special = isinstance(value, str) and value in ("NaN", "Infinity", "-Infinity")
    return special or (isinstance(value, int | float) and not isinstance(value, bool))


def _is_whole(value: Any) -> bool:
    return _is_number(value) and not isinstance(value, str) and float(value).is_integer()


def _broken(kind: str, path: str, value: Any, constraint: str) -> Problem:
    shown = "null" if kind == "null" else f"'{value}'" if isinstance(value, str) else None
    subject = f"Value {shown} at '{path}'" if shown else f"Value at '{path}'"
    return Problem(kind, path, f"{subject} failed to satisfy constraint: {constraint}")


def _constraints(shape: Shape, value: Any, path: str) -> Iterator[Problem]:
    limits = shape.metadata
    if shape.type_name in ("string", "list", "map", "blob"):
        size, what = len(value), "length"
    elif shape.type_name in _NUMBERS and not isinstance(value, str):
        size, what = value, "value"
    else:
        return
    have = "have length " if what == "length" else "have value "
    if "min" in limits and size < limits["min"]:
        says = f"Member must {have}greater than or equal to {limits['min']}"
        yield _broken("constraint", path, value, says)
    if "max" in limits and size > limits["max"]:
        says = f"Member must {have}less than or equal to {limits['max']}"
        yield _broken("constraint", path, value, says)
    if shape.type_name != "string":
        return
    allowed = getattr(shape, "enum", None)
    # S3 writes these back as Prefix and Suffix, and takes them so.
    written = value.lower() if shape.name == "FilterRuleName" else value
    if allowed and written not in allowed:
        says = f"Member must satisfy enum value set: [{', '.join(allowed)}]"
        yield _broken("constraint", path, value, says)
    pattern = limits.get("pattern")
    regex = _regex(pattern) if pattern else None
    if regex and not regex.fullmatch(value):
        says = f"Member must satisfy regular expression pattern: {pattern}"
        yield _broken("constraint", path, value, says)
