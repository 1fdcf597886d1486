"""What is published to topics, for the tests to read.

MiniStack asks the caller's policies and, for a topic of another account, the topic's own; it delivers to
queues. Here each message is noted with who published it, and a function is invoked asynchronously where its resource
policy lets sns.amazonaws.com invoke it for the topic (Lambda developer guide, "Using Lambda with Amazon SNS"). All its
"InvalidParameterException" are called InvalidParameter on the wire (botocore's model), the code that clients look for.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ministack.core.iam_evaluator import caller_arn
from ministack.services import sns

from . import functions
from .current import CURRENT
from .journal import MESSAGES, hop

SERVICE = "sns.amazonaws.com"


def install() -> None:
    """Notes each message on its way to the subscribers."""
    fan_out: Callable[..., None] = sns._fanout
    error: Callable[..., Any] = sns._error

    def noted(
        topic_arn: str,
        msg_id: str,
        message: str,
        subject: str,
        message_structure: str = "",
        message_attributes: dict[str, Any] | None = None,
        message_group_id: str = "",
        message_dedup_id: str = "",
    ) -> None:
        MESSAGES.add(
            topic=topic_arn,
            subject=subject,
            message=message,
            attributes={name: one.get("StringValue") for name, one in (message_attributes or {}).items()},
            group=message_group_id or "",
            message_id=msg_id,
            principal=_principal(),
        )
        fan_out(
            topic_arn,
            msg_id,
            message,
            subject,
            message_structure,
            message_attributes,
            message_group_id,
            message_dedup_id,
        )

    def named_rightly(code: str, message: str, status: int) -> Any:
        return error("InvalidParameter" if code == "InvalidParameterException" else code, message, status)

    sns._fanout = noted
    sns._deliver_to_lambda = _invoke
    sns._error = named_rightly


def _invoke(endpoint: str, envelope: str, topic_arn: str, sub_arn: str, *_: Any, **__: Any) -> None:
    function = functions.find(endpoint)
    account = topic_arn.split(":")[4]
    allowed = function is not None and functions.service_may_invoke(function, endpoint, SERVICE, topic_arn, account)
    hop(
        "sns_delivery",
        account,
        topic_arn.split(":")[3],
        topic_arn,
        target=endpoint,
        outcome="delivered" if allowed else "refused",
        code="" if allowed else "AccessDenied",
    )
    if function is not None and allowed:
        record = {"EventVersion": "1.0", "EventSubscriptionArn": sub_arn, "EventSource": "aws:sns"}
        functions.invoke_async(function, {"Records": [{**record, "Sns": json.loads(envelope)}]}, f"topic {topic_arn}")


def _principal() -> str:
    """Who calls Publish; nobody where an AWS service does."""
    request = CURRENT.get()
    return caller_arn() if request and request.service == "sns" else ""
