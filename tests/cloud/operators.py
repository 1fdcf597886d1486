"""Who runs terraform with no more than somebody says: a user of management, and the role in each member account.

The user has a managed policy, and a second one where the first would be too long; each role has an inline one in the
place of AdministratorAccess. IAM's grammar and limits hold for all. Asked again, the same user and roles have other
policies, at once.
"""

from __future__ import annotations

import json

from ministack.core.responses import request_scope
from ministack.services import iam

from .checks import policy
from .checks.rules.roles import INLINE_PER_ROLE, MANAGED
from .settings import HUB_REGION, MANAGEMENT, MEMBER_ROLE, SETTINGS

OPERATOR = "terraform"
POLICY = f"arn:aws:iam::{MANAGEMENT}:policy/{OPERATOR}"
_ENTERING = f"{OPERATOR}-entering"
_INLINE = "terraform"


def equip(caller: str, members: dict[str, str], entering: str = "") -> dict[str, str]:
    """Gives them these policies; a member account without one has a role that may do nothing. The user's key."""
    _check(caller, MANAGED)
    if entering:
        _check(entering, MANAGED)
    for document in members.values():
        _check(document, INLINE_PER_ROLE)
    for account in SETTINGS.members:
        with request_scope(account, HUB_REGION):
            role = iam._roles[MEMBER_ROLE]
            role["AttachedPolicies"] = []
            role["InlinePolicies"] = {_INLINE: members[account]} if account in members else {}
    with request_scope(MANAGEMENT, HUB_REGION):
        if OPERATOR not in iam._users:
            iam._create_user({"UserName": [OPERATOR]})
            iam._create_policy({"PolicyName": [OPERATOR], "PolicyDocument": [caller]})
            iam._attach_user_policy({"UserName": [OPERATOR], "PolicyArn": [POLICY]})
            iam._create_access_key({"UserName": [OPERATOR]})
            if entering:
                iam._create_policy({"PolicyName": [_ENTERING], "PolicyDocument": [entering]})
                iam._attach_user_policy({"UserName": [OPERATOR], "PolicyArn": [f"{POLICY}-entering"]})
        record = iam._policies[POLICY]
        record["Versions"][record["DefaultVersionId"]]["Document"] = caller
        key = next(one for one in iam._access_keys.values() if one["UserName"] == OPERATOR)
        return {"key": key["AccessKeyId"], "secret": key["SecretAccessKey"], "policy_arn": POLICY}


def _check(document: str, limit: int) -> None:
    fault = policy.identity_fault(document)
    length = len("".join(json.dumps(json.loads(document)).split())) if fault is None else 0
    if fault or length > limit:
        raise ValueError(fault or f"the policy has {length} characters, and {limit} are allowed")
