"""Events cross accounts and regions only where every policy on the way lets them."""

from __future__ import annotations

import json

import pytest

from .chain import Chain
from .world import (
    FAR,
    HUB,
    MANAGEMENT,
    MEMBER,
    OTHER,
    Json,
    World,
    allow,
    bus_arn,
    refused,
)


def test_an_event_reaches_another_accounts_bus(world: World) -> None:
    chain = Chain(world)
    entry = world.put(MANAGEMENT, HUB, "hub", Resources=["arn:x"], Time=1_600_000_000)
    (event,) = chain.events()
    assert (event["id"], event["account"], event["region"]) == (entry["EventId"], MANAGEMENT, HUB)
    assert (event["resources"], event["time"]) == (["arn:x"], "2020-09-13T12:26:40Z")
    assert not chain.refusals()


def test_another_region_gives_a_new_id_and_time_but_keeps_account_and_region(world: World) -> None:
    chain = Chain(world, FAR)
    entry = world.put(MANAGEMENT, HUB, "hub", Time=1_600_000_000)
    (event,) = chain.events()
    assert event["id"] != entry["EventId"]
    assert event["time"] > "2025"
    assert (event["account"], event["region"]) == (MANAGEMENT, HUB)


def test_a_bus_policy_without_the_sender_stops_the_event(world: World) -> None:
    chain = Chain(world, sender=f"arn:aws:iam::{OTHER}:root")
    chain.send()
    assert (chain.events(), chain.refusals()) == ([], ["NO_PERMISSIONS"])


def test_a_bus_without_a_policy_stops_the_event(world: World) -> None:
    chain = Chain(world, sender=None)
    chain.send()
    assert (chain.events(), chain.refusals()) == ([], ["NO_PERMISSIONS"])


def test_a_role_without_put_events_stops_the_event(world: World) -> None:
    chain = Chain(world, permission=None)
    chain.send()
    assert (chain.events(), chain.refusals()) == ([], ["NO_PERMISSIONS"])


def test_a_role_for_another_bus_stops_the_event(world: World) -> None:
    chain = Chain(world, permission=allow("events:PutEvents", bus_arn(MEMBER, HUB, "another")))
    chain.send()
    assert (chain.events(), chain.refusals()) == ([], ["NO_PERMISSIONS"])


def test_a_role_that_does_not_trust_eventbridge_stops_the_event(world: World) -> None:
    chain = Chain(world, trusted="lambda.amazonaws.com")
    chain.send()
    assert (chain.events(), chain.refusals()) == ([], ["NO_PERMISSIONS"])


def test_a_disabled_rule_stops_the_event_without_a_letter(world: World) -> None:
    chain = Chain(world, state="DISABLED")
    chain.send()
    assert (chain.events(), chain.refusals()) == ([], [])
    assert [hop["outcome"] for hop in world.hops("rule_disabled")] == ["ignored"]


@pytest.mark.parametrize(
    ("condition", "passes"),
    [
        ({"ForAnyValue:StringEquals": {"events:source": "test"}}, True),
        ({"ForAnyValue:StringEquals": {"events:source": "other"}}, False),
        ({"StringEquals": {"events:source": "test"}}, False),
        ({"StringEquals": {"events:detail-type": "Test"}}, True),
        ({"StringEquals": {"events:detail-type": "Other"}}, False),
        ({"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{MANAGEMENT}:role/forward"}}, True),
        ({"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{MANAGEMENT}:role/another"}}, False),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-localcloud"}}, True),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-somebodyelse"}}, False),
        ({"Bool": {"events:eventBusInvocation": "true"}}, True),
        ({"Bool": {"events:eventBusInvocation": "false"}}, False),
    ],
)
def test_the_bus_policys_conditions_count(world: World, condition: Json, passes: bool) -> None:
    chain = Chain(world)
    statement = allow("events:PutEvents", chain.far, condition)["Statement"][0]
    document = {"Version": "2012-10-17", "Statement": [{**statement, "Sid": "s", "Principal": "*"}]}
    world.client("events", MEMBER).put_permission(EventBusName="relay", Policy=json.dumps(document))
    chain.send()
    assert bool(chain.events()) is passes
    assert chain.refusals() == ([] if passes else ["NO_PERMISSIONS"])


def test_a_bus_in_the_own_account_needs_no_policy_but_the_role(world: World) -> None:
    world.bus(MEMBER, HUB, "relay")
    edge = world.bus(MEMBER, FAR, "edge")
    arrived = world.queue(MEMBER, FAR, "arrived")
    role = world.role(MEMBER, "forward", "events.amazonaws.com", allow("events:PutEvents", edge))
    world.rule(MEMBER, HUB, "relay", "to-edge", {"Arn": edge, "RoleArn": role})
    world.rule(MEMBER, FAR, "edge", "keep", {"Arn": arrived})
    world.put(MEMBER, HUB, "relay")
    assert len(world.messages(arrived)) == 1


