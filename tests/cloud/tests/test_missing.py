"""What isn't there is named as AWS names it."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from .world import FAR, HUB, MEMBER, World, function, refused


def test_a_statement_that_is_not_there_is_named(world: World) -> None:
    function(world)
    client = world.client("lambda", MEMBER)
    with refused("ResourceNotFoundException.*No policy is associated with the given resource"):
        client.remove_permission(FunctionName="eyes", StatementId="gone")
    client.add_permission(
        FunctionName="eyes", StatementId="there", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com"
    )
    with refused("ResourceNotFoundException.*Statement gone is not found in resource policy."):
        client.remove_permission(FunctionName="eyes", StatementId="gone")


def test_missing_async_settings_name_the_functions_version(world: World) -> None:
    client, arn = world.client("lambda", MEMBER), function(world)
    for name in ("eyes", "gone"):
        version = re.escape(f"{arn.removesuffix('eyes')}{name}:$LATEST")
        for call in (client.get_function_event_invoke_config, client.delete_function_event_invoke_config):
            with refused(f"ResourceNotFoundException.*The function {version} doesn't have an EventInvokeConfig"):
                call(FunctionName=name)


def test_async_settings_that_are_there_are_deleted(world: World) -> None:
    client = world.client("lambda", MEMBER)
    function(world)
    client.put_function_event_invoke_config(FunctionName="eyes", MaximumRetryAttempts=0)
    client.delete_function_event_invoke_config(FunctionName="eyes")
    with refused("ResourceNotFoundException"):
        client.get_function_event_invoke_config(FunctionName="eyes")


def test_tags_of_a_missing_rule_name_rule_and_bus(world: World) -> None:
    events = world.client("events", MEMBER)
    for resource, bus in (("rule/gone", "default"), ("rule/edge/gone", "edge")):
        arn = f"arn:aws:events:{HUB}:{MEMBER}:{resource}"
        calls: tuple[Callable[[], Any], ...] = (
            partial(events.list_tags_for_resource, ResourceARN=arn),
            partial(events.tag_resource, ResourceARN=arn, Tags=[{"Key": "k", "Value": "v"}]),
            partial(events.untag_resource, ResourceARN=arn, TagKeys=["k"]),
        )
        for call in calls:
            with refused(f"ResourceNotFoundException.*Rule gone does not exist on EventBus {bus}."):
                call()


def test_a_missing_alarm_has_no_tags(world: World) -> None:
    arn = f"arn:aws:cloudwatch:{HUB}:{MEMBER}:alarm:gone"
    cloudwatch = world.client("cloudwatch", MEMBER)
    assert cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"] == []
    with refused("ResourceNotFound"):
        cloudwatch.tag_resource(ResourceARN=arn, Tags=[{"Key": "k", "Value": "v"}])


def test_a_topic_is_read_in_its_own_region(world: World) -> None:
    arn = world.client("sns", MEMBER).create_topic(Name="t")["TopicArn"]
    assert world.client("sns", MEMBER).get_topic_attributes(TopicArn=arn)["Attributes"]["TopicArn"] == arn
    with refused("InvalidParameter.*Invalid parameter: TopicArn"):
        world.client("sns", MEMBER, FAR).get_topic_attributes(TopicArn=arn)
