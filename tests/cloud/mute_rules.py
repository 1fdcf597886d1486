"""Alarm mute rules, which MiniStack lacks: while one is active, its alarms change their state and run no action.

* Put writes a rule anew, and its alarms must exist; List tells ARNs, status and type, 50 at a time; Get of a rule
  that isn't there is refused, Delete of one is not.
* A rule without targets mutes every alarm of its account and region.
* When a rule is deleted, the actions of its alarms that are in ALARM run. (CloudWatch API reference, PutAlarmMuteRule,
  ListAlarmMuteRules, GetAlarmMuteRule, DeleteAlarmMuteRule; botocore's model has the same words. That no targets mean
  all alarms: AWS's code examples, "Get started with OpenTelemetry metrics in CloudWatch".)

When a rule is active say its schedule (mute_schedule.py) and its dates. Only the protocols CBOR and JSON know mute
rules here.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import cbor2
from ministack.core.responses import request_scope
from ministack.services import cloudwatch

from . import checks, mute_schedule
from .current import CURRENT

Answer = tuple[int, dict[str, str], bytes]
Key = tuple[str, str, str]
"""Account, region and name."""


@dataclass(frozen=True)
class MuteRule:
    """One of them, as it was put."""

    arn: str
    given: dict[str, Any]
    schedule: mute_schedule.Schedule
    starts: float
    expires: float | None
    updated: float

    def status(self, now: float) -> str:
        """SCHEDULED, ACTIVE or EXPIRED."""
        if (self.expires is not None and now >= self.expires) or self.schedule.is_over(now):
            return "EXPIRED"
        return "ACTIVE" if now >= self.starts and self.schedule.covers(now) else "SCHEDULED"

    def targets(self, alarm: str) -> bool:
        """Whether it is for the alarm of that name."""
        named = self.given.get("MuteTargets")
        return named is None or alarm in named["AlarmNames"]


_rules: dict[Key, MuteRule] = {}
_unmute: list[Callable[[dict[str, Any]], None]] = []


def install(unmute: Callable[[dict[str, Any]], None]) -> None:
    """Serves the operations; `unmute` runs the actions of an alarm's present state."""
    _unmute[:] = [unmute]
    handle: Callable[..., Awaitable[Any]] = cloudwatch.handle_request

    async def handle_request(
        method: str, path: str, headers: dict[str, str], body: bytes, query_params: dict[str, Any]
    ) -> Any:
        request = CURRENT.get()
        serve = _OPERATIONS.get(request.operation or "") if request else None
        if request is None or serve is None:
            return await handle(method, path, headers, body, query_params)
        return serve(request)

    cloudwatch.handle_request = handle_request


def forget() -> None:
    """After a reset."""
    _rules.clear()


def mutes(alarm: dict[str, Any]) -> bool:
    """Whether some rule mutes the alarm now."""
    _, _, _, region, account, _ = alarm["AlarmArn"].split(":", 5)
    return any(
        rule.targets(alarm["AlarmName"]) and rule.status(time.time()) == "ACTIVE"
        for (of, at, _), rule in list(_rules.items())
        if (of, at) == (account, region)
    )


def _put(request: checks.Request) -> Answer:
    given = dict(request.params)
    try:
        schedule = mute_schedule.parse(given["Rule"]["Schedule"])
    except mute_schedule.InvalidScheduleError as error:
        return _refused(request, "ValidationError", str(error))
    for alarm in (given.get("MuteTargets") or {}).get("AlarmNames") or []:
        if alarm not in cloudwatch._alarms and alarm not in cloudwatch._composite_alarms:
            return _refused(request, "ValidationError", f"The alarm {alarm} does not exist.")
    expires = _instant(given["ExpireDate"]) if given.get("ExpireDate") is not None else None
    starts = _instant(given["StartDate"]) if given.get("StartDate") is not None else 0.0
    key = _key(request, given["Name"])
    arn = f"arn:aws:cloudwatch:{request.region}:{request.account}:alarm-mute-rule:{given['Name']}"
    _rules[key] = MuteRule(arn, given, schedule, starts, expires, time.time())
    return _answered(request, {})


