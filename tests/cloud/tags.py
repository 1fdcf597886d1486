"""One listing that tells the tags of everything in an account and region.

On AWS GetResources knows alarms, log groups and parameters too; MiniStack's does not. And policies may ask
for the tags of EventBridge's rules (`aws:ResourceTag`). (Resource Groups Tagging API,
"Services that support the Resource Groups Tagging API".)
"""

from __future__ import annotations

from collections.abc import Iterator

from ministack.core.responses import get_region
from ministack.services import cloudwatch, cloudwatch_logs, tagging

Tagged = tuple[str, list[dict[str, str]]]


def install() -> None:
    """Adds what MiniStack leaves out."""
    tagging._COLLECTORS["cloudwatch"] = _alarms
    tagging._COLLECTORS["logs"] = _log_groups
    tagging._COLLECTORS["ssm"] = tagging._collect_ssm
    tagging._RESOURCE_TAG_COLLECTORS["events"] = tagging._collect_eventbridge


def _alarms() -> Iterator[Tagged]:
    for arn, tags in cloudwatch._resource_tags.items():
        if arn.split(":")[3] == get_region():
            yield arn, tagging._normalise_flat(tags)


def _log_groups() -> Iterator[Tagged]:
    for group in cloudwatch_logs._log_groups.values():
        yield group["arn"].removesuffix(":*"), tagging._normalise_flat(group["tags"])
