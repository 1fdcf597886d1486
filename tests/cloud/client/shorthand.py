"""The AWS CLI's shorthand: `Key=a,Value=b`, `Names=a,b`, `Names=[a,b]`, `Variables={NAME=value}`, `'a,b'`."""

from __future__ import annotations

import re
from typing import Any

from .usage import UsageError

_KEY = re.compile(r"\s*([\w.#/:-]+)\s*=\s*")
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")
_ESCAPED = re.compile(r"\\(.)")
_SPACE = re.compile(r"\s*")
_PLAIN = {
    # A comma ends a value, unless it is escaped; in a list or a map their ends do, too.
    "": re.compile(r"(?:\\,|[^,])*"),
    "]": re.compile(r"(?:\\,|[^,\]])*"),
    "}": re.compile(r"(?:\\,|[^,}])*"),
}


def parsed(text: str) -> dict[str, Any]:
    """The structure that the text stands for; its scalars are texts."""
    return _Reader(text).structure("")


class _Reader:
    """A text and how far it has been read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def structure(self, end: str) -> dict[str, Any]:
        """Everything up to `end`, which is empty for the text's end."""
        found: dict[str, Any] = {}
        while not self.ended(end):
            if found:
                self.expect(",")
            key = self.key()
            if key in found:
                raise self.wrong(f"{key} is there twice")
            found[key] = self.value(end)
            if not end and isinstance(found[key], str):
                found[key] = self.further(found[key])
        return found

    def further(self, first: str) -> str | list[str]:
        """The value with those that follow it without a key: `a,b` is a list."""
        values = [first]
        while self.at < len(self.text) and not _KEY.match(self.text, self.at + 1):
            self.expect(",")
            values.append(self.value(""))
        return values if len(values) > 1 else first

    def value(self, end: str) -> Any:
        """A list, a structure or a text."""
        if self.skipped("["):
            return self.sequence()
        if self.skipped("{"):
            return self.structure("}")
        if quoted := _QUOTED.match(self.text, self.at):
            self.at = quoted.end()
            inner = quoted[1] if quoted[1] is not None else quoted[2]
            return _ESCAPED.sub(r"\1", inner)
        plain = _PLAIN[end].match(self.text, self.at)
        if plain is None:
            raise self.wrong("no value")
        self.at = plain.end()
        return plain[0].replace("\\,", ",").rstrip()

    def sequence(self) -> list[Any]:
        """A list after its bracket."""
        values: list[Any] = []
        while not self.ended("]"):
            if values:
                self.expect(",")
            values.append(self.value("]"))
        return values

    def key(self) -> str:
        """A key with its equals sign."""
        key = _KEY.match(self.text, self.at)
        if key is None:
            raise self.wrong("a key and = are missing")
        self.at = key.end()
        return key[1]

    def ended(self, end: str) -> bool:
        """Whether this is the end, which is skipped."""
        if end and self.at >= len(self.text):
            raise self.wrong(f"{end} is missing")
        return self.skipped(end) if end else self.at >= len(self.text)

    def expect(self, mark: str) -> None:
        """Skips the mark, which has to be there."""
        if not self.skipped(mark):
            raise self.wrong(f"{mark} is missing")

    def skipped(self, mark: str) -> bool:
        """Skips the mark and the space around it, if it is there."""
        space = _SPACE.match(self.text, self.at)
        start = space.end() if space else self.at
        if not self.text.startswith(mark, start):
            return False
        after = _SPACE.match(self.text, start + len(mark))
        self.at = after.end() if after else start + len(mark)
        return True

    def wrong(self, what: str) -> UsageError:
        """The error at this place."""
        return UsageError(f"{self.text!r}: {what} at character {self.at + 1}")
