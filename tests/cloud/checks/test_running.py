"""The rules that look at what exists, against the running local AWS: its state is read rightly."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from cloud.checks.world import ACCOUNT, HERE, trust

TESTS = Path(__file__).resolve().parents[2]
BUCKET = f"organization-trail-{ACCOUNT}"
MEMBER = "222222222222"

Clients = Callable[..., Any]
"""Makes a client for a service, and perhaps an account and a region."""


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    ready = tmp_path_factory.mktemp("cloud") / "ready.json"
    command = [sys.executable, "-m", "cloud", "--port", "0", "--speed", "200", "--with-parent"]
    with subprocess.Popen([*command, "--ready-file", ready], cwd=TESTS, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(b"ready http://127.0.0.1:")
        yield json.loads(ready.read_text())["endpoint"]
        process.terminate()


@pytest.fixture
def client(endpoint: str) -> Clients:
    reset = urllib.request.Request(f"{endpoint}/_cloud/reset", method="POST")
    urllib.request.urlopen(reset).close()

    def make(service: str, account: str = ACCOUNT, region: str = HERE) -> Any:
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=endpoint,
            aws_access_key_id=account,
            aws_secret_access_key="any",
            config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
        )

    return make


@contextlib.contextmanager
def refused(code: str, words: str = "") -> Iterator[None]:
    with pytest.raises(ClientError) as caught:
        yield
    error = caught.value.response["Error"]
    assert (error["Code"], words in error["Message"]) == (code, True), error


def role(client: Clients, name: str, service: str = "lambda.amazonaws.com") -> str:
    made = client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust(service))
    return made["Role"]["Arn"]


def function(client: Clients, role_arn: str, name: str = "f") -> str:
    code = {"ZipFile": zip_bytes()}
    settings = {"FunctionName": name, "Runtime": "provided.al2023", "Handler": "filter", "Role": role_arn}
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:  # a role needs a moment to be known everywhere
        try:
            return client("lambda").create_function(Code=code, **settings)["FunctionArn"]
        except client("lambda").exceptions.InvalidParameterValueException as error:
            if "cannot be assumed" not in str(error):
                raise
            time.sleep(0.02)
    raise AssertionError("the role is never known")


def test_rules_and_targets_are_seen_by_account_and_region(client: Clients) -> None:
    for account, region in ((ACCOUNT, HERE), (MEMBER, HERE), (ACCOUNT, "eu-west-1")):
        client("events", account, region).create_event_bus(Name="b")
    events = client("events")
    events.put_rule(Name="r", EventBusName="b", EventPattern='{"source":["a"]}')
    queue = f"arn:aws:sqs:{HERE}:{ACCOUNT}:q"
    five = [{"Id": str(i), "Arn": queue} for i in range(5)]
    events.put_targets(Rule="r", EventBusName="b", Targets=five)
    with refused("LimitExceededException"):
        events.put_targets(Rule="r", EventBusName="b", Targets=[{"Id": "6", "Arn": queue}])
    with refused("ValidationException", "has targets"):
        events.delete_rule(Name="r", EventBusName="b")
    with refused("ValidationException", "rules"):
        events.delete_event_bus(Name="b")
    for account, region in ((MEMBER, HERE), (ACCOUNT, "eu-west-1")):
        elsewhere = client("events", account, region)
        with refused("ResourceNotFoundException"):
            elsewhere.list_targets_by_rule(Rule="r", EventBusName="b")
        elsewhere.delete_event_bus(Name="b")
    events.remove_targets(Rule="r", EventBusName="b", Ids=[t["Id"] for t in five])
    events.delete_rule(Name="r", EventBusName="b")
    events.delete_event_bus(Name="b")
    with refused("ResourceNotFoundException"):
        events.list_rules(EventBusName="b")


def test_roles_and_their_policies_are_seen(client: Clients) -> None:
    iam = client("iam")
    role(client, "r")
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::" + "b" * 9_000}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_role_policy(RoleName="r", PolicyName="one", PolicyDocument=document)
    iam.put_role_policy(RoleName="r", PolicyName="one", PolicyDocument=document)
    with refused("LimitExceeded", "10240"):
        iam.put_role_policy(RoleName="r", PolicyName="two", PolicyDocument=document)
    with refused("DeleteConflict"):
        iam.delete_role(RoleName="r")
    iam.delete_role_policy(RoleName="r", PolicyName="one")
    iam.delete_role(RoleName="r")


def test_a_functions_role_is_judged(client: Clients) -> None:
    with refused("InvalidParameterValueException", "cannot be assumed by Lambda"):
        client("lambda").create_function(
            FunctionName="f",
            Runtime="provided.al2023",
            Handler="filter",
            Role=role(client, "wrong", "events.amazonaws.com"),
            Code={"ZipFile": zip_bytes()},
        )
    function(client, role(client, "right"))


def zip_bytes() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("bootstrap", "x")
    return packed.getvalue()


def test_a_destination_is_judged_by_the_functions_role(client: Clients) -> None:
    function(client, role(client, "r"))
    queue = f"arn:aws:sqs:{HERE}:{ACCOUNT}:letters"
    lambdas, settings = client("lambda"), {"DestinationConfig": {"OnFailure": {"Destination": queue}}}
    with refused("InvalidParameterValueException", "The destination ARN"):
        lambdas.put_function_event_invoke_config(FunctionName="f", **settings)
    client("sqs").create_queue(QueueName="letters")
    with refused("InvalidParameterValueException", "The destination ARN"):
        lambdas.put_function_event_invoke_config(FunctionName="f", **settings)
    statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": queue}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    client("iam").put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=document)
    lambdas.put_function_event_invoke_config(FunctionName="f", **settings)


def test_a_statement_id_is_taken_once(client: Clients) -> None:
    function(client, role(client, "r"))
    permission = {"FunctionName": "f", "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"}
    client("lambda").add_permission(StatementId="one", **permission)
    with refused("ResourceConflictException"):
        client("lambda").add_permission(StatementId="one", **permission)
    client("lambda").add_permission(StatementId="two", **permission)


def test_a_buckets_region_is_known(client: Clients) -> None:
    client("sqs").create_queue(QueueName="q")
    here: dict[str, Any] = {"QueueArn": f"arn:aws:sqs:{HERE}:{ACCOUNT}:q", "Events": ["s3:ObjectCreated:*"]}
    there = here | {"QueueArn": f"arn:aws:sqs:eu-west-1:{ACCOUNT}:q"}
    s3 = client("s3")
    with refused("InvalidArgument", "not valid for the bucket location"):
        put(s3, there)
    with refused("InvalidArgument", "overlapping"):
        put(s3, here, here)
    with refused("InvalidArgument", "Unable to validate"):
        put(s3, here | {"QueueArn": here["QueueArn"] + "x"})


def put(s3: Any, *entries: dict[str, Any]) -> None:
    configuration = {"QueueConfigurations": list(entries)}
    s3.put_bucket_notification_configuration(Bucket=BUCKET, NotificationConfiguration=configuration)
