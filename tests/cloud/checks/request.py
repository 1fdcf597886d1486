"""What a check is given and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from botocore.model import OperationModel


@dataclass(frozen=True)
class Problem:
    """One way in which a request departs from its operation's model."""

    kind: str  # "null", "constraint", "type" or "unknown"
    path: str  # the member as AWS names it in messages: targets.1.member.id
    text: str  # the sentence of the message that is about this member


@dataclass
class Request:
    """An API request, named and taken apart by the service's own model.

    `account` is known from the access key only where that is an account's number;
    whoever knows the other keys fills it in. `operation` is None where the model
    has no operation for the request, and nothing is checked then.
    """

    account: str | None = None
    region: str = "us-east-1"
    service: str | None = None  # botocore's name: events, lambda, s3, cloudwatch, ...
    operation: str | None = None
    params: dict[str, Any] = field(default_factory=dict)
    access_key: str | None = None
    protocol: str | None = None  # query, json, rest-json, rest-xml, smithy-rpc-v2-cbor
    problems: tuple[Problem, ...] = ()
    model: OperationModel | None = None


@dataclass(frozen=True)
class AwsError:
    """A refusal as AWS would word it."""

    code: str
    message: str
    status: int = 400
    details: tuple[tuple[str, str], ...] = ()
    """Further elements that S3 gives an error."""

    @property
    def fault(self) -> str:
        return "Sender" if self.status < 500 else "Receiver"
