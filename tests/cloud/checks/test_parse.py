"""Every protocol gives back the parameters that a client was given."""

from __future__ import annotations

from typing import Any

import pytest

from cloud.checks import check, parse
from cloud.checks.fixtures import Sent

ADDED_BY_CLIENT = {"ChecksumAlgorithm", "ChecksumCRC32", "ChecksumMode", "ContentMD5", "EncodingType"}
CALLS: list[tuple[str, str, dict[str, Any]]] = [
    ("events", "PutTargets", {"Rule": "r", "Targets": [{"Id": "bus", "Arn": "arn:aws:sqs:x"}]}),
    ("events", "PutEvents", {"Entries": [{"Source": "s", "Detail": "{}", "DetailType": "t"}]}),
    ("iam", "PutRolePolicy", {"RoleName": "r", "PolicyName": "p", "PolicyDocument": "{}"}),
    (
        "iam",
        "CreateRole",
        {
            "RoleName": "r",
            "AssumeRolePolicyDocument": "{}",
            "MaxSessionDuration": 3600,
            "Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}],
        },
    ),
    ("sts", "AssumeRole", {"RoleArn": "arn:aws:iam::1:role/r23456", "RoleSessionName": "se"}),
    (
        "lambda",
        "CreateFunction",
        {
            "FunctionName": "f",
            "Runtime": "provided.al2023",
            "Role": "arn:aws:iam::111111111111:role/r",
            "Handler": "filter",
            "Code": {"ZipFile": b"zip"},
            "Environment": {"Variables": {"GUARD_BUS_ARN": "b"}},
            "Timeout": 900,
        },
    ),
    ("lambda", "GetFunctionEventInvokeConfig", {"FunctionName": "f"}),
    ("lambda", "ListTags", {"Resource": "arn:aws:lambda:us-east-1:111111111111:function:f"}),
    (
        "lambda",
        "AddPermission",
        {"FunctionName": "f", "StatementId": "s", "Action": "lambda:InvokeFunction", "Principal": "p"},
    ),
    ("lambda", "RemovePermission", {"FunctionName": "f", "StatementId": "s"}),
    ("sqs", "CreateQueue", {"QueueName": "q", "Attributes": {"FifoQueue": "true"}}),
    ("logs", "PutRetentionPolicy", {"logGroupName": "/aws/lambda/f", "retentionInDays": 30}),
    (
        "cloudwatch",
        "PutMetricAlarm",
        {
            "AlarmName": "a",
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "EvaluationPeriods": 1,
            "Period": 60,
            "Threshold": 1.0,
            "Dimensions": [{"Name": "RuleName", "Value": "r"}],
            "ActionsEnabled": True,
        },
    ),
    ("s3", "ListBuckets", {}),
    ("s3", "CreateBucket", {"Bucket": "b123"}),
    ("s3", "ListObjectsV2", {"Bucket": "b123", "Prefix": "a/"}),
    ("s3", "GetObject", {"Bucket": "b123", "Key": "a/b c+d.json"}),
    ("s3", "HeadObject", {"Bucket": "b123", "Key": "k"}),
    ("s3", "CopyObject", {"Bucket": "b123", "Key": "k", "CopySource": "b123/other"}),
    ("s3", "GetBucketLocation", {"Bucket": "b123"}),
    ("s3", "GetBucketEncryption", {"Bucket": "b123"}),
    ("s3", "GetBucketNotificationConfiguration", {"Bucket": "b123"}),
    (
        "s3",
        "PutBucketNotificationConfiguration",
        {
            "Bucket": "b123",
            "NotificationConfiguration": {
                "EventBridgeConfiguration": {},
                "LambdaFunctionConfigurations": [
                    {
                        "Id": "guard-filter",
                        "LambdaFunctionArn": "arn:aws:lambda:us-east-1:111111111111:function:f",
                        "Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"],
                        "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "AWSLogs/"}]}},
                    }
                ],
            },
        },
    ),
    ("cloudtrail", "DescribeTrails", {"trailNameList": ["t"]}),
    ("organizations", "DescribeOrganization", {}),
    ("ssm", "PutParameter", {"Name": "n", "Value": "v", "Type": "String", "Overwrite": True}),
    ("sns", "Publish", {"TopicArn": "arn:aws:sns:us-east-1:111111111111:t", "Message": "m"}),
]


@pytest.mark.parametrize(("service", "operation", "params"), CALLS, ids=lambda v: str(v)[:40])
def test_a_clients_request_is_read_back(sent: Sent, service: str, operation: str, params: dict[str, Any]) -> None:
    request = sent(service, operation, region="eu-west-1", **params)
    assert (request.service, request.operation) == (service, operation)
    assert (request.account, request.region) == ("111111111111", "eu-west-1")
    got = {k: v for k, v in request.params.items() if k not in ADDED_BY_CLIENT}
    assert got == params
    assert request.problems == ()


def test_the_old_query_protocol_of_cloudwatch_is_read() -> None:
    headers = {
        "Authorization": "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261101/us-east-1/"
        "monitoring/aws4_request, SignedHeaders=host, Signature=0",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    body = b"Action=SetAlarmState&Version=2010-08-01&AlarmName=a&StateValue=OK&StateReason=r"
    request = parse("POST", "/", headers, body)
    assert (request.service, request.operation, request.account) == (
        "cloudwatch",
        "SetAlarmState",
        None,
    )
    assert request.params == {"AlarmName": "a", "StateValue": "OK", "StateReason": "r"}


def test_a_path_that_is_no_api_is_left_alone() -> None:
    request = parse("GET", "/_cloud/health", {}, b"")
    assert request.operation is None
    assert check(request) is None


def test_a_request_that_is_not_of_its_format_is_refused(sent: Sent) -> None:
    request = sent("events", "ListRules")
    head = {
        "Authorization": "Credential=111111111111/20261101/us-east-1/events/aws4_request",
        "X-Amz-Target": "AWSEvents.ListRules",
    }
    error = check(parse("POST", "/", head, b"{"))
    assert error is not None
    assert error.code == "SerializationException"
    assert check(request) is None
