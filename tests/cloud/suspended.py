"""Accounts that the organization has suspended.

Nobody assumes a role in such an account any more (AccessDenied), and the credentials that somebody still
has of it are no longer valid.
"""

from __future__ import annotations

from . import checks, policies

_SUSPENDED: set[str] = set()


def change(account: str, state: str) -> None:
    """Suspends an account, or makes it active again."""
    if state not in ("active", "suspended"):
        raise ValueError(f"an account is active or suspended, not {state}")
    if state == "suspended":
        _SUSPENDED.add(account)
    else:
        _SUSPENDED.discard(account)


def forget() -> None:
    """After a reset every account is active."""
    _SUSPENDED.clear()


def refusal(request: checks.Request) -> checks.AwsError | None:
    """How AWS refuses a request to, or of, a suspended account."""
    if request.account in _SUSPENDED:
        return checks.AwsError("InvalidClientTokenId", "The security token included in the request is invalid.", 403)
    arn = str(request.params.get("RoleArn", ""))
    named = policies.role_of(arn) if request.operation == "AssumeRole" else None
    if named and named[0] in _SUSPENDED:
        who = f"arn:aws:iam::{request.account}:root"
        message = f"User: {who} is not authorized to perform: sts:AssumeRole on resource: {arn}"
        return checks.AwsError("AccessDenied", message, 403)
    return None
