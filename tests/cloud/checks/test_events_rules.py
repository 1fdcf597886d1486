"""EventBridge: each rule refuses a request and accepts its nearest neighbour."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloud.checks import amend, check
from cloud.checks.fixtures import Refused, Sent
from cloud.checks.world import ACCOUNT, HERE, World

FUNCTION = f"arn:aws:lambda:{HERE}:{ACCOUNT}:function:f"
BUS = f"arn:aws:events:eu-west-1:{ACCOUNT}:event-bus/guard-bus"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/forward"
QUEUE = f"arn:aws:sqs:{HERE}:{ACCOUNT}:guard-dead-letters"
INVALID = "ValidationException"


@pytest.fixture
def world() -> World:
    targets = [{"Id": f"t{i}", "Arn": FUNCTION} for i in range(4)]
    return World(rules={"guard-bus": {"r": [], "busy": targets}, "empty": {}})


def bus_target(**more: object) -> dict[str, object]:
    return {"Id": "bus", "Arn": BUS, "RoleArn": ROLE} | more


@pytest.mark.parametrize(
    ("bad", "good", "words"),
    [
        ({"Id": "bus", "Arn": BUS}, bus_target(), f"RoleArn is required for target {BUS}"),
        (bus_target(RoleArn="forward"), bus_target(), "RoleArn of target bus is not valid"),
        (bus_target(RetryPolicy={"MaximumRetryAttempts": 3}),
         {"Id": "f", "Arn": FUNCTION, "RetryPolicy": {"MaximumRetryAttempts": 3}},
         "Retry policy is not supported for Event bus targets."),
        (bus_target(Input="{}"), {"Id": "f", "Arn": FUNCTION, "Input": "{}"}, "Modifying the input for target bus"),
        (bus_target(InputPath="$.detail"), {"Id": "f", "Arn": FUNCTION, "InputPath": "$.detail"}, "Modifying"),
        (bus_target(InputTransformer={"InputTemplate": "1"}),
         {"Id": "f", "Arn": FUNCTION, "InputTransformer": {"InputTemplate": "1"}}, "Modifying"),
        (bus_target(Arn=f"arn:aws:events:{HERE}:{ACCOUNT}:event-bus/guard-bus"),
         bus_target(Arn=f"arn:aws:events:{HERE}:222222222222:event-bus/guard-bus"), "must not be the same"),
        ({"Id": "f", "Arn": FUNCTION, "Input": "{}", "InputPath": "$"},
         {"Id": "f", "Arn": FUNCTION, "InputPath": "$"}, "Only one of Input"),
        ({"Id": "f", "Arn": FUNCTION.replace(HERE, "eu-west-1")}, bus_target(), "not in the rule's region"),
        ({"Id": "f", "Arn": "function:f"}, {"Id": "f", "Arn": FUNCTION}, "not in correct format"),
        (bus_target(DeadLetterConfig={"Arn": QUEUE.replace(HERE, "eu-west-1")}),
         bus_target(DeadLetterConfig={"Arn": QUEUE}), "region of the rule"),
        (bus_target(DeadLetterConfig={"Arn": QUEUE + ".fifo"}),
         bus_target(DeadLetterConfig={"Arn": QUEUE}), "standard queue"),
        (bus_target(DeadLetterConfig={"Arn": FUNCTION}),
         bus_target(DeadLetterConfig={"Arn": QUEUE}), "must be an SQS queue"),
    ],
)  # fmt: skip
def test_a_target_is_refused(
    refused: Refused, world: World, bad: dict[str, Any], good: dict[str, Any], words: str
) -> None:
    base = {"Rule": "r", "EventBusName": "guard-bus"}
    refused("events", "PutTargets", base, {"Targets": [bad]}, {"Targets": [good]}, INVALID, words, world)


def test_a_bus_target_takes_a_role_of_the_rules_account_only(refused: Refused, world: World) -> None:
    base = {"Rule": "r", "EventBusName": "guard-bus"}
    foreign = bus_target(RoleArn=ROLE.replace(ACCOUNT, "222222222222"))
    good = {"Targets": [bus_target()]}
    refused("events", "PutTargets", base, {"Targets": [foreign]}, good, "AccessDeniedException", "Cross-account", world)


def test_a_sixth_target_is_refused(refused: Refused, world: World) -> None:
    base = {"Rule": "busy", "EventBusName": "guard-bus"}
    two = [{"Id": name, "Arn": FUNCTION} for name in ("new", "newer")]
    replaced = [{"Id": name, "Arn": FUNCTION} for name in ("new", "t0")]
    refused("events", "PutTargets", base, {"Targets": two}, {"Targets": replaced},
            "LimitExceededException", "maximum", world)  # fmt: skip


def test_a_rule_with_targets_stays(refused: Refused, world: World) -> None:
    base = {"EventBusName": "guard-bus"}
    refused("events", "DeleteRule", base, {"Name": "busy"}, {"Name": "r"}, INVALID,
            "Rule can't be deleted since it has targets.", world)  # fmt: skip


def test_deleting_a_missing_rule_succeeds_and_on_a_missing_bus_does_not(refused: Refused, world: World) -> None:
    refused("events", "DeleteRule", {"Name": "no"}, {"EventBusName": "nowhere"}, {"EventBusName": "guard-bus"},
            "ResourceNotFoundException", "nowhere", world)  # fmt: skip


def test_a_bus_with_rules_stays(refused: Refused, world: World) -> None:
    refused("events", "DeleteEventBus", {}, {"Name": "guard-bus"}, {"Name": "empty"}, INVALID, "rules", world)


@pytest.mark.parametrize("operation", ["DescribeRule", "EnableRule", "DisableRule"])
def test_a_missing_rule_is_not_found(refused: Refused, world: World, operation: str) -> None:
    base = {"EventBusName": "guard-bus"}
    refused("events", operation, base, {"Name": "no"}, {"Name": "r"}, "ResourceNotFoundException", "no", world)


def test_targets_of_a_missing_rule_are_not_found(refused: Refused, world: World) -> None:
    base = {"EventBusName": "guard-bus"}
    refused("events", "ListTargetsByRule", base, {"Rule": "no"}, {"Rule": "r"},
            "ResourceNotFoundException", "no", world)  # fmt: skip


def test_rule_301_is_refused_but_an_old_one_may_change(refused: Refused) -> None:
    full = World(rules={"guard-bus": {f"r{i}": [] for i in range(300)}})
    base = {"EventBusName": "guard-bus", "EventPattern": '{"source":["a"]}'}
    refused("events", "PutRule", base, {"Name": "new"}, {"Name": "r7"}, "LimitExceededException", "maximum", full)


def test_a_rule_waits_for_something(refused: Refused, world: World) -> None:
    base = {"Name": "r", "EventBusName": "guard-bus"}
    refused("events", "PutRule", base, {}, {"EventPattern": '{"source":["a"]}'}, INVALID, "must be specified", world)


def test_a_schedule_is_for_the_default_bus(refused: Refused, world: World) -> None:
    base = {"Name": "r", "ScheduleExpression": "rate(1 day)"}
    refused("events", "PutRule", base, {"EventBusName": "guard-bus"}, {}, INVALID, "default event bus", world)


def test_a_pattern_is_not_too_long(refused: Refused, world: World) -> None:
    base = {"Name": "r", "EventBusName": "guard-bus"}
    frame = len('{"source":[""]}')
    fits = '{"source":["' + "a" * (4096 - frame) + '"]}'
    refused("events", "PutRule", base, {"EventPattern": fits + " "}, {"EventPattern": fits}, INVALID, "4096", world)


def test_tags_of_what_does_not_exist_are_not_found(refused: Refused, world: World) -> None:
    arn = f"arn:aws:events:{HERE}:{ACCOUNT}:"
    base = {"Tags": [{"Key": "k", "Value": "v"}]}
    refused("events", "TagResource", base, {"ResourceARN": arn + "rule/guard-bus/no"},
            {"ResourceARN": arn + "rule/guard-bus/r"}, "ResourceNotFoundException", "no", world)  # fmt: skip


def test_tags_on_an_old_rule_are_ignored(sent: Sent, world: World) -> None:
    body = json.dumps({"Name": "r", "Tags": [{"Key": "k", "Value": "v"}]}).encode()
    old = sent("events", "PutRule", Name="r", EventBusName="guard-bus", Tags=[{"Key": "k", "Value": "v"}])
    new = sent("events", "PutRule", Name="new", EventBusName="guard-bus", Tags=[{"Key": "k", "Value": "v"}])
    assert json.loads(amend(old, body, world)) == {"Name": "r"}
    assert amend(new, body, world) == body


def statement(**more: object) -> dict[str, object]:
    return {
        "Sid": "s",
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::222222222222:role/guard"},
        "Action": "events:PutEvents",
        "Resource": f"arn:aws:events:{HERE}:{ACCOUNT}:event-bus/guard-bus",
    } | more


def policy(*statements: dict[str, object]) -> dict[str, str]:
    return {"Policy": json.dumps({"Version": "2012-10-17", "Statement": list(statements)})}


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ({"Policy": "{"}, "invalid Json"),
        ({"Policy": '{"Version":"2012-10-18","Statement":[]}'}, "version"),
        (policy(), "Syntax"),
        (policy(statement(Effect="Maybe")), "Syntax"),
        (policy(statement(Principle="*")), "Syntax"),
        (policy(statement(Principal={"AWS": "arn:aws:iam::2:role/r"})), "Invalid principal"),
        (policy({k: v for k, v in statement().items() if k != "Principal"}), "Missing required field Principal"),
        (policy(statement(Action="sqs:SendMessage")), "not one of events"),
        (policy(statement(Action="PutEvents")), "vendor"),
        (policy(statement(Resource=f"arn:aws:events:{HERE}:{ACCOUNT}:event-bus/other")), "not the policy's own"),
        (policy(statement(), statement()), "unique"),
        (policy(statement(Condition={"Equals": {"a": "b"}})), "Condition"),
        (policy(statement()) | {"StatementId": "s"}, "together"),
        ({"StatementId": "s", "Action": "events:PutEvents"}, "Principal is required"),
    ],
)
def test_a_bus_policy_is_refused(refused: Refused, world: World, bad: dict[str, Any], words: str) -> None:
    good = policy(statement(Condition={"StringEquals": {"events:source": "guard.cloudtrail"}}))
    base = {"EventBusName": "guard-bus"}
    refused("events", "PutPermission", base, bad, good, INVALID, words, world)


def test_a_bus_policy_is_not_too_long(refused: Refused, world: World) -> None:
    base = {"EventBusName": "guard-bus"}
    short = policy(statement())["Policy"]
    over, fits = (short.ljust(length) for length in (10_241, 10_240))
    refused("events", "PutPermission", base, {"Policy": over}, {"Policy": fits},
            "PolicyLengthExceededException", "10240", world)  # fmt: skip


def test_one_statement_may_be_given_in_pieces(sent: Sent, world: World) -> None:
    request = sent("events", "PutPermission", EventBusName="guard-bus", StatementId="s",
                   Action="events:PutEvents", Principal="222222222222")  # fmt: skip
    assert check(request, world) is None


def test_a_permission_for_a_missing_bus_is_not_found(refused: Refused, world: World) -> None:
    pieces = {"StatementId": "s", "Action": "events:PutEvents", "Principal": "222222222222"}
    refused("events", "PutPermission", pieces, {"EventBusName": "no"}, {"EventBusName": "guard-bus"},
            "ResourceNotFoundException", "no", world)  # fmt: skip
