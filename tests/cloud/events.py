"""EventBridge's requests where MiniStack answers other than AWS.

* PutEvents: 256 KB in all (AWS has taken 1 MB since 2026; guard stays under the old limit, and here
  it must); each entry is judged alone; a bus may be another account's, given by its ARN, when that
  bus's policy allows the caller; a bus that doesn't exist takes the event and drops it; `Time` is kept.
* PutPermission: a `Policy` replaces the bus's whole policy with the caller's document, otherwise one
  statement is set; both need the bus.
* RemovePermission of a statement that isn't there is refused; a deleted bus takes its policy along.
* PutRule on an existing rule replaces what it says and forgets what it doesn't say; tags are ignored.
* A bus may be named by its ARN wherever its name is taken.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from typing import Any

from ministack.core.iam_evaluator import caller_arn
from ministack.core.responses import error_response_json, json_response, request_scope
from ministack.services import eventbridge

from . import buses, details
from .journal import hop

Answer = tuple[int, dict[str, str], bytes]
_NAMED_BY_BUS = (
    "_put_rule",
    "_delete_rule",
    "_list_rules",
    "_describe_rule",
    "_enable_rule",
    "_disable_rule",
    "_put_targets",
    "_remove_targets",
    "_list_targets_by_rule",
    "_list_rule_names_by_target",
    "_put_permission",
    "_remove_permission",
)
_REQUIRED = ("Source", "DetailType", "Detail")
REQUEST_SIZE = 262_144


def install() -> None:
    """Puts these answers in the place of MiniStack's."""
    eventbridge._put_events = put_events
    eventbridge._put_permission = put_permission
    eventbridge._remove_permission = _of_existing_statement(eventbridge._remove_permission)
    eventbridge._delete_event_bus = _with_policy(eventbridge._delete_event_bus)
    eventbridge._put_rule = _replacing(eventbridge._put_rule)
    for name in _NAMED_BY_BUS:
        setattr(eventbridge, name, _by_name(getattr(eventbridge, name), "EventBusName"))
    for name in ("_describe_event_bus", "_update_event_bus"):
        setattr(eventbridge, name, _by_name(getattr(eventbridge, name), "Name"))


def put_events(data: dict[str, Any], allow_aws_source: bool = False) -> Answer:
    """PutEvents, entry by entry."""
    entries = data.get("Entries", [])
    if sum(_size(entry) for entry in entries) > REQUEST_SIZE and not allow_aws_source:
        message = "Total size of the entries in the request is over the limit."
        return error_response_json("ValidationException", message, 400)
    results = [_put_entry(entry, allow_aws_source) for entry in entries]
    failed = sum("ErrorCode" in result for result in results)
    return json_response({"FailedEntryCount": failed, "Entries": results})


def _size(entry: dict[str, Any]) -> int:
    """What AWS counts of an entry: 14 bytes for its time, and its texts."""
    texts = [entry.get(field) or "" for field in _REQUIRED] + list(entry.get("Resources") or [])
    return (14 if entry.get("Time") else 0) + sum(len(text.encode()) for text in texts)


def _put_entry(entry: dict[str, Any], allow_aws_source: bool) -> dict[str, str]:
    account, region = eventbridge.get_account_id(), eventbridge.get_region()
    bus = entry.get("EventBusName") or "default"
    arn = bus if bus.startswith("arn:") else f"arn:aws:events:{region}:{account}:event-bus/{bus}"
    event_id = str(uuid.uuid4())
    error = _entry_error(entry, arn, region, allow_aws_source)
    _, _, _, there, owner, resource = arn.split(":", 5)
    name = resource.split("/", 1)[-1]
    event = {
        "EventId": event_id,
        "Source": entry.get("Source", ""),
        "DetailType": entry.get("DetailType", ""),
        "Detail": entry.get("Detail", "{}"),
        "EventBusName": name,
        "Time": int(eventbridge._coerce_timestamp(entry.get("Time")) or time.time()),
        "Resources": entry.get("Resources") or [],
        "Account": account,
        "Region": region,
    }
    foreign = error is None and owner != account and not allow_aws_source
    if foreign and buses.bus_decision(caller_arn(), arn, event, invoked_by_rule=False) != "Allow":
        error = ("AccessDeniedException", f"{caller_arn()} may not perform events:PutEvents on {arn}")
    if error:
        hop("put_events", account, region, name, outcome="refused", code=error[0], detail=error[1])
        return {"ErrorCode": error[0], "ErrorMessage": error[1]}
    exists = name == "default" or eventbridge._event_buses.contains_scoped(owner, there, name)
    hop(
        "put_events",
        account,
        region,
        name,
        target=arn,
        outcome="accepted" if exists else "dropped",
        event_id=event_id,
        detail={"source": event["Source"], "detail-type": event["DetailType"]},
    )
    if exists:
        with request_scope(owner, there):
            view = eventbridge._pattern_event_view(event)
            buses.dispatch(event, view)
            eventbridge._archive_event(event, view)
    return {"EventId": event_id}


