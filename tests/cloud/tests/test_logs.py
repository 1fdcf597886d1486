"""A function makes a log stream once, and what it writes can be read."""

from __future__ import annotations

import json
import re
import time

from .callers import Session
from .world import MEMBER, World, allow, refused

GROUP = "/aws/lambda/eyes"


def test_a_stream_is_made_once_and_keeps_what_is_put_into_it(world: World) -> None:
    world.client("logs", MEMBER).create_log_group(logGroupName=GROUP)
    logs = Session(world, None).client("logs")
    named = {"logGroupName": GROUP, "logStreamName": "incident/1"}
    logs.create_log_stream(**named)
    with refused("ResourceAlreadyExistsException"):
        logs.create_log_stream(**named)
    now = int(time.time() * 1000)
    logs.put_log_events(**named, logEvents=[{"timestamp": now, "message": "evidence"}])
    events = world.client("logs", MEMBER).get_log_events(**named)["events"]
    assert [(one["timestamp"], one["message"]) for one in events] == [(now, "evidence")]


def test_a_role_writes_to_the_group_that_it_names(world: World) -> None:
    admin = world.client("logs", MEMBER)
    for group in (GROUP, "/other"):
        admin.create_log_group(logGroupName=group)
    role = Session(world, None)
    write = allow("logs:CreateLogStream", f"arn:aws:logs:*:{MEMBER}:log-group:{GROUP}:*")
    world.client("iam", MEMBER).put_role_policy(RoleName="runs", PolicyName="own", PolicyDocument=json.dumps(write))
    logs = role.client("logs")
    logs.create_log_stream(logGroupName=GROUP, logStreamName="s")
    with refused("AccessDeniedException"):
        logs.create_log_stream(logGroupName="/other", logStreamName="s")
    with refused("AccessDeniedException"):
        logs.put_log_events(logGroupName=GROUP, logStreamName="s", logEvents=[{"timestamp": 1, "message": "x"}])


def test_a_function_knows_where_it_logs(world: World) -> None:
    session = Session(world, None)
    assert session.environment["AWS_LAMBDA_LOG_GROUP_NAME"] == GROUP
    stream = session.environment["AWS_LAMBDA_LOG_STREAM_NAME"]
    assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", stream)
    client = world.client("lambda", MEMBER)
    client.update_function_configuration(FunctionName="eyes", LoggingConfig={"LogGroup": "/shared"})
    answer = world.client("lambda", MEMBER).invoke(FunctionName="eyes")
    assert b'"AWS_LAMBDA_LOG_GROUP_NAME": "/shared"' in answer["Payload"].read()
