"""What the tests say to the local AWS, in few words."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.request import Request, urlopen

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

MANAGEMENT = "111111111111"
MEMBER = "222222222222"
OTHER = "333333333333"
HUB = "us-east-1"
FAR = "eu-west-1"
BUCKET = f"organization-trail-{MANAGEMENT}"

Json = dict[str, Any]
T = TypeVar("T")


def allow(action: str, resource: str, condition: Json | None = None) -> Json:
    """A policy with one statement."""
    statement: Json = {"Effect": "Allow", "Action": action, "Resource": resource}
    if condition:
        statement["Condition"] = condition
    return {"Version": "2012-10-17", "Statement": [statement]}


def bus_arn(account: str, region: str, name: str) -> str:
    """The ARN of a bus."""
    return f"arn:aws:events:{region}:{account}:event-bus/{name}"


class World:
    """Clients of any account and region, and the control requests."""

    def __init__(self, endpoint: str, speed: float) -> None:
        self.endpoint = endpoint
        self.speed = speed

    def client(self, service: str, account: str = MANAGEMENT, region: str = HUB, **keys: str) -> Any:
        """A client with an account's administrator key, or with the keys given."""
        credentials = keys or {"aws_access_key_id": account, "aws_secret_access_key": "any"}
        config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
        return boto3.client(service, region_name=region, endpoint_url=self.endpoint, config=config, **credentials)

    def session(self, service: str, region: str, credentials: Json) -> Any:
        """A client with the credentials of a role's session, as AssumeRole answers them."""
        return self.client(
            service,
            region=region,
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
        )

    def control(self, path: str) -> Json:
        """The answer of a control request."""
        with urlopen(f"{self.endpoint}/_cloud/{path}") as answer:
            return json.load(answer)

    def ask(self, path: str, **asked: Any) -> Json:
        """Asks the local AWS for something: faults, for instance."""
        request = Request(f"{self.endpoint}/_cloud/{path}", json.dumps(asked).encode(), method="POST")
        with urlopen(request) as answer:
            return json.load(answer)

    def hops(self, kind: str) -> list[Json]:
        """The steps of one kind, in order."""
        return [one for one in self.control("trace")["hops"] if one["kind"] == kind]

    def await_hop(self, kind: str, outcome: str) -> Json:
        """The first step of this kind and outcome, as soon as it happens."""
        return until(lambda: next((one for one in self.hops(kind) if one["outcome"] == outcome), None))

    def role(self, account: str, name: str, service: str, policy: Json | None) -> str:
        """A role that a service may assume; where the clocks are fast, old enough to be known everywhere."""
        iam = self.client("iam", account)
        trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]
        if policy:
            iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=json.dumps(policy))
        if self.speed > 1:
            time.sleep(10.1 / self.speed)
        return arn

    def bus(self, account: str, region: str, name: str, sender: str | None = None) -> str:
        """A bus, with a policy that lets one role of another account send to it."""
        events = self.client("events", account, region)
        arn = events.create_event_bus(Name=name)["EventBusArn"]
        if sender:
            statement = allow("events:PutEvents", arn)["Statement"][0]
            statement |= {"Sid": "sender", "Principal": {"AWS": sender}}
            document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
            events.put_permission(EventBusName=name, Policy=document)
        return arn

    def queue(self, account: str, region: str, name: str = "letters", service: str = "events.amazonaws.com") -> str:
        """A queue that an AWS service may send to."""
        sqs = self.client("sqs", account, region)
        arn = f"arn:aws:sqs:{region}:{account}:{name}"
        statement = allow("sqs:SendMessage", arn)["Statement"][0] | {"Principal": {"Service": service}}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        sqs.create_queue(QueueName=name, Attributes={"Policy": document})
        return arn

    def messages(self, arn: str) -> list[Json]:
        """What is in a queue, with its attributes."""
        _, _, _, region, account, name = arn.split(":")
        sqs = self.client("sqs", account, region)
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
        return answer.get("Messages", [])

    def rule(self, account: str, region: str, bus: str, name: str, target: Json, state: str = "ENABLED") -> str:
        """A rule for everything from the source "test", with one target."""
        events = self.client("events", account, region)
        pattern = json.dumps({"source": ["test"]})
        arn = events.put_rule(Name=name, EventBusName=bus, EventPattern=pattern, State=state)["RuleArn"]
        answer = events.put_targets(Rule=name, EventBusName=bus, Targets=[{"Id": "one", **target}])
        assert answer["FailedEntryCount"] == 0, answer
        return arn

    def put(self, account: str, region: str, bus: str, **more: Any) -> Json:
        """Puts one event and gives the entry's answer."""
        entry = {"Source": "test", "DetailType": "Test", "Detail": "{}", "EventBusName": bus, **more}
        return self.client("events", account, region).put_events(Entries=[entry])["Entries"][0]


def until(look: Callable[[], T | None], seconds: float = 20) -> T:
    """What `look` finds, as soon as it finds something."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, "nothing came"
        time.sleep(0.02)


BOOTSTRAP = """#!/usr/bin/env python3
import json, os, sys, urllib.request
api = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/invocation/"
while True:
    with urllib.request.urlopen(api + "next") as answer:
        event, request = json.load(answer), answer.headers["Lambda-Runtime-Aws-Request-Id"]
        arn = answer.headers["Lambda-Runtime-Invoked-Function-Arn"]
    print("saw", json.dumps(event), flush=True)
    what = {"arn": arn, **{name: value for name, value in os.environ.items() if name.startswith(("_H", "AWS_"))}}
    fails = os.environ.get("FAILS") == "always"
    path = request + ("/error" if fails else "/response")
    body = {"errorType": "Broken", "errorMessage": "as asked"} if fails else what
    urllib.request.urlopen(urllib.request.Request(api + path, json.dumps(body).encode(), method="POST"))
"""


def artifact(bootstrap: str = BOOTSTRAP) -> bytes:
    """A deployment package; unless told otherwise its bootstrap tells what it sees."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        entry = zipfile.ZipInfo("bootstrap")
        entry.external_attr = 0o755 << 16
        package.writestr(entry, bootstrap)
    return packed.getvalue()


LOGS = {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}


def function(
    world: World,
    policy: Json | None = None,
    region: str = HUB,
    account: str = MEMBER,
    bootstrap: str = BOOTSTRAP,
    **environment: str,
) -> str:
    """A function called "eyes" whose role may do what the policy says, and log."""
    said = policy or {"Version": "2012-10-17", "Statement": []}
    document = said | {"Statement": [LOGS, *said["Statement"]]}
    role = world.role(account, "runs", "lambda.amazonaws.com", document)
    client = world.client("lambda", account, region)
    made = client.create_function(
        FunctionName="eyes",
        Runtime="provided.al2023",
        Handler="filter",
        Role=role,
        Code={"ZipFile": artifact(bootstrap)},
        Environment={"Variables": environment},
    )
    until(lambda: client.get_function_configuration(FunctionName="eyes")["State"] == "Active")
    return made["FunctionArn"]


def refused(code: str) -> Any:
    """Expects AWS's error code."""
    return pytest.raises(ClientError, match=code)
