"""The second backend: moto 5.2.5's server behind a front of ours (README.md says what it can't do)."""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import threading
from pathlib import Path

from ..settings import SETTINGS


def serve(options: argparse.Namespace) -> None:
    """Serves until SIGTERM or SIGINT; `options` are those of `python -m cloud`."""
    _environment()
    _logging(options.log)
    from moto.moto_server.werkzeug_app import (
        DomainDispatcherApplication,
        MotoRequestHandler,
        create_backend_app,
    )
    from werkzeug.serving import ThreadedWSGIServer

    from . import made_ready
    from .front import Front

    class Quiet(MotoRequestHandler):
        """Requests are in the journal, not on stderr."""

        protocol_version = "HTTP/1.1"

        def log(self, *_: object, **__: object) -> None:
            return

    front = Front(DomainDispatcherApplication(create_backend_app))
    server = ThreadedWSGIServer("127.0.0.1", options.port, front, handler=Quiet)
    SETTINGS.port = server.server_port
    SETTINGS.speed = options.speed
    SETTINGS.accounts = options.account

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made_ready.make()
    if options.ready_file:
        unfinished = options.ready_file.with_name(options.ready_file.name + ".new")
        unfinished.write_text(json.dumps({"pid": os.getpid(), **made_ready.facts()}))
        unfinished.replace(options.ready_file)
    print(f"ready {SETTINGS.endpoint}", flush=True)
    parent = os.getppid()
    while not stop.wait(1):
        if getattr(options, "with_parent", False) and os.getppid() != parent:
            break
    server.shutdown()


main = serve


def _logging(path: Path | None) -> None:
    level = logging.WARNING if path else logging.CRITICAL
    logging.basicConfig(filename=path, level=level, format="%(asctime)s %(levelname)s %(name)s %(message)s")


def _environment() -> None:
    """Settings that moto reads when it is imported; MOTO_ACCOUNT_ID would make all accounts one."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "MOTO_"))]:
        del os.environ[name]
    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
