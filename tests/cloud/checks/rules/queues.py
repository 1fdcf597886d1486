"""SQS queues.

SetQueueAttributes in the SQS API reference for ranges; policy of 8,192 bytes and 20 statements
(SQS quotas).
"""

from __future__ import annotations

import json

from .. import policy
from ..arns import split
from ..request import AwsError, Request
from .table import asks

POLICY_BYTES = 8_192
POLICY_STATEMENTS = 20
_RANGES = {
    "DelaySeconds": (0, 900),
    "MaximumMessageSize": (1_024, 1_048_576),
    "MessageRetentionPeriod": (60, 1_209_600),
    "ReceiveMessageWaitTimeSeconds": (0, 20),
    "VisibilityTimeout": (0, 43_200),
    "KmsDataKeyReusePeriodSeconds": (60, 86_400),
}


@asks("sqs", "CreateQueue", "SetQueueAttributes")
def numbers_are_in_range(request: Request) -> AwsError | None:
    for name, value in request.params.get("Attributes", {}).items():
        low, high = _RANGES.get(name, (0, 0))
        if high and not (value.isdigit() and low <= int(value) <= high):
            return _refused(name)
    return None


@asks("sqs", "CreateQueue", "SetQueueAttributes")
def a_queue_policy_fits_and_is_well_formed(request: Request) -> AwsError | None:
    text = request.params.get("Attributes", {}).get("Policy")
    if not text:  # an empty policy removes it
        return None
    if len(text.encode()) > POLICY_BYTES or policy.resource_fault(text, "sqs", _is_queue):
        return _refused("Policy")
    statements = json.loads(text)["Statement"]
    if isinstance(statements, list) and len(statements) > POLICY_STATEMENTS:
        return AwsError("OverLimit", f"A queue policy has at most {POLICY_STATEMENTS} statements.", 403)
    return None


def _is_queue(resource: str) -> bool:
    arn = split(resource)
    return arn is not None and arn.service == "sqs"


def _refused(name: str) -> AwsError:
    return AwsError("InvalidAttributeValue", f"Invalid value for the parameter {name}.")
