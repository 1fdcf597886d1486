"""The state that rules read, out of MiniStack's own stores."""

from __future__ import annotations

import json
from typing import Any

from ministack.services import cloudwatch, eventbridge, iam, lambda_svc, s3, sqs, ssm

from .. import policies
from .state import Bucket, Function, Queue, Role


class MiniStackState:
    """A `State` over MiniStack 1.5.33's internals."""

    def bus_exists(self, account: str, region: str, bus: str) -> bool:
        return bus == "default" or eventbridge._event_buses.contains_scoped(account, region, bus)

    def rules_on(self, account: str, region: str, bus: str) -> list[str]:
        stored = eventbridge._rules.values_scoped(account, region)
        return [r["Name"] for r in stored if r.get("EventBusName", "default") == bus]

    def targets_of(self, account: str, region: str, bus: str, rule: str) -> list[dict[str, Any]]:
        return eventbridge._targets.get_scoped(account, region, eventbridge._rule_key(rule, bus)) or []

    def role(self, account: str, name: str) -> Role | None:
        stored = iam._roles.get_scoped(account, None, name)
        if stored is None:
            return None
        return Role(
            stored["Arn"],
            stored["AssumeRolePolicyDocument"],
            dict(stored["InlinePolicies"]),
            tuple(stored["AttachedPolicies"]),
        )

    def role_trusts(self, arn: str, service: str) -> bool:
        role = policies.find_role(arn)
        return role is not None and policies.trusts(role, service)

    def role_may(self, arn: str, action: str, resource: str, region: str) -> bool:
        return policies.role_allows(arn, action, resource, region)

    def function(self, account: str, region: str, name: str) -> Function | None:
        stored = lambda_svc._functions.get_scoped(account, region, name)
        if stored is None:
            return None
        config = stored["config"]
        return Function(config["FunctionArn"], config["Role"], json.dumps(stored["policy"]))

    def queue(self, account: str, region: str, name: str) -> Queue | None:
        url = sqs._queue_name_to_url.get_scoped(account, region, name)
        stored = sqs._queues.get_scoped(account, region, url) if url else None
        if stored is None:
            return None
        return Queue(stored["attributes"]["QueueArn"], bool(stored["is_fifo"]))

    def bucket(self, name: str) -> Bucket | None:
        for (account, bucket), stored in list(s3._buckets._data.items()):
            if bucket == name:
                return Bucket(account, stored.get("region") or "us-east-1")
        return None

    def alarm_exists(self, account: str, region: str, name: str) -> bool:
        return cloudwatch._alarms.contains_scoped(account, region, name)

    def parameter_exists(self, account: str, region: str, name: str) -> bool:
        return ssm._parameters.contains_scoped(account, region, name)

    def tags(self, account: str, region: str, name: str) -> set[str]:
        if name.startswith("arn:aws:events:"):
            return set(eventbridge._tags.get_scoped(account, region, name) or ())
        parameter = ssm._parameters.get_scoped(account, region, name) or {}
        return set(ssm._tags.get_scoped(account, region, parameter.get("ARN")) or ())
