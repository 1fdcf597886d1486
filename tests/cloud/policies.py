"""Who may do what to what, judged by MiniStack's own policy evaluator.

Three questions come up on an event's way, each with its own rule (IAM user guide, "Policy
evaluation logic"):

* may a *role* do it: its policies must allow it and nothing may deny it;
* may an *AWS service* do it: the resource's own policy must name the service, and its conditions
  (`aws:SourceArn`, `aws:SourceAccount`) must fit;
* may *another account's role* do it: both the role's policies and the resource's must allow it.
"""

from __future__ import annotations

import time
from typing import Any

from ministack.core import iam_evaluator as evaluator
from ministack.services import iam

from . import clock

_born: dict[tuple[str, str], float] = {}
"""When a role was created, or its trust last changed: (account, name) to monotonic time."""


def role_of(arn: str) -> tuple[str, str] | None:
    """The account and name of a role's ARN."""
    parts = arn.split(":", 5)
    if len(parts) != 6 or parts[2] != "iam" or not parts[5].startswith("role/"):
        return None
    return parts[4], parts[5].rsplit("/", 1)[-1]


def find_role(arn: str) -> dict[str, Any] | None:
    """The role, in whichever account it is; None where there is none of exactly this ARN."""
    named = role_of(arn)
    role = iam._roles.get_scoped(named[0], None, named[1]) if named else None
    return role if role and role.get("Arn") == arn else None


def role_is_fresh(arn: str) -> bool:
    """Whether the role is so young that AWS doesn't know it everywhere yet."""
    named = role_of(arn)
    born = _born.get(named) if named else None
    return born is not None and time.monotonic() - born < clock.real(clock.ROLE_PROPAGATION)


def remember_birth(account: str, name: str) -> None:
    """Notes that a role, or its trust, is new."""
    _born[(account, name)] = time.monotonic()


def forget_births() -> None:
    """After a reset, and for what is made ready: those roles have always been there."""
    _born.clear()


def trusts(role: dict[str, Any], service: str, source_arn: str = "") -> bool:
    """Whether the role's trust policy lets an AWS service assume it, for one source of that service."""
    document = role.get("AssumeRolePolicyDocument") or "{}"
    keys = {"aws:sourcearn": source_arn, "aws:sourceaccount": source_arn.split(":")[4]} if source_arn else {}
    context = _context("*", "", "sts:AssumeRole", "*", "", keys)
    return _service_result(document, context, service) == "Allow"


def role_allows(arn: str, action: str, resource: str, region: str, keys: dict[str, Any] | None = None) -> bool:
    """Whether a role's own policies, within its boundary, allow an action."""
    named = role_of(arn)
    if not named or find_role(arn) is None:
        return False
    account, name = named
    context = _context(arn, account, action, resource, region, keys or {})
    limits = evaluator._permissions_boundary(iam._roles, name, account)
    policies = evaluator._gather_role_policies(name, account)
    return evaluator.evaluate(context, policies, *limits).decision == "Allow"


def resource_decision(
    policy: Any, principal: str, action: str, resource: str, region: str, keys: dict[str, Any]
) -> str:
    """What a resource's policy says about an IAM principal: Allow, Deny or ImplicitDeny."""
    account = principal.split(":")[4] if principal.count(":") >= 5 else ""
    context = _context(principal, account, action, resource, region, keys)
    return evaluator.evaluate_resource_policy(policy, context).decision


def service_allowed(
    policy: Any, service: str, action: str, resource: str, region: str, source_arn: str, source_account: str
) -> bool:
    """Whether a resource's policy lets an AWS service act for one source."""
    keys = {"aws:sourcearn": source_arn, "aws:sourceaccount": source_account}
    context = _context("*", "", action, resource, region, keys)
    return _service_result(policy, context, service) == "Allow"


def _service_result(policy: Any, context: evaluator.EvalContext, service: str) -> str:
    return evaluator.evaluate_resource_policy(policy, context, service=service).decision


def _context(
    principal: str, account: str, action: str, resource: str, region: str, keys: dict[str, Any]
) -> evaluator.EvalContext:
    return evaluator.EvalContext(
        principal_arn=principal,
        principal_type="AssumedRole" if account else "Service",
        principal_account=account,
        action=action,
        resource_arn=resource,
        region=region,
        service_context={key.lower(): value for key, value in keys.items()},
    )
