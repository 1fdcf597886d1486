"""The deny denies, and IAM's limits are kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from .callers import Session, allow_all
from .world import HUB, MANAGEMENT, MEMBER, Json, World, allow, artifact, function, refused

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
    changes: tuple[Callable[[], Any], ...] = (
        lambda: iam.delete_policy(PolicyArn=DENY),
        lambda: iam.create_policy_version(PolicyArn=DENY, PolicyDocument=json.dumps(allow("*", "*"))),
    )
    for change in changes:
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
    document = json.dumps(allow("s3:*", "*"))
    arns = [iam.create_policy(PolicyName=f"p{n}", PolicyDocument=document)["Policy"]["Arn"] for n in range(10)]
    for arn in arns:
        iam.attach_user_policy(UserName="ann", PolicyArn=arn)
    with refused("LimitExceeded"):
        iam.attach_user_policy(UserName="ann", PolicyArn=DENY)
    iam.detach_user_policy(UserName="ann", PolicyArn=arns[-1])
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


def who_may(world: World, *statements: Json) -> dict[str, str]:
    """A user of management who may do just that, and a key of theirs."""
    iam = world.client("iam")
    iam.create_user(UserName="ann")
    document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=document)
    return credentials(iam.create_access_key(UserName="ann")["AccessKey"])


def statement(action: str, resource: str, condition: Json | None = None) -> Json:
    """One statement, named like its action."""
    return allow(action, resource, condition)["Statement"][0] | {"Sid": action.partition(":")[2]}


def test_a_role_is_passed_to_whom_the_policy_says_and_nobody_else(world: World) -> None:
    roles = f"arn:aws:iam::{MANAGEMENT}:role/*"
    to_events = {"StringEquals": {"iam:PassedToService": "events.amazonaws.com"}}
    ann = who_may(
        world,
        statement("lambda:CreateFunction", "*"),
        statement("events:PutTargets", "*"),
        statement("iam:PassRole", roles, to_events),
    )
    role = world.role(MANAGEMENT, "passed", "lambda.amazonaws.com", None)
    bus = world.bus(MANAGEMENT, HUB, "one")
    events = world.client("events")
    events.create_event_bus(Name="two")
    events.put_rule(Name="r", EventBusName="two", EventPattern=json.dumps({"source": ["test"]}))
    targets = [{"Id": "one", "Arn": bus, "RoleArn": role}]
    world.client("events", **ann).put_targets(Rule="r", EventBusName="two", Targets=targets)
    with refused(f"ann is not authorized to perform: iam:PassRole on resource: {role} because no identity-based"):
        world.client("lambda", **ann).create_function(
            FunctionName="eyes", Runtime="provided.al2023", Handler="x", Role=role, Code={"ZipFile": artifact()}
        )


def test_tags_on_something_new_need_a_permission_of_their_own(world: World) -> None:
    ann = who_may(world, statement("logs:CreateLogGroup", "*"), statement("iam:CreateRole", "*"))
    world.client("logs", **ann).create_log_group(logGroupName="plain")
    with refused("not authorized to perform: logs:TagResource on resource: .*log-group:tagged"):
        world.client("logs", **ann).create_log_group(logGroupName="tagged", tags={"a": "b"})
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    with refused("not authorized to perform: iam:TagRole"):
        world.client("iam", **ann).create_role(
            RoleName="r", AssumeRolePolicyDocument=document, Tags=[{"Key": "a", "Value": "b"}]
        )


def test_an_encrypted_object_is_read_by_who_may_use_its_key(world: World) -> None:
    key = world.client("kms", MEMBER).create_key()["KeyMetadata"]["Arn"]
    s3 = world.client("s3", MEMBER)
    s3.create_bucket(Bucket="secrets")
    s3.put_object(Bucket="secrets", Key="k", Body=b"x", ServerSideEncryption="aws:kms", SSEKMSKeyId=key)
    user, iam = keys(world), world.client("iam", MEMBER)
    for allowed, read in (((), False), ((("kms:Decrypt", key),), True)):
        document = json.dumps(allow_all(("s3:GetObject", "arn:aws:s3:::secrets/*"), *allowed))
        iam.put_user_policy(UserName="ann", PolicyName="all", PolicyDocument=document)
        if read:
            assert world.client("s3", **user).get_object(Bucket="secrets", Key="k")["Body"].read() == b"x"
            continue
        with refused("kms:Decrypt"):
            world.client("s3", **user).get_object(Bucket="secrets", Key="k")


def test_what_takes_no_resource_needs_all_of_them(world: World) -> None:
    bus = f"arn:aws:events:{HUB}:{MANAGEMENT}:event-bus/one"
    world.bus(MANAGEMENT, HUB, "one")
    ann = world.client("events", **who_may(world, statement("events:*", bus)))
    ann.describe_event_bus(Name="one")
    with refused("events:DescribeEventBus on resource: .*event-bus/default"):
        ann.describe_event_bus()
    with refused("events:RemovePermission on resource: \\*"):
        ann.remove_permission(EventBusName="one", StatementId="s")


def test_a_function_is_judged_by_its_operation_and_not_by_its_path(world: World) -> None:
    one = f"arn:aws:lambda:{HUB}:{MANAGEMENT}:function:one"
    ann = world.client("lambda", **who_may(world, statement("lambda:GetFunctionEventInvokeConfig", one)))
    with refused("ResourceNotFoundException"):
        ann.get_function_event_invoke_config(FunctionName="one")
    with refused("lambda:GetFunction on resource"):
        ann.get_function(FunctionName="one")
    with refused("lambda:DeleteFunctionConcurrency on resource"):
        ann.delete_function_concurrency(FunctionName="one")


def test_a_functions_tags_are_shown_to_who_may_list_them(world: World) -> None:
    arn = function(world, account=MANAGEMENT)
    world.client("lambda").tag_resource(Resource=arn, Tags={"guard:prefix": "guard"})
    ann = world.client("lambda", **who_may(world, statement("lambda:GetFunction", arn)))
    shown = ann.get_function(FunctionName="eyes")
    assert "Tags" not in shown
    assert shown["TagsError"]["ErrorCode"] == "AccessDeniedException"
    more = json.dumps(allow("lambda:ListTags", arn))
    world.client("iam").put_user_policy(UserName="ann", PolicyName="more", PolicyDocument=more)
    shown = ann.get_function(FunctionName="eyes")
    assert shown["Tags"] == {"guard:prefix": "guard"}
    assert "TagsError" not in shown


def test_cloudwatch_judges_in_each_of_its_protocols(world: World) -> None:
    ann = world.client("cloudwatch", **who_may(world, statement("cloudwatch:DescribeAlarms", "*")))
    ann.describe_alarms()
    with refused("cloudwatch:DeleteAlarms on resource: .*alarm:one"):
        ann.delete_alarms(AlarmNames=["one"])


def test_a_sessions_principal_is_its_role(world: World) -> None:
    session = Session(world, allow("sqs:ReceiveMessage", "*"), account=MEMBER)
    caller = session.client("sts").get_caller_identity()["Arn"]
    role = f"arn:aws:iam::{MEMBER}:role/{caller.split('/')[1]}"
    queues = world.client("sqs", MANAGEMENT)
    url = queues.create_queue(QueueName="letters")["QueueUrl"]
    for principal, is_let in ((role, True), (caller, False), (role + "2", False)):
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{MEMBER}:root"},
            "Action": "sqs:ReceiveMessage",
            "Resource": f"arn:aws:sqs:{HUB}:{MANAGEMENT}:letters",
            "Condition": {"ArnEquals": {"aws:PrincipalArn": principal}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        queues.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
        if is_let:
            session.client("sqs").receive_message(QueueUrl=url)
        else:
            with refused("AccessDenied"):
                session.client("sqs").receive_message(QueueUrl=url)


def test_who_enters_an_account_needs_a_policy_that_says_so(world: World) -> None:
    role = f"arn:aws:iam::{MEMBER}:role/OrganizationAccountAccessRole"
    ann = world.client("sts", **who_may(world, statement("sts:AssumeRole", role)))
    ann.assume_role(RoleArn=role, RoleSessionName="guard")
    with refused("sts:AssumeRole on resource: arn:aws:iam::333333333333"):
        ann.assume_role(RoleArn=role.replace(MEMBER, "333333333333"), RoleSessionName="guard")


def test_every_judgement_is_noted_with_the_statement_that_allowed_it(world: World) -> None:
    ann = world.client("sqs", **who_may(world, statement("sqs:ListQueues", "*")))
    ann.list_queues()
    with refused("AccessDenied"):
        ann.create_queue(QueueName="q")
    noted = [
        (one["action"], one["statement"], one["allowed"])
        for one in world.control("judgements")["judgements"]
        if one["principal"].endswith("user/ann")
    ]
    assert noted == [("sqs:ListQueues", "ListQueues", True), ("sqs:CreateQueue", "", False)]


def test_a_managed_policy_has_a_limit(world: World) -> None:
    iam = world.client("iam")
    for length in (6_000, 6_144):
        document = json.dumps(allow("s3:*", "arn:aws:s3:::" + "x" * length))
        if length < 6_144:
            iam.create_policy(PolicyName="short", PolicyDocument=document)
        else:
            with refused("LimitExceeded"):
                iam.create_policy(PolicyName="long", PolicyDocument=document)
