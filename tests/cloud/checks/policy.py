"""The grammar of policy documents, and what each kind of policy must and may not have.

IAM user guide, "Grammar of the IAM JSON policy language". Each function gives the reason for
which AWS refuses the text, or None.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

_VERSIONS = ("2012-10-17", "2008-10-17")
_TOP = {"Version", "Id", "Statement"}
_STATEMENT = {
    "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition",
}  # fmt: skip
_ACTION = re.compile(r"\*|[a-zA-Z0-9-]+:[a-zA-Z0-9*?]+")
_SYNTAX = "Syntax errors in policy."
_IAM_PATHS = (
    "user/", "federated-user/", "role/", "group/", "instance-profile/", "mfa/", "server-certificate/", "policy/",
    "sms-mfa/", "saml-provider/", "oidc-provider/", "report/", "access-report/",
)  # fmt: skip
"""How IAM's resources begin, with their slash; as IAM itself lists them in its answer (moto's recordings of IAM's
answers to policies, test_iam_policies.py)."""


class _PolicyError(Exception):
    """The reason for which the text is refused."""


def identity_fault(text: str) -> str | None:
    """A policy of a role or user: resources, no principal."""
    return _fault(text, _identity)


def trust_fault(text: str) -> str | None:
    """A role's trust: principals, no resource, actions of sts."""
    return _fault(text, _trust)


def resource_fault(text: str, service: str, own: Callable[[str], bool]) -> str | None:
    """A policy on a resource of a service: principals, its actions, itself as the resource."""

    def check(statement: dict[str, Any]) -> None:
        _principal(statement)
        _actions(statement, service)
        for resource in _strings(statement, "Resource", "NotResource"):
            if not own(resource):
                raise _PolicyError(f"Resource {resource} is not the policy's own.")

    return _fault(text, check)


def _fault(text: str, check: Callable[[dict[str, Any]], None]) -> str | None:
    try:
        for statement in _statements(text):
            check(statement)
    except _PolicyError as fault:
        return str(fault)
    return None


def _statements(text: str) -> Iterator[dict[str, Any]]:
    try:
        document = json.loads(text, object_pairs_hook=_without_doubles)
    except ValueError:
        raise _PolicyError("This policy contains invalid Json") from None
    if not isinstance(document, dict) or not set(document) <= _TOP:
        raise _PolicyError(_SYNTAX)
    if document.get("Version", _VERSIONS[1]) not in _VERSIONS:
        raise _PolicyError("The policy must contain a valid version string")
    found = document.get("Statement")
    found = [found] if isinstance(found, dict) else found
    if not isinstance(found, list) or not found:
        raise _PolicyError(_SYNTAX)
    sids = []
    for statement in found:
        if not isinstance(statement, dict) or not set(statement) <= _STATEMENT:
            raise _PolicyError(_SYNTAX)
        if statement.get("Effect") not in ("Allow", "Deny"):
            raise _PolicyError(_SYNTAX)
        if "Sid" in statement:
            sids.append(statement["Sid"])
        _condition(statement)
    if len(sids) != len(set(map(str, sids))):
        raise _PolicyError("Statement IDs (SID) in a single policy must be unique.")
    yield from found


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise _PolicyError(_SYNTAX)
    return result


def _condition(statement: dict[str, Any]) -> None:
    condition = statement.get("Condition", {})
    if not isinstance(condition, dict):
        raise _PolicyError(_SYNTAX)
    for operator, keys in condition.items():
        known = re.fullmatch(
            r"((ForAllValues|ForAnyValue):)?(String|Numeric|Date|Bool|Binary|IpAddress|NotIpAddress|Arn|Null)\w*",
            operator,
        )
        if not known or not isinstance(keys, dict):
            raise _PolicyError(f"Invalid Condition type : {operator}.")


def _strings(statement: dict[str, Any], name: str, negated: str) -> list[str]:
    if (name in statement) == (negated in statement):
        raise _PolicyError(f"Policy statement must contain {name.lower()}s." if name not in statement else _SYNTAX)
    value = statement.get(name, statement.get(negated))
    value = [value] if isinstance(value, str) else value
    if not isinstance(value, list) or not value or not all(isinstance(v, str) and v for v in value):
        raise _PolicyError(_SYNTAX)
    return value


def _actions(statement: dict[str, Any], service: str | None) -> None:
    for action in _strings(statement, "Action", "NotAction"):
        if not _ACTION.fullmatch(action):
            raise _PolicyError("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.")
        if service and not action.lower().startswith(f"{service}:"):
            raise _PolicyError(f"Action {action} is not one of {service}.")


def _principal(statement: dict[str, Any]) -> None:
    if ("Principal" in statement) == ("NotPrincipal" in statement):
        raise _PolicyError("Missing required field Principal")
    value = statement.get("Principal", statement.get("NotPrincipal"))
    if value == "*":
        return
    kinds = {"AWS", "Service", "Federated", "CanonicalUser"}
    if not isinstance(value, dict) or not value or not set(value) <= kinds:
        raise _PolicyError("Invalid principal in policy")
    for kind, names in value.items():
        for name in [names] if isinstance(names, str) else names:
            arn = r"\*|\d{12}|arn:aws[\w-]*:(iam|sts)::\d{12}:(root|(role|user|assumed-role)/.+)"
            fits = {"AWS": arn, "Service": r"[\w.-]+\.amazonaws\.com(\.cn)?"}.get(kind, ".+")
            if not isinstance(name, str) or not re.fullmatch(fits, name):
                raise _PolicyError(f'Invalid principal in policy: "{kind}":"{name}"')


def _identity(statement: dict[str, Any]) -> None:
    if "Principal" in statement or "NotPrincipal" in statement:
        raise _PolicyError("Policy document should not specify a principal.")
    _actions(statement, None)
    for resource in _strings(statement, "Resource", "NotResource"):
        if resource != "*" and not re.match(r"arn:[^:]+:[^:]*:[^:]*:[^:]*:.", resource):
            raise _PolicyError(f'Resource {resource} must be in ARN format or "*".')
        service, path = resource.split(":", 5)[2::3] if resource != "*" else ("", "*")
        if service == "iam" and path != "*" and not path.startswith(_IAM_PATHS):
            kinds = ", ".join(_IAM_PATHS)
            raise _PolicyError(f'IAM resource path must either be "*" or start with {kinds}.')


def _trust(statement: dict[str, Any]) -> None:
    if "Resource" in statement or "NotResource" in statement:
        raise _PolicyError("Has prohibited field Resource")
    _principal(statement)
    for action in _strings(statement, "Action", "NotAction"):
        if not action.lower().startswith("sts:"):
            raise _PolicyError("AssumeRole policy may only specify STS AssumeRole actions.")
