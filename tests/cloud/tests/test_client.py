"""The client makes the calls that it is asked for, by hand and for the harness."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ..client.call import outcome
from ..client.sessions import Caller, Sessions
from .world import BUCKET, HUB, MANAGEMENT, MEMBER, World

CLIENT = Path(__file__).parents[1] / "client"


@pytest.fixture(scope="module")
def sessions() -> Sessions:
    """Read once."""
    return Sessions()


def administrator(world: World, account: str = MANAGEMENT) -> Caller:
    """An account's administrator."""
    return Caller(region=HUB, endpoint=world.endpoint, key=account, secret="any", token="")


def test_answers_are_as_they_came(world: World, sessions: Sessions) -> None:
    def result(line: str) -> Any:
        return outcome(sessions, administrator(world), line.split(" "))["result"]

    assert result("iam create-user --user-name u")["User"]["CreateDate"].endswith("Z")
    assert result("iam delete-user --user-name u") == {}
    assert result("logs create-log-group --log-group-name g") == {}
    assert isinstance(result("logs describe-log-groups")["logGroups"][0]["creationTime"], int)
    assert result("events list-event-buses --query EventBuses[].Name") == ["default"]
    assert result("events list-event-buses --query Nothing") is None
    policies = result("iam list-policies --scope AWS --max-items 3")
    assert len(policies["Policies"]) == 3
    assert "NextToken" in policies
    assert len(result("iam list-policies --scope AWS --page-size 2 --query Policies[].Arn")) > 3
    url = result("sqs create-queue --queue-name q")["QueueUrl"]
    assert result(f"sqs get-queue-attributes --queue-url {url} --attribute-names QueueArn")["Attributes"]


def test_bodies_are_put_and_got(world: World, sessions: Sessions, tmp_path: Path) -> None:
    body, got = tmp_path / "body", tmp_path / "got"
    body.write_bytes(b"\x00\xff")
    named = f"--bucket {BUCKET} --key a/b"
    outcome(sessions, administrator(world), f"s3api put-object {named} --body {body}".split(" "))
    told = outcome(sessions, administrator(world), f"s3api get-object {named} {got}".split(" "))
    assert got.read_bytes() == b"\x00\xff"
    assert told["result"]["ContentLength"] == 2


def test_every_call_is_its_callers(world: World, sessions: Sessions) -> None:
    for account in (MANAGEMENT, MEMBER, MANAGEMENT):
        told = outcome(sessions, administrator(world, account), ["sts", "get-caller-identity"])
        assert told["result"]["Account"] == account


def test_refusals_and_failures_differ(world: World, sessions: Sessions) -> None:
    told = outcome(sessions, administrator(world), ["iam", "get-user", "--user-name", "nobody"])
    message = "The user with name nobody cannot be found."
    assert told == {"refused": {"code": "NoSuchEntity", "message": message, "operation": "GetUser"}}
    missing = outcome(sessions, administrator(world), ["iam", "get-user-policy", "--user-name", "u"])
    assert 'Missing required parameter in input: "PolicyName"' in missing["failed"]
    query = outcome(sessions, administrator(world), ["iam", "list-users", "--query", "["])
    assert "expression" in query["failed"]
    nobody = Caller(region=HUB, endpoint="http://127.0.0.1:1", key=MANAGEMENT, secret="any")
    waits = ["lambda", "wait", "function-active-v2", "--function-name", "none"]
    assert "ResourceNotFoundException" in outcome(sessions, administrator(world), waits)["failed"]
    assert "Could not connect" in outcome(sessions, nobody, ["sts", "get-caller-identity"])["failed"]


def test_nothing_of_the_machine_reaches_a_caller_with_a_key(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "none")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/no/such/file")
    told = outcome(Sessions(), administrator(world), ["sts", "get-caller-identity"])
    assert told["result"]["Account"] == MANAGEMENT


def test_a_call_is_made_by_hand(world: World) -> None:
    def run(line: str) -> subprocess.CompletedProcess[str]:
        variables = {
            "AWS_ENDPOINT_URL": world.endpoint,
            "AWS_REGION": HUB,
            "AWS_ACCESS_KEY_ID": MEMBER,
            "AWS_SECRET_ACCESS_KEY": "any",
        }
        command = [sys.executable, str(CLIENT), *line.split(" ")]
        return subprocess.run(command, env=os.environ | variables, text=True, capture_output=True, check=False)

    assert json.loads(run("sts get-caller-identity").stdout)["Account"] == MEMBER
    assert run("iam create-user --user-name u").returncode == 0
    assert run("iam delete-user --user-name u").stdout == ""
    refused = run("iam get-user --user-name nobody")
    assert refused.returncode == 254
    assert "An error occurred (NoSuchEntity) when calling the GetUser operation: " in refused.stderr
    wrong = run("iam get-users")
    assert (wrong.returncode, wrong.stderr) == (252, "aws: iam has no operation 'get-users'\n")


def test_it_serves_until_nobody_can_ask(world: World) -> None:
    caller = {"region": HUB, "endpoint": world.endpoint, "key": MEMBER, "secret": "any", "token": ""}
    calls = [["sts", "get-caller-identity"], ["iam", "nothing"], ["iam", "get-user", "--user-name", "ä"]]
    lines = [json.dumps({"caller": caller, "words": words}) + "\n" for words in calls]
    command = [sys.executable, str(CLIENT), "--serve"]
    served = subprocess.run(command, input="".join(lines), text=True, capture_output=True, check=True)
    told = [json.loads(line) for line in served.stdout.splitlines()]
    assert [next(iter(one)) for one in told] == ["result", "failed", "refused"]
    assert "ä" in told[2]["refused"]["message"]
