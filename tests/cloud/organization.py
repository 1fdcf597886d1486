"""The organization: one management account and its members.

MiniStack gives every account an organization of its own; on AWS the members see their management
account's. DescribeOrganization works in every account, all else is the management account's alone.
(Organizations API reference, "DescribeOrganization".)
"""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import (
    error_response_json,
    get_account_id,
    get_region,
    request_scope,
)
from ministack.services import iam, organizations

from .settings import HUB_REGION, MANAGEMENT, MEMBER_ROLE, ORGANIZATION_ID, SETTINGS

_ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def install() -> None:
    """Lets every account see the one organization."""
    handle: Callable[..., Awaitable[Any]] = organizations.handle_request

    async def handle_request(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]
    ) -> Any:
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        account = get_account_id()
        if account != MANAGEMENT and operation != "DescribeOrganization":
            return error_response_json(
                "AccessDeniedException", "You don't have permissions to access this resource.", 400
            )
        if account not in SETTINGS.organization:
            return error_response_json(
                "AWSOrganizationsNotInUseException", "Your account is not a member of an organization.", 400
            )
        with request_scope(MANAGEMENT, get_region()):
            return await handle(method, path, headers, body, query)

    organizations.handle_request = handle_request
    iam_evaluator._principal_org_id = _organization_of


def _organization_of(account_id: str) -> str | None:
    return ORGANIZATION_ID if account_id in SETTINGS.organization else None


def make_ready() -> None:
    """Founds the organization and gives each member the role that management enters by."""
    with request_scope(MANAGEMENT, HUB_REGION):
        organizations._ensure_org()
        organization = organizations._orgs["self"]
        organization.update(
            Id=ORGANIZATION_ID,
            Arn=f"arn:aws:organizations::{MANAGEMENT}:organization/{ORGANIZATION_ID}",
            MasterAccountArn=f"arn:aws:organizations::{MANAGEMENT}:account/{ORGANIZATION_ID}/{MANAGEMENT}",
            MasterAccountEmail="management@example.com",
        )
        root = next(iter(organizations._roots.values()))["Id"]
        for account in SETTINGS.members:
            organizations._accounts[account] = {
                "Id": account,
                "Arn": f"arn:aws:organizations::{MANAGEMENT}:account/{ORGANIZATION_ID}/{account}",
                "Email": f"account-{account}@example.com",
                "Name": f"account-{account}",
                "Status": "ACTIVE",
                "JoinedMethod": "CREATED",
                "JoinedTimestamp": int(time.time()),
                "Path": "/",
                "_ParentId": root,
            }
    for account in SETTINGS.members:
        with request_scope(account, HUB_REGION):
            _member_role()


def _member_role() -> None:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{MANAGEMENT}:root"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    iam._create_role({"RoleName": [MEMBER_ROLE], "AssumeRolePolicyDocument": [json.dumps(trust)]})
    iam._attach_role_policy({"RoleName": [MEMBER_ROLE], "PolicyArn": [_ADMINISTRATOR]})
