"""A dead letter says why an event was not delivered, in AWS's words, and how often that was tried if it was."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .chain import Chain
from .world import HUB, MANAGEMENT, MEMBER, OTHER, Json, World

SAID = {"RULE_ARN", "TARGET_ARN", "ERROR_CODE", "ERROR_MESSAGE"}


def attributes(letter: Json) -> dict[str, str]:
    """What a dead letter says; all of it is text."""
    said = letter["MessageAttributes"]
    assert {one["DataType"] for one in said.values()} == {"String"}
    return {name: one["StringValue"] for name, one in said.items()}


def to_queue(world: World, service: str, **more: Any) -> Json:
    """The dead letter of an event for a queue that lets one service in; none stands for a queue without a policy."""
    letters = world.queue(MEMBER, HUB)
    arn = world.queue(MEMBER, HUB, "kept", service or "events.amazonaws.com")
    if not service:
        sqs = world.client("sqs", MEMBER)
        url = sqs.get_queue_url(QueueName="kept")["QueueUrl"]
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    world.bus(MEMBER, HUB, "edge")
    world.rule(MEMBER, HUB, "edge", "user", {"Arn": arn, "DeadLetterConfig": {"Arn": letters}, **more})
    world.put(MEMBER, HUB, "edge", Detail=json.dumps({"user": "ann"}))
    (letter,) = world.messages(letters)
    return letter


def test_a_dead_letter_holds_the_event_and_says_four_things(world: World) -> None:
    chain = Chain(world, permission=None)
    chain.send()
    (letter,) = world.messages(chain.letters)
    said = attributes(letter)
    assert set(said) == SAID
    assert (said["RULE_ARN"], said["TARGET_ARN"]) == (chain.rule, chain.far)
    assert json.loads(letter["Body"])["detail"] == {"user": "ann"}


@pytest.mark.parametrize(
    "changed",
    [
        {"permission": None},
        {"trusted": "lambda.amazonaws.com"},
        {"sender": None},
        {"sender": f"arn:aws:iam::{OTHER}:root"},
    ],
)
def test_all_that_keeps_a_role_from_a_bus_is_one_to_aws(world: World, changed: Json) -> None:
    chain = Chain(world, **changed)
    chain.send()
    (letter,) = world.messages(chain.letters)
    said = attributes(letter)
    assert (said["ERROR_CODE"], said["ERROR_MESSAGE"]) == (
        "NO_PERMISSIONS",
        "Lack of permissions to invoke cross account target.",
    )


def test_a_role_that_is_gone_is_told_like_one_that_may_not(world: World) -> None:
    chain = Chain(world)
    iam = world.client("iam", MANAGEMENT)
    iam.delete_role_policy(RoleName="forward", PolicyName="own")
    iam.delete_role(RoleName="forward")
    chain.send()
    assert chain.refusals() == ["NO_PERMISSIONS"]
    (told,) = [hop["detail"] for hop in world.hops("target") if hop["name"] == "hub"]
    assert "doesn't exist" in told


@pytest.mark.parametrize(
    ("service", "code", "words"),
    [
        ("nobody.amazonaws.com", "NO_PERMISSIONS", "User: events.amazonaws.com is not authorized to perform: sqs:send"),
        ("", "NO_RESOURCE", "The specified queue does not exist or you do not have access to it"),
    ],
)
def test_a_queue_without_a_policy_is_not_there_for_eventbridge(
    world: World, service: str, code: str, words: str
) -> None:
    said = attributes(to_queue(world, service))
    assert said["ERROR_CODE"] == code
    assert said["ERROR_MESSAGE"].startswith(words)


@pytest.mark.parametrize(("policy", "retries"), [({}, "185"), ({"MaximumRetryAttempts": 3}, "3")])
def test_what_was_tried_again_in_vain_says_how_often(world: World, policy: Json, retries: str) -> None:
    world.ask("faults", kinds=["undelivered"], target=":kept")
    said = attributes(to_queue(world, "events.amazonaws.com", RetryPolicy=policy))
    assert set(said) == SAID | {"RETRY_ATTEMPTS", "EXHAUSTED_RETRY_CONDITION"}
    assert (said["EXHAUSTED_RETRY_CONDITION"], said["RETRY_ATTEMPTS"]) == ("MaximumRetryAttempts", retries)
    assert world.control("faults")["struck"] == []


def test_only_the_targets_that_were_asked_for_stay_out_of_reach(world: World) -> None:
    chain = Chain(world)
    world.ask("faults", kinds=["undelivered"], target=":elsewhere")
    chain.send()
    assert len(chain.events()) == 1
    world.ask("faults", kinds=["undelivered"], target=chain.far)
    chain.send()
    assert (chain.events(), chain.refusals()) == ([], ["THROTTLING"])


def test_a_dead_letter_queue_without_a_policy_loses_the_event(world: World) -> None:
    chain = Chain(world, permission=None)
    sqs = world.client("sqs")
    url = sqs.get_queue_url(QueueName="letters")["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    chain.send()
    assert not chain.refusals()
    assert [hop["code"] for hop in world.hops("dead_letter")] == ["NO_RESOURCE"]
