"""A queue's new attributes count at once, and are seen later."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .world import HUB, MEMBER, OTHER, World, refused


class Letters:
    """A queue, and what is seen of it."""

    def __init__(self, world: World, name: str = "letters") -> None:
        self.sqs = world.client("sqs", MEMBER)
        self.url = self.sqs.create_queue(QueueName=name, Attributes={"MessageRetentionPeriod": "60"})["QueueUrl"]

    def keep(self, seconds: int) -> None:
        """Sets how long messages are kept."""
        self.sqs.set_queue_attributes(QueueUrl=self.url, Attributes={"MessageRetentionPeriod": str(seconds)})

    def refuse(self) -> None:
        """Lets nobody send."""
        arn = f"arn:aws:sqs:{HUB}:{MEMBER}:letters"
        statement = {"Effect": "Deny", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.sqs.set_queue_attributes(QueueUrl=self.url, Attributes={"Policy": document})

    def seen(self, *names: str) -> dict[str, Any]:
        """The attributes of these names; of all, without."""
        answer = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=names or ("All",))
        return answer.get("Attributes", {})

    def kept(self) -> int:
        """How long messages seem to be kept."""
        return int(self.seen()["MessageRetentionPeriod"])


def lag(world: World, **asked: Any) -> None:
    """Makes the next change of a queue's attributes be seen late."""
    world.ask("faults", operation="SetQueueAttributes", kinds=["lagging"], **{"at": 1, **asked})


def test_new_attributes_are_seen_after_so_many_reads(world: World) -> None:
    letters = Letters(world)
    lag(world, times=2)
    letters.keep(120)
    assert [letters.kept() for _ in range(3)] == [60, 60, 120]
    struck = [(one["kind"], one["operation"]) for one in world.control("faults")["struck"]]
    assert struck == [("lagging", "SetQueueAttributes")]


def test_what_was_not_there_before_is_not_seen_either(world: World) -> None:
    letters = Letters(world)
    lag(world)
    letters.refuse()
    assert letters.seen("Policy") == {}
    assert letters.seen("Policy") != {}


def test_a_policy_that_is_not_seen_yet_counts(world: World) -> None:
    letters = Letters(world)
    lag(world, times=9)
    letters.refuse()
    assert "Policy" not in letters.seen()
    with refused("AccessDenied"):
        world.client("sqs", OTHER).send_message(QueueUrl=letters.url, MessageBody="m")


def test_how_many_messages_there_are_is_never_late(world: World) -> None:
    letters = Letters(world)
    lag(world)
    letters.keep(120)
    letters.sqs.send_message(QueueUrl=letters.url, MessageBody="m")
    seen = letters.seen("ApproximateNumberOfMessages", "MessageRetentionPeriod")
    assert seen == {"ApproximateNumberOfMessages": "1", "MessageRetentionPeriod": "60"}


def test_only_the_queue_that_was_changed_lags(world: World) -> None:
    letters, others = Letters(world), Letters(world, "others")
    lag(world)
    letters.keep(120)
    others.keep(180)
    assert (others.kept(), letters.kept()) == (180, 60)


def test_a_second_change_is_not_seen_before_the_first(world: World) -> None:
    letters = Letters(world)
    lag(world, at=None, rate=1, times=2)
    letters.keep(120)
    assert letters.kept() == 60
    letters.keep(180)
    assert [letters.kept() for _ in range(3)] == [60, 60, 180]


@pytest.mark.parametrize("asked", [{}, {"kinds": ["error"]}])
def test_other_faults_end_it(world: World, asked: dict[str, Any]) -> None:
    letters = Letters(world)
    lag(world, times=9)
    letters.keep(120)
    assert letters.kept() == 60
    world.ask("faults", **asked)
    assert letters.kept() == 120
