"""Tags of EventBridge's rules and buses, and of SSM's parameters.

Letters, spaces, digits and `_.:/=+-@`, 50 on an object, none that begins with `aws:`. (AWS general reference,
"Tag naming limits and requirements"; the lengths are the models'.) The codes are botocore's for SSM; EventBridge's
model has none for this, so it is ValidationException.
"""

from __future__ import annotations

from ..request import AwsError, Request
from ..state import State
from .table import asks, looks

TAGS = 50
_SYMBOLS = set("_.:/=+-@ ")
_TAGGING = {
    "events": ("PutRule", "CreateEventBus", "TagResource"),
    "ssm": ("PutParameter", "AddTagsToResource"),
}


@asks("events", *_TAGGING["events"])
@asks("ssm", *_TAGGING["ssm"])
def tags_have_their_characters(request: Request) -> AwsError | None:
    tags = request.params.get("Tags") or []
    for tag in tags:
        if tag["Key"].lower().startswith("aws:"):
            return AwsError("ValidationException", "Tag keys that begin with aws: are reserved.")
        wrong = [text for text in (tag["Key"], tag["Value"]) if not all(c.isalnum() or c in _SYMBOLS for c in text)]
        if wrong:
            return AwsError("ValidationException", f"The tag {tag['Key']} holds characters that are not allowed.")
    if len({tag["Key"] for tag in tags}) != len(tags):
        return AwsError("ValidationException", "Tag keys must be unique.")
    return None


@looks("events", "TagResource")
@looks("ssm", "AddTagsToResource")
def an_object_has_so_many_tags(request: Request, state: State) -> AwsError | None:
    account, given = request.account or "", request.params
    there = state.tags(account, request.region, given.get("ResourceARN") or given["ResourceId"])
    return _too_many(request, len(there | {tag["Key"] for tag in given["Tags"]}))


@asks("events", "PutRule", "CreateEventBus")
@asks("ssm", "PutParameter")
def a_new_object_has_so_many_tags(request: Request) -> AwsError | None:
    return _too_many(request, len(request.params.get("Tags") or []))


def _too_many(request: Request, count: int) -> AwsError | None:
    if count <= TAGS:
        return None
    code = "TooManyTagsError" if request.service == "ssm" else "ValidationException"
    return AwsError(code, f"An object has at most {TAGS} tags.")
