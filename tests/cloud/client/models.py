"""What a command line's words name in botocore's models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from botocore import xform_name
from botocore.session import Session

from .usage import UsageError

_SERVICES = {"s3api": "s3"}
"""What the AWS CLI calls otherwise than botocore."""

_ZIP_FILE = {("lambda", "CreateFunction"): "Code", ("lambda", "PublishLayerVersion"): "Content"}
"""Where `--zip-file` belongs, which the model has one level deeper."""


@dataclass(frozen=True)
class Parameter:
    """A parameter of an operation."""

    shape: Any
    path: tuple[str, ...]
    """Where its value belongs in the request."""
    negated: bool = False
    """Whether it is the `--no-…` of a flag."""


def service(session: Session, word: str) -> str:
    """The service, as botocore names it."""
    if word == "s3":
        raise UsageError("the AWS CLI's own commands of s3 are not here; S3's operations are s3api's")
    name = _SERVICES.get(word, word)
    if name not in session.get_available_services():
        raise UsageError(f"unknown service {word!r}")
    return name


def operation(session: Session, service: str, word: str) -> Any:
    """The model of an operation."""
    model = session.get_service_model(service)
    return model.operation_model(_found(model.operation_names, word, f"{service} has no operation"))


def waiter(session: Session, service: str, word: str) -> tuple[str, Any]:
    """A waiter's name in Python, and the model of the operation that it repeats."""
    try:
        waiters = session.get_waiter_model(service)
    except ValueError as error:
        raise UsageError(f"{service} has no waiters") from error
    name = _found(waiters.waiter_names, word, f"{service} has no waiter")
    model = session.get_service_model(service)
    return xform_name(name), model.operation_model(waiters.get_waiter(name).operation)


def paging(session: Session, service: str, operation: Any) -> dict[str, Any]:
    """How the operation's answers come in pages; nothing if they don't."""
    try:
        return dict(session.get_paginator_model(service).get_paginator(operation.name))
    except ValueError:
        return {}


def parameter(operation: Any, word: str) -> Parameter:
    """The parameter that a word, without its dashes, names."""
    members = operation.input_shape.members if operation.input_shape else {}
    outer = _ZIP_FILE.get((operation.service_model.service_name, operation.name))
    if outer and word == "zip-file":
        return Parameter(members[outer].members["ZipFile"], (outer, "ZipFile"))
    names = {xform_name(member, "-"): member for member in members}
    if word in names:
        return Parameter(members[names[word]], (names[word],))
    flag = names.get(word.removeprefix("no-"))
    if flag and members[flag].type_name == "boolean":
        return Parameter(members[flag], (flag,), negated=True)
    known = ", ".join(f"--{name}" for name in names)
    raise UsageError(f"{operation.name} has no such parameter; it has {known or 'none'}")


def _found(names: list[str], word: str, otherwise: str) -> str:
    for name in names:
        if xform_name(name, "-") == word:
            return name
    raise UsageError(f"{otherwise} {word!r}")
