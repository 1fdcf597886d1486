"""Everything that exists in any account and region, apart from what was made ready.

Users, their keys, the trail's objects and topics are left out: they are the test's own, as long as a topic
has no mark of ours. So are AWS's own parameters (`/aws/`). What is left after a destroy is what somebody
forgot.
"""

from __future__ import annotations

from collections.abc import Iterator

from ministack.core.responses import request_scope
from ministack.services import (
    cloudwatch,
    cloudwatch_logs,
    eventbridge,
    iam,
    lambda_svc,
    s3,
    sns,
    sqs,
    ssm,
)

from .operators import OPERATOR
from .settings import MANAGEMENT, MEMBER_ROLE

Object = dict[str, str]
_MARK = "guard:"
"""How the tags of ours begin."""


def objects() -> list[Object]:
    """The objects, sorted by account, region, kind and name."""
    found = [*_events(), *_functions(), *_roles(), *_users(), *_queues(), *_logs(), *_alarms(), *_notifications()]
    found += [*_parameters(), *_topics()]
    return sorted(found, key=lambda one: (one["account"], one["region"], one["kind"], one["name"], one["arn"]))


def _object(account: str, region: str, kind: str, name: str, arn: str) -> Object:
    return {"account": account, "region": region, "kind": kind, "name": name, "arn": arn}


def _events() -> Iterator[Object]:
    for (account, region, name), bus in eventbridge._event_buses.all_items():
        if name != "default":
            yield _object(account, region, "event_bus", name, bus["Arn"])
    for (account, region, name), _ in eventbridge._event_bus_policies.all_items():
        yield _object(account, region, "bus_policy", name, f"arn:aws:events:{region}:{account}:event-bus/{name}")
    for (account, region, key), rule in eventbridge._rules.all_items():
        yield _object(account, region, "rule", rule["Name"], rule["Arn"])
        for target in eventbridge._targets.get_scoped(account, region, key, []):
            yield _object(account, region, "target", f"{rule['Name']}/{target['Id']}", target["Arn"])


def _functions() -> Iterator[Object]:
    for (account, region, name), record in lambda_svc._functions.all_items():
        arn = record["config"]["FunctionArn"]
        yield _object(account, region, "function", name, arn)
        for statement in record["policy"]["Statement"]:
            yield _object(account, region, "function_permission", f"{name}/{statement['Sid']}", arn)
        if record.get("event_invoke_config") or record.get("event_invoke_configs"):
            yield _object(account, region, "async_settings", name, arn)


def _roles() -> Iterator[Object]:
    for (account, name), role in iam._roles.to_dict().items():
        if name == MEMBER_ROLE:
            continue
        yield _object(account, "", "role", name, role["Arn"])
        for policy in role.get("InlinePolicies") or {}:
            yield _object(account, "", "role_policy", f"{name}/{policy}", role["Arn"])
        for policy in role.get("AttachedPolicies") or []:
            yield _object(account, "", "role_policy", f"{name}/{policy.rsplit('/', 1)[-1]}", policy)


def _users() -> Iterator[Object]:
    for (account, name), user in iam._users.to_dict().items():
        if (account, name) == (MANAGEMENT, OPERATOR):
            continue
        for policy in user.get("AttachedPolicies") or []:
            yield _object(account, "", "user_policy", f"{name}/{policy.rsplit('/', 1)[-1]}", policy)
    for (account, name), documents in iam._user_inline_policies.to_dict().items():
        for policy in documents:
            arn = f"arn:aws:iam::{account}:user/{name}"
            yield _object(account, "", "user_policy", f"{name}/{policy}", arn)


def _queues() -> Iterator[Object]:
    for (account, region, _), queue in sqs._queues.all_items():
        yield _object(account, region, "queue", queue["name"], queue["attributes"]["QueueArn"])


def _logs() -> Iterator[Object]:
    for (account, region, name), group in cloudwatch_logs._log_groups.all_items():
        yield _object(account, region, "log_group", name, group["arn"])


def _alarms() -> Iterator[Object]:
    for (account, region, name), alarm in cloudwatch._alarms.all_items():
        yield _object(account, region, "alarm", name, alarm["AlarmArn"])


def _notifications() -> Iterator[Object]:
    for account, bucket in list(s3._bucket_notifications.to_dict()):
        with request_scope(account, "us-east-1"):
            region = s3._notification_bucket_region(bucket)
            for entry in s3._parse_notification_config(bucket):
                yield _object(account, region, "bucket_notification", f"{bucket}/{entry['id']}", entry["arn"])


def _parameters() -> Iterator[Object]:
    for (account, region, name), parameter in ssm._parameters.all_items():
        if not name.startswith("/aws/"):
            yield _object(account, region, "parameter", name, parameter["ARN"])


def _topics() -> Iterator[Object]:
    for (account, region, arn), topic in sns._topics.all_items():
        if any(key.startswith(_MARK) for key in topic["tags"]):
            yield _object(account, region, "topic", topic["name"], arn)
        for one in topic["subscriptions"]:
            if one["protocol"] == "lambda":
                yield _object(account, region, "subscription", topic["name"], one["endpoint"])
