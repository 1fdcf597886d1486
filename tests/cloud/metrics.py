"""The metrics that EventBridge publishes about a rule, one data point per event.

On a custom bus they carry the dimensions EventBusName and RuleName, on the default bus RuleName
alone; there is no series of a bus as a whole. MatchedEvents and TriggeredRules count a match even
where the rule has no target. (EventBridge user guide, "Monitoring Amazon EventBridge")
"""

from __future__ import annotations

from ministack.core.responses import request_scope
from ministack.services import cloudwatch


def count(account: str, region: str, bus: str, rule: str, metric: str) -> None:
    """Adds one to a rule's metric."""
    dimensions = {"RuleName": rule} if bus == "default" else {"EventBusName": bus, "RuleName": rule}
    with request_scope(account, region):
        cloudwatch.record_metric("AWS/Events", metric, 1, "Count", dimensions)
