"""What a service's model forbids is refused with that service's code, naming the member."""

from __future__ import annotations

from typing import Any

import botocore.parsers
import botocore.session
import pytest
from botocore.awsrequest import HeadersDict

from cloud.checks import answer, check, parse
from cloud.checks.fixtures import Sent

TARGET = {"Id": "bus", "Arn": "arn:aws:lambda:us-east-1:111111111111:function:f"}
BUCKET = {"Bucket": "b123"}
# service, operation, refused parameters, code, words of the message, accepted neighbour
CASES: list[tuple[str, str, dict[str, Any], str, str, dict[str, Any]]] = [
    ("events", "DescribeRule", {}, "ValidationException", "null at 'name'", {"Name": "r"}),
    ("events", "DescribeRule", {"Name": "r" * 65}, "ValidationException",
     "at 'name' failed to satisfy constraint: Member must have length less than or equal to 64",
     {"Name": "r" * 64}),
    ("events", "DescribeRule", {"Name": "a+b"}, "ValidationException", "regular expression",
     {"Name": "a-b"}),
    ("events", "DescribeRule", {"Name": 7}, "SerializationException", "string is expected",
     {"Name": "7"}),
    ("events", "PutTargets", {"Rule": "r", "Targets": [{"Arn": TARGET["Arn"]}]},
     "ValidationException", "targets.1.member.id", {"Rule": "r", "Targets": [TARGET]}),
    ("events", "PutTargets", {"Rule": "r", "Targets": []}, "ValidationException",
     "greater than or equal to 1", {"Rule": "r", "Targets": [TARGET]}),
    ("events", "PutEvents", {"Entries": [{"Source": "s"}] * 11}, "ValidationException",
     "less than or equal to 10", {"Entries": [{"Source": "s"}] * 10}),
    ("events", "PutRule", {"Name": "r", "EventPattern": "{}", "State": "ON"},
     "ValidationException", "enum value set", {"Name": "r", "EventPattern": '{"source":["a"]}'}),
    ("iam", "GetUser", {"UserName": "a b"}, "ValidationError", "userName", {"UserName": "a+b"}),
    ("iam", "TagRole", {"RoleName": "r", "Tags": [{"Key": "a!", "Value": ""}]},
     "ValidationError", "tags.1.member.key",
     {"RoleName": "r", "Tags": [{"Key": "aé_1 /=+-@:", "Value": ""}]}),
    ("iam", "CreateRole", {"RoleName": "r", "AssumeRolePolicyDocument": "{}",
                           "MaxSessionDuration": 60}, "ValidationError", "maxSessionDuration",
     {"RoleName": "r", "AssumeRolePolicyDocument": "TRUST",
                            "MaxSessionDuration": 3600}),
    ("sts", "AssumeRole", {"RoleArn": "arn:aws:iam::111111111111:role/r"}, "ValidationError",
     "roleSessionName", {"RoleArn": "arn:aws:iam::111111111111:role/r", "RoleSessionName": "ok"}),
    ("logs", "CreateLogGroup", {"logGroupName": "a b"}, "InvalidParameterException",
     "logGroupName", {"logGroupName": "/aws/lambda/f"}),
    ("lambda", "PutFunctionEventInvokeConfig", {"FunctionName": "f", "MaximumRetryAttempts": 3},
     "ValidationException", "maximumRetryAttempts",
     {"FunctionName": "f", "MaximumRetryAttempts": 2}),
    ("lambda", "PutFunctionEventInvokeConfig",
     {"FunctionName": "f", "MaximumEventAgeInSeconds": 21601}, "ValidationException",
     "maximumEventAgeInSeconds", {"FunctionName": "f", "MaximumEventAgeInSeconds": 21600}),
    ("lambda", "AddPermission", {"FunctionName": "f", "StatementId": "a.b", "Principal": "p",
                                 "Action": "lambda:InvokeFunction"},
     "ValidationException", "statementId",
     {"FunctionName": "f", "StatementId": "a-b", "Principal": "p",
      "Action": "lambda:InvokeFunction"}),
    ("cloudwatch", "PutMetricAlarm", {"AlarmName": "a", "EvaluationPeriods": 0}, "ValidationError",
     "at 'evaluationPeriods' failed to satisfy",
     {"AlarmName": "a", "ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 1,
      "MetricName": "m", "Namespace": "n", "Statistic": "Sum", "Period": 60, "Threshold": 1.0}),
    ("sqs", "GetQueueUrl", {}, "MissingParameter", "queueName", {"QueueName": "q"}),
    ("s3", "PutBucketNotificationConfiguration",
     BUCKET | {"NotificationConfiguration": {"QueueConfigurations": [
         {"QueueArn": "arn:aws:sqs:us-east-1:111111111111:q"}]}},
     "InvalidRequest", "events", BUCKET | {"NotificationConfiguration": {"QueueConfigurations": [
         {"QueueArn": "arn:aws:sqs:us-east-1:111111111111:q", "Events": ["s3:ObjectCreated:*"]}]}}),
]  # fmt: skip

TRUST = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",'
    '"Principal":{"Service":"lambda.amazonaws.com"}}]}'
)


@pytest.mark.parametrize(
    ("service", "operation", "bad", "code", "words", "good"),
    CASES,
    ids=[f"{c[1]}-{c[4][:30]}" for c in CASES],
)
def test_the_model_is_kept(
    sent: Sent, service: str, operation: str, bad: dict[str, Any], code: str, words: str, good: dict[str, Any]
) -> None:
    refused = sent(service, operation, **bad)
    error = check(refused)
    assert error is not None
    assert error.code == code
    assert words in error.message
    good = {k: TRUST if v == "TRUST" else v for k, v in good.items()}
    assert check(sent(service, operation, **good)) is None


def test_a_member_that_does_not_exist_is_refused() -> None:
    head = {
        "Authorization": "Credential=111111111111/20261101/us-east-1/events/aws4_request",
        "X-Amz-Target": "AWSEvents.DescribeRule",
    }
    error = check(parse("POST", "/", head, b'{"Name":"r","Nmae":"s"}'))
    assert error is not None
    assert "nmae" in error.message
    assert check(parse("POST", "/", head, b'{"Name":"r","EventBusName":null}')) is None


@pytest.mark.parametrize(
    ("service", "operation", "params"),
    [
        ("events", "DescribeRule", {}),
        ("iam", "GetRole", {}),
        ("lambda", "PutFunctionEventInvokeConfig", {"FunctionName": "f", "MaximumRetryAttempts": 3}),
        ("cloudwatch", "PutMetricAlarm", {"AlarmName": ""}),
        ("sqs", "GetQueueUrl", {}),
        ("s3", "PutBucketNotificationConfiguration",
         {"Bucket": "b", "NotificationConfiguration": {"TopicConfigurations": [{}]}}),
    ],
)  # fmt: skip
def test_a_client_reads_the_refusal(sent: Sent, service: str, operation: str, params: dict[str, Any]) -> None:
    request = sent(service, operation, **params)
    error = check(request)
    assert error is not None
    status, headers, body = answer(error, request)
    model = botocore.session.Session().get_service_model(service)
    parser = botocore.parsers.create_parser(model.resolved_protocol)
    read = parser.parse(
        {"status_code": status, "headers": HeadersDict(headers), "body": body},
        model.operation_model(operation).output_shape,
    )
    assert read["Error"]["Code"] == error.code
    assert read["Error"]["Message"] == error.message
