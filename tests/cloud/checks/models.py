"""botocore's service models: which service, and which operation a path means."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

import botocore.session
from botocore.exceptions import DataNotFoundError, UnknownServiceError
from botocore.model import OperationModel, ServiceModel

# Where the name in the credential scope is not the model's.
_SIGNED_AS = {
    "monitoring": "cloudwatch",
    "tagging": "resourcegroupstaggingapi",
    "elasticloadbalancing": "elbv2",
}
# For unsigned requests: the prefix of X-Amz-Target.
_TARGETS = {
    "AWSEvents": "events",
    "AmazonSQS": "sqs",
    "AmazonSSM": "ssm",
    "Logs_20140328": "logs",
    "TrentService": "kms",
    "AWSOrganizationsV20161128": "organizations",
}


@functools.cache
def _session() -> botocore.session.Session:
    return botocore.session.Session()


@functools.cache
def service(signed_as: str) -> ServiceModel | None:
    """The model of the service that a credential scope names."""
    try:
        return _session().get_service_model(_SIGNED_AS.get(signed_as, signed_as))
    except (UnknownServiceError, DataNotFoundError):
        return None


def service_of_target(target: str) -> str | None:
    """The service an X-Amz-Target header addresses."""
    return _TARGETS.get(target.split(".", maxsplit=1)[0])


@dataclass(frozen=True)
class Route:
    """One operation's method, path and the query it insists on."""

    operation: str
    method: str
    path: re.Pattern[str]
    literals: int
    query: tuple[tuple[str, str | None], ...]
    needs_query: frozenset[str]
    needs_headers: frozenset[str]
    deprecated: bool


def _pattern(path: str) -> tuple[re.Pattern[str], int]:
    pieces, literals = [], 0
    for segment in path.strip("/").split("/"):
        label = re.fullmatch(r"\{(\w+)(\+?)\}", segment)
        if label:
            pieces.append(f"(?P<{label[1]}>.+)" if label[2] else f"(?P<{label[1]}>[^/]+)")
        elif "{" in segment:
            named = re.sub(r"\\\{(\w+)\\?\+?\\\}", r"(?P<\1>[^/]+)", re.escape(segment))
            pieces.append(named)
        else:
            literals += bool(segment)
            pieces.append(re.escape(segment))
    return re.compile("/" + "/".join(pieces)), literals


def _route(operation: OperationModel) -> Route:
    uri, _, query = operation.http["requestUri"].partition("?")
    pattern, literals = _pattern(uri)
    wanted = []
    for part in filter(None, query.split("&")):
        name, has_value, value = part.partition("=")
        if name != "x-id":  # names the operation for readers; clients may omit it
            wanted.append((name, value if has_value else None))
    in_query, in_headers = set(), set()
    shape = operation.input_shape
    for name in shape.required_members if shape else ():
        member = shape.members[name]
        where = member.serialization.get("location")
        wire = member.serialization.get("name", name)
        if where == "querystring":
            in_query.add(wire)
        elif where == "header":
            in_headers.add(wire.lower())
    return Route(
        operation.name,
        operation.http["method"],
        pattern,
        literals,
        tuple(wanted),
        frozenset(in_query),
        frozenset(in_headers),
        operation.deprecated,
    )


@functools.cache
def _routes(service_name: str) -> tuple[Route, ...]:
    model = _session().get_service_model(service_name)
    return tuple(_route(model.operation_model(name)) for name in model.operation_names)


def route(
    model: ServiceModel,
    method: str,
    path: str,
    query: Mapping[str, list[str]],
    headers: Mapping[str, str],
) -> tuple[str, dict[str, str]] | None:
    """The operation that a REST request means, and the labels in its path.

    `path` is still percent-encoded: a label may hold an encoded slash.
    """
    normal = "/" + path.strip("/")
    best: tuple[tuple[int, ...], Route, re.Match[str]] | None = None
    for candidate in _routes(model.service_name):
        if candidate.method != method:
            continue
        match = candidate.path.fullmatch(normal)
        if not match:
            continue
        if any(
            name not in query or (value is not None and value not in query[name]) for name, value in candidate.query
        ):
            continue
        present = sum(n in query for n in candidate.needs_query)
        present += sum(n in headers for n in candidate.needs_headers)
        missing = len(candidate.needs_query) + len(candidate.needs_headers) - present
        rank = (candidate.literals, len(candidate.query), -missing, present, -candidate.deprecated)
        if best is None or rank > best[0]:
            best = (rank, candidate, match)
    if best is None:
        return None
    return best[1].operation, {k: unquote(v) for k, v in best[2].groupdict().items()}
