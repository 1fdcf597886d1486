"""A bucket tells a function only what the function's own policy lets it."""

from __future__ import annotations

import json
from typing import Any

from .world import BUCKET, HUB, MANAGEMENT, MEMBER, Json, World, function, refused


def entry(arn: str, prefix: str = "AWSLogs/", name: str = "guard-filter") -> Json:
    """A notification of new objects under a prefix."""
    rules = [{"Name": "prefix", "Value": prefix}]
    return {
        "Id": name,
        "LambdaFunctionArn": arn,
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": rules}},
    }


def configure(world: World, arn: str, **more: Any) -> None:
    """Sets the bucket's whole notification."""
    configuration = {"LambdaFunctionConfigurations": [entry(arn)], **more}
    world.client("s3").put_bucket_notification_configuration(Bucket=BUCKET, NotificationConfiguration=configuration)


def permit(world: World, name: str = "s3", **changed: str) -> None:
    """Lets the bucket invoke the function."""
    said = {"SourceArn": f"arn:aws:s3:::{BUCKET}", "SourceAccount": MANAGEMENT, **changed}
    world.client("lambda").add_permission(
        FunctionName="eyes", StatementId=name, Action="lambda:InvokeFunction", Principal="s3.amazonaws.com", **said
    )


def test_a_function_without_permission_is_refused(world: World) -> None:
    arn = function(world, account=MANAGEMENT)
    with refused("InvalidArgument.*Unable to validate the following destination configurations"):
        configure(world, arn)
    permit(world, "bucket", SourceArn="arn:aws:s3:::another")
    permit(world, "account", SourceAccount=MEMBER)
    with refused("Unable to validate the following destination configurations"):
        configure(world, arn)
    assert "LambdaFunctionConfigurations" not in world.client("s3").get_bucket_notification_configuration(Bucket=BUCKET)


def test_a_missing_function_is_refused(world: World) -> None:
    with refused("Unable to validate the following destination configurations"):
        configure(world, f"arn:aws:lambda:{HUB}:{MANAGEMENT}:function:gone")


def test_an_object_reaches_the_function(world: World) -> None:
    arn = function(world, account=MANAGEMENT)
    permit(world)
    configure(world, arn)
    world.client("s3").put_object(Bucket=BUCKET, Key="other/file", Body=b"x")
    world.client("s3").put_object(Bucket=BUCKET, Key="AWSLogs/a b+c", Body=b"x")
    seen = world.await_hop("function", "succeeded")["detail"]["log"][0]
    (record,) = json.loads(seen.removeprefix("saw "))["Records"]
    assert record["s3"]["object"]["key"] == "AWSLogs/a+b%2Bc"
    assert record["s3"]["configurationId"] == "guard-filter"
    assert record["eventName"] == "ObjectCreated:Put"
    assert len(world.hops("s3_notification")) == 1


def test_a_permission_taken_away_stops_the_delivery(world: World) -> None:
    arn = function(world, account=MANAGEMENT)
    permit(world)
    configure(world, arn)
    world.client("lambda").remove_permission(FunctionName="eyes", StatementId="s3")
    world.client("s3").put_object(Bucket=BUCKET, Key="AWSLogs/x", Body=b"x")
    assert world.await_hop("s3_notification", "refused")["code"] == "AccessDenied"
    assert not world.hops("function")


def test_the_names_of_filter_rules_come_back_in_another_case(world: World) -> None:
    arn = function(world, account=MANAGEMENT)
    permit(world)
    configure(world, arn)
    s3 = world.client("s3")
    kept = s3.get_bucket_notification_configuration(Bucket=BUCKET)
    kept.pop("ResponseMetadata")
    (made,) = kept["LambdaFunctionConfigurations"]
    assert made["Filter"]["Key"]["FilterRules"] == [{"Name": "Prefix", "Value": "AWSLogs/"}]
    s3.put_bucket_notification_configuration(Bucket=BUCKET, NotificationConfiguration=kept)


def test_the_switch_to_eventbridge_is_kept(world: World) -> None:
    arn = function(world, account=MANAGEMENT)
    permit(world)
    configure(world, arn, EventBridgeConfiguration={})
    kept = world.client("s3").get_bucket_notification_configuration(Bucket=BUCKET)
    assert kept["EventBridgeConfiguration"] == {}
    assert kept["LambdaFunctionConfigurations"][0]["LambdaFunctionArn"] == arn
