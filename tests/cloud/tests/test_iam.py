"""The deny denies, and IAM's limits are kept."""

from __future__ import annotations

import json

from .world import MANAGEMENT, MEMBER, World, allow, refused

DENY = "arn:aws:iam::aws:policy/AWSDenyAll"


def keys(world: World, name: str = "ann") -> dict[str, str]:
    """A user who may do everything, and a key of theirs."""
    iam = world.client("iam", MEMBER)
    iam.create_user(UserName=name)
    document = json.dumps(allow("*", "*"))
    iam.put_user_policy(UserName=name, PolicyName="all", PolicyDocument=document)
    return credentials(iam.create_access_key(UserName=name)["AccessKey"])


def credentials(key: dict[str, str]) -> dict[str, str]:
    """A key, or a session, as boto3 takes it."""
    given = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
    return given | ({"aws_session_token": key["SessionToken"]} if "SessionToken" in key else {})


def test_the_deny_is_awss_own(world: World) -> None:
    iam = world.client("iam", MEMBER)
    version = iam.get_policy(PolicyArn=DENY)["Policy"]["DefaultVersionId"]
    document = iam.get_policy_version(PolicyArn=DENY, VersionId=version)["PolicyVersion"]["Document"]
    (statement,) = document["Statement"]
    assert (statement["Effect"], statement["Action"], statement["Resource"]) == ("Deny", ["*"], "*")
    for change in (
        lambda: iam.delete_policy(PolicyArn=DENY),
        lambda: iam.create_policy_version(PolicyArn=DENY, PolicyDocument=json.dumps(allow("*", "*"))),
    ):
        with refused("AccessDenied"):
            change()


def test_the_deny_denies_the_user_and_their_sessions(world: World) -> None:
    user = keys(world)
    sts = world.client("sts", MEMBER, **user)
    sessions = [
        credentials(sts.get_session_token()["Credentials"]),
        credentials(sts.get_federation_token(Name="fed", Policy=json.dumps(allow("*", "*")))["Credentials"]),
    ]
    for who in (user, sessions[0]):
        world.client("s3", **who).list_buckets()
    world.client("iam", MEMBER).attach_user_policy(UserName="ann", PolicyArn=DENY)
    for who in (user, *sessions):
        with refused("AccessDenied"):
            world.client("s3", **who).list_buckets()
        with refused("AccessDenied"):
            world.client("sqs", **who).list_queues()
        assert world.client("sts", **who).get_caller_identity()["Account"] == MEMBER


def test_the_deny_knows_whom_it_is_attached_to(world: World) -> None:
    keys(world)
    iam = world.client("iam", MEMBER)
    iam.attach_user_policy(UserName="ann", PolicyArn=DENY)
    users = iam.list_entities_for_policy(PolicyArn=DENY, EntityFilter="User")["PolicyUsers"]
    assert [user["UserName"] for user in users] == ["ann"]
    assert world.client("iam").list_entities_for_policy(PolicyArn=DENY)["PolicyUsers"] == []


def test_a_condition_on_the_policys_arn_counts(world: World) -> None:
    iam = world.client("iam", MEMBER)
    iam.create_user(UserName="ann")
    for operator in ("ArnEquals", "ArnEqualsIfExists"):
        name = f"responder-{operator}"
        iam.create_user(UserName=name)
        only_deny = allow("iam:AttachUserPolicy", "*", {operator: {"iam:PolicyARN": DENY}})
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(only_deny))
        responder = world.client("iam", **credentials(iam.create_access_key(UserName=name)["AccessKey"]))
        with refused("AccessDenied"):
            responder.attach_user_policy(UserName="ann", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
        responder.attach_user_policy(UserName="ann", PolicyArn=DENY)


def test_a_user_has_ten_managed_policies_at_most(world: World) -> None:
    keys(world)
    iam = world.client("iam", MEMBER)
    for number in range(10):
        document = json.dumps(allow("s3:*", "*"))
        policy = iam.create_policy(PolicyName=f"p{number}", PolicyDocument=document)["Policy"]
        iam.attach_user_policy(UserName="ann", PolicyArn=policy["Arn"])
    with refused("LimitExceeded"):
        iam.attach_user_policy(UserName="ann", PolicyArn=DENY)
    iam.detach_user_policy(UserName="ann", PolicyArn=policy["Arn"])
    iam.attach_user_policy(UserName="ann", PolicyArn=DENY)


def test_a_users_inline_policies_have_a_limit(world: World) -> None:
    iam = world.client("iam", MEMBER)
    iam.create_user(UserName="ann")
    long = json.dumps(allow("s3:*", "arn:aws:s3:::" + "x" * 1000))
    for name in ("one", "one", "two"):
        if name == "two":
            with refused("LimitExceeded"):
                iam.put_user_policy(UserName="ann", PolicyName=name, PolicyDocument=long * 1)
        else:
            iam.put_user_policy(UserName="ann", PolicyName=name, PolicyDocument=long)


def test_a_member_role_lets_management_in_and_nobody_else(world: World) -> None:
    role = f"arn:aws:iam::{MEMBER}:role/OrganizationAccountAccessRole"
    session = world.client("sts").assume_role(RoleArn=role, RoleSessionName="guard")["Credentials"]
    assert world.client("sts", **credentials(session)).get_caller_identity()["Account"] == MEMBER
    world.client("iam", **credentials(session)).create_user(UserName="made")
    with refused("AccessDenied"):
        world.client("sts", "333333333333").assume_role(RoleArn=role, RoleSessionName="other")
    assert MANAGEMENT != MEMBER
