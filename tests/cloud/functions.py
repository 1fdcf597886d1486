"""Asynchronous invocations, and what a function may do.

Whoever invokes a function for an AWS service (S3, EventBridge, CloudWatch) does so asynchronously:
the caller is told nothing, and Lambda tries again twice after an error, one and two minutes later
(or as often as MaximumRetryAttempts says). Then the event and the last answer go to the on-failure
destination, written with the function's own role. (Lambda developer guide, "Asynchronous
invocation") Where the function's reserved concurrency is 0 they go there at once, without having been tried
(LocalStack's AWS-validated snapshots, test_lambda: test_reserved_concurrency).

A function runs with the credentials of a session of its role, and nothing it does is allowed but
what that role allows; that is MiniStack's own doing under AUTH=true.
"""

from __future__ import annotations

import contextvars
import datetime
import json
import threading
import uuid
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import lambda_svc

from . import clock, policies, queues
from .journal import hop

Record = dict[str, Any]
_RETRIES = 2
_WAITS = (60.0, 120.0)
_OLDEST = 21_600


def install() -> None:
    """Puts these invocations in the place of MiniStack's."""
    lambda_svc.invoke_async_with_retry = lambda func, event: invoke_async(func, event, "Invoke")


def find(arn: str) -> Record | None:
    """The function of this ARN, in whichever account and region it is."""
    parts = arn.split(":")
    if len(parts) < 7 or parts[2] != "lambda":
        return None
    return lambda_svc._functions.get_scoped(parts[4], parts[3], parts[6])


def service_may_invoke(record: Record, arn: str, service: str, source_arn: str, source_account: str) -> bool:
    """Whether the function's resource policy lets a service invoke it for one source."""
    region = arn.split(":")[3]
    return policies.service_allowed(
        record["policy"], service, "lambda:InvokeFunction", arn, region, source_arn, source_account
    )


def invoke_async(record: Record, event: Any, source: str) -> None:
    """Invokes in the background, with AWS's retries and destination."""
    arn = _config(record)["FunctionArn"]
    invocation = _Invocation(arn, event, source, clock.era())
    threading.Thread(target=contextvars.Context().run, args=(invocation.run,), daemon=True).start()


def _config(record: Record) -> dict[str, Any]:
    return record.get("config") or record


class _Invocation:
    """One event for one function, over all its attempts."""

    def __init__(self, arn: str, event: Any, source: str, era: int) -> None:
        _, _, _, self.region, self.account, _, self.name = arn.split(":")[:7]
        self.arn = ":".join(arn.split(":")[:7])
        self.event = event
        self.source = source
        self.era = era
        self.request_id = str(uuid.uuid4())

    def run(self) -> None:
        with request_scope(self.account, self.region):
            self._attempts()

    def _attempts(self) -> None:
        attempts = 0
        while True:
            if clock.era() != self.era:
                return
            record = find(self.arn)
            if record is None:
                self._note("failed", "ResourceNotFoundException", "the function is gone")
                return
            settings = lambda_svc._event_invoke_config(record, None) or {}
            if not _throttled(record):
                attempts += 1
                answer = self._try(record, attempts)
                if not answer.get("error") or clock.era() != self.era:
                    return
            else:
                self._fail(record, settings, {}, 0, "ZeroReservedConcurrency")
                return
            retries = settings.get("MaximumRetryAttempts")
            retries = _RETRIES if retries is None else int(retries)
            if attempts > retries:
                self._fail(record, settings, answer, attempts, "RetriesExhausted")
                return
            wait = _WAITS[min(attempts, len(_WAITS)) - 1]
            if sum(_WAITS[:attempts]) > (settings.get("MaximumEventAgeInSeconds") or _OLDEST):
                self._fail(record, settings, answer, attempts, "EventAgeExceeded")
                return
            if not clock.pause(wait, self.era):
                return

    def _try(self, record: Record, attempt: int) -> dict[str, Any]:
        self._note("invoked", "", {"attempt": attempt, "by": self.source})
        answer = lambda_svc._execute_function(_current(record), self.event)
        lines = (answer.get("log") or "").splitlines()
        if clock.era() != self.era:
            return answer
        body = answer.get("body")
        if answer.get("error"):
            code = body.get("errorType", "") if isinstance(body, dict) else ""
            self._note("failed", code, {"attempt": attempt, "answer": body, "log": lines})
        else:
            self._note("succeeded", "", {"attempt": attempt, "answer": readable(body), "log": lines})
        return answer

    def _fail(self, record: Record, settings: dict[str, Any], answer: dict[str, Any], attempts: int, why: str) -> None:
        destination = ((settings.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination")
        if not destination:
            self._note("lost", "", "all attempts failed and there is no on-failure destination")
            return
        role = _config(record).get("Role", "")
        queue = queues.find(destination)
        if queue is None:
            self._destination(destination, "refused", "NO_RESOURCE")
        elif not policies.role_allows(role, "sqs:SendMessage", destination, self.region):
            self._destination(destination, "refused", "NO_PERMISSIONS")
        else:
            queues.store(queue, json.dumps(self._letter(answer, attempts, why)))
            self._destination(destination, "stored", "")

    def _letter(self, answer: dict[str, Any], attempts: int, why: str) -> dict[str, Any]:
        now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        letter: dict[str, Any] = {
            "version": "1.0",
            "timestamp": now,
            "requestContext": {
                "requestId": self.request_id,
                "functionArn": f"{self.arn}:$LATEST",
                "condition": why,
                "approximateInvokeCount": attempts,
            },
            "requestPayload": self.event,
        }
        if attempts:
            letter["responseContext"] = {
                "statusCode": 200,
                "executedVersion": "$LATEST",
                "functionError": "Unhandled",
            }
            letter["responsePayload"] = readable(answer.get("body"))
        return letter

    def _destination(self, arn: str, outcome: str, code: str) -> None:
        name = arn.rsplit(":", 1)[-1]
        hop("destination", self.account, self.region, name, target=arn, outcome=outcome, code=code, detail=self.name)

    def _note(self, outcome: str, code: str, detail: Any) -> None:
        hop(
            "function",
            self.account,
            self.region,
            self.name,
            target=self.arn,
            outcome=outcome,
            code=code,
            event_id=self.request_id,
            detail=detail,
        )


def _current(record: Record) -> Record:
    return lambda_svc._execution_record_for_config(record, _config(record))


def _throttled(record: Record) -> bool:
    return lambda_svc._reserved_concurrency(record, _config(record)) == 0


def readable(body: Any) -> Any:
    """An answer as JSON, where it is that."""
    if isinstance(body, bytes):
        body = body.decode("utf-8", errors="replace")
    if isinstance(body, str):
        try:
            return json.loads(body)
        except ValueError:
            return body
    return body
