"""IAM: policy documents, their size, and roles that can't go.

MalformedPolicyDocument and DeleteConflict are the model's errors; a role's inline policies together
have at most 10,240 characters, a managed policy 6,144, white space not counted (IAM user guide, "IAM and AWS STS
quotas").
"""

from __future__ import annotations

from .. import policy
from ..request import AwsError, Request
from ..state import State
from .table import asks, looks

INLINE_PER_ROLE = 10_240
MANAGED = 6_144


@asks("iam", "CreateRole")
def a_new_roles_trust_is_well_formed(request: Request) -> AwsError | None:
    return _malformed(policy.trust_fault(request.params["AssumeRolePolicyDocument"]))


@asks("iam", "UpdateAssumeRolePolicy")
def a_changed_trust_is_well_formed(request: Request) -> AwsError | None:
    return _malformed(policy.trust_fault(request.params["PolicyDocument"]))


@asks("iam", "PutRolePolicy", "PutUserPolicy", "PutGroupPolicy", "CreatePolicy", "CreatePolicyVersion")
def a_policy_is_well_formed(request: Request) -> AwsError | None:
    return _malformed(policy.identity_fault(request.params["PolicyDocument"]))


@asks("iam", "CreatePolicy", "CreatePolicyVersion")
def a_managed_policy_is_not_too_long(request: Request) -> AwsError | None:
    if len("".join(request.params["PolicyDocument"].split())) <= MANAGED:
        return None
    return AwsError("LimitExceeded", f"Cannot exceed quota for PolicySize: {MANAGED}", 409)


def _malformed(reason: str | None) -> AwsError | None:
    return AwsError("MalformedPolicyDocument", reason) if reason else None


@looks("iam", "PutRolePolicy")
def a_roles_inline_policies_are_not_too_long(request: Request, state: State) -> AwsError | None:
    name = request.params["RoleName"]
    role = state.role(request.account or "", name)
    if role is None:
        return None
    documents = role.inline | {request.params["PolicyName"]: request.params["PolicyDocument"]}
    if sum(len("".join(text.split())) for text in documents.values()) <= INLINE_PER_ROLE:
        return None
    message = f"Maximum policy size of {INLINE_PER_ROLE} bytes exceeded for role {name}"
    return AwsError("LimitExceeded", message, 409)


@looks("iam", "DeleteRole")
def a_role_with_policies_stays(request: Request, state: State) -> AwsError | None:
    role = state.role(request.account or "", request.params["RoleName"])
    if role and role.attached:
        return AwsError("DeleteConflict", "Cannot delete entity, must detach all policies first.", 409)
    if role and role.inline:
        return AwsError("DeleteConflict", "Cannot delete entity, must delete policies first.", 409)
    return None
