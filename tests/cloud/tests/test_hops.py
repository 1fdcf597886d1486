"""An event makes one hop within a region and one to another, and not one more."""

from __future__ import annotations

import itertools
import json

import pytest

from .world import FAR, HUB, MEMBER, Json, World, allow, bus_arn

Place = tuple[str, str]


def forward(world: World, places: list[Place]) -> tuple[list[tuple[str, str]], str]:
    """Sends one event along buses of one account; the letters on the way, and where it ended."""
    letters = {region: world.queue(MEMBER, region) for region, _ in places}
    for region, name in places:
        world.bus(MEMBER, region, name)
    role = world.role(MEMBER, "forward", "events.amazonaws.com", allow("events:PutEvents", bus_arn(MEMBER, "*", "*")))
    for (region, name), (there, following) in itertools.pairwise(places):
        target = {"Arn": bus_arn(MEMBER, there, following), "RoleArn": role}
        world.rule(MEMBER, region, name, f"to-{following}", {**target, "DeadLetterConfig": {"Arn": letters[region]}})
    region, name = places[-1]
    arrived = world.queue(MEMBER, region, "arrived")
    world.rule(MEMBER, region, name, "keep", {"Arn": arrived})
    world.put(MEMBER, places[0][0], places[0][1])
    reasons = [reason(letter) for queue in letters.values() for letter in world.messages(queue)]
    return reasons, "arrived" if world.messages(arrived) else "lost"


def reason(letter: Json) -> tuple[str, str]:
    """A dead letter's code and words; `ID` stands for its event's."""
    said = letter["MessageAttributes"]
    words = said["ERROR_MESSAGE"]["StringValue"].replace(json.loads(letter["Body"])["id"], "ID")
    return said["ERROR_CODE"]["StringValue"], words


ONCE = (
    "Event ingestion rejected for event ID because an event can be sent to an event bus target only once."
    " This event was previously delivered to an event bus target."
)
ACCOUNT = ("THIRD_ACCOUNT_HOP_DETECTED", ONCE)
REGION = ("THIRD_REGION_HOP_DETECTED", "Unknown exception.")


@pytest.mark.parametrize(
    "places",
    [
        [(HUB, "a"), (HUB, "b")],
        [(HUB, "a"), (FAR, "b")],
        [(HUB, "a"), (HUB, "b"), (FAR, "c")],
        [(HUB, "a"), (FAR, "b"), (FAR, "c")],
    ],
)
def test_one_hop_of_each_kind_passes(world: World, places: list[Place]) -> None:
    assert forward(world, places) == ([], "arrived")


def test_a_second_hop_within_a_region_is_refused(world: World) -> None:
    ended = forward(world, [(HUB, "a"), (HUB, "b"), (HUB, "c")])
    assert ended == ([ACCOUNT], "lost")


def test_a_second_hop_within_another_region_is_refused(world: World) -> None:
    ended = forward(world, [(HUB, "a"), (HUB, "b"), (FAR, "c"), (FAR, "d")])
    assert ended == ([ACCOUNT], "lost")


@pytest.mark.parametrize("last", [HUB, "eu-north-1"])
def test_a_second_hop_to_another_region_is_refused(world: World, last: str) -> None:
    ended = forward(world, [(HUB, "a"), (FAR, "b"), (last, "c")])
    assert ended == ([REGION], "lost")
