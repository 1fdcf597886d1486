"""What is published to topics, for the tests to read.

MiniStack asks the caller's policies and, for a topic of another account, the topic's own; it delivers to
queues. Here each message is noted with who published it. All its "InvalidParameterException" are called
InvalidParameter on the wire (botocore's model), the code that clients look for.
"""

from __future__ import annotations

from typing import Any

from ministack.core.iam_evaluator import caller_arn
from ministack.services import sns

from .current import CURRENT
from .journal import MESSAGES


def install() -> None:
    """Notes each message on its way to the subscribers."""
    fan_out, error = sns._fanout, sns._error

    def noted(topic: str, message_id: str, message: str, subject: str, *rest: Any, **named: Any) -> None:
        told = dict(zip(("message_structure", "message_attributes", "message_group_id"), rest, strict=False)) | named
        MESSAGES.add(
            topic=topic,
            subject=subject,
            message=message,
            attributes={name: one.get("StringValue") for name, one in (told.get("message_attributes") or {}).items()},
            group=told.get("message_group_id") or "",
            message_id=message_id,
            principal=_principal(),
        )
        fan_out(topic, message_id, message, subject, *rest, **named)

    def named_rightly(code: str, message: str, status: int) -> Any:
        return error("InvalidParameter" if code == "InvalidParameterException" else code, message, status)

    sns._fanout = noted
    sns._error = named_rightly


def _principal() -> str:
    """Who calls Publish; nobody where an AWS service does."""
    request = CURRENT.get()
    return caller_arn() if request and request.service == "sns" else ""
