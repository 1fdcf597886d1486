"""Functions run as their role, and an event is tried three times before it is kept."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .world import FAR, HUB, MEMBER, World, allow, artifact, function, refused, until


def test_a_function_sees_what_lambda_shows_it(world: World) -> None:
    arn = function(world, region=FAR, MINE="yes")
    answer = world.client("lambda", MEMBER, FAR).invoke(FunctionName="eyes", Payload=b'{"a": 1}')
    seen = json.load(answer["Payload"])
    assert (seen["arn"], seen["_HANDLER"], seen["AWS_REGION"]) == (arn, "filter", FAR)
    assert seen["AWS_ENDPOINT_URL"] == world.endpoint
    assert seen["AWS_SESSION_TOKEN"]


def test_a_function_may_do_what_its_role_may(world: World) -> None:
    function(world, allow("iam:ListAttachedUserPolicies", f"arn:aws:iam::{MEMBER}:user/ann"))
    world.client("iam", MEMBER).create_user(UserName="ann")
    world.client("iam", MEMBER).create_user(UserName="bob")
    answer = world.client("lambda", MEMBER).invoke(FunctionName="eyes")
    seen = json.load(answer["Payload"])
    iam = world.client(
        "iam",
        aws_access_key_id=seen["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=seen["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=seen["AWS_SESSION_TOKEN"],
    )
    assert iam.list_attached_user_policies(UserName="ann")["AttachedPolicies"] == []
    with refused("AccessDenied"):
        iam.list_attached_user_policies(UserName="bob")


@pytest.mark.parametrize("retries", [None, 0, 1])
def test_a_failing_event_is_tried_again_and_then_kept(world: World, retries: int | None) -> None:
    letters = world.queue(MEMBER, HUB, service="nobody.amazonaws.com")
    arn = function(world, allow("sqs:SendMessage", letters), FAILS="always")
    client = world.client("lambda", MEMBER)
    settings = {} if retries is None else {"MaximumRetryAttempts": retries}
    client.put_function_event_invoke_config(
        FunctionName="eyes", DestinationConfig={"OnFailure": {"Destination": letters}}, **settings
    )
    client.invoke(FunctionName="eyes", InvocationType="Event", Payload=b'{"event": 1}')
    world.await_hop("destination", "stored")
    (message,) = world.messages(letters)
    letter = json.loads(message["Body"])
    attempts = 3 if retries is None else retries + 1
    assert letter["version"] == "1.0"
    assert letter["requestContext"]["condition"] == "RetriesExhausted"
    assert letter["requestContext"]["approximateInvokeCount"] == attempts
    assert letter["requestContext"]["functionArn"] == f"{arn}:$LATEST"
    assert letter["requestPayload"] == {"event": 1}
    assert letter["responseContext"]["functionError"] == "Unhandled"
    assert letter["responsePayload"]["errorMessage"] == "as asked"
    assert len([hop for hop in world.hops("function") if hop["outcome"] == "failed"]) == attempts


def test_a_function_without_concurrency_keeps_the_event_untried(world: World) -> None:
    letters = world.queue(MEMBER, HUB, service="nobody.amazonaws.com")
    function(world, allow("sqs:SendMessage", letters))
    client = world.client("lambda", MEMBER)
    client.put_function_event_invoke_config(
        FunctionName="eyes", DestinationConfig={"OnFailure": {"Destination": letters}}
    )
    client.put_function_concurrency(FunctionName="eyes", ReservedConcurrentExecutions=0)
    client.invoke(FunctionName="eyes", InvocationType="Event", Payload=b'{"event": 1}')
    world.await_hop("destination", "stored")
    (message,) = world.messages(letters)
    letter = json.loads(message["Body"])
    context = letter["requestContext"]
    assert (context["condition"], context["approximateInvokeCount"]) == ("ZeroReservedConcurrency", 0)
    assert letter["requestPayload"] == {"event": 1}
    assert "responseContext" not in letter
    assert not world.hops("function")


def test_a_role_that_may_no_longer_send_loses_the_failed_event(world: World) -> None:
    letters = world.queue(MEMBER, HUB)
    function(world, allow("sqs:SendMessage", letters), FAILS="always")
    client = world.client("lambda", MEMBER)
    client.put_function_event_invoke_config(
        FunctionName="eyes", MaximumRetryAttempts=0, DestinationConfig={"OnFailure": {"Destination": letters}}
    )
    world.client("iam", MEMBER).delete_role_policy(RoleName="runs", PolicyName="own")
    client.invoke(FunctionName="eyes", InvocationType="Event")
    assert world.await_hop("destination", "refused")["code"] == "NO_PERMISSIONS"
    assert not world.messages(letters)


def test_output_is_kept_and_logged_where_the_role_may_log(world: World) -> None:
    function(world)
    world.client("lambda", MEMBER).invoke(FunctionName="eyes", InvocationType="Event", Payload=b'{"hello": 1}')
    world.await_hop("function", "succeeded")
    lines = world.control(f"logs?function=eyes&account={MEMBER}&region={HUB}")["lines"]
    assert 'saw {"hello": 1}' in lines
    groups = world.client("logs", MEMBER).describe_log_groups()["logGroups"]
    assert [group["logGroupName"] for group in groups] == ["/aws/lambda/eyes"]


def test_a_role_that_does_not_trust_lambda_is_refused(world: World) -> None:
    role = world.role(MEMBER, "runs", "events.amazonaws.com", None)
    with refused("InvalidParameterValueException.*cannot be assumed by Lambda"):
        make(world, role)


def test_a_role_of_a_moment_ago_is_refused(slow_world: World) -> None:
    role = slow_world.role(MEMBER, "runs", "lambda.amazonaws.com", None)
    with refused("InvalidParameterValueException.*cannot be assumed by Lambda"):
        make(slow_world, role)


def test_a_new_function_is_pending_and_takes_no_change(slow_world: World) -> None:
    role = slow_world.role(MEMBER, "runs", "lambda.amazonaws.com", None)
    until(lambda: made_in_the_end(slow_world, role))
    client = slow_world.client("lambda", MEMBER)
    assert client.get_function_configuration(FunctionName="eyes")["State"] == "Pending"
    with refused("ResourceConflictException"):
        client.update_function_configuration(FunctionName="eyes", Timeout=9)


def made_in_the_end(world: World, role: str) -> bool:
    """Whether the role is known by now, and the function made."""
    try:
        make(world, role)
    except ClientError:
        return False
    return True


def make(world: World, role: str) -> None:
    """Makes the function with this role."""
    world.client("lambda", MEMBER).create_function(
        FunctionName="eyes", Runtime="provided.al2023", Handler="x", Role=role, Code={"ZipFile": artifact()}
    )


def test_a_rule_needs_the_functions_permission(world: World) -> None:
    arn = function(world)
    world.bus(MEMBER, HUB, "edge")
    letters = world.queue(MEMBER, HUB)
    rule = world.rule(MEMBER, HUB, "edge", "user", {"Arn": arn, "DeadLetterConfig": {"Arn": letters}})
    world.put(MEMBER, HUB, "edge")
    (letter,) = world.messages(letters)
    assert letter["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "NO_PERMISSIONS"
    permission = {"FunctionName": "eyes", "Action": "lambda:InvokeFunction", "Principal": "events.amazonaws.com"}
    client = world.client("lambda", MEMBER)
    client.add_permission(**permission, StatementId="wrong", SourceArn=f"{rule}-other")
    world.put(MEMBER, HUB, "edge")
    assert len(world.messages(letters)) == 1
    client.add_permission(**permission, StatementId="right", SourceArn=rule)
    world.put(MEMBER, HUB, "edge")
    world.await_hop("function", "succeeded")


def test_a_policy_without_statements_is_no_policy(world: World) -> None:
    function(world)
    with refused("ResourceNotFoundException"):
        world.client("lambda", MEMBER).get_policy(FunctionName="eyes")


def test_a_role_may_describe_only_the_rules_it_names(world: World) -> None:
    world.bus(MEMBER, HUB, "edge")
    queue = world.queue(MEMBER, HUB)
    for name in ("guard-user-ann", "other"):
        world.rule(MEMBER, HUB, "edge", name, {"Arn": queue})
    function(world, allow("events:DescribeRule", f"arn:aws:events:{HUB}:{MEMBER}:rule/edge/guard-user-*"))
    seen = json.load(world.client("lambda", MEMBER).invoke(FunctionName="eyes")["Payload"])
    events = world.client(
        "events",
        aws_access_key_id=seen["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=seen["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=seen["AWS_SESSION_TOKEN"],
    )
    assert events.describe_rule(Name="guard-user-ann", EventBusName="edge")["State"] == "ENABLED"
    with refused("AccessDenied"):
        events.describe_rule(Name="other", EventBusName="edge")


def _role_made_anew(world: World) -> None:
    iam = world.client("iam", MEMBER)
    said = iam.get_role_policy(RoleName="runs", PolicyName="own")["PolicyDocument"]
    iam.delete_role_policy(RoleName="runs", PolicyName="own")
    iam.delete_role(RoleName="runs")
    world.role(MEMBER, "runs", "lambda.amazonaws.com", said)


def test_a_role_made_anew_can_not_read_the_environment_variables(world: World) -> None:
    function(world, MINE="yes")
    _role_made_anew(world)
    client = world.client("lambda", MEMBER)
    answer = client.invoke(FunctionName="eyes")
    assert json.load(answer["Payload"])["errorType"] == "KMSAccessDeniedException"
    client.update_function_configuration(FunctionName="eyes", Environment={"Variables": {}})
    assert "errorType" not in json.load(client.invoke(FunctionName="eyes")["Payload"])


def test_a_process_keeps_the_credentials_of_the_role_that_was(world: World) -> None:
    function(world, allow("iam:ListUsers", "*"))
    client = world.client("lambda", MEMBER)

    def iam() -> Any:
        seen = json.load(client.invoke(FunctionName="eyes")["Payload"])
        names = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")
        return world.client("iam", **{name: seen[name.upper()] for name in names})

    iam().list_users()
    _role_made_anew(world)
    with refused("InvalidClientTokenId"):
        iam().list_users()
    client.update_function_configuration(FunctionName="eyes", Description="another")
    assert iam().list_users()["Users"] == []
