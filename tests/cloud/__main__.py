"""Starts the local AWS: `python -m cloud`, from tests/."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import signal
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, cast

from .settings import HUB_REGION, MANAGEMENT, SETTINGS

if TYPE_CHECKING:
    from hypercorn.typing import Framework


def main() -> None:
    """Reads the command line and serves until it is told to stop."""
    options = _arguments()
    if options.backend == "moto":
        from . import moto

        moto.serve(options)
        return
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", options.port))
    except OSError as error:
        sys.exit(f"cloud: can't listen on 127.0.0.1:{options.port}: {error.strerror}")
    SETTINGS.port = listener.getsockname()[1]
    SETTINGS.speed = options.speed
    SETTINGS.accounts = options.account
    _environment()
    _logging(options.log)
    if options.with_parent:
        _follow_parent()
    # MiniStack unpacks functions into the temporary folder and leaves them there.
    with tempfile.TemporaryDirectory(prefix="guard-cloud-", ignore_cleanup_errors=True) as folder:
        tempfile.tempdir = folder
        asyncio.run(_serve(listener, options))
        sys.stdout.flush()
    # Threads that still talk to functions must not hold the process up.
    os._exit(0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="cloud", description="A local AWS, as strict as the real one.")
    parser.add_argument("--port", type=int, default=4566, help="0 takes a free one")
    parser.add_argument("--backend", choices=("ministack", "moto"), default="ministack")
    parser.add_argument("--speed", type=float, default=1.0, help="how many times faster than AWS its clocks run")
    parser.add_argument("--account", action="append", default=[], metavar="ID", help="one more member account")
    parser.add_argument("--ready-file", type=Path, help="where to say, in JSON, that everything is ready")
    parser.add_argument("--log", type=Path, help="where to log")
    parser.add_argument("--with-parent", action="store_true", help="end when the parent process ends")
    options = parser.parse_args()
    if options.speed <= 0:
        parser.error("--speed must be greater than 0")
    if any(len(account) != 12 or not account.isdigit() for account in options.account):
        parser.error("--account takes a 12-digit account id")
    return options


def _environment() -> None:
    """MiniStack reads its settings from the environment when it is imported.

    The caller's own AWS settings must not leak in: a key in the environment would be MiniStack's
    root key, and functions inherit what this process has.
    """
    for name in [name for name in os.environ if name.startswith(("AWS_", "MINISTACK_", "LOCALSTACK_", "LAMBDA_"))]:
        del os.environ[name]
    os.environ.update(
        AUTH="true",
        BIND_HOST="127.0.0.1",
        GATEWAY_PORT=str(SETTINGS.port),
        AWS_ENDPOINT_URL=SETTINGS.endpoint,
        MINISTACK_HOST="127.0.0.1",
        MINISTACK_ACCOUNT_ID=MANAGEMENT,
        MINISTACK_REGION=HUB_REGION,
        SFTP_ENABLED="0",
        IOT_MTLS_ENABLED="0",
        # There is no docker here, and looking for it takes seconds.
        DOCKER_HOST="unix:///nonexistent",
    )


def _logging(path: Path | None) -> None:
    if path:
        logging.basicConfig(filename=path, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    else:
        logging.basicConfig(level=logging.CRITICAL)


def _follow_parent() -> None:
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


async def _serve(listener: socket.socket, options: argparse.Namespace) -> None:
    from hypercorn.asyncio import serve
    from hypercorn.config import Config
    from ministack.core import lambda_runtime

    from . import ready
    from .gateway import Gateway

    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    ready.install()
    config = Config()
    config.bind = [f"fd://{listener.detach()}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 1
    config.loglevel = "WARNING"
    announcement = asyncio.create_task(_announce(options))
    # hypercorn has a type of its own for each kind of message; here a message is any mapping.
    application = cast("Framework", Gateway(ready.make_ready))
    await serve(application, config, shutdown_trigger=stop.wait)
    announcement.cancel()
    ready.end()
    lambda_runtime.reset()


async def _announce(options: argparse.Namespace) -> None:
    from . import ready

    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", SETTINGS.port)
            writer.close()
            break
        except OSError:
            await asyncio.sleep(0.02)
    if options.ready_file:
        facts = {"pid": os.getpid(), **ready.facts()}
        unfinished = options.ready_file.with_name(options.ready_file.name + ".new")
        unfinished.write_text(json.dumps(facts))
        unfinished.replace(options.ready_file)
    print(f"ready {SETTINGS.endpoint}", flush=True)


if __name__ == "__main__":
    main()
