"""Messages that AWS itself writes to a queue: dead letters and on-failure records.

The queue's policy, or the writing role's own, has been judged by the caller; here the message is
only stored, in the shape that ReceiveMessage gives back.
"""

from __future__ import annotations

import time
import uuid
from typing import Any

from ministack.core.concurrency import esm_wake
from ministack.services import sqs


def find(arn: str) -> dict[str, Any] | None:
    """The queue of this ARN, in whichever account and region it is."""
    return sqs._queue_by_arn(arn)


def policy(queue: dict[str, Any]) -> str:
    """The queue's own policy document, empty where it has none."""
    return queue["attributes"].get("Policy") or ""


def store(queue: dict[str, Any], body: str, attributes: dict[str, str] | None = None) -> None:
    """Puts a message into the queue, with string attributes."""
    named = {name: {"DataType": "String", "StringValue": value} for name, value in (attributes or {}).items()}
    now = time.time()
    message: dict[str, Any] = {
        "id": str(uuid.uuid4()),
        "body": body,
        "receipt_handle": None,
        "sent_at": now,
        "visible_at": now + sqs.queue_delay(queue),
        "receive_count": 0,
        "message_attributes": named,
        "md5_attrs": sqs._md5_msg_attrs(named),
    }
    sqs._ensure_msg_fields(message)
    queue["messages"].append(message)
    esm_wake.set()
