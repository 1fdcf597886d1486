"""A function's processes: who each is to AWS, and its sudden end.

Each execution environment has credentials of its own, of a session of the function's role that is named like
the function. (Lambda developer guide, "Execution environment".) So a request tells which process sent it. A
process that is killed fails its invocation with Runtime.ExitError, and the next one gets a new process.
"""

from __future__ import annotations

import os
import secrets
import signal
from dataclasses import dataclass
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import sts


@dataclass(frozen=True)
class Process:
    """One process, known by the port of the runtime API that it asks for events."""

    function: str
    port: int

    @property
    def name(self) -> str:
        """The function's name."""
        return self.function.split(":")[6]


_PROCESSES: dict[str, Process] = {}
"""By access key."""


def credentials(config: dict[str, Any], port: int) -> dict[str, str]:
    """The environment variables of a new session for a new process."""
    arn = ":".join(config["FunctionArn"].split(":")[:7])
    account, function = arn.split(":")[4], arn.split(":")[6]
    role = config["Role"].rsplit("/", 1)[-1]
    key, secret, token = f"ASIA{secrets.token_hex(8).upper()}", secrets.token_hex(20), secrets.token_hex(64)
    session = {
        "Arn": f"arn:aws:sts::{account}:assumed-role/{role}/{function}",
        "UserId": f"{role}:{function}",
        "SecretAccessKey": secret,
        "SessionToken": token,
    }
    sts.register_session(key, session)
    _PROCESSES[key] = Process(arn, port)
    return {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret, "AWS_SESSION_TOKEN": token}


def forget() -> None:
    """After a reset there is none."""
    _PROCESSES.clear()


def of(access_key: str | None) -> Process | None:
    """The process that has this key."""
    return _PROCESSES.get(access_key or "")


def kill(process: Process) -> None:
    """Ends it at once, without a word."""
    for workers in list(lambda_runtime._workers.values()):
        for worker in list(workers):
            server, running = getattr(worker, "_server", None), worker._proc
            if server and running and server.server_address[1] == process.port:
                os.kill(running.pid, signal.SIGKILL)
