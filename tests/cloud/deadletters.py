"""Where an event goes that couldn't be delivered to a rule's target.

EventBridge writes the event, as it would have been delivered, to the standard queue that the target
names, with the reason in message attributes. The queue's policy must let events.amazonaws.com send
for this rule; a queue that is missing or says no loses the event. (EventBridge user guide, "Using
dead-letter queues to process undelivered events".) RETRY_ATTEMPTS is 0, and EXHAUSTED_RETRY_CONDITION is not there:
what is refused here is what EventBridge doesn't try again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from . import metrics, policies, queues
from .journal import hop

SERVICE = "events.amazonaws.com"


@dataclass(frozen=True)
class Refusal:
    """Why a delivery failed: AWS's code, and a sentence for the reader."""

    code: str
    message: str


def bury(rule: dict[str, Any], target: dict[str, Any], event: dict[str, Any], refusal: Refusal) -> None:
    """Writes the event to the target's dead-letter queue, where it has one."""
    _, _, _, region, account, _ = rule["Arn"].split(":", 5)
    bus, name = rule.get("EventBusName", "default"), rule["Name"]
    metrics.count(account, region, bus, name, "FailedInvocations")
    arn = (target.get("DeadLetterConfig") or {}).get("Arn")
    if not arn:
        return
    outcome = _write(arn, region, rule, target, event, refusal)
    sent = outcome == "stored"
    metric = "InvocationsSentToDlq" if sent else "InvocationsFailedToBeSentToDlq"
    metrics.count(account, region, bus, name, metric)
    hop(
        "dead_letter",
        account,
        region,
        arn.rsplit(":", 1)[-1],
        rule=name,
        target=arn,
        outcome="stored" if sent else "refused",
        code=refusal.code if sent else "NO_RESOURCE",
        event_id=event.get("id", ""),
        detail=refusal.message if sent else outcome,
    )


def _write(
    arn: str, region: str, rule: dict[str, Any], target: dict[str, Any], event: dict[str, Any], refusal: Refusal
) -> str:
    parts = arn.split(":")
    queue = queues.find(arn)
    if queue is None or len(parts) != 6 or parts[3] != region or queue.get("is_fifo"):
        return "the dead-letter queue doesn't exist, or isn't a standard queue of the rule's region"
    account = rule["Arn"].split(":")[4]
    if not policies.service_allowed(
        queues.policy(queue), SERVICE, "sqs:SendMessage", arn, region, rule["Arn"], account
    ):
        return "the dead-letter queue's policy doesn't let events.amazonaws.com send for this rule"
    queues.store(
        queue,
        json.dumps(event),
        {
            "RULE_ARN": rule["Arn"],
            "TARGET_ARN": target["Arn"],
            "ERROR_CODE": refusal.code,
            "ERROR_MESSAGE": refusal.message,
            "RETRY_ATTEMPTS": "0",
        },
    )
    return "stored"
