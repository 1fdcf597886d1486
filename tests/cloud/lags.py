"""A queue's attributes that are seen later than they count.

"When you change a queue's attributes, the change can take up to 60 seconds for most of the attributes to propagate
throughout the Amazon SQS system." (SQS API reference, SetQueueAttributes; MessageRetentionPeriod takes up to 15
minutes) Whoever reads a policy, adds a statement and writes the policy back takes away what was written just before.
Here a fault makes as many reads as it says answer what was there before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.services import sqs

from . import checks, faults, queues

Handler = Callable[[dict[str, Any], str], dict[str, Any]]


def install() -> None:
    """Puts these reads in the place of MiniStack's."""
    sqs._HANDLERS["GetQueueAttributes"] = _as_before(sqs._HANDLERS["GetQueueAttributes"])


def beginning(request: checks.Request, reads: int) -> Callable[[], None]:
    """What makes so many reads answer what the queue's attributes are now."""
    _, account, name = request.params["QueueUrl"].rsplit("/", 2)
    arn = f"arn:aws:sqs:{request.region}:{account}:{name}"
    queue = queues.find(arn) or {"attributes": {}}
    now = dict(queue["attributes"])

    def begin() -> None:
        before, _ = faults.PLAN.lags.get(arn, (now, 0))
        faults.PLAN.lags[arn] = (before, reads)

    return begin


def _as_before(read: Handler) -> Handler:
    def attributes(data: dict[str, Any], url: str) -> dict[str, Any]:
        answer = read(data, url)
        arn = sqs._get_q(data.get("QueueUrl", url))["attributes"]["QueueArn"]
        before, reads = faults.PLAN.lags.pop(arn, ({}, 0))
        if not reads:
            return answer
        if reads > 1:
            faults.PLAN.lags[arn] = (before, reads - 1)
        names = data.get("AttributeNames") or ["All"]
        late = {name: value for name, value in before.items() if name in names or "All" in names}
        # The numbers of messages are no setting that somebody has changed.
        numbers = {name: value for name, value in answer["Attributes"].items() if name.startswith("Approximate")}
        return {"Attributes": late | numbers}

    return attributes