def _list(request: checks.Request) -> Answer:
    now, wanted = time.time(), request.params.get("Statuses") or []
    alarm, size = request.params.get("AlarmName"), request.params.get("MaxRecords") or 50
    here = [rule for key, rule in sorted(_rules.items()) if key[:2] == (request.account, request.region)]
    found = [
        rule for rule in here if (not wanted or rule.status(now) in wanted) and (alarm is None or rule.targets(alarm))
    ]
    token = request.params.get("NextToken") or "0"
    if not token.isdigit():
        return _refused(request, "InvalidNextToken", "The next token specified is invalid.")
    first = int(token)
    page: dict[str, Any] = {"AlarmMuteRuleSummaries": [_summary(rule, now) for rule in found[first : first + size]]}
    if first + size < len(found):
        page["NextToken"] = str(first + size)
    return _answered(request, page)


def _get(request: checks.Request) -> Answer:
    name = request.params["AlarmMuteRuleName"]
    rule = _rules.get(_key(request, name))
    if rule is None:
        return _refused(request, "ResourceNotFoundException", f"The alarm mute rule {name} does not exist.", 404)
    told = {member: rule.given.get(member) for member in ("Name", "Description", "Rule", "MuteTargets")}
    told |= {"StartDate": rule.starts or None} | _summary(rule, time.time())
    return _answered(request, {member: value for member, value in told.items() if value is not None})


def _delete(request: checks.Request) -> Answer:
    rule = _rules.pop(_key(request, request.params["AlarmMuteRuleName"]), None)
    if rule and rule.status(time.time()) == "ACTIVE":
        with request_scope(request.account or "", request.region):
            for name, alarm in list(cloudwatch._alarms.items()):
                if rule.targets(name) and alarm["StateValue"] == "ALARM" and not mutes(alarm):
                    for unmute in _unmute:
                        unmute(alarm)
    return _answered(request, {})


def _key(request: checks.Request, name: str) -> Key:
    return request.account or "", request.region, name


def _summary(rule: MuteRule, now: float) -> dict[str, Any]:
    told = {
        "AlarmMuteRuleArn": rule.arn,
        "Status": rule.status(now),
        "MuteType": "ONE_TIME" if rule.schedule.is_once else "RECURRING",
        "LastUpdatedTimestamp": rule.updated,
    }
    return told if rule.expires is None else {**told, "ExpireDate": rule.expires}


def _instant(value: Any) -> float:
    """A point in time, as the protocols write it: a number, CBOR's tag 1 or what its reader makes of that."""
    if isinstance(value, cbor2.CBORTag):
        value = value.value
    return value.timestamp() if isinstance(value, datetime) else float(value)


_OPERATIONS: dict[str, Callable[[checks.Request], Answer]] = {
    "PutAlarmMuteRule": _put,
    "ListAlarmMuteRules": _list,
    "GetAlarmMuteRule": _get,
    "DeleteAlarmMuteRule": _delete,
}


def _answered(request: checks.Request, content: dict[str, Any]) -> Answer:
    is_cbor = request.protocol == "smithy-rpc-v2-cbor"
    answer: Answer = cloudwatch._cbor_ok(_dated(content)) if is_cbor else cloudwatch._json_ok(content)
    return answer


def _dated(value: Any) -> Any:
    """The same with CBOR's mark on points in time."""
    if isinstance(value, list):
        return [_dated(item) for item in value]
    if not isinstance(value, dict):
        return value
    dates = ("StartDate", "ExpireDate", "LastUpdatedTimestamp")
    return {k: cbor2.CBORTag(1, v) if k in dates else _dated(v) for k, v in value.items()}


def _refused(request: checks.Request, code: str, message: str, status: int = 400) -> Answer:
    return checks.answer(checks.AwsError(code, message, status), request)
