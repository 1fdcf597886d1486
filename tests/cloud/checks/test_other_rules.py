"""IAM, Lambda, CloudWatch, S3, SQS, Logs: each rule refuses a request and accepts its neighbour."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from typing import Any

import pytest

from cloud.checks import check
from cloud.checks.fixtures import Refused, Sent
from cloud.checks.state import Bucket, Function, Queue, Role
from cloud.checks.world import ACCOUNT, HERE, World, trust

ROLE = f"arn:aws:iam::{ACCOUNT}:role/guard-filter"
FUNCTION = f"arn:aws:lambda:{HERE}:{ACCOUNT}:function:f"
QUEUE = f"arn:aws:sqs:{HERE}:{ACCOUNT}:q"
PARAMETER = "InvalidParameterValueException"


def identity(**more: object) -> str:
    statement = {"Effect": "Allow", "Action": ["s3:GetObject", "iam:*"], "Resource": "*"} | more
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def archive() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as writer:
        writer.writestr("bootstrap", "x")
    return packed.getvalue()


@pytest.fixture
def world() -> World:
    lambda_trust = trust("lambda.amazonaws.com")
    return World(
        roles={
            "guard-filter": Role(ROLE, lambda_trust),
            "other": Role(f"arn:aws:iam::{ACCOUNT}:role/other", trust("events.amazonaws.com")),
            "inline": Role(f"arn:aws:iam::{ACCOUNT}:role/inline", lambda_trust, {"p": identity()}),
            "attached": Role(f"arn:aws:iam::{ACCOUNT}:role/attached", lambda_trust, {}, ("arn:aws:iam::aws:policy/A",)),
        },
        functions={"f": Function(FUNCTION, ROLE, json.dumps({"Statement": [{"Sid": "taken"}]}))},
        queues={"q": Queue(QUEUE), "q.fifo": Queue(QUEUE + ".fifo", True), "deaf": Queue(QUEUE + "deaf")},
        allowed={("sqs:SendMessage", QUEUE), ("sqs:SendMessage", QUEUE + ".fifo")},
        buckets={"trail": Bucket(ACCOUNT, HERE)},
    )


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ("{", "invalid Json"),
        ('{"Version":"2012-10-17"}', "Syntax"),
        (trust("lambda.amazonaws.com").replace("2012-10-17", "2020-01-01"), "version"),
        (trust("lambda.amazonaws.com").replace("sts:AssumeRole", "s3:GetObject"), "may only specify STS"),
        (trust("lambda"), "Invalid principal"),
        (trust("lambda.amazonaws.com").replace('"Effect"', '"Resource": "*", "Effect"'), "prohibited field Resource"),
        (identity(Action="sts:AssumeRole"), "prohibited field Resource"),
    ],
)
def test_a_trust_is_refused(refused: Refused, bad: str, words: str) -> None:
    good = trust("lambda.amazonaws.com")
    refused("iam", "CreateRole", {"RoleName": "r"}, {"AssumeRolePolicyDocument": bad},
            {"AssumeRolePolicyDocument": good}, "MalformedPolicyDocument", words)  # fmt: skip
    refused("iam", "UpdateAssumeRolePolicy", {"RoleName": "r"}, {"PolicyDocument": bad},
            {"PolicyDocument": good}, "MalformedPolicyDocument", words)  # fmt: skip


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ("[]", "Syntax"),
        (identity(Effect="allow"), "Syntax"),
        (identity(Principal="*"), "should not specify a principal"),
        (identity(Action="GetObject"), "vendor"),
        (identity(Resource="bucket/key"), "ARN format"),
        (identity(Resource=[f"arn:aws:iam::{ACCOUNT}:user*/name"]), "must either be"),
        (identity().replace('"Resource": "*"', '"Sid": "s"'), "must contain resources"),
        (identity().replace('"Effect": "Allow"', '"Effect": "Allow", "Effect": "Deny"'), "Syntax"),
    ],
)
def test_a_role_policy_is_refused(refused: Refused, bad: str, words: str) -> None:
    base = {"RoleName": "r", "PolicyName": "p"}
    refused("iam", "PutRolePolicy", base, {"PolicyDocument": bad}, {"PolicyDocument": identity()},
            "MalformedPolicyDocument", words)  # fmt: skip


def test_a_roles_inline_policies_are_not_too_long(refused: Refused, world: World) -> None:
    room = 10_240 - len("".join(identity().split()))
    name = "arn:aws:s3:::"
    frame = len("".join(identity(Resource=name).split()))
    fits = identity(Resource=name + "b" * (room - frame))
    over = identity(Resource=name + "b" * (room - frame + 1))
    base = {"RoleName": "inline", "PolicyName": "q"}
    refused("iam", "PutRolePolicy", base, {"PolicyDocument": over}, {"PolicyDocument": fits},
            "LimitExceeded", "10240", world)  # fmt: skip


@pytest.mark.parametrize("role", ["inline", "attached"])
def test_a_role_with_policies_stays(refused: Refused, world: World, role: str) -> None:
    refused("iam", "DeleteRole", {}, {"RoleName": role}, {"RoleName": "other"}, "DeleteConflict", "must", world)


def function(**more: object) -> dict[str, object]:
    return {
        "FunctionName": "new", "Runtime": "provided.al2023", "Handler": "filter", "Role": ROLE,
        "Code": {"ZipFile": archive()},
    } | more  # fmt: skip


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ({"Role": ROLE + "x"}, "cannot be assumed by Lambda"),
        ({"Role": f"arn:aws:iam::{ACCOUNT}:role/other"}, "cannot be assumed by Lambda"),
        ({"Code": {"ZipFile": b"no archive"}}, "Could not unzip"),
        ({"Code": {}}, "source for function code"),
        ({"Environment": {"Variables": {"AWS_REGION": "eu-west-1"}}}, "reserved keys"),
    ],
)
def test_a_function_is_refused(refused: Refused, world: World, bad: dict[str, Any], words: str) -> None:
    refused("lambda", "CreateFunction", {}, function(**bad), function(), PARAMETER, words, world)


def test_a_function_needs_a_handler(refused: Refused, world: World) -> None:
    whole = function()
    partial = {k: v for k, v in whole.items() if k != "Handler"}
    refused("lambda", "CreateFunction", {}, partial, whole, PARAMETER, "mandatory", world)


def test_a_foreign_role_is_refused(refused: Refused, world: World) -> None:
    foreign = function(Role=ROLE.replace(ACCOUNT, "222222222222"))
    refused("lambda", "CreateFunction", {}, foreign, function(), "AccessDeniedException", "Cross-account", world)


def test_an_environment_fits_in_4_kilobytes(refused: Refused, world: World) -> None:
    frame = len('{"GUARD":""}')
    over = {"Environment": {"Variables": {"GUARD": "x" * (4096 - frame + 1)}}}
    fits = {"Environment": {"Variables": {"GUARD": "x" * (4096 - frame)}}}
    base = {"FunctionName": "f"}
    refused("lambda", "UpdateFunctionConfiguration", base, over, fits, PARAMETER, "4KB", world)


def test_an_archive_fits_in_50_megabytes(sent: Sent, world: World) -> None:
    request = sent("lambda", "UpdateFunctionCode", FunctionName="f", ZipFile=archive())
    assert check(request, world) is None
    large = replace(request, params=request.params | {"ZipFile": bytes(50 * 1024 * 1024 + 1)})
    error = check(large, world)
    assert error is not None
    assert (error.code, error.status) == ("RequestEntityTooLargeException", 413)


def test_a_statement_id_is_new(refused: Refused, world: World) -> None:
    base = {"FunctionName": FUNCTION, "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"}
    refused("lambda", "AddPermission", base, {"StatementId": "taken"}, {"StatementId": "free"},
            "ResourceConflictException", "already exists", world)  # fmt: skip


def test_a_function_policy_fits_in_20_kilobytes(refused: Refused) -> None:
    def document(*sids: str) -> str:
        same = {
            "Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "lambda:InvokeFunction",
            "Resource": FUNCTION, "Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::b"}},
        }  # fmt: skip
        statements = [{"Sid": sid} | same for sid in sids]
        whole = {"Version": "2012-10-17", "Id": "default", "Statement": statements}
        return json.dumps(whole, separators=(",", ":"))

    room = 20_480 - len(document("", "s"))
    world = World(functions={"f": Function(FUNCTION, ROLE, document("x" * room))})
    base = {"FunctionName": "f", "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"}
    base["SourceArn"] = "arn:aws:s3:::b"
    refused("lambda", "AddPermission", base, {"StatementId": "ss"}, {"StatementId": "s"},
            "PolicyLengthExceededException", "The final policy size (20481) is bigger than the limit (20480).",
            world)  # fmt: skip


@pytest.mark.parametrize(
    ("destination", "words"),
    [
        (QUEUE + "missing", f"The destination ARN {QUEUE}missing is invalid."),
        (QUEUE + "deaf", f"The destination ARN {QUEUE}deaf is invalid."),
        (QUEUE.replace(HERE, "eu-west-1"), "not in the function's region"),
        (QUEUE + ".fifo", "FIFO"),
        (f"arn:aws:logs:{HERE}:{ACCOUNT}:log-group:l", "is invalid"),
    ],
)
def test_a_destination_is_refused(refused: Refused, world: World, destination: str, words: str) -> None:
    world.queues["qdeaf"] = Queue(QUEUE + "deaf")
    refused("lambda", "PutFunctionEventInvokeConfig", {"FunctionName": "f", "MaximumRetryAttempts": 2},
            {"DestinationConfig": {"OnFailure": {"Destination": destination}}},
            {"DestinationConfig": {"OnFailure": {"Destination": QUEUE}}}, PARAMETER, words, world)  # fmt: skip


ALARM = {
    "AlarmName": "a", "ComparisonOperator": "GreaterThanOrEqualToThreshold", "EvaluationPeriods": 1,
    "MetricName": "MatchedEvents", "Namespace": "AWS/Events", "Statistic": "Sum", "Period": 60, "Threshold": 1.0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("bad", "good", "code", "words"),
    [
        ({"Period": 45}, {"Period": 30}, "InvalidParameterValue", "Period"),
        ({"Period": 90}, {"Period": 120}, "InvalidParameterValue", "Period"),
        ({"EvaluationPeriods": 1441}, {"EvaluationPeriods": 1440}, "ValidationError", "a day"),
        ({"DatapointsToAlarm": 2}, {"DatapointsToAlarm": 1}, "ValidationError", "DatapointsToAlarm"),
        ({"TreatMissingData": "notbreaching"}, {"TreatMissingData": "notBreaching"}, "ValidationError", "Treat"),
        ({"AlarmActions": ["f"]}, {"AlarmActions": [FUNCTION]}, "ValidationError", "Invalid arn syntax"),
        ({"AlarmActions": [FUNCTION.replace(HERE, "eu-west-1")]}, {"AlarmActions": [FUNCTION]},
         "ValidationError", "Invalid region"),
        ({"AlarmActions": [FUNCTION] * 6}, {"AlarmActions": [FUNCTION] * 5}, "ValidationError", "less than or equal"),
        ({"ExtendedStatistic": "p99"}, {}, "InvalidParameterCombination", "Exactly one"),
    ],
)  # fmt: skip
def test_an_alarm_is_refused(
    refused: Refused, bad: dict[str, Any], good: dict[str, Any], code: str, words: str
) -> None:
    refused("cloudwatch", "PutMetricAlarm", ALARM, bad, good, code, words)


@pytest.mark.parametrize("member", ["ComparisonOperator", "EvaluationPeriods", "MetricName", "Threshold", "Period"])
def test_an_alarm_is_whole(refused: Refused, member: str) -> None:
    partial = {k: v for k, v in ALARM.items() if k != member}
    refused("cloudwatch", "PutMetricAlarm", {}, partial, ALARM, "MissingParameter", member)


def entry(prefix: str | None = None, suffix: str | None = None, **more: object) -> dict[str, object]:
    rules = [{"Name": n, "Value": v} for n, v in (("prefix", prefix), ("suffix", suffix)) if v is not None]
    made: dict[str, object] = {"LambdaFunctionArn": FUNCTION, "Events": ["s3:ObjectCreated:*"]}
    return made | ({"Filter": {"Key": {"FilterRules": rules}}} if rules else {}) | more


def notification(*entries: dict[str, object], **more: object) -> dict[str, object]:
    return {"NotificationConfiguration": {"LambdaFunctionConfigurations": list(entries)} | more}


OVERLAP = "Cannot have overlapping suffixes in two rules if the prefixes are overlapping"


@pytest.mark.parametrize(
    ("bad", "good", "words"),
    [
        (notification(entry(), entry("a/")), notification(entry("b/"), entry("a/")), OVERLAP),
        (notification(entry("a/"), entry("a/b/")), notification(entry("a/c/"), entry("a/b/")), OVERLAP),
        (notification(entry("a/", ".gz"), entry("a/", "n.gz")), notification(entry("a/", ".gz"), entry("a/", ".txt")),
         OVERLAP),
        (notification(entry(), entry(Events=["s3:ObjectCreated:Put"])),
         notification(entry(), entry(Events=["s3:ObjectRemoved:*"])), OVERLAP),
        (notification(entry(), QueueConfigurations=[{"QueueArn": QUEUE, "Events": ["s3:ObjectCreated:Copy"]}]),
         notification(entry(), QueueConfigurations=[{"QueueArn": QUEUE, "Events": ["s3:ObjectRemoved:Delete"]}]),
         OVERLAP),
        (notification(entry("a/", Id="x"), entry("b/", Id="x")),
         notification(entry("a/", Id="x"), entry("b/", Id="y")), "Same ID"),
        (notification(entry(Filter={"Key": {"FilterRules": [{"Name": "prefix", "Value": "a"}] * 2}})),
         notification(entry("a")), "more than one prefix"),
        (notification(entry(LambdaFunctionArn=FUNCTION.replace(HERE, "eu-west-1"))), notification(entry()),
         "not valid for the bucket location"),
        (notification(entry(LambdaFunctionArn=FUNCTION + "x")), notification(entry()),
         "Unable to validate the following destination configurations"),
    ],
)  # fmt: skip
def test_a_notification_is_refused(
    refused: Refused, world: World, bad: dict[str, Any], good: dict[str, Any], words: str
) -> None:
    refused("s3", "PutBucketNotificationConfiguration", {"Bucket": "trail"}, bad, good, "InvalidArgument", words, world)


def test_a_destination_that_is_gone_is_named_beside_the_message(sent: Sent, world: World) -> None:
    entries = notification(entry("a/"), entry("b/", LambdaFunctionArn=FUNCTION + "x"))
    asked: dict[str, Any] = {"Bucket": "trail", **entries}
    error = check(sent("s3", "PutBucketNotificationConfiguration", **asked), world)
    assert error is not None
    assert FUNCTION not in error.message
    assert error.details == (
        ("ArgumentName1", f"{FUNCTION}x, null"),
        ("ArgumentValue1", f"Not authorized to invoke function [{FUNCTION}x]"),
    )
    unchecked = sent("s3", "PutBucketNotificationConfiguration", **asked, SkipDestinationValidation=True)
    assert check(unchecked, world) is None


def queue_policy(**more: object) -> str:
    statement = {
        "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": QUEUE,
        "Principal": {"Service": "events.amazonaws.com"},
    } | more  # fmt: skip
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        ({"VisibilityTimeout": "43201"}, {"VisibilityTimeout": "43200"}),
        ({"MessageRetentionPeriod": "59"}, {"MessageRetentionPeriod": "60"}),
        ({"DelaySeconds": "soon"}, {"DelaySeconds": "1"}),
        ({"Policy": "{}"}, {"Policy": queue_policy()}),
        ({"Policy": queue_policy(Action="s3:GetObject")}, {"Policy": queue_policy(Action="sqs:*")}),
        ({"Policy": queue_policy() + " " * (8_193 - len(queue_policy()))},
         {"Policy": queue_policy() + " " * (8_192 - len(queue_policy()))}),
    ],
)  # fmt: skip
def test_an_attribute_of_a_queue_is_refused(refused: Refused, bad: dict[str, Any], good: dict[str, Any]) -> None:
    refused("sqs", "CreateQueue", {"QueueName": "q"}, {"Attributes": bad}, {"Attributes": good},
            "InvalidAttributeValue", next(iter(bad)))  # fmt: skip


def test_retention_is_one_of_the_allowed(refused: Refused) -> None:
    refused("logs", "PutRetentionPolicy", {"logGroupName": "/aws/lambda/f"}, {"retentionInDays": 31},
            {"retentionInDays": 30}, "InvalidParameterException", "retentionInDays")  # fmt: skip
