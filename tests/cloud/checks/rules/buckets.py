"""S3 bucket notifications.

S3 user guide, "Configuring event notifications using object key name filtering", for overlaps;
hashicorp/terraform-provider-aws#1582 and #19088 for AWS's words. Every entry is validated at every write, whoever's it
is, unless x-amz-skip-destination-validation is given; the message has no ARN, the error's further elements have it
(LocalStack's captures of test_invalid_lambda_arn and of its SQS counterpart; serverless-external-s3-event#88).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any, NamedTuple

from ..arns import split
from ..request import AwsError, Request
from ..state import State
from .table import asks, looks

_DESTINATIONS = {
    "LambdaFunctionConfigurations": "LambdaFunctionArn",
    "QueueConfigurations": "QueueArn",
    "TopicConfigurations": "TopicArn",
}


class _Entry(NamedTuple):
    ident: str | None
    arn: str
    events: list[str]
    prefix: str
    suffix: str
    filters: list[str]


def _entries(request: Request) -> Iterator[_Entry]:
    for kind, arn in _DESTINATIONS.items():
        for entry in request.params["NotificationConfiguration"].get(kind, ()):
            rules: list[dict[str, Any]] = entry.get("Filter", {}).get("Key", {}).get("FilterRules", [])
            by_name = {rule.get("Name", "").lower(): rule.get("Value", "") for rule in rules}
            yield _Entry(
                entry.get("Id"),
                entry[arn],
                entry["Events"],
                by_name.get("prefix", ""),
                by_name.get("suffix", ""),
                [rule.get("Name", "").lower() for rule in rules],
            )


def _refused(message: str) -> AwsError:
    return AwsError("InvalidArgument", message)


def _same_event(one: str, other: str) -> bool:
    if one.endswith("*"):
        return other.startswith(one[:-1])
    return one == other or (other.endswith("*") and one.startswith(other[:-1]))


def _overlap(one: _Entry, other: _Entry) -> bool:
    return (
        any(_same_event(a, b) for a in one.events for b in other.events)
        and (one.prefix.startswith(other.prefix) or other.prefix.startswith(one.prefix))
        and (one.suffix.endswith(other.suffix) or other.suffix.endswith(one.suffix))
    )


@asks("s3", "PutBucketNotificationConfiguration")
def entries_do_not_overlap(request: Request) -> AwsError | None:
    if any(_overlap(one, other) for one, other in combinations(_entries(request), 2)):
        return _refused(
            "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are"
            " overlapping for the same event type."
        )
    return None


@asks("s3", "PutBucketNotificationConfiguration")
def ids_differ(request: Request) -> AwsError | None:
    ids = [entry.ident for entry in _entries(request) if entry.ident]
    if len(ids) == len(set(ids)):
        return None
    return _refused("Same ID used for multiple configurations. IDs must be unique")


@asks("s3", "PutBucketNotificationConfiguration")
def one_prefix_and_one_suffix(request: Request) -> AwsError | None:
    for entry in _entries(request):
        for name in ("prefix", "suffix"):
            if entry.filters.count(name) > 1:
                return _refused(f"Cannot specify more than one {name} rule in a filter.")
        if set(entry.filters) - {"prefix", "suffix"}:
            return _refused("filter rule name must be either prefix or suffix")
    return None


@looks("s3", "PutBucketNotificationConfiguration")
def destinations_are_near_and_exist(request: Request, state: State) -> AwsError | None:
    bucket = state.bucket(request.params["Bucket"])
    if bucket is None:
        return None
    missing: list[tuple[str, str]] = []
    for entry in _entries(request):
        arn = split(entry.arn)
        if arn is None:
            return _refused("The ARN could not be parsed")
        if arn.region != bucket.region:
            return _refused(
                "The notification destination service region is not valid for the bucket location constraint"
            )
        if arn.service == "lambda":
            if state.function(arn.account, arn.region, arn.resource.split(":")[1]) is None:
                missing.append((f"{entry.arn}, null", f"Not authorized to invoke function [{entry.arn}]"))
        elif arn.service == "sqs" and state.queue(arn.account, arn.region, arn.resource) is None:
            missing.append((entry.arn, "The destination queue does not exist"))
        # Topics: the emulator looks itself.
    if not missing or str(request.params.get("SkipDestinationValidation", "")).lower() == "true":
        return None
    named = [
        detail
        for number, (name, value) in enumerate(missing, 1)
        for detail in ((f"ArgumentName{number}", name), (f"ArgumentValue{number}", value))
    ]
    return AwsError(
        "InvalidArgument", "Unable to validate the following destination configurations", details=tuple(named)
    )
