"""Accounts that the organization has suspended, and regions that an account has not enabled.

Nobody assumes a role in a suspended account any more (AccessDenied), and the credentials that somebody still
has of it are no longer valid. A region that is not enabled takes all of the account's credentials for invalid.
"""

from __future__ import annotations

from . import checks, policies

_SUSPENDED: set[str] = set()
_CLOSED: set[tuple[str, str]] = set()
# Services with the query protocol's words, whatever they speak today.
_OLD = ("cloudwatch", "iam", "sns", "sqs", "sts")


def change(account: str, state: str, region: str | None = None) -> None:
    """Suspends an account, or makes it active again; or one region of it."""
    if region is not None:
        if state not in ("enabled", "disabled"):
            raise ValueError(f"a region is enabled or disabled, not {state}")
        (_CLOSED.add if state == "disabled" else _CLOSED.discard)((account, region))
        return
    if state not in ("active", "suspended"):
        raise ValueError(f"an account is active or suspended, not {state}")
    if state == "suspended":
        _SUSPENDED.add(account)
    else:
        _SUSPENDED.discard(account)


def forget() -> None:
    """After a reset every account is active, and every region enabled."""
    _SUSPENDED.clear()
    _CLOSED.clear()


def refusal(request: checks.Request) -> checks.AwsError | None:
    """How AWS refuses a request to, or of, a suspended account, or in a region that is not enabled."""
    invalid = "The security token included in the request is invalid."
    if request.account in _SUSPENDED:
        return checks.AwsError("InvalidClientTokenId", invalid, 403)
    if (request.account, request.region) in _CLOSED:
        code = "InvalidClientTokenId" if request.service in _OLD else "UnrecognizedClientException"
        return checks.AwsError(code, invalid, 403)
    arn = str(request.params.get("RoleArn", ""))
    named = policies.role_of(arn) if request.operation == "AssumeRole" else None
    if named and named[0] in _SUSPENDED:
        who = f"arn:aws:iam::{request.account}:root"
        message = f"User: {who} is not authorized to perform: sts:AssumeRole on resource: {arn}"
        return checks.AwsError("AccessDenied", message, 403)
    return None
