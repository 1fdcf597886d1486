"""The organization, trail and bucket that are there before anybody asks for anything."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from typing import Any
from unittest import mock

import boto3
from botocore.config import Config

from ..journal import REQUESTS
from ..settings import BUCKET, HUB_REGION, MANAGEMENT, SETTINGS, TRAIL
from . import healing

SECRET_KEY = "moto"  # noqa: S105 (moto checks no signatures)
# What AWS gives every new trail; moto gives it nothing.
_EVERYTHING = {"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}


def facts() -> dict[str, Any]:
    """Where everything is, for the ready file and for health."""
    return {
        "backend": "moto",
        "endpoint": SETTINGS.endpoint,
        "management_account": MANAGEMENT,
        "member_accounts": SETTINGS.members,
        "trail": TRAIL,
        "bucket": BUCKET,
        "hub_region": HUB_REGION,
        "access_key_id": MANAGEMENT,
        "secret_access_key": SECRET_KEY,
    }


def reset() -> None:
    """Back to what was just made ready."""
    from moto.iam.models import iam_backends
    from moto.moto_api._internal.models import moto_api_backend

    # Resetting a backend builds it anew before it is dropped, which for IAM takes a while.
    iam_backends.clear()
    moto_api_backend.reset()
    healing.forget()
    make()


def make() -> None:
    """Makes it all, as the management account."""
    from moto.core.config import default_user_config

    # Functions are kept, not run: moto would start them in Docker.
    default_user_config["lambda"]["use_docker"] = False
    _load_policies_once()
    _tell_of_selectors()
    _organization()
    _trail()
    REQUESTS.clear()


def _load_policies_once() -> None:
    """AWS's own policies, read once and for the one partition that there is here.

    moto reads all 1,500 of them for every account in every partition whenever it looks up a key,
    which takes seconds.
    """
    from moto.iam import models

    def policies(self: models.IAMBackend) -> list[models.ManagedPolicy]:
        if self.region_name != "aws":
            return []
        return [
            models.AWSManagedPolicy.from_data(name, self.account_id, "aws", data)
            for name, data in _policy_data().items()
        ]

    models.IAMBackend._init_aws_policies = policies  # type: ignore[method-assign]  # moto has no setting for it


@functools.cache
def _tell_of_selectors() -> None:
    """A trail says whether it has event selectors of its own (CloudTrail, DescribeTrails); moto's never says so."""
    from moto.cloudtrail.models import Trail

    describe = Trail.description

    def description(self: Trail, include_region: bool = False) -> dict[str, Any]:
        custom = self.event_selectors != [_EVERYTHING] or bool(self.advanced_event_selectors)
        return {**describe(self, include_region), "HasCustomEventSelectors": custom}

    Trail.description = description  # type: ignore[method-assign]  # moto leaves the field out


@functools.cache
def _policy_data() -> dict[str, Any]:
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    return json.loads(aws_managed_policies_data)


def _organization() -> None:
    client = _client("organizations")
    client.create_organization(FeatureSet="ALL")
    ids: Iterator[str] = iter(SETTINGS.members)
    # moto gives accounts random ids; the accounts here have known ones.
    with mock.patch("moto.organizations.utils.make_random_account_id", side_effect=ids):
        for account in SETTINGS.members:
            client.create_account(Email=f"{account}@example.com", AccountName=f"member-{account}")


def _trail() -> None:
    _client("s3").create_bucket(Bucket=BUCKET)
    client = _client("cloudtrail")
    client.create_trail(Name=TRAIL, S3BucketName=BUCKET, IsMultiRegionTrail=True, IsOrganizationTrail=True)
    client.put_event_selectors(TrailName=TRAIL, EventSelectors=[_EVERYTHING])
    client.start_logging(Name=TRAIL)


@functools.cache
def _client(service: str) -> Any:
    return boto3.client(
        service,
        region_name=HUB_REGION,
        endpoint_url=SETTINGS.endpoint,
        aws_access_key_id=MANAGEMENT,
        aws_secret_access_key=SECRET_KEY,
        config=Config(s3={"addressing_style": "path"}, proxies={}, retries={"total_max_attempts": 1}),
    )
