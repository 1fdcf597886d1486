"""The hop budget: how often one event may go from bus to bus.

An event makes at most one hop within a region and at most one to another region; the order doesn't
matter, and neither does whether the account changes. A second hop of a kind is refused with a code
of its own, and the sender is told nothing: only the target's dead-letter queue and the rule's
FailedInvocations show it. (AWS documents both codes in "Using dead-letter queues", eb-rule-dlq; the
budget and the words are recorded in radkawar/stackd, testdata/aws/eventbridge/bus_forwarding.json, and in
dataGriff/aws.serverless.architecture, spike B.)

LOOP_DETECTED is another matter: buses of eventsv2 refuse an event that comes back to them, also from a rule of a bus
of this kind, and drop one that goes back to where it came from (the same, spike D). There are none of them here.
"""

from __future__ import annotations

from dataclasses import dataclass

THIRD_ACCOUNT = "THIRD_ACCOUNT_HOP_DETECTED"
THIRD_REGION = "THIRD_REGION_HOP_DETECTED"

_ACCOUNT = (
    "Event ingestion rejected for event {ident} because an event can be sent to an event bus target only once."
    " This event was previously delivered to an event bus target."
)
_REGION = "Unknown exception."


@dataclass(frozen=True)
class Hops:
    """The hops an event has made since PutEvents."""

    same_region: int = 0
    cross_region: int = 0

    def refusal(self, crosses: bool, ident: str) -> tuple[str, str] | None:
        """AWS's code and message where another hop of this kind is one too many for the event of this id."""
        if crosses and self.cross_region:
            return THIRD_REGION, _REGION
        if not crosses and self.same_region:
            return THIRD_ACCOUNT, _ACCOUNT.format(ident=ident)
        return None

    def after(self, crosses: bool) -> Hops:
        """The count once the event has made the hop."""
        return Hops(self.same_region + (not crosses), self.cross_region + crosses)
