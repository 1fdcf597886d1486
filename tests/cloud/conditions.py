"""What MiniStack's policy evaluator lacks: policy variables, the resource's organization, the role of a session.

* `${aws:PrincipalOrgID}` in a resource or a condition's value stands for the key's value in the request; where
  the request has no such key, and no default is given (`${key, 'default'}`), it matches nothing. Policies of
  the version 2008-10-17 have no variables. (IAM user guide, "Variables and tags".)
* `aws:ResourceOrgID` is there where the resource's account is in an organization. (IAM user guide, "Global
  condition context keys".)
* `aws:PrincipalArn` of a role's session is the role's ARN, with its path, and not the session's. (The same page: "For
  IAM roles, the request context returns the ARN of the role, not the ARN of the user that assumed the role".)
* `aws:PrincipalArn` of a role's session is the role's ARN, with its path, and not the session's. (The same page: "For
  IAM roles, the request context returns the ARN of the role, not the ARN of the user that assumed the role".)
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ministack.core import iam_evaluator as evaluator
from ministack.services import iam

_VARIABLE = re.compile(r"\$\{\s*([^,}]+?)\s*(?:,\s*'([^']*)'\s*)?\}")
_NOTHING = "\0"
_LITERAL = "2008-10-17"

Statement = evaluator.ParsedStatement


@dataclass
class _LiteralStatement(Statement):
    """A statement of an old policy: what looks like a variable is plain text, and matches nothing that exists."""


def install() -> None:
    """Adds all of it to the evaluator."""
    evaluator._resolve_condition_key = _with_organization(evaluator._resolve_condition_key)
    evaluator._first_match = _with_variables(evaluator._first_match)
    _parse_by_version()


def _with_organization(resolve: Callable[..., Any]) -> Callable[..., Any]:
    def resolved(key: str, context: evaluator.EvalContext) -> Any:
        if key.lower() == "aws:resourceorgid":
            owner = evaluator._account_from_arn(context.resource_arn) or context.principal_account
            return evaluator._principal_org_id(owner)
        found = resolve(key, context)
        return _role_of(found) if key.lower() == "aws:principalarn" else found

    return resolved


def _role_of(arn: str) -> str:
    """The role of a session; of anybody else the ARN itself."""
    parts = arn.split(":", 5)
    if len(parts) < 6 or parts[2] != "sts" or not parts[5].startswith("assumed-role/"):
        return arn
    name = parts[5].split("/")[1]
    role = iam._roles.get_scoped(parts[4], None, name) or {}
    return str(role.get("Arn") or f"arn:{parts[1]}:iam::{parts[4]}:role/{name}")


def _with_variables(first_match: Callable[..., Any]) -> Callable[..., Any]:
    def matched(context: evaluator.EvalContext, statements: list[Statement], effect: str) -> Any:
        filled = [_filled(one, context) if one.effect == effect else one for one in statements]
        return first_match(context, filled, effect)

    return matched


def _parse_by_version() -> None:
    parse = evaluator.parse_policy_document

    def parsed(doc: str | dict[str, Any]) -> list[Statement]:
        statements = parse(doc)
        if statements and isinstance(doc, str) and _LITERAL in doc:
            doc = json.loads(doc)
        if isinstance(doc, dict) and doc.get("Version") == _LITERAL:
            return [_LiteralStatement(**vars(one)) for one in statements]
        return statements

    evaluator.parse_policy_document = parsed


def _filled(statement: Statement, context: evaluator.EvalContext) -> Statement:
    if isinstance(statement, _LiteralStatement) or "${" not in repr(statement):
        return statement

    def fill(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: fill(one) for key, one in value.items()}
        if isinstance(value, list):
            return [fill(one) for one in value]
        return _text(value, context) if isinstance(value, str) else value

    return replace(
        statement,
        resources=fill(statement.resources),
        not_resources=fill(statement.not_resources),
        conditions=fill(statement.conditions),
    )


def _text(text: str, context: evaluator.EvalContext) -> str:
    missing = False

    def value(found: re.Match[str]) -> str:
        nonlocal missing
        known = evaluator._resolve_condition_key(found[1], context)
        if isinstance(known, list | tuple):  # a key of many values stands for none
            known = None
        missing = missing or (known is None and found[2] is None)
        return str(found[2] if known is None else known)

    filled = _VARIABLE.sub(value, text)
    return _NOTHING if missing else filled
