"""The organization trail and its bucket.

The trail logs all management events of all regions of all accounts, and is on: what guard's
pre-flight asks of it (DescribeTrails, GetTrailStatus, GetEventSelectors). A test makes a bad trail
with the ordinary requests: UpdateTrail, StopLogging, PutEventSelectors. Its records are not
delivered by anybody: whoever plays a record puts a file into the bucket as CloudTrail would.

An organization trail's ARN is of the management account, and member accounts see it as a shadow
trail (CloudTrail user guide, "Creating a trail for an organization").
"""

from __future__ import annotations

import json
from typing import Any

from ministack.core.responses import get_account_id, request_scope
from ministack.services import cloudtrail, s3

from .settings import BUCKET, HUB_REGION, MANAGEMENT, SETTINGS, TRAIL


def install() -> None:
    """Shows the organization's trails in member accounts too, to be read only."""
    items = cloudtrail._account_trail_items

    def account_trail_items(account_id: str | None = None) -> Any:
        account = account_id or get_account_id()
        yield from items(account)
        if account != MANAGEMENT and account in SETTINGS.members:
            for entry in items(MANAGEMENT):
                if entry[-1].get("IsOrganizationTrail"):
                    yield entry

    cloudtrail._account_trail_items = account_trail_items
    cloudtrail._DISPATCH["UpdateTrail"] = _with_topic


def _with_topic(body: dict[str, Any]) -> Any:
    """UpdateTrail, whose topic may be named or given by its ARN."""
    if named := body.get("SnsTopicName"):
        *_, trail, error = cloudtrail._find_mutable_trail(body.get("Name", ""))
        if not error:
            of_trail = f"arn:aws:sns:{HUB_REGION}:{MANAGEMENT}:{named}"
            trail["SnsTopicARN"] = named if named.startswith("arn:") else of_trail
    return cloudtrail._update_trail(body)


async def make_ready() -> None:
    """Makes the bucket and the trail, and turns it on."""
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "cloudtrail.amazonaws.com"},
                "Action": ["s3:GetBucketAcl", "s3:PutObject"],
                "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/AWSLogs/*"],
            }
        ],
    }
    with request_scope(MANAGEMENT, HUB_REGION):
        await s3.handle_request("PUT", f"/{BUCKET}", {}, b"", {})
        await s3.handle_request("PUT", f"/{BUCKET}", {}, json.dumps(policy).encode(), {"policy": [""]})
        cloudtrail._create_trail(
            {
                "Name": TRAIL,
                "S3BucketName": BUCKET,
                "IsMultiRegionTrail": True,
                "IsOrganizationTrail": True,
                "IncludeGlobalServiceEvents": True,
                "EnableLogFileValidation": True,
            }
        )
        cloudtrail._start_logging({"Name": TRAIL})
