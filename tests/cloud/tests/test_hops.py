"""An event makes one hop within a region and one to another, and not one more."""

from __future__ import annotations

import itertools

import pytest

from .world import FAR, HUB, MEMBER, World, allow, bus_arn

Place = tuple[str, str]


def forward(world: World, places: list[Place]) -> tuple[list[str], str]:
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
    codes = [
        letter["MessageAttributes"]["ERROR_CODE"]["StringValue"]
        for queue in letters.values()
        for letter in world.messages(queue)
    ]
    return codes, "arrived" if world.messages(arrived) else "lost"


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
    assert ended == (["THIRD_ACCOUNT_HOP_DETECTED"], "lost")


def test_a_second_hop_within_another_region_is_refused(world: World) -> None:
    ended = forward(world, [(HUB, "a"), (HUB, "b"), (FAR, "c"), (FAR, "d")])
    assert ended == (["THIRD_ACCOUNT_HOP_DETECTED"], "lost")


@pytest.mark.parametrize("last", [HUB, "eu-north-1"])
def test_a_second_hop_to_another_region_is_refused(world: World, last: str) -> None:
    ended = forward(world, [(HUB, "a"), (FAR, "b"), (last, "c")])
    assert ended == (["THIRD_REGION_HOP_DETECTED"], "lost")