def _entry_error(entry: dict[str, Any], arn: str, region: str, allow_aws_source: bool) -> tuple[str, str] | None:
    for field in _REQUIRED:
        if not entry.get(field):
            return "InvalidArgument", f"Parameter {field} is not valid. Reason: {field} is a required argument."
    if entry["Source"].startswith("aws.") and not allow_aws_source:
        return "NotAuthorizedForSourceException", "Not authorized for the source."
    malformed = details.fault(entry["Detail"])
    if malformed:
        return malformed
    parts = arn.split(":", 5)
    if len(parts) != 6 or parts[2] != "events" or not parts[5].startswith("event-bus/"):
        return "InvalidArgument", f"Parameter {arn} is not valid. Reason: Provided Arn is not in correct format."
    if parts[3] != region:
        return "InvalidArgument", f"The bus {arn} isn't in {region}."
    return None


def put_permission(data: dict[str, Any]) -> Answer:
    """PutPermission in both its forms."""
    bus = data.get("EventBusName") or "default"
    if bus != "default" and bus not in eventbridge._event_buses:
        return error_response_json("ResourceNotFoundException", f"Event bus {bus} does not exist.", 400)
    if data.get("Policy"):
        eventbridge._event_bus_policies[bus] = json.loads(data["Policy"])
        return json_response({})
    principal = data.get("Principal", "*")
    account, region = eventbridge.get_account_id(), eventbridge.get_region()
    statement: dict[str, Any] = {
        "Sid": data.get("StatementId"),
        "Effect": "Allow",
        "Principal": principal if principal == "*" else {"AWS": f"arn:aws:iam::{principal}:root"},
        "Action": data.get("Action", "events:PutEvents"),
        "Resource": f"arn:aws:events:{region}:{account}:event-bus/{bus}",
    }
    condition = data.get("Condition")
    if condition:
        statement["Condition"] = {condition["Type"]: {condition["Key"]: condition["Value"]}}
    document = eventbridge._event_bus_policies.get(bus) or {"Version": "2012-10-17", "Statement": []}
    kept = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
    statements = [one for one in kept if one.get("Sid") != statement["Sid"]]
    eventbridge._event_bus_policies[bus] = {**document, "Statement": [*statements, statement]}
    return json_response({})


def _of_existing_statement(remove: Callable[[dict[str, Any]], Answer]) -> Callable[[dict[str, Any]], Answer]:
    def handler(data: dict[str, Any]) -> Answer:
        document = eventbridge._event_bus_policies.get(data.get("EventBusName") or "default")
        if not document:
            return error_response_json("ResourceNotFoundException", "EventBus does not have a policy.", 400)
        statements = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
        document["Statement"] = statements
        if not data.get("RemoveAllPermissions") and data.get("StatementId") not in [s.get("Sid") for s in statements]:
            message = "Statement with the provided id does not exist."
            return error_response_json("ResourceNotFoundException", message, 400)
        return remove(data)

    return handler


def _with_policy(delete: Callable[[dict[str, Any]], Answer]) -> Callable[[dict[str, Any]], Answer]:
    def handler(data: dict[str, Any]) -> Answer:
        answer = delete(data)
        if answer[0] == 200:
            eventbridge._event_bus_policies.pop(data.get("Name"), None)
        return answer

    return handler


def _replacing(put_rule: Callable[[dict[str, Any]], Answer]) -> Callable[[dict[str, Any]], Answer]:
    def handler(data: dict[str, Any]) -> Answer:
        bus = data.get("EventBusName") or "default"
        if eventbridge._rule_key(data.get("Name", ""), bus) in eventbridge._rules:
            unsaid = {"State": "ENABLED", "Description": "", "RoleArn": ""}
            data = {**unsaid, **{key: value for key, value in data.items() if key != "Tags"}}
        return put_rule(data)

    return handler


def _by_name(handler: Callable[[dict[str, Any]], Answer], field: str) -> Callable[[dict[str, Any]], Answer]:
    def wrapped(data: dict[str, Any]) -> Answer:
        name, error = eventbridge._event_bus_name_from_ref(data.get(field))
        if error:
            return error_response_json(error[0], error[1], 400)
        return handler({**data, field: name} if name else data)

    return wrapped
