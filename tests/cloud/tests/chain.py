"""Two buses in two accounts, and a rule of the first that sends to the second."""

from __future__ import annotations

import json
from typing import Any

from .world import HUB, MANAGEMENT, MEMBER, Json, World, allow, bus_arn


class Chain:
    """The hub's bus forwards to a member's, and both the hub's rule and the member's have a queue."""

    def __init__(self, world: World, region: str = HUB, **changed: Any) -> None:
        self.world, self.region = world, region
        self.far = bus_arn(MEMBER, region, "relay")
        permission = changed.get("permission", allow("events:PutEvents", self.far))
        trusted = str(changed.get("trusted", "events.amazonaws.com"))
        self.role = world.role(MANAGEMENT, "forward", trusted, permission)
        world.bus(MANAGEMENT, HUB, "hub")
        world.bus(MEMBER, region, "relay", changed.get("sender", self.role))
        self.letters = world.queue(MANAGEMENT, HUB)
        self.arrived = world.queue(MEMBER, region, "arrived")
        target = {"Arn": self.far, "RoleArn": self.role, "DeadLetterConfig": {"Arn": self.letters}}
        state = str(changed.get("state", "ENABLED"))
        self.rule = world.rule(MANAGEMENT, HUB, "hub", "to-relay", target, state)
        world.rule(MEMBER, region, "relay", "keep", {"Arn": self.arrived})

    def send(self) -> None:
        """Puts an event on the hub's bus."""
        self.world.put(MANAGEMENT, HUB, "hub", Detail=json.dumps({"user": "ann"}))

    def refusals(self) -> list[str]:
        """The error codes in the dead-letter queue."""
        letters = self.world.messages(self.letters)
        return [letter["MessageAttributes"]["ERROR_CODE"]["StringValue"] for letter in letters]

    def events(self) -> list[Json]:
        """What reached the member."""
        return [json.loads(message["Body"]) for message in self.world.messages(self.arrived)]
