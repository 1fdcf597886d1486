"""Faults on demand strike whom they were asked to strike, and nobody else."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as BrokenConnectionError

from .world import FAR, HUB, MANAGEMENT, MEMBER, World, allow, function, refused, until

Call = Callable[[], Any]


def listing(world: World) -> Call:
    return world.client("events", MEMBER, FAR).list_event_buses


def struck(world: World) -> list[tuple[int, str, str]]:
    return [(one["call"], one["kind"], one["operation"]) for one in world.control("faults")["struck"]]


@pytest.mark.parametrize(
    ("service", "operation", "code", "status"),
    [
        ("iam", "list_users", "Throttling", 400),
        ("events", "list_event_buses", "ThrottlingException", 400),
        ("lambda", "list_functions", "TooManyRequestsException", 429),
        ("s3", "list_buckets", "SlowDown", 503),
        ("cloudwatch", "describe_alarms", "Throttling", 400),
        ("sqs", "list_queues", "RequestThrottled", 403),
    ],
)
def test_each_service_throttles_in_its_own_words(
    world: World, service: str, operation: str, code: str, status: int
) -> None:
    world.ask("faults", at=1, kinds=["throttle"])
    with pytest.raises(ClientError) as caught:
        getattr(world.client(service, MEMBER, FAR), operation)()
    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_only_the_call_that_was_asked_for_is_struck(world: World) -> None:
    world.ask("faults", at=2, kinds=["error"])
    call = listing(world)
    call()
    with refused("InternalFailure"):
        call()
    call()
    assert struck(world) == [(2, "error", "ListEventBuses")]
    assert world.control("faults")["calls"] == 3


def test_a_fault_lasts_as_often_as_the_same_request_is_repeated(world: World) -> None:
    world.ask("faults", at=1, kinds=["throttle"], times=2)
    call = listing(world)
    for _ in range(2):
        with refused("ThrottlingException"):
            call()
    call()


def test_only_the_agent_that_was_asked_for_is_struck(world: World) -> None:
    world.ask("faults", at=1, kinds=["error"], agent="app/guard")
    listing(world)()
    assert world.control("faults") == {"calls": 0, "called": [], "struck": [], "held": 0}


def test_random_faults_are_the_same_for_the_same_seed(world: World) -> None:
    def numbers() -> list[int]:
        world.ask("faults", rate=0.3, seed=7, kinds=["error"])
        call = listing(world)
        for _ in range(30):
            with contextlib.suppress(ClientError):
                call()
        return [number for number, _, _ in struck(world)]

    first = numbers()
    assert 0 < len(first) < 30
    assert numbers() == first


@pytest.mark.parametrize(("kind", "there"), [("reset_before", False), ("reset_after", True)])
def test_a_connection_is_reset_before_or_after_the_effect(world: World, kind: str, there: bool) -> None:
    events = world.client("events", MEMBER, FAR)
    world.ask("faults", at=1, kinds=[kind])
    with pytest.raises((BrokenConnectionError, HTTPClientError)):
        events.create_event_bus(Name="b")
    names = [bus["Name"] for bus in events.list_event_buses()["EventBuses"]]
    assert ("b" in names) == there


def test_a_stale_read_does_not_see_the_last_write(world: World) -> None:
    events = world.client("events", MEMBER, FAR)
    world.ask("faults", at=3, kinds=["stale"])
    before = events.list_event_buses()["EventBuses"]
    events.create_event_bus(Name="b")
    assert events.list_event_buses()["EventBuses"] == before
    assert len(events.list_event_buses()["EventBuses"]) == len(before) + 1


def test_an_empty_answer_has_no_list(world: World) -> None:
    events = world.client("events", MEMBER, FAR)
    world.ask("faults", operation="ListEventBuses", rate=1, kinds=["empty"])
    assert "EventBuses" not in events.list_event_buses()
    assert "EventBuses" not in events.list_event_buses()
    world.ask("faults")
    assert "EventBuses" in events.list_event_buses()


def test_concurrent_modification_comes_inside_failed_entries(world: World) -> None:
    events = world.client("events", MEMBER, FAR)
    queue = world.queue(MEMBER, FAR)
    events.put_rule(Name="r", EventPattern='{"source": ["x"]}')
    world.ask("faults", at=1, kinds=["concurrent"])
    answer = events.put_targets(Rule="r", Targets=[{"Id": "t", "Arn": queue}])
    assert answer["FailedEntryCount"] == 1
    assert answer["FailedEntries"][0]["ErrorCode"] == "ConcurrentModificationException"
    assert events.list_targets_by_rule(Rule="r")["Targets"] == []
    world.ask("faults", at=1, kinds=["concurrent"])
    with refused("ConcurrentModificationException"):
        events.put_rule(Name="r", EventPattern='{"source": ["y"]}')


def test_a_role_can_not_be_assumed_yet(world: World) -> None:
    role = world.role(MEMBER, "r", "lambda.amazonaws.com", allow("s3:GetObject", "*"))
    world.ask("faults", at=1, kinds=["unassumable"])
    with refused("InvalidParameterValueException"):
        world.client("lambda", MEMBER, FAR).create_function(
            FunctionName="f", Runtime="provided.al2023", Handler="h", Role=role, Code={"ZipFile": b"zip"}
        )


def test_lambda_has_several_words_for_a_young_role(world: World) -> None:
    role = world.role(MEMBER, "r", "lambda.amazonaws.com", allow("s3:GetObject", "*"))
    world.ask("faults", at=1, times=3, kinds=["young_role"])
    words = {"KMS key is invalid for CreateGrant", "throttled by EC2", "execution role does not have permissions"}
    for _ in range(3):
        with pytest.raises(ClientError) as caught:
            world.client("lambda", MEMBER, FAR).create_function(
                FunctionName="f", Runtime="provided.al2023", Handler="h", Role=role, Code={"ZipFile": b"zip"}
            )
        assert caught.value.response["Error"]["Code"] == "InvalidParameterValueException"
        words -= {one for one in words if one in caught.value.response["Error"]["Message"]}
    assert not words


def test_whatever_changes_a_role_may_meet_another_change(world: World) -> None:
    iam = world.client("iam", MEMBER, FAR)
    world.role(MEMBER, "r", "lambda.amazonaws.com", allow("s3:GetObject", "*"))
    world.ask("faults", rate=1.0, each=True, kinds=["concurrent"])
    calls: list[Call] = [
        lambda: iam.delete_role_policy(RoleName="r", PolicyName="p"),
        lambda: iam.delete_role(RoleName="r"),
    ]
    for call in calls:
        with pytest.raises(ClientError) as caught:
            call()
        assert caught.value.response["Error"]["Code"] == "ConcurrentModification"
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409
    assert iam.get_role(RoleName="r")["Role"]["RoleName"] == "r"


def test_a_bus_seems_to_have_rules(world: World) -> None:
    events = world.client("events", MEMBER, FAR)
    events.create_event_bus(Name="b")
    world.ask("faults", at=1, kinds=["rules_seen"])
    with refused("ValidationException.*EventBus can't be deleted since it has rules."):
        events.delete_event_bus(Name="b")
    events.delete_event_bus(Name="b")


def test_an_update_fails_after_it_was_accepted(world: World) -> None:
    name = function(world, region=FAR).rsplit(":", 1)[-1]
    functions = world.client("lambda", MEMBER, FAR)

    def status() -> Any:
        return functions.get_function_configuration(FunctionName=name)

    until(lambda: status()["LastUpdateStatus"] == "Successful")
    world.ask("faults", at=1, kinds=["update_failed"], operation="UpdateFunctionConfiguration")
    functions.update_function_configuration(FunctionName=name, Timeout=9)
    assert status()["LastUpdateStatus"] == "Failed"
    assert status()["LastUpdateStatusReason"]
    functions.update_function_configuration(FunctionName=name, Timeout=9)
    until(lambda: status()["LastUpdateStatus"] == "Successful")


def test_a_statement_is_added_and_lost(world: World) -> None:
    function(world, region=FAR)
    functions = world.client("lambda", MEMBER, FAR)
    asked = {"FunctionName": "eyes", "StatementId": "s", "Action": "lambda:InvokeFunction"}
    world.ask("faults", at=1, kinds=["lost"])
    for _ in range(2):
        functions.add_permission(**asked, Principal="s3.amazonaws.com")
    with refused("ResourceConflictException"):
        functions.add_permission(**asked, Principal="s3.amazonaws.com")


def test_a_notification_is_written_and_lost(world: World) -> None:
    s3 = world.client("s3", MANAGEMENT)
    s3.create_bucket(Bucket="letters")
    whole = {"Bucket": "letters", "NotificationConfiguration": {"EventBridgeConfiguration": {}}}
    world.ask("faults", at=1, kinds=["lost"])
    s3.put_bucket_notification_configuration(**whole)
    assert "EventBridgeConfiguration" not in s3.get_bucket_notification_configuration(Bucket="letters")
    s3.put_bucket_notification_configuration(**whole)
    assert "EventBridgeConfiguration" in s3.get_bucket_notification_configuration(Bucket="letters")


def test_a_held_call_has_its_effect_and_no_answer(world: World) -> None:
    events = world.client("events", MEMBER, FAR)
    world.ask("faults", at=1, kinds=["hold"])
    thread = threading.Thread(target=lambda: events.create_event_bus(Name="b"))
    thread.start()
    until(lambda: world.control("faults")["held"])
    assert thread.is_alive()
    names = [bus["Name"] for bus in events.list_event_buses()["EventBuses"]]
    assert "b" in names
    world.ask("release")
    thread.join(10)
    assert not thread.is_alive()


def test_a_suspended_account_is_shut(world: World) -> None:
    sts = world.client("sts", MANAGEMENT, HUB)
    role = f"arn:aws:iam::{MEMBER}:role/OrganizationAccountAccessRole"
    keys = sts.assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    inside = world.session("events", FAR, keys)
    inside.list_event_buses()
    world.ask("accounts", account=MEMBER, state="suspended")
    with refused("AccessDenied"):
        sts.assume_role(RoleArn=role, RoleSessionName="test")
    with refused("InvalidClientTokenId"):
        inside.list_event_buses()
    world.ask("accounts", account=MEMBER, state="active")
    inside.list_event_buses()


def test_a_region_that_is_not_enabled_takes_nobody(world: World) -> None:
    world.ask("accounts", account=MEMBER, region=FAR, state="disabled")
    with refused("UnrecognizedClientException"):
        world.client("events", MEMBER, FAR).list_event_buses()
    with refused("InvalidClientTokenId"):
        world.client("sqs", MEMBER, FAR).list_queues()
    world.client("events", MEMBER, HUB).list_event_buses()
    world.ask("accounts", account=MEMBER, region=FAR, state="enabled")
    world.client("events", MEMBER, FAR).list_event_buses()
    with pytest.raises(OSError, match="400"):
        world.ask("accounts", account=MEMBER, region=FAR, state="gone")


def test_what_is_no_fault_is_refused(world: World) -> None:
    for asked in ({"kinds": ["earthquake"]}, {"when": "now"}):
        with pytest.raises(OSError, match="400"):
            world.ask("faults", **asked)
