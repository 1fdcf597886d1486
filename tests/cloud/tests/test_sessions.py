"""A session hands on its source identity and its transitive tags, which takes permissions of their own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .world import HUB, MANAGEMENT, MEMBER, World, allow, refused

ASSUME = f"arn:aws:iam::{MEMBER}:role/OrganizationAccountAccessRole"
TAGS = {"Tags": [{"Key": "team", "Value": "storage"}], "TransitiveTagKeys": ["team"]}


def enters(world: World, *actions: str, **handed_on: Any) -> None:
    """A session of a role that may take these actions on the member account's role enters it."""
    iam, sts = world.client("iam", MANAGEMENT), world.client("sts", MANAGEMENT, HUB)
    ways = ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"]
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{MANAGEMENT}:root"}, "Action": ways}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = iam.create_role(RoleName="pipeline", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    policy = allow("sts:AssumeRole", ASSUME)
    policy["Statement"][0]["Action"] = ["sts:AssumeRole", *actions]
    iam.put_role_policy(RoleName="pipeline", PolicyName="p", PolicyDocument=json.dumps(policy))
    keys = sts.assume_role(RoleArn=role, RoleSessionName="nightly", **handed_on)["Credentials"]
    world.session("sts", HUB, keys).assume_role(RoleArn=ASSUME, RoleSessionName="nightly")


@pytest.mark.parametrize(
    ("handed_on", "action"), [({"SourceIdentity": "ann"}, "sts:SetSourceIdentity"), (TAGS, "sts:TagSession")]
)
def test_what_is_handed_on_takes_a_permission(world: World, handed_on: dict[str, Any], action: str) -> None:
    with refused("AccessDenied"):
        enters(world, **handed_on)
    world.client("iam", MANAGEMENT).delete_role_policy(RoleName="pipeline", PolicyName="p")
    world.client("iam", MANAGEMENT).delete_role(RoleName="pipeline")
    enters(world, action, **handed_on)


def test_tags_of_one_session_alone_take_none(world: World) -> None:
    enters(world, Tags=TAGS["Tags"])
