"""Requests as a real client writes them, and a world for the rules to look at."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config

from cloud.checks import Request, check, parse
from cloud.checks.fixtures import Refused, Sent
from cloud.checks.world import World


@pytest.fixture(scope="session")
def sent() -> Sent:
    """What `parse` makes of a call that botocore serialises, without validating it first."""
    clients: dict[tuple[str, str], Any] = {}
    seen: list[Any] = []

    def keep(request: Any, **_: Any) -> AWSResponse:
        seen.append(request)
        return AWSResponse(request.url, 500, {}, None)

    def client(service: str, region: str) -> Any:
        made = boto3.client(
            service,
            region_name=region,
            endpoint_url="http://127.0.0.1:1",
            aws_access_key_id="111111111111",
            aws_secret_access_key="secret",
            config=Config(
                parameter_validation=False,
                retries={"total_max_attempts": 1},
                s3={"addressing_style": "path"},
            ),
        )
        made.meta.events.register("before-send", keep)
        return made

    def call(service: str, operation: str, region: str = "us-east-1", **params: Any) -> Request:
        key = (service, region)
        if key not in clients:
            clients[key] = client(service, region)
        seen.clear()
        try:
            clients[key]._make_api_call(operation, params)
        except Exception:
            if not seen:
                raise
        request = seen[0]
        headers = {k: v.decode() if isinstance(v, bytes) else v for k, v in request.headers.items()}
        body = request.body if isinstance(request.body, bytes) else (request.body or "").encode()
        return parse(request.method, request.url, headers, body)

    return call


@pytest.fixture
def refused(sent: Sent) -> Refused:
    """Asserts that one request is refused, and that its neighbour is not."""

    def both(
        service: str,
        operation: str,
        base: dict[str, Any],
        bad: dict[str, Any],
        good: dict[str, Any],
        code: str,
        words: str,
        world: World | None = None,
    ) -> None:
        error = check(sent(service, operation, **(base | bad)), world or World())
        assert error is not None, "the bad request was accepted"
        assert (error.code, words in error.message) == (code, True), error.message
        assert check(sent(service, operation, **(base | good)), world or World()) is None

    return both
