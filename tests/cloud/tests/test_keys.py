"""An inactive key opens nothing, and a function may turn off the keys of the user that its role names."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from .callers import Session
from .test_iam import keys
from .world import MEMBER, World, allow, refused

CALLS = {
    "iam": "list_users",
    "sts": "get_caller_identity",
    "sns": "list_topics",
    "cloudwatch": "describe_alarms",
    "s3": "list_buckets",
    "events": "list_rules",
    "lambda": "list_functions",
    "logs": "describe_log_groups",
    "sqs": "list_queues",
    "ssm": "describe_parameters",
}
_QUERY = ("iam", "sts", "sns", "cloudwatch", "sqs")
_CODES = {"s3": "InvalidAccessKeyId"} | dict.fromkeys(_QUERY, "InvalidClientTokenId")


@pytest.mark.parametrize("service", CALLS)
def test_an_inactive_key_is_no_key_anywhere(world: World, service: str) -> None:
    user = keys(world)
    call = getattr(world.client(service, **user), CALLS[service])
    call()
    change = {"UserName": "ann", "AccessKeyId": user["aws_access_key_id"]}
    world.client("iam", MEMBER).update_access_key(**change, Status="Inactive")
    with pytest.raises(ClientError) as caught:
        call()
    answer = caught.value.response
    assert answer["Error"]["Code"] == _CODES.get(service, "UnrecognizedClientException")
    status = 400 if service in ("events", "logs", "ssm") else 403
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == status
    world.client("iam", MEMBER).update_access_key(**change, Status="Active")
    call()


def test_a_role_turns_off_the_keys_of_the_user_that_it_names(world: World) -> None:
    admin = world.client("iam", MEMBER)
    users = {name: keys(world, name)["aws_access_key_id"] for name in ("ann", "bob")}
    iam = Session(world, allow("iam:*AccessKey*", f"arn:aws:iam::{MEMBER}:user/ann")).client("iam")
    (key,) = iam.list_access_keys(UserName="ann")["AccessKeyMetadata"]
    assert (key["AccessKeyId"], key["Status"]) == (users["ann"], "Active")
    iam.update_access_key(UserName="ann", AccessKeyId=users["ann"], Status="Inactive")
    assert admin.list_access_keys(UserName="ann")["AccessKeyMetadata"][0]["Status"] == "Inactive"
    with refused("AccessDenied"):
        iam.list_access_keys(UserName="bob")
    with refused("AccessDenied"):
        iam.update_access_key(UserName="bob", AccessKeyId=users["bob"], Status="Inactive")
    with refused("NoSuchEntity"):
        iam.update_access_key(UserName="ann", AccessKeyId=users["bob"], Status="Inactive")


def test_a_users_path_belongs_to_their_arn(world: World) -> None:
    world.client("iam", MEMBER).create_user(UserName="eve", Path="/team/")
    session = Session(world, allow("iam:ListAccessKeys", f"arn:aws:iam::{MEMBER}:user/team/*"))
    session.client("iam").list_access_keys(UserName="eve")
    world.client("iam", MEMBER).create_user(UserName="joe")
    with refused("AccessDenied"):
        session.client("iam").list_access_keys(UserName="joe")


def test_a_user_who_is_not_there_has_no_keys(world: World) -> None:
    iam = world.client("iam", MEMBER)
    with refused("NoSuchEntity"):
        iam.list_access_keys(UserName="nobody")
    with refused("NoSuchEntity"):
        iam.update_access_key(UserName="nobody", AccessKeyId="AKIAIOSFODNN7EXAMPLE", Status="Inactive")
