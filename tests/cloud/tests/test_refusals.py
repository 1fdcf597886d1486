"""What AWS's models and rules refuse is refused at the door, in the request's own protocol."""

from __future__ import annotations

import json
from typing import Any

import boto3
from botocore.config import Config

from .world import FAR, HUB, MANAGEMENT, MEMBER, World, bus_arn, refused


def unchecked(world: World, service: str) -> Any:
    """A client that doesn't look at its own parameters."""
    keys = {"aws_access_key_id": MANAGEMENT, "aws_secret_access_key": "any"}
    config = Config(parameter_validation=False, retries={"total_max_attempts": 1})
    return boto3.client(service, region_name=HUB, endpoint_url=world.endpoint, config=config, **keys)


def test_a_request_outside_the_model_is_refused(world: World) -> None:
    with refused("ValidationException"):
        unchecked(world, "events").put_rule(Name="not allowed", EventPattern="{}")
    with refused("ValidationError"):
        unchecked(world, "iam").create_user(UserName="no/slash")
    with refused("ValidationError"):
        unchecked(world, "cloudwatch").put_metric_alarm(AlarmName="x" * 256)
    refusals = [one["error"] for one in world.control("requests")["requests"]]
    assert refusals[-3:] == ["ValidationException", "ValidationError", "ValidationError"]


def test_a_bus_target_without_a_role_is_refused(world: World) -> None:
    events = world.client("events")
    events.create_event_bus(Name="hub")
    events.put_rule(Name="r", EventBusName="hub", EventPattern=json.dumps({"source": ["a"]}))
    far = bus_arn(MEMBER, FAR, "b")
    with refused(f"ValidationException.*RoleArn is required for target {far}."):
        events.put_targets(Rule="r", EventBusName="hub", Targets=[{"Id": "t", "Arn": far}])


def test_a_bus_with_rules_and_a_rule_with_targets_stay(world: World) -> None:
    world.bus(MEMBER, HUB, "edge")
    queue = world.queue(MEMBER, HUB)
    world.rule(MEMBER, HUB, "edge", "user", {"Arn": queue})
    events = world.client("events", MEMBER)
    with refused("ValidationException.*EventBus can't be deleted since it has rules."):
        events.delete_event_bus(Name="edge")
    with refused("Rule can't be deleted since it has targets"):
        events.delete_rule(Name="user", EventBusName="edge")
