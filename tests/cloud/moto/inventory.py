"""Everything that exists in moto apart from what was made ready; the kinds are those of ../inventory.py."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.awslambda_simple.models import lambda_simple_backends
from moto.cloudwatch.models import cloudwatch_backends
from moto.events.models import events_backends
from moto.iam.models import iam_backends
from moto.logs.models import logs_backends
from moto.s3.models import s3_backends
from moto.sqs.models import sqs_backends
from moto.ssm.models import ssm_backends

from ..settings import MEMBER_ROLE

Object = dict[str, str]


def objects() -> list[Object]:
    """The objects, sorted by account, region, kind and name."""
    found = [*_events(), *_functions(), *_identities(), *_queues(), *_logs(), *_alarms(), *_notifications()]
    found += _parameters()
    return sorted(found, key=lambda one: (one["account"], one["region"], one["kind"], one["name"], one["arn"]))


def _object(account: str, region: str, kind: str, name: str, arn: str) -> Object:
    return {"account": account, "region": region, "kind": kind, "name": name, "arn": arn}


def _each(backends: Any) -> Iterator[tuple[str, str, Any]]:
    for account, regions in list(backends.items()):
        for region, backend in list(regions.items()):
            yield account, region, backend


def _events() -> Iterator[Object]:
    for account, region, backend in _each(events_backends):
        for name, bus in list(backend.event_buses.items()):
            if name != "default":
                yield _object(account, region, "event_bus", name, bus.arn)
            if bus.has_permissions():
                yield _object(account, region, "bus_policy", name, bus.arn)
            for rule in list(bus.rules.values()):
                yield _object(account, region, "rule", rule.name, rule.arn)
                for target in rule.targets:
                    yield _object(account, region, "target", f"{rule.name}/{target['Id']}", target["Arn"])


def _functions() -> Iterator[Object]:
    for account, region, backend in _each(lambda_simple_backends):
        for function in list(backend.list_functions()):
            name, arn = function.function_name, function.function_arn
            yield _object(account, region, "function", name, arn)
            for statement in function.policy.statements if function.policy else ():
                yield _object(account, region, "function_permission", f"{name}/{statement['Sid']}", arn)
            if function.event_invoke_config:
                yield _object(account, region, "async_settings", name, arn)


def _identities() -> Iterator[Object]:
    for account, _, backend in _each(iam_backends):
        for role in list(backend.roles.values()):
            if role.name == MEMBER_ROLE:
                continue
            yield _object(account, "", "role", role.name, role.arn)
            for policy in role.policies:
                yield _object(account, "", "role_policy", f"{role.name}/{policy}", role.arn)
            for arn in role.managed_policies:
                yield _object(account, "", "role_policy", f"{role.name}/{arn.rsplit('/', 1)[-1]}", arn)
        for user in list(backend.users.values()):
            for policy in user.policies:
                yield _object(account, "", "user_policy", f"{user.name}/{policy}", user.arn)
            for arn in user.managed_policies:
                yield _object(account, "", "user_policy", f"{user.name}/{arn.rsplit('/', 1)[-1]}", arn)


def _queues() -> Iterator[Object]:
    for account, region, backend in _each(sqs_backends):
        for name, queue in list(backend.queues.items()):
            yield _object(account, region, "queue", name, queue.queue_arn)


def _logs() -> Iterator[Object]:
    for account, region, backend in _each(logs_backends):
        for name, group in list(backend.groups.items()):
            yield _object(account, region, "log_group", name, group.arn)


def _alarms() -> Iterator[Object]:
    for account, region, backend in _each(cloudwatch_backends):
        for name, alarm in list(backend.alarms.items()):
            yield _object(account, region, "alarm", name, alarm.alarm_arn)


def _notifications() -> Iterator[Object]:
    for account, _, backend in _each(s3_backends):
        for name, bucket in list(backend.buckets.items()):
            kept = bucket.notification_configuration
            for entry in (*kept.topic, *kept.queue, *kept.cloud_function) if kept else ():
                yield _object(account, bucket.region_name, "bucket_notification", f"{name}/{entry.id}", entry.arn)


def _parameters() -> Iterator[Object]:
    for account, region, backend in _each(ssm_backends):
        # Its own items() would load AWS's thousands of parameters first.
        for name, versions in list(dict.items(backend._parameters)):
            if versions and not name.startswith("/aws/"):
                arn = f"arn:aws:ssm:{region}:{account}:parameter/{name.removeprefix('/')}"
                yield _object(account, region, "parameter", name, arn)
