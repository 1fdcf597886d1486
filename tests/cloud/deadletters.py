"""Where an event goes that couldn't be delivered to a rule's target.

EventBridge writes the event, as it would have been delivered, to the standard queue that the target
names, with the reason in message attributes. The queue's policy must let events.amazonaws.com send
for this rule; a queue that is missing or says no loses the event. (EventBridge user guide, "Using
dead-letter queues to process undelivered events".)

RETRY_ATTEMPTS and EXHAUSTED_RETRY_CONDITION are there only where EventBridge has tried again, and it doesn't try a
refusal again. (Recorded in radkawar/stackd, testdata/aws/eventbridge: bus_forwarding.json, delivery.json,
error_metrics.json.) What it tries again is a target out of reach, up to 185 times in 24 hours ("How EventBridge
retries delivering events"); a fault makes one, and here that takes no time.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from . import faults, metrics, policies, queues
from .journal import hop

SERVICE = "events.amazonaws.com"
RETRIES = 185


@dataclass(frozen=True)
class Refusal:
    """Why a delivery failed: AWS's code, and a sentence for the reader."""

    code: str
    message: str
    words: str = ""
    """What AWS says, where that is known and says less."""
    retries: int | None = None
    """How often it was tried again, where it was."""


def in_vain(target: dict[str, Any]) -> Refusal | None:
    """What becomes of an event for a target that can't be reached, for as long as EventBridge tries."""
    if not faults.PLAN.undelivered(target.get("Arn", "")):
        return None
    retries = (target.get("RetryPolicy") or {}).get("MaximumRetryAttempts", RETRIES)
    return Refusal("THROTTLING", "Rate exceeded.", retries=retries)


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
    said = {
        "RULE_ARN": rule["Arn"],
        "TARGET_ARN": target["Arn"],
        "ERROR_CODE": refusal.code,
        "ERROR_MESSAGE": refusal.words or refusal.message,
    }
    if refusal.retries is not None:
        said |= {"EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts", "RETRY_ATTEMPTS": str(refusal.retries)}
    queues.store(queue, json.dumps(event), said)
    return "stored"
