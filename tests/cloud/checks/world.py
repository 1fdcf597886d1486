"""A small world for the rules' tests: what exists, said in a few lines."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from .state import Bucket, Function, Queue, Role

ACCOUNT = "111111111111"
HERE = "us-east-1"


def trust(service: str) -> str:
    """A role's trust in one AWS service."""
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@dataclass
class World:
    """A `State` in memory: one account, one region."""

    rules: dict[str, dict[str, list[dict[str, Any]]]] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    allowed: set[tuple[str, str]] = field(default_factory=set)
    functions: dict[str, Function] = field(default_factory=dict)
    queues: dict[str, Queue] = field(default_factory=dict)
    buckets: dict[str, Bucket] = field(default_factory=dict)
    alarms: set[str] = field(default_factory=set)
    parameters: set[str] = field(default_factory=set)
    tagged: dict[str, set[str]] = field(default_factory=dict)

    def bus_exists(self, account: str, region: str, bus: str) -> bool:
        return (account, region) == (ACCOUNT, HERE) and (bus == "default" or bus in self.rules)

    def rules_on(self, account: str, region: str, bus: str) -> list[str]:
        return list(self.rules.get(bus, {})) if self.bus_exists(account, region, bus) else []

    def targets_of(self, account: str, region: str, bus: str, rule: str) -> list[dict[str, Any]]:
        return self.rules.get(bus, {}).get(rule, [])

    def role(self, account: str, name: str) -> Role | None:
        return self.roles.get(name) if account == ACCOUNT else None

    def role_trusts(self, arn: str, service: str) -> bool:
        return any(role.arn == arn and service in role.trust for role in self.roles.values())

    def role_may(self, arn: str, action: str, resource: str, region: str) -> bool:
        return (action, resource) in self.allowed

    def function(self, account: str, region: str, name: str) -> Function | None:
        return self.functions.get(name) if (account, region) == (ACCOUNT, HERE) else None

    def queue(self, account: str, region: str, name: str) -> Queue | None:
        return self.queues.get(name) if (account, region) == (ACCOUNT, HERE) else None

    def bucket(self, name: str) -> Bucket | None:
        return self.buckets.get(name)

    def alarm_exists(self, account: str, region: str, name: str) -> bool:
        return name in self.alarms

    def parameter_exists(self, account: str, region: str, name: str) -> bool:
        return name in self.parameters

    def tags(self, account: str, region: str, name: str) -> set[str]:
        return self.tagged.get(name, set())
