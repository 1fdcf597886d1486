"""IAM where the chain depends on it: the deny, quotas, and how young a role is.

* AWSDenyAll is an AWS managed policy, version 2, one statement: Deny * on *. Nobody can change it.
  It denies its user and the sessions of GetSessionToken and GetFederationToken; sts:GetCallerIdentity
  answers all the same. (AWS managed policy reference)
* A user has at most ten managed policies attached, and inline policies of at most 2,048 characters,
  white space not counted: LimitExceeded. (IAM user guide, "IAM and AWS STS quotas".)
* A user with inline policies can't be deleted: DeleteConflict.
* Whose keys are asked for must exist: NoSuchEntity.
* Attaching and detaching carries the condition key iam:PolicyARN, PutEvents events:source. (Service authorization
  reference.) The latter has many values (ArrayOfString), and what a plain operator makes of it is not said, so here it
  never holds. (IAM user guide, "Multivalued context keys".)
* GetAccountAuthorizationDetails tells of a role's permissions boundary. (IAM API reference, RoleDetail.)
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id
from ministack.services import iam

from . import policies
from .current import CURRENT

DENY_ALL = "arn:aws:iam::aws:policy/AWSDenyAll"
_DOCUMENT = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "DenyAll", "Effect": "Deny", "Action": ["*"], "Resource": "*"}],
}
MANAGED_PER_USER = 10
INLINE_PER_USER = 2048
_READ_ONLY = (
    "CreatePolicyVersion",
    "DeletePolicy",
    "DeletePolicyVersion",
    "SetDefaultPolicyVersion",
    "TagPolicy",
    "UntagPolicy",
)

Parameters = dict[str, Any]
Answer = tuple[int, dict[str, str], bytes]
Handler = Callable[[Parameters], Answer]


def install() -> None:
    """Puts these rules before MiniStack's IAM."""
    handlers = iam._IAM_HANDLERS
    handlers["AttachUserPolicy"] = _attach_user_policy(handlers["AttachUserPolicy"])
    handlers["PutUserPolicy"] = _put_user_policy(handlers["PutUserPolicy"])
    handlers["DeleteUser"] = _delete_user(handlers["DeleteUser"])
    handlers["GetAccountAuthorizationDetails"] = _with_boundaries(handlers["GetAccountAuthorizationDetails"])
    for operation in ("ListAccessKeys", "UpdateAccessKey"):
        handlers[operation] = _of_existing_user(handlers[operation])
    for operation in ("CreateRole", "UpdateAssumeRolePolicy"):
        handlers[operation] = _noting_birth(handlers[operation])
    for operation in _READ_ONLY:
        if operation in handlers:
            handlers[operation] = _refusing_managed(handlers[operation])
    iam_evaluator.enforce = _with_keys_of_the_request(iam_evaluator.enforce)


def make_ready() -> None:
    """Puts AWSDenyAll among the managed policies."""
    record = iam._make_aws_managed_record("AWSDenyAll", json.dumps(_DOCUMENT), "Deny all access.")
    version = next(iter(record["Versions"].values()))
    version["VersionId"] = "v2"
    record.update(DefaultVersionId="v2", Versions={"v2": version})
    iam._aws_managed_policies[DENY_ALL] = record


def _with_boundaries(details: Handler) -> Handler:
    def handler(parameters: Parameters) -> Answer:
        status, headers, body = details(parameters)
        before, name, roles = body.decode().partition("<RoleDetailList>")
        for role in iam._roles.values():
            if arn := role.get("PermissionsBoundary"):
                named = f"<RoleName>{role['RoleName']}</RoleName>"
                kind = "<PermissionsBoundaryType>PermissionsBoundaryPolicy</PermissionsBoundaryType>"
                boundary = f"{kind}<PermissionsBoundaryArn>{arn}</PermissionsBoundaryArn>"
                told = f"{named}<PermissionsBoundary>{boundary}</PermissionsBoundary>"
                roles = roles.replace(named, told, 1)
        return status, headers, (before + name + roles).encode()

    return handler


def _attach_user_policy(attach: Handler) -> Handler:
    def handler(parameters: Parameters) -> Answer:
        user = iam._users.get(iam._p(parameters, "UserName"))
        arn = iam._p(parameters, "PolicyArn")
        if user and not iam._policy_exists(arn):
            return iam._error(404, "NoSuchEntity", f"Policy {arn} does not exist or is not attachable.")
        attached = user["AttachedPolicies"] if user else []
        if user and arn not in attached and len(attached) >= MANAGED_PER_USER:
            return _exceeded(f"Cannot exceed quota for PoliciesPerUser: {MANAGED_PER_USER}")
        return attach(parameters)

    return handler


def _put_user_policy(put: Handler) -> Handler:
    def handler(parameters: Parameters) -> Answer:
        user, name = iam._p(parameters, "UserName"), iam._p(parameters, "PolicyName")
        others = {key: value for key, value in (iam._user_inline_policies.get(user) or {}).items() if key != name}
        documents = [*others.values(), iam._p(parameters, "PolicyDocument")]
        if sum(len("".join(document.split())) for document in documents) > INLINE_PER_USER:
            return _exceeded(f"Maximum policy size of {INLINE_PER_USER} bytes exceeded for user {user}")
        return put(parameters)

    return handler


def _delete_user(delete: Handler) -> Handler:
    def handler(parameters: Parameters) -> Answer:
        if iam._user_inline_policies.get(iam._p(parameters, "UserName")):
            return iam._error(409, "DeleteConflict", "Cannot delete entity, must delete policies first.")
        return delete(parameters)

    return handler


def _of_existing_user(serve: Handler) -> Handler:
    def handler(parameters: Parameters) -> Answer:
        user = iam._p(parameters, "UserName")
        if user and user not in iam._users:
            return iam._error(404, "NoSuchEntity", f"The user with name {user} cannot be found.")
        return serve(parameters)

    return handler


def _exceeded(message: str) -> Answer:
    return iam._error(409, "LimitExceeded", message)


def _noting_birth(change: Handler) -> Handler:
    def handler(parameters: Parameters) -> Answer:
        answer = change(parameters)
        if answer[0] == 200:
            policies.remember_birth(get_account_id(), iam._p(parameters, "RoleName"))
        return answer

    return handler


def _refusing_managed(change: Handler) -> Handler:
    def handler(parameters: Parameters) -> Answer:
        arn = iam._p(parameters, "PolicyArn")
        if iam._is_aws_managed_arn(arn):
            return iam._error(403, "AccessDenied", f"Policy {arn} is owned by AWS and can't be changed.")
        return change(parameters)

    return handler


def _with_keys_of_the_request(enforce: Callable[..., Any]) -> Callable[..., Any]:
    def judged(
        access_key_id: str,
        iam_action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: dict[str, Any] | None = None,
    ) -> Any:
        keys = dict(service_context or {})
        asked = CURRENT.get()
        if service == "iam" and iam_action.split(":")[1].startswith(("Attach", "Detach")):
            keys["iam:policyarn"] = asked.params.get("PolicyArn") if asked else None
        elif iam_action == "events:PutEvents" and asked:
            keys["events:source"] = [entry.get("Source") for entry in asked.params.get("Entries") or []]
        return enforce(access_key_id, iam_action, service, region, resource_arn, keys)

    return judged
