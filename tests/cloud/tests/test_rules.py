"""A function reads and tags the rules that its role names, and tells its account's bus what it did."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from .callers import Session, allow_all
from .world import FAR, HUB, MEMBER, World, allow, refused

TAGS = [{"Key": "guard:tripped-at", "Value": "2026-11-01T00:00:00Z"}]


@pytest.fixture(params=["guard", "default"])
def bus(request: pytest.FixtureRequest, world: World) -> str:
    """A bus with two rules, ours and theirs."""
    events = world.client("events", MEMBER)
    if request.param != "default":
        world.bus(MEMBER, HUB, request.param)
    for name in ("ours", "theirs"):
        events.put_rule(Name=name, EventBusName=request.param, EventPattern='{"source": ["test"]}')
    return request.param


def arn(bus: str, rule: str) -> str:
    resource = rule if bus == "default" else f"{bus}/{rule}"
    return f"arn:aws:events:{HUB}:{MEMBER}:rule/{resource}"


def test_a_role_reads_and_tags_the_rules_that_it_names(world: World, bus: str) -> None:
    events = Session(world, allow("events:*", arn(bus, "our*"))).client("events")
    ours, theirs = arn(bus, "ours"), arn(bus, "theirs")
    assert events.describe_rule(Name="ours", EventBusName=bus)["Arn"] == ours
    events.tag_resource(ResourceARN=ours, Tags=TAGS)
    assert events.list_tags_for_resource(ResourceARN=ours)["Tags"] == TAGS
    assert listed(world) == [ours]
    events.untag_resource(ResourceARN=ours, TagKeys=[TAGS[0]["Key"]])
    assert listed(world) == []
    calls: tuple[Callable[[], Any], ...] = (
        lambda: events.describe_rule(Name="theirs", EventBusName=bus),
        lambda: events.tag_resource(ResourceARN=theirs, Tags=TAGS),
        lambda: events.untag_resource(ResourceARN=theirs, TagKeys=["x"]),
        lambda: events.list_tags_for_resource(ResourceARN=theirs),
        lambda: events.remove_targets(Rule="theirs", EventBusName=bus, Ids=["x"]),
        lambda: events.list_rules(EventBusName=bus),
    )
    for call in calls:
        with refused("AccessDeniedException"):
            call()


def listed(world: World) -> list[str]:
    client = world.client("resourcegroupstaggingapi", MEMBER)
    found = client.get_resources(TagFilters=[{"Key": TAGS[0]["Key"]}], ResourceTypeFilters=["events:rule"])
    return [one["ResourceARN"] for one in found["ResourceTagMappingList"]]


@pytest.mark.parametrize("resource", ["rule/*", "rule/b/*"])
def test_listing_rules_takes_no_narrower_resource(world: World, bus: str, resource: str) -> None:
    narrow = allow("events:ListRules", f"arn:aws:events:{HUB}:{MEMBER}:{resource}")
    with refused("AccessDeniedException"):
        Session(world, narrow).client("events").list_rules(EventBusName=bus)


def test_who_may_list_rules_lists_all(world: World, bus: str) -> None:
    events = Session(world, allow("events:ListRules", "*")).client("events")
    assert [rule["Name"] for rule in events.list_rules(EventBusName=bus)["Rules"]] == ["ours", "theirs"]


def test_a_rules_tags_count_in_conditions(world: World, bus: str) -> None:
    ours, theirs = arn(bus, "ours"), arn(bus, "theirs")
    condition = {"StringLike": {"aws:ResourceTag/guard:tripped-at": "*"}}
    world.client("events", MEMBER).tag_resource(ResourceARN=ours, Tags=TAGS)
    events = Session(world, allow("events:DescribeRule", "*", condition)).client("events")
    events.describe_rule(Name="ours", EventBusName=bus)
    with refused("AccessDeniedException"):
        events.describe_rule(Name="theirs", EventBusName=bus)
    assert theirs not in listed(world)


def test_a_new_rule_with_tags_needs_both_permissions(world: World) -> None:
    rule = ("events:PutRule", arn("default", "new"))
    asked = {"Name": "new", "EventPattern": '{"source": ["test"]}', "Tags": TAGS}
    with refused("AccessDeniedException"):
        Session(world, allow_all(rule)).client("events").put_rule(**asked)
    iam = world.client("iam", MEMBER)
    document = json.dumps(allow_all(rule, ("events:TagResource", rule[1])))
    iam.put_role_policy(RoleName="runs", PolicyName="more", PolicyDocument=document)
    session = world.client("lambda", MEMBER).invoke(FunctionName="eyes")
    seen = json.load(session["Payload"])
    named = {"aws_access_key_id": seen["AWS_ACCESS_KEY_ID"], "aws_secret_access_key": seen["AWS_SECRET_ACCESS_KEY"]}
    world.client("events", MEMBER, aws_session_token=seen["AWS_SESSION_TOKEN"], **named).put_rule(**asked)


def test_a_rule_on_the_default_bus_hears_what_a_function_puts(world: World) -> None:
    letters = world.queue(MEMBER, FAR)
    events = world.client("events", MEMBER, FAR)
    events.put_rule(Name="heard", EventPattern='{"detail-type": ["Guard Tripped"]}')
    events.put_targets(Rule="heard", Targets=[{"Id": "q", "Arn": letters}])
    session = Session(world, allow("events:PutEvents", f"arn:aws:events:{FAR}:{MEMBER}:event-bus/default"), FAR)
    entry = {"Source": "guard", "DetailType": "Guard Tripped", "Detail": '{"user": "ann"}'}
    assert session.client("events").put_events(Entries=[entry])["FailedEntryCount"] == 0
    assert world.await_hop("put_events", "accepted")["name"] == "default"
    (message,) = world.messages(letters)
    event = json.loads(message["Body"])
    assert (event["account"], event["region"], event["source"]) == (MEMBER, FAR, "guard")
    assert event["detail"] == {"user": "ann"}
    world.bus(MEMBER, FAR, "other")
    with refused("AccessDeniedException"):
        session.client("events").put_events(Entries=[{**entry, "EventBusName": "other"}])
