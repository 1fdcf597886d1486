"""What a function has printed, whole: all of it belongs to the invocation that printed it.

A bootstrap prints before it answers, so at the answer everything is in the pipe; on a busy machine
MiniStack's reader may not have come to it, and then the line is lost or told of the next invocation.
"""

from __future__ import annotations

import fcntl
import struct
import subprocess
import termios
import time
from typing import Any, cast

from ministack.core.lambda_runtime import Worker

_LIMIT = 5.0
_SETTLED = 0.02


def install() -> None:
    """Lets MiniStack look for an invocation's lines only when the pipe is empty."""
    drain = Worker._drain_stderr_bounded

    def drained(self: Worker, *arguments: float, **named: float) -> str:
        end = time.monotonic() + _LIMIT
        while _waiting(self) and time.monotonic() < end:
            time.sleep(0.001)
        # What was read last from the pipe is on its way to the queue.
        time.sleep(_SETTLED)
        return drain(self, *arguments, **named)

    Worker._drain_stderr_bounded = drained  # type: ignore[method-assign]  # MiniStack offers no hook


def _waiting(worker: Worker) -> int:
    """Bytes in the pipe that nobody has read."""
    # MiniStack gives it no type; all that is told of it is that it begins as None.
    process = cast("subprocess.Popen[Any] | None", worker._proc)
    if process is None or process.stdout is None or process.stdout.closed:
        return 0
    try:
        return int(struct.unpack("i", fcntl.ioctl(process.stdout.fileno(), termios.FIONREAD, b"\0" * 4))[0])
    except (OSError, ValueError):
        return 0
