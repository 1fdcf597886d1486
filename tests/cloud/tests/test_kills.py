"""A function's process can be killed at any of its calls, and Lambda tries the event again."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .callers import caller
from .world import FAR, MEMBER, World, allow

USER = {"UserName": "ann"}
DENIAL = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
CALLS = [
    ["iam", "list_attached_user_policies", USER],
    ["iam", "put_user_policy", {**USER, "PolicyName": "p", "PolicyDocument": json.dumps(DENIAL)}],
    ["iam", "get_user", USER],
]


@pytest.fixture
def asked(world: World) -> dict[str, Any]:
    """A function that makes three calls, one of which is a write."""
    world.client("iam", MEMBER).create_user(UserName="ann")
    caller(world, allow("iam:*", "*"), FAR)
    return {"calls": CALLS}


def invoke(world: World, event: dict[str, Any], kind: str = "Event") -> Any:
    client = world.client("lambda", MEMBER, FAR)
    return client.invoke(FunctionName="eyes", InvocationType=kind, Payload=json.dumps(event).encode())


def written(world: World) -> list[str]:
    return world.client("iam", MEMBER).list_user_policies(UserName="ann")["PolicyNames"]


def outcomes(world: World) -> list[tuple[str, str]]:
    return [(hop["outcome"], hop["code"]) for hop in world.hops("function")]


def test_the_calls_of_a_function_are_told_apart(world: World, asked: dict[str, Any]) -> None:
    world.ask("faults", function=f"{MEMBER}:function:eyes", kinds=["error"])
    invoke(world, asked)
    world.await_hop("function", "succeeded")
    world.client("iam", MEMBER).list_users()
    told = world.control("faults")
    assert told["calls"] == 3
    names = ["ListAttachedUserPolicies", "PutUserPolicy", "GetUser"]
    assert [(one["call"], one["operation"], one["function"]) for one in told["called"]] == [
        (number, name, "eyes") for number, name in enumerate(names, 1)
    ]
    requests = world.control("requests")["requests"]
    assert [one["operation"] for one in requests if one["function"] == "eyes"] == names


@pytest.mark.parametrize(
    ("kind", "call"), [("kill_before", 1), ("kill_before", 2), ("kill_after", 2), ("kill_after", 3)]
)
def test_a_killed_process_fails_its_event_which_is_tried_again(
    world: World, asked: dict[str, Any], kind: str, call: int
) -> None:
    world.ask("faults", function="eyes", at=call, kinds=[kind])
    invoke(world, asked)
    world.await_hop("function", "succeeded")
    assert outcomes(world) == [("invoked", ""), ("failed", "Runtime.ExitError"), ("invoked", ""), ("succeeded", "")]
    told = world.control("faults")
    assert [(one["call"], one["kind"]) for one in told["struck"]] == [(call, kind)]
    assert told["calls"] == call + 3
    failed = next(hop for hop in world.hops("function") if hop["outcome"] == "failed")
    assert len([line for line in failed["detail"]["log"] if line.startswith("calls")]) == call


@pytest.mark.parametrize(("kind", "there"), [("kill_before", []), ("kill_after", ["p"])])
def test_the_effect_is_there_only_after_it(world: World, asked: dict[str, Any], kind: str, there: list[str]) -> None:
    world.ask("faults", function="eyes", operation="PutUserPolicy", at=1, kinds=[kind])
    answer = invoke(world, asked, "RequestResponse")
    assert answer["FunctionError"] == "Unhandled"
    assert b"Runtime.ExitError" in answer["Payload"].read()
    assert written(world) == there


def test_only_functions_are_killed(world: World, asked: dict[str, Any]) -> None:
    world.ask("faults", at=1, kinds=["kill_before"])
    world.client("iam", MEMBER).list_users()
    assert world.control("faults")["struck"] == []
    world.ask("faults", function="function:other", at=1, kinds=["kill_before"])
    invoke(world, asked, "RequestResponse")
    assert world.control("faults")["calls"] == 0


def test_a_process_that_is_killed_again_and_again_loses_the_event(world: World, asked: dict[str, Any]) -> None:
    world.ask("faults", function="eyes", at=1, kinds=["kill_before"], times=3)
    invoke(world, asked)
    world.await_hop("function", "lost")
    assert [code for outcome, code in outcomes(world) if outcome == "failed"] == ["Runtime.ExitError"] * 3
    assert world.control("faults")["calls"] == 3
