"""The tests' own requests: what happened, what exists, and back to the beginning."""

from __future__ import annotations

from .conftest import fresh
from .world import FAR, HUB, MEMBER, World, function, refused


def test_nothing_exists_at_first(world: World) -> None:
    assert world.control("inventory")["objects"] == []


def test_the_inventory_names_everything_and_a_reset_takes_it_away(endpoint: str, world: World) -> None:
    arn = function(world, region=FAR)
    queue = world.queue(MEMBER, FAR)
    world.bus(MEMBER, FAR, "edge", f"arn:aws:iam::{MEMBER}:root")
    world.rule(MEMBER, FAR, "edge", "user", {"Arn": queue})
    world.client("logs", MEMBER, FAR).create_log_group(logGroupName="/aws/lambda/eyes")
    client = world.client("lambda", MEMBER, FAR)
    client.add_permission(
        FunctionName="eyes", StatementId="s", Action="lambda:InvokeFunction", Principal="sns.amazonaws.com"
    )
    client.put_function_event_invoke_config(FunctionName="eyes", MaximumRetryAttempts=1)
    found = world.control("inventory")["objects"]
    assert [one["kind"] for one in found if one["region"] == ""] == ["role", "role_policy"]
    there = sorted(one["kind"] for one in found if one["region"] == FAR)
    assert there == [
        "async_settings",
        "bus_policy",
        "event_bus",
        "function",
        "function_permission",
        "log_group",
        "queue",
        "rule",
        "target",
    ]
    assert {one["arn"] for one in found if one["kind"] == "function"} == {arn}
    assert fresh(endpoint, 200).control("inventory")["objects"] == []


def test_every_request_is_recorded_with_its_answer(world: World) -> None:
    start = world.control("requests")["next"]
    world.client("events", MEMBER, FAR).list_event_buses()
    with refused("NoSuchEntity"):
        world.client("iam", MEMBER).get_user(UserName="nobody")
    world.client("cloudwatch", MEMBER, HUB).describe_alarms()
    answer = world.control(f"requests?since={start}")
    columns = ("account", "service", "operation", "status", "error")
    told = [tuple(one[column] for column in columns) for one in answer["requests"]]
    assert told == [
        (MEMBER, "events", "ListEventBuses", 200, ""),
        (MEMBER, "iam", "GetUser", 404, "NoSuchEntity"),
        (MEMBER, "cloudwatch", "DescribeAlarms", 200, ""),
    ]
    assert all(one["agent"].startswith("Boto3/") for one in answer["requests"])
    assert world.control(f"requests?since={answer['next']}")["requests"] == []
