"""What is published to SNS topics.

Publish in the SNS API reference: a subject has at most 100 characters, no line breaks and no control characters
(guard's are ASCII, as AWS demanded until 2025, and here they must); a message is not empty; one for several
protocols is a JSON object with a text for "default". A FIFO topic needs a MessageGroupId, and only it takes a
MessageDeduplicationId. A topic is published to in its own region ("Invalid parameter: TopicArn" in LocalStack's
AWS-validated snapshots, test_sns: test_topic_publish_another_region), and other operations say the same
(hashicorp/aws#1763, boto3#1084), so its attributes are read there too.
"""

from __future__ import annotations

import json
import re

from ..arns import split
from ..request import AwsError, Request
from .table import asks

SUBJECT = 100
_SUBJECT = re.compile(r"[!-~][ -~]*")
_IDENT = re.compile(r"[!-~]{1,128}")


@asks("sns", "GetTopicAttributes", "Publish", "PublishBatch")
def a_topic_is_the_regions(request: Request) -> AwsError | None:
    given = request.params.get("TopicArn") or request.params.get("TargetArn")
    if given is None:
        return None
    arn = split(given)
    if arn is not None and arn.service == "sns" and arn.region == request.region:
        return None
    return _refused("TopicArn")


@asks("sns", "Publish")
def a_subject_is_one_line(request: Request) -> AwsError | None:
    subject = request.params.get("Subject")
    if subject is None or (len(subject) <= SUBJECT and _SUBJECT.fullmatch(subject)):
        return None
    return _refused("Subject")


@asks("sns", "Publish")
def a_message_says_something(request: Request) -> AwsError | None:
    message, structure = request.params["Message"], request.params.get("MessageStructure")
    if not message:
        return _refused("Empty message")
    if structure is None:
        return None
    if structure != "json":
        return _refused("MessageStructure")
    try:
        texts = json.loads(message)
    except ValueError:
        return _refused("Message Structure - JSON message body failed to parse")
    if isinstance(texts, dict) and isinstance(texts.get("default"), str):
        return None
    return _refused("Message Structure - No default entry in JSON message body")


@asks("sns", "Publish")
def groups_are_for_fifo_topics(request: Request) -> AwsError | None:
    fifo = request.params.get("TopicArn", "").endswith(".fifo")
    if fifo and "MessageGroupId" not in request.params:
        return _refused("The MessageGroupId parameter is required for FIFO topics")
    if not fifo and "MessageDeduplicationId" in request.params:
        return _refused("MessageDeduplicationId is not valid for this topic type")
    for name in ("MessageGroupId", "MessageDeduplicationId"):
        if name in request.params and not _IDENT.fullmatch(request.params[name]):
            return _refused(name)
    return None


def _refused(what: str) -> AwsError:
    return AwsError("InvalidParameter", f"Invalid parameter: {what}")
