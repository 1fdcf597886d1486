"""A command line, read with the model of its service."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from botocore.session import Session

from . import models, values
from .usage import UsageError

_OPTIONS = ("region", "endpoint-url", "profile", "query")
_ONLY = {"output": "json", "cli-binary-format": "raw-in-base64-out"}
"""Options of the AWS CLI that have one value here."""
_FLAGS = ("no-paginate", "no-cli-pager")
_PAGING = ("max-items", "page-size", "starting-token")


@dataclass
class Command:
    """What a command line asks for."""

    service: str
    """As botocore names it."""
    operation: Any
    """The operation's model."""
    waiter: str | None = None
    """The waiter's name in Python, for `wait`."""
    paging: dict[str, Any] = field(default_factory=dict)
    """How the operation's answers come in pages, if all pages are wanted."""
    parameters: dict[str, Any] = field(default_factory=dict)
    """The request."""
    options: dict[str, str] = field(default_factory=dict)
    """What isn't the operation's: `region`, `query` and so on."""
    outfile: str | None = None
    """Where the body of the answer goes, where it has one."""


def option(words: list[str], name: str) -> str | None:
    """The value of an option such as `--region`, which is wanted before the models are."""
    found = [words for one, words in _split(words)[1] if one == name]
    return found[0][0] if found and found[0] else None


def read(session: Session, words: list[str]) -> Command:
    """The command that the words ask for."""
    plain, named = _split(words)
    if len(plain) < 2:
        raise UsageError("SERVICE OPERATION --PARAMETER VALUE … is wanted")
    service = models.service(session, plain[0])
    if plain[1] == "wait":
        waiter, operation = models.waiter(session, service, plain[2] if len(plain) > 2 else "")
        command, rest = Command(service, operation, waiter), plain[3:]
    else:
        operation = models.operation(session, service, plain[1])
        command, rest = Command(service, operation), plain[2:]
        command.paging = models.paging(session, service, operation)
    for name, found in named:
        try:
            rest += _take(command, name, found)
        except UsageError as wrong:
            raise UsageError(f"--{name}: {wrong}") from wrong
    if _one_page(command):
        command.paging = {}
    if operation.has_streaming_output and not command.waiter:
        if not rest:
            raise UsageError("the file for the answer's body is missing")
        command.outfile = rest.pop(0)
    if rest:
        raise UsageError(f"unexpected {rest[0]!r}")
    return command


def _split(words: list[str]) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """The words before the first name, and the names with the words after each."""
    plain: list[str] = []
    named: list[tuple[str, list[str]]] = []
    for word in words:
        if word.startswith("--"):
            name, equals, first = word[2:].partition("=")
            named.append((name, [first] if equals else []))
        elif named:
            named[-1][1].append(word)
        else:
            plain.append(word)
    return plain, named


def _take(command: Command, name: str, words: list[str]) -> list[str]:
    """Takes an option or a parameter with its words; answers the words after these."""
    if name in _OPTIONS or name in _ONLY or (command.paging and name in _PAGING):
        if not words:
            raise UsageError("its value is missing")
        if words[0] != _ONLY.get(name, words[0]):
            raise UsageError(f"there is only {_ONLY[name]}")
        command.options[name] = words[0]
        return words[1:]
    if name in _FLAGS:
        command.options[name] = "true"
        return words
    parameter = models.parameter(command.operation, name)
    if parameter.shape.type_name == "boolean":
        _keep(command.parameters, parameter.path, not parameter.negated)
        return words
    number = len(words) if parameter.shape.type_name == "list" else 1
    _keep(command.parameters, parameter.path, values.value(parameter.shape, words[:number]))
    return words[number:]


def _keep(request: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    *outer, last = path
    for name in outer:
        request = request.setdefault(name, {})
    request[last] = value


def _one_page(command: Command) -> bool:
    """Whether the command line asks for one page: by name, or by a parameter that is a page's."""
    tokens = command.paging.get("input_token", [])
    own = {*([tokens] if isinstance(tokens, str) else tokens), command.paging.get("limit_key")}
    return "no-paginate" in command.options or bool(own & set(command.parameters))
