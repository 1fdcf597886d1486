"""A topic takes a message from whoever may publish, and the tests read it."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from .callers import Session
from .world import FAR, HUB, MEMBER, OTHER, Json, World, allow, refused

OUTSIDE = "999999999999"
"""An account that is in no organization."""
ORGANIZATION = {"StringEquals": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}}
OURS = allow("sns:Publish", "arn:aws:sns:*:*:*", ORGANIZATION)


def topic(world: World, account: str = MEMBER, region: str = HUB, principal: str = "", name: str = "t") -> str:
    """A topic; its policy lets one principal publish, or is the one that SNS makes."""
    sns = world.client("sns", account, region)
    fifo = {"FifoTopic": "true"} if name.endswith(".fifo") else {}
    arn = sns.create_topic(Name=name, Attributes=fifo)["TopicArn"]
    if principal:
        statement = allow("sns:Publish", arn)["Statement"][0] | {"Principal": {"AWS": principal}}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=document)
    return arn


def published(world: World, arn: str) -> list[Json]:
    """The messages of a topic."""
    return world.control(f"messages?topic={quote(arn)}")["messages"]


def test_a_message_is_kept_with_who_published_it(world: World) -> None:
    arn, other = topic(world), topic(world, name="u")
    session = Session(world, OURS)
    attributes = {"signal": {"DataType": "String", "StringValue": "denied"}}
    session.client("sns").publish(TopicArn=arn, Subject="[guard]", Message="tripped", MessageAttributes=attributes)
    world.client("sns", MEMBER).publish(TopicArn=other, Message="unasked")
    (message,) = published(world, arn)
    assert (message["topic"], message["subject"], message["message"]) == (arn, "[guard]", "tripped")
    assert message["principal"] == f"arn:aws:sts::{MEMBER}:assumed-role/runs/eyes"
    assert message["attributes"] == {"signal": "denied"}
    assert [one["message"] for one in published(world, other)] == ["unasked"]
    assert len(world.control("messages")["messages"]) == 2


def test_a_role_publishes_only_where_its_policy_says(world: World) -> None:
    arn, other = topic(world), topic(world, name="u")
    sns = Session(world, allow("sns:Publish", arn)).client("sns")
    sns.publish(TopicArn=arn, Message="m")
    with refused("AuthorizationError"):
        sns.publish(TopicArn=other, Message="m")
    assert published(world, other) == []


@pytest.mark.parametrize("principal", [f"arn:aws:iam::{MEMBER}:root", f"arn:aws:iam::{MEMBER}:role/runs"])
def test_another_accounts_topic_must_let_the_caller_in_as_well(world: World, principal: str) -> None:
    session = Session(world, OURS)
    for region in (HUB, FAR):
        closed, opened = topic(world, OTHER, region), topic(world, OTHER, region, principal, "u")
        with refused("AuthorizationError"):
            session.client("sns", region).publish(TopicArn=closed, Message="m")
        session.client("sns", region).publish(TopicArn=opened, Message="m")
        assert [one["message"] for one in published(world, closed) + published(world, opened)] == ["m"]


def test_a_topic_outside_the_organization_is_not_the_roles_even_if_it_is_open(world: World) -> None:
    arn = topic(world, OUTSIDE, principal=f"arn:aws:iam::{MEMBER}:root")
    with refused("AuthorizationError"):
        Session(world, OURS).client("sns").publish(TopicArn=arn, Message="m")


def test_a_role_outside_any_organization_has_no_organization(world: World) -> None:
    arn = topic(world, OUTSIDE)
    with refused("AuthorizationError"):
        Session(world, OURS, account=OUTSIDE).client("sns").publish(TopicArn=arn, Message="m")


def test_an_old_policy_has_no_variables(world: World) -> None:
    with refused("AuthorizationError"):
        Session(world, OURS | {"Version": "2008-10-17"}).client("sns").publish(TopicArn=topic(world), Message="m")


def test_a_variable_stands_in_a_resource_too(world: World) -> None:
    arn, other = topic(world, name="o-localcloud-t"), topic(world)
    policy = allow("sns:Publish", "arn:aws:sns:*:*:${aws:PrincipalOrgID}-t")
    sns = Session(world, policy).client("sns")
    sns.publish(TopicArn=arn, Message="m")
    with refused("AuthorizationError"):
        sns.publish(TopicArn=other, Message="m")


def test_a_variable_without_a_value_matches_nothing(world: World) -> None:
    policy = allow("sns:Publish", "arn:aws:sns:*:*:${aws:PrincipalTag/team}")
    with refused("AuthorizationError"):
        Session(world, policy).client("sns").publish(TopicArn=topic(world, name="None"), Message="m")


def test_a_variable_may_have_a_default(world: World) -> None:
    policy = allow("sns:Publish", "arn:aws:sns:*:*:${aws:PrincipalTag/team, 'all'}")
    Session(world, policy).client("sns").publish(TopicArn=topic(world, name="all"), Message="m")


def test_a_topic_is_asked_for_in_its_region_and_must_exist(world: World) -> None:
    sns = Session(world, OURS).client("sns", FAR)
    with refused("InvalidParameter"):
        sns.publish(TopicArn=topic(world), Message="m")
    with refused("NotFound"):
        sns.publish(TopicArn=f"arn:aws:sns:{FAR}:{MEMBER}:gone", Message="m")


def test_a_fifo_topic_wants_a_group_and_something_to_tell_messages_apart_by(world: World) -> None:
    arn = topic(world, name="t.fifo")
    sns = world.client("sns", MEMBER)
    with refused(r"\(InvalidParameter\)"):
        sns.publish(TopicArn=arn, Message="m")
    with refused(r"\(InvalidParameter\)"):
        sns.publish(TopicArn=arn, Message="m", MessageGroupId="g")
    for _ in range(2):
        sns.publish(TopicArn=arn, Message="m", MessageGroupId="g", MessageDeduplicationId="d")
    assert [one["group"] for one in published(world, arn)] == ["g"]


def test_a_queue_gets_what_its_topic_is_told(world: World) -> None:
    arn, queue = topic(world), world.queue(MEMBER, HUB, service="sns.amazonaws.com")
    world.client("sns", MEMBER).subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue)
    Session(world, OURS).client("sns").publish(TopicArn=arn, Subject="s", Message="m")
    (message,) = world.messages(queue)
    letter = json.loads(message["Body"])
    assert (letter["TopicArn"], letter["Subject"], letter["Message"]) == (arn, "s", "m")


def test_only_a_marked_topic_is_in_the_inventory(world: World) -> None:
    topic(world)
    assert world.control("inventory")["objects"] == []
    tags = [{"Key": "guard:hub", "Value": "x"}]
    arn = world.client("sns", MEMBER).create_topic(Name="ours", Tags=tags)["TopicArn"]
    assert [(one["kind"], one["arn"]) for one in world.control("inventory")["objects"]] == [("topic", arn)]
