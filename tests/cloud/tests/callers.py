"""Functions that call AWS: their credentials for a test to use, and one that makes calls and outlives their errors."""

from __future__ import annotations

import json
import sys
from typing import Any

from .world import HUB, MEMBER, Json, World, function

BOOTSTRAP = f"""#!{sys.executable}
import json, os, urllib.request
import boto3
from botocore.config import Config
api = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/invocation/"
once = Config(retries={{"total_max_attempts": 1}})
while True:
    with urllib.request.urlopen(api + "next") as answer:
        event, request = json.load(answer), answer.headers["Lambda-Runtime-Aws-Request-Id"]
    for service, operation, asked in event["calls"]:
        print("calls", operation, flush=True)
        try:
            getattr(boto3.client(service, config=once), operation)(**asked)
        except Exception as error:
            print("refused", error, flush=True)
    urllib.request.urlopen(urllib.request.Request(api + request + "/response", b'"done"', method="POST"))
"""


def caller(world: World, policy: Json, region: str = HUB, account: str = MEMBER) -> str:
    """A function that makes the calls that its event lists."""
    return function(world, policy, region, account, BOOTSTRAP)


def allow_all(*statements: tuple[str, str]) -> Json:
    """A policy of pairs of an action and a resource."""
    allowed = [{"Effect": "Allow", "Action": action, "Resource": resource} for action, resource in statements]
    return {"Version": "2012-10-17", "Statement": allowed}


class Session:
    """A function's session of its role: what it may do, a test may do in its place."""

    def __init__(self, world: World, policy: Json | None, region: str = HUB, account: str = MEMBER) -> None:
        self.world, self.account, self.region = world, account, region
        self.arn = function(world, policy, region, account)
        answer = world.client("lambda", account, region).invoke(FunctionName="eyes")
        self.environment: dict[str, str] = json.load(answer["Payload"])

    def client(self, service: str, region: str | None = None) -> Any:
        """A client with the function's credentials."""
        seen = self.environment
        return self.world.client(
            service,
            self.account,
            region or self.region,
            aws_access_key_id=seen["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=seen["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=seen["AWS_SESSION_TOKEN"],
        )