def test_a_missing_bus_in_the_own_account_is_silent(world: World) -> None:
    world.bus(MEMBER, HUB, "relay")
    gone = bus_arn(MEMBER, FAR, "gone")
    letters = world.queue(MEMBER, HUB)
    role = world.role(MEMBER, "forward", "events.amazonaws.com", allow("events:PutEvents", gone))
    target = {"Arn": gone, "RoleArn": role, "DeadLetterConfig": {"Arn": letters}}
    world.rule(MEMBER, HUB, "relay", "to-gone", target)
    world.put(MEMBER, HUB, "relay")
    assert not world.messages(letters)
    assert [hop["outcome"] for hop in world.hops("target")] == ["dropped"]


def test_a_role_of_a_moment_ago_is_not_known_yet(slow_world: World) -> None:
    chain = Chain(slow_world)
    chain.send()
    assert (chain.events(), chain.refusals()) == ([], ["NO_PERMISSIONS"])


def test_the_callers_document_is_kept(world: World) -> None:
    world.bus(MEMBER, HUB, "relay", f"arn:aws:iam::{MANAGEMENT}:root")
    events = world.client("events", MEMBER)
    policy = json.loads(events.describe_event_bus(Name="relay")["Policy"])
    assert policy["Statement"][0]["Principal"] == {"AWS": f"arn:aws:iam::{MANAGEMENT}:root"}
    events.put_permission(EventBusName="relay", StatementId="other", Action="events:PutEvents", Principal=OTHER)
    policy = json.loads(events.describe_event_bus(Name="relay")["Policy"])
    assert [one["Sid"] for one in policy["Statement"]] == ["sender", "other"]
    assert policy["Statement"][1]["Principal"] == {"AWS": f"arn:aws:iam::{OTHER}:root"}


def test_put_events_across_accounts_asks_the_buss_policy(world: World) -> None:
    arn = world.bus(MEMBER, HUB, "relay")
    arrived = world.queue(MEMBER, HUB, "arrived")
    world.rule(MEMBER, HUB, "relay", "keep", {"Arn": arrived})
    assert world.put(MANAGEMENT, HUB, arn)["ErrorCode"] == "AccessDeniedException"
    world.client("events", MEMBER).put_permission(
        EventBusName="relay", StatementId="hub", Action="events:PutEvents", Principal=MANAGEMENT
    )
    assert "EventId" in world.put(MANAGEMENT, HUB, arn)
    assert len(world.messages(arrived)) == 1


def test_put_events_judges_each_entry_alone(world: World) -> None:
    good = {"Source": "test", "DetailType": "T", "Detail": "{}"}
    entries = [good, {**good, "Source": "aws.s3"}, {**good, "Detail": "[1"}, {"Source": "test"}]
    answer = world.client("events").put_events(Entries=entries)
    codes = [entry.get("ErrorCode") for entry in answer["Entries"]]
    assert codes == [None, "NotAuthorizedForSourceException", "MalformedDetail", "InvalidArgument"]
    assert answer["FailedEntryCount"] == 3


def test_put_rule_again_forgets_what_it_does_not_say(world: World) -> None:
    events = world.client("events")
    world.bus(MANAGEMENT, HUB, "hub")
    said = {"Name": "one", "EventBusName": "hub", "EventPattern": json.dumps({"source": ["a"]})}
    events.put_rule(**said, Description="old", State="DISABLED")
    events.put_rule(**said)
    rule = events.describe_rule(Name="one", EventBusName="hub")
    assert (rule["State"], rule.get("Description")) == ("ENABLED", None)


def test_put_events_takes_so_much_at_once(world: World) -> None:
    entry = {"Source": "test", "DetailType": "T", "Detail": json.dumps({"long": "x" * 130_000})}
    events = world.client("events")
    events.put_events(Entries=[entry])
    with refused("ValidationException.*over the limit"):
        events.put_events(Entries=[entry, entry, entry])


def test_a_deleted_bus_takes_its_policy_along(world: World) -> None:
    world.bus(MEMBER, HUB, "relay", f"arn:aws:iam::{MANAGEMENT}:root")
    events = world.client("events", MEMBER)
    with refused("ResourceNotFoundException"):
        events.remove_permission(EventBusName="relay", StatementId="other")
    events.delete_event_bus(Name="relay")
    assert world.control("inventory")["objects"] == []
    world.bus(MEMBER, HUB, "relay")
    assert "Policy" not in events.describe_event_bus(Name="relay")
    with refused("ResourceNotFoundException"):
        events.remove_permission(EventBusName="relay", StatementId="sender")


def test_an_explicit_deny_counts_in_the_own_account_too(world: World) -> None:
    world.bus(MEMBER, HUB, "relay")
    edge = world.bus(MEMBER, FAR, "edge")
    letters = world.queue(MEMBER, HUB)
    role = world.role(MEMBER, "forward", "events.amazonaws.com", allow("events:PutEvents", edge))
    statement = {**allow("events:PutEvents", edge)["Statement"][0], "Sid": "no", "Effect": "Deny", "Principal": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    world.client("events", MEMBER, FAR).put_permission(EventBusName="edge", Policy=document)
    target = {"Arn": edge, "RoleArn": role, "DeadLetterConfig": {"Arn": letters}}
    world.rule(MEMBER, HUB, "relay", "to-edge", target)
    world.put(MEMBER, HUB, "relay")
    (letter,) = world.messages(letters)
    assert letter["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "NO_PERMISSIONS"
