"""A user keeps its id, its keys and its policies under another name or path."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from .world import HUB, MEMBER, World, allow


def test_a_renamed_user_is_the_same_user(world: World) -> None:
    iam = world.client("iam", MEMBER, HUB)
    before = iam.create_user(UserName="a")["User"]
    key = iam.create_access_key(UserName="a")["AccessKey"]["AccessKeyId"]
    iam.attach_user_policy(UserName="a", PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    iam.put_user_policy(UserName="a", PolicyName="work", PolicyDocument=json.dumps(allow("s3:List*", "*")))
    iam.update_user(UserName="a", NewUserName="b", NewPath="/jobs/")
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.get_user(UserName="a")
    after = iam.get_user(UserName="b")["User"]
    assert after["UserId"] == before["UserId"]
    assert after["Arn"] == f"arn:aws:iam::{MEMBER}:user/jobs/b"
    assert iam.get_access_key_last_used(AccessKeyId=key)["UserName"] == "b"
    assert iam.list_user_policies(UserName="b")["PolicyNames"] == ["work"]
    assert len(iam.list_attached_user_policies(UserName="b")["AttachedPolicies"]) == 1


def test_a_name_that_another_has_is_refused(world: World) -> None:
    iam = world.client("iam", MEMBER, HUB)
    iam.create_user(UserName="a")
    iam.create_user(UserName="b")
    with pytest.raises(ClientError, match="EntityAlreadyExists"):
        iam.update_user(UserName="a", NewUserName="b")
