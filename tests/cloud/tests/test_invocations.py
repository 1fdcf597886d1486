"""Whoever waits for a function gets its answer or its error, and a function may take letters from queues."""

from __future__ import annotations

import json
from typing import Any

from .callers import Session, allow_all
from .world import FAR, HUB, MEMBER, OTHER, World, allow, function, refused


def test_who_waits_gets_the_answer(world: World) -> None:
    arn = function(world, region=FAR)
    answer = world.client("lambda", MEMBER, FAR).invoke(FunctionName="eyes", Payload=b'{"a": 1}')
    assert (answer["StatusCode"], answer.get("FunctionError")) == (200, None)
    assert json.load(answer["Payload"])["arn"] == arn
    told = [(hop["outcome"], hop["detail"]["attempt"]) for hop in world.hops("function")]
    assert told == [("invoked", 1), ("succeeded", 1)]
    assert world.control(f"logs?function=eyes&account={MEMBER}&region={FAR}")["lines"] == ['saw {"a": 1}']


def test_who_waits_gets_the_error_and_nobody_tries_again(world: World) -> None:
    function(world, FAILS="always")
    answer = world.client("lambda", MEMBER).invoke(FunctionName="eyes")
    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
    assert json.load(answer["Payload"]) == {"errorType": "Broken", "errorMessage": "as asked"}
    assert [(hop["outcome"], hop["code"]) for hop in world.hops("function")] == [("invoked", ""), ("failed", "Broken")]


def test_a_role_takes_letters_from_its_own_queue_and_from_one_that_lets_it(world: World) -> None:
    queues = {MEMBER: "mine", OTHER: "open"}
    for account, name in queues.items():
        world.queue(account, HUB, name)
        world.queue(account, HUB, "closed")
    opened = f"arn:aws:sqs:{HUB}:{OTHER}:open"
    take = ["sqs:GetQueueUrl", "sqs:ReceiveMessage", "sqs:DeleteMessage"]
    statement: dict[str, Any] = {"Effect": "Allow", "Action": take, "Resource": opened}
    statement["Principal"] = {"AWS": f"arn:aws:iam::{MEMBER}:role/runs"}
    named = [f"arn:aws:sqs:{HUB}:{MEMBER}:mine", f"arn:aws:sqs:{HUB}:{OTHER}:*"]
    policy = allow_all(*((action, arn) for action in take for arn in named))
    session = Session(world, policy)
    admin = world.client("sqs", OTHER)
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    url = admin.get_queue_url(QueueName="open")["QueueUrl"]
    admin.set_queue_attributes(QueueUrl=url, Attributes={"Policy": document})
    sqs = session.client("sqs")
    for account, name in queues.items():
        sender = world.client("sqs", account)
        url = sqs.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"]
        sender.send_message(QueueUrl=url, MessageBody=account)
        (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
        assert message["Body"] == account
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        assert left(world, account, name) == 0
        closed = sender.get_queue_url(QueueName="closed")["QueueUrl"]
        with refused("AccessDenied"):
            sqs.receive_message(QueueUrl=closed)


def left(world: World, account: str, name: str) -> int:
    """How many messages there are, seen or not."""
    sqs = world.client("sqs", account)
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    numbers = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(numbers[one]) for one in names)


def test_a_changed_role_counts_from_the_next_invocation(world: World) -> None:
    session = Session(world, None)
    role = world.role(MEMBER, "other", "lambda.amazonaws.com", allow("logs:*", "*"))
    client = world.client("lambda", MEMBER)
    client.update_function_configuration(FunctionName="eyes", Role=role)
    seen = json.load(client.invoke(FunctionName="eyes")["Payload"])
    assert seen["AWS_ACCESS_KEY_ID"] != session.environment["AWS_ACCESS_KEY_ID"]
