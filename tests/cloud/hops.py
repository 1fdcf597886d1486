"""The hop budget: how often one event may go from bus to bus.

An event makes at most one hop within a region and at most one to another region; the order doesn't
matter, and neither does whether the account changes. A second hop of a kind is refused with a code
of its own, and the sender is told nothing: only the target's dead-letter queue and the rule's
FailedInvocations show it. (AWS documents both codes in "Using dead-letter queues", eb-rule-dlq; the
budget itself is an observation on real AWS)
"""

from __future__ import annotations

from dataclasses import dataclass

THIRD_ACCOUNT = "THIRD_ACCOUNT_HOP_DETECTED"
THIRD_REGION = "THIRD_REGION_HOP_DETECTED"

_MESSAGE = (
    "{kind} hop detected: an event can be sent to an event bus target only once. "
    "This event was previously delivered to an event bus target."
)


@dataclass(frozen=True)
class Hops:
    """The hops an event has made since PutEvents."""

    same_region: int = 0
    cross_region: int = 0

    def refusal(self, crosses: bool) -> tuple[str, str] | None:
        """AWS's code and message where another hop of this kind is one too many."""
        if crosses and self.cross_region:
            return THIRD_REGION, _MESSAGE.format(kind="Third region")
        if not crosses and self.same_region:
            return THIRD_ACCOUNT, _MESSAGE.format(kind="Third account")
        return None

    def after(self, crosses: bool) -> Hops:
        """The count once the event has made the hop."""
        return Hops(self.same_region + (not crosses), self.cross_region + crosses)
