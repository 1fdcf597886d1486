"""S3's notifications to functions.

A configuration that names a function is accepted only where the function's resource policy already
lets s3.amazonaws.com invoke it for this bucket and account; otherwise the whole request is refused
and nothing changes. The same policy is asked again at each delivery. (S3 user guide, "Event
notification types and destinations"; hashicorp/terraform-provider-aws#19088 for the wording.)

The names of a filter's rules come back as Prefix and Suffix, however they were written. (LocalStack's
AWS-validated snapshots, test_s3_notifications_sqs: test_filter_rules_case_insensitive.)
"""

from __future__ import annotations

from typing import Any

from ministack.core.responses import get_account_id
from ministack.services import s3

from . import functions
from .journal import hop

SERVICE = "s3.amazonaws.com"


def install() -> None:
    """Adds functions to what MiniStack validates, and the policy to its delivery."""
    validate = s3._validate_notification_configs

    def validate_configs(
        configs: list[dict[str, Any]],
        bucket_region: str,
        bucket_name: str = "",
        skip_destination_validation: bool = False,
    ) -> tuple[Any, ...] | None:
        refused = validate(configs, bucket_region, bucket_name, skip_destination_validation)
        if refused or skip_destination_validation:
            return refused
        wrong = [one["arn"] for one in configs if one["type"] == "lambda" and not _may_invoke(one["arn"], bucket_name)]
        if wrong:
            return s3._invalid_notification_config("Unable to validate the following destination configurations")
        return None

    s3._validate_notification_configs = validate_configs
    s3._deliver_event_to_lambda = deliver
    write = s3._notification_configs_to_xml

    def written(configs: list[dict[str, Any]], has_eventbridge: bool) -> str:
        text: str = write(configs, has_eventbridge)
        return text.replace("<Name>prefix</Name>", "<Name>Prefix</Name>").replace(
            "<Name>suffix</Name>", "<Name>Suffix</Name>"
        )

    s3._notification_configs_to_xml = written


def deliver(arn: str, event_payload: dict[str, Any], bucket_region: str) -> None:
    """Invokes the function for one event, where its policy lets S3."""
    account = get_account_id()
    record = event_payload["Records"][0]
    bucket, key = record["s3"]["bucket"]["name"], record["s3"]["object"]["key"]
    allowed = _may_invoke(arn, bucket)
    hop(
        "s3_notification",
        account,
        bucket_region,
        bucket,
        rule=record["s3"]["configurationId"],
        target=arn,
        outcome="delivered" if allowed else "refused",
        code="" if allowed else "AccessDenied",
        detail={"key": key, "event": record["eventName"]},
    )
    function = functions.find(arn)
    if allowed and function is not None:
        functions.invoke_async(function, event_payload, f"bucket {bucket}")


def _may_invoke(arn: str, bucket: str) -> bool:
    function = functions.find(arn)
    if function is None:
        return False
    return functions.service_may_invoke(function, arn, SERVICE, f"arn:aws:s3:::{bucket}", get_account_id())
