"""What the front adds to moto, asked as a client asks."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import cbor2
import pytest
from botocore.config import Config

MANAGEMENT, MEMBER = "111111111111", "222222222222"
TESTS = Path(__file__).resolve().parents[2]
ALARM = {
    "AlarmName": "guard-user",
    "Namespace": "AWS/Events",
    "MetricName": "MatchedEvents",
    "Dimensions": [{"Name": "RuleName", "Value": "guard-user"}],
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 1.5,
    "ComparisonOperator": "GreaterThanOrEqualToThreshold",
    "TreatMissingData": "notBreaching",
    "AlarmActions": [f"arn:aws:lambda:us-east-1:{MANAGEMENT}:function:f"],
}


class Moto:
    """A running moto."""

    def __init__(self, ready: dict[str, Any]) -> None:
        self.ready = ready

    def client(self, service: str, account: str = MANAGEMENT, region: str = "us-east-1") -> Any:
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.ready["endpoint"],
            aws_access_key_id=account,
            aws_secret_access_key=self.ready["secret_access_key"],
            config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
        )

    def cloud(self, path: str, method: str = "GET") -> Any:
        request = urllib.request.Request(f"{self.ready['endpoint']}/_cloud/{path}", method=method)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def cbor(self, operation: str, params: dict[str, Any]) -> tuple[int, Any]:
        """Asks CloudWatch as the SDK for Rust does."""
        scope = f"{MANAGEMENT}/20261101/us-east-1/monitoring/aws4_request"
        request = urllib.request.Request(
            f"{self.ready['endpoint']}/service/GraniteServiceVersion20100801/operation/{operation}",
            data=cbor2.dumps(params),
            headers={
                "Content-Type": "application/cbor",
                "smithy-protocol": "rpc-v2-cbor",
                "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
            },
        )
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, cbor2.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, cbor2.loads(error.read())


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moto]:
    ready = tmp_path_factory.mktemp("moto") / "ready.json"
    command = [sys.executable, "-m", "cloud.moto", "--port", "0", "--with-parent", "--ready-file", str(ready)]
    with subprocess.Popen(command, cwd=TESTS, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(b"ready http://127.0.0.1:")
        yield Moto(json.loads(ready.read_text()))
        process.terminate()
        assert process.wait() == 0


@pytest.fixture
def moto(running: Moto) -> Moto:
    running.cloud("reset", "POST")
    return running


def test_a_key_of_twelve_digits_is_the_account(moto: Moto) -> None:
    for account in (MANAGEMENT, MEMBER):
        assert moto.client("sts", account).get_caller_identity()["Account"] == account
        moto.client("iam", account).create_user(UserName="script")
    session = moto.client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{MEMBER}:role/OrganizationAccountAccessRole", RoleSessionName="guard"
    )["Credentials"]
    sts = boto3.client(
        "sts",
        region_name="us-east-1",
        endpoint_url=moto.ready["endpoint"],
        aws_access_key_id=session["AccessKeyId"],
        aws_secret_access_key=session["SecretAccessKey"],
        aws_session_token=session["SessionToken"],
    )
    assert sts.get_caller_identity()["Account"] == MEMBER


def test_a_bus_with_a_rule_stays(moto: Moto) -> None:
    events = moto.client("events", MEMBER)
    events.create_event_bus(Name="guard-bus")
    events.put_rule(Name="guard-user", EventBusName="guard-bus", EventPattern='{"source": ["guard.cloudtrail"]}')
    with pytest.raises(events.exceptions.ClientError, match="since it has rules"):
        events.delete_event_bus(Name="guard-bus")
    events.delete_rule(Name="guard-user", EventBusName="guard-bus")
    events.delete_event_bus(Name="guard-bus")
    assert [bus["Name"] for bus in events.list_event_buses()["EventBuses"]] == ["default"]


def test_the_organization_and_its_trail_are_there(moto: Moto) -> None:
    organizations = moto.client("organizations")
    assert organizations.describe_organization()["Organization"]["MasterAccountId"] == MANAGEMENT
    listed = {account["Id"] for account in organizations.list_accounts()["Accounts"]}
    assert listed == {MANAGEMENT, *moto.ready["member_accounts"]}
    trail = moto.client("cloudtrail").get_trail(Name=moto.ready["trail"])["Trail"]
    assert (trail["IsOrganizationTrail"], trail["IsMultiRegionTrail"]) == (True, True)
    assert (trail["HomeRegion"], trail["S3BucketName"]) == ("us-east-1", moto.ready["bucket"])
    selectors = moto.client("cloudtrail").get_event_selectors(TrailName=moto.ready["trail"])
    assert selectors["EventSelectors"][0]["ReadWriteType"] == "All"


def test_a_trail_tells_of_selectors_of_its_own(moto: Moto) -> None:
    cloudtrail, name = moto.client("cloudtrail"), moto.ready["trail"]
    assert not cloudtrail.get_trail(Name=name)["Trail"]["HasCustomEventSelectors"]
    wanted = [{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}]
    cloudtrail.put_event_selectors(TrailName=name, EventSelectors=wanted)
    (trail,) = cloudtrail.describe_trails()["trailList"]
    assert trail["HasCustomEventSelectors"]


def test_a_bucket_answers_in_its_own_region_only(moto: Moto) -> None:
    far = moto.client("s3", region="eu-west-2")
    far.create_bucket(Bucket="far", CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    far.get_bucket_notification_configuration(Bucket="far")
    near = moto.client("s3")
    assert near.get_bucket_location(Bucket="far")["LocationConstraint"] == "eu-west-2"
    # As it comes, for botocore goes on to where the answer points.
    scope = f"{MANAGEMENT}/20261101/us-east-1/s3/aws4_request"
    signed = {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"}
    request = urllib.request.Request(f"{moto.ready['endpoint']}/far?notification", headers=signed)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    assert (refused.value.code, refused.value.headers["x-amz-bucket-region"]) == (301, "eu-west-2")
    assert b"PermanentRedirect" in refused.value.read()


def test_cloudwatch_is_understood_in_cbor(moto: Moto) -> None:
    status, _ = moto.cbor("PutMetricAlarm", ALARM)
    assert status == 200
    status, answer = moto.cbor("DescribeAlarms", {"AlarmNames": ["guard-user"]})
    alarm = answer["MetricAlarms"][0]
    assert (status, {name: alarm[name] for name in ALARM}) == (200, ALARM)
    assert alarm["StateUpdatedTimestamp"].year >= 2026


def test_mute_rules_are_no_operation_of_moto(moto: Moto) -> None:
    status, said = moto.cbor("ListAlarmMuteRules", {})
    assert (status, said["__type"]) == (400, "InvalidAction")


def test_cloudwatch_is_understood_in_json(moto: Moto) -> None:
    client = moto.client("cloudwatch")
    client.put_metric_alarm(**ALARM)
    alarm = client.describe_alarms(AlarmNames=["guard-user"])["MetricAlarms"][0]
    assert {name: alarm[name] for name in ALARM} == ALARM


def test_an_error_of_cloudwatch_comes_back_in_cbor(moto: Moto) -> None:
    missing = {"AlarmName": "missing", "StateValue": "OK", "StateReason": "test"}
    status, answer = moto.cbor("SetAlarmState", missing)
    assert status >= 400
    assert answer["__type"] == "ResourceNotFound"


def test_a_notification_keeps_the_switch_to_event_bridge(moto: Moto) -> None:
    client, bucket = moto.client("s3"), moto.ready["bucket"]
    moto.client("sqs").create_queue(QueueName="siem")
    entry = {
        "Id": "siem",
        "QueueArn": f"arn:aws:sqs:us-east-1:{MANAGEMENT}:siem",
        "Events": ["s3:ObjectRemoved:*"],
        "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "AWSLogs/"}]}},
    }
    settings: tuple[dict[str, Any], ...] = (
        {},
        {"EventBridgeConfiguration": {}},
        {"EventBridgeConfiguration": {}, "QueueConfigurations": [entry]},
        {"QueueConfigurations": [entry]},
    )
    for wanted in settings:
        client.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=wanted)
        got = client.get_bucket_notification_configuration(Bucket=bucket)
        got.pop("ResponseMetadata")
        assert got == wanted


def function(moto: Moto, **more: Any) -> Any:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("bootstrap", "x")
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = moto.client("iam").create_role(RoleName="f", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    client = moto.client("lambda")
    client.create_function(
        FunctionName="f",
        Role=role,
        Runtime="provided.al2023",
        Handler="filter",
        Code={"ZipFile": packed.getvalue()},
        **more,
    )
    return client


def test_a_function_keeps_where_it_logs(moto: Moto) -> None:
    client = function(moto, LoggingConfig={"LogFormat": "JSON", "LogGroup": "/here"})
    kept = client.get_function(FunctionName="f")["Configuration"]["LoggingConfig"]
    assert kept == {"LogFormat": "JSON", "LogGroup": "/here"}
    client.update_function_configuration(FunctionName="f", LoggingConfig={"LogFormat": "Text"})
    kept = client.get_function_configuration(FunctionName="f")["LoggingConfig"]
    assert kept == {"LogFormat": "Text", "LogGroup": "/aws/lambda/f"}


def test_new_asynchronous_settings_replace_the_old(moto: Moto) -> None:
    client = function(moto)
    for attempts in (2, 1):
        client.put_function_event_invoke_config(FunctionName="f", MaximumRetryAttempts=attempts)
    assert client.get_function_event_invoke_config(FunctionName="f")["MaximumRetryAttempts"] == 1


def test_what_exists_is_listed_until_the_reset(moto: Moto) -> None:
    function(moto).put_function_event_invoke_config(FunctionName="f", MaximumRetryAttempts=1)
    moto.client("lambda").add_permission(
        FunctionName="f", StatementId="s3", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com"
    )
    moto.client("events", MEMBER, "eu-west-1").create_event_bus(Name="guard-bus")
    moto.client("cloudwatch").put_metric_alarm(**ALARM)
    moto.client("iam", MEMBER).create_user(UserName="script")
    parameters = moto.client("ssm", MEMBER, "eu-west-1")
    for name in ("/guard/watches/ann", "/guard/watches/bob"):
        parameters.put_parameter(Name=name, Value="{}", Type="String")
    parameters.delete_parameter(Name="/guard/watches/bob")
    assert parameters.get_parameters_by_path(Path="/guard", Recursive=True)["Parameters"]
    listed = [(o["account"], o["region"], o["kind"], o["name"]) for o in moto.cloud("inventory")["objects"]]
    assert listed == [
        (MANAGEMENT, "", "role", "f"),
        (MANAGEMENT, "us-east-1", "alarm", "guard-user"),
        (MANAGEMENT, "us-east-1", "async_settings", "f"),
        (MANAGEMENT, "us-east-1", "function", "f"),
        (MANAGEMENT, "us-east-1", "function_permission", "f/s3"),
        (MEMBER, "eu-west-1", "event_bus", "guard-bus"),
        (MEMBER, "eu-west-1", "parameter", "/guard/watches/ann"),
    ]
    moto.cloud("reset", "POST")
    assert moto.cloud("inventory") == {"objects": []}
    assert moto.client("iam", MEMBER).list_users()["Users"] == []


def test_requests_are_kept(moto: Moto) -> None:
    before = moto.cloud("requests?since=0")["next"]
    client = moto.client("events", MEMBER, "eu-west-1")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.describe_event_bus(Name="missing")
    (request,) = moto.cloud(f"requests?since={before}")["requests"]
    request.pop("n"), request.pop("time")
    assert request.pop("agent").startswith("Boto3/")
    assert request == {
        "account": MEMBER,
        "region": "eu-west-1",
        "service": "events",
        "operation": "DescribeEventBus",
        "status": 400,
        "error": "ResourceNotFoundException",
    }


def test_the_deny_is_there_to_attach(moto: Moto) -> None:
    iam = moto.client("iam", MEMBER)
    iam.create_user(UserName="script")
    iam.attach_user_policy(UserName="script", PolicyArn="arn:aws:iam::aws:policy/AWSDenyAll")
    names = [p["PolicyName"] for p in iam.list_attached_user_policies(UserName="script")["AttachedPolicies"]]
    assert names == ["AWSDenyAll"]
