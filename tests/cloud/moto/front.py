"""What stands before moto: accounts by their number, CloudWatch's protocols, healing, the journal."""

from __future__ import annotations

import io
import json
import os
import re
import threading
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from moto.iam.models import get_account_id_from
from werkzeug.wsgi import get_input_stream

from .. import errors
from ..checks import Request, parse
from ..journal import REQUESTS
from . import buckets, buses, cloudwatch, healing, inventory, made_ready

Environ = dict[str, Any]
Start = Callable[[str, list[tuple[str, str]]], Any]
Application = Callable[[Environ, Any], Iterable[bytes]]


class Answer:
    """A response held back, so that it can be changed and noted."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status = status
        self.headers = {name.lower(): value for name, value in headers.items()}
        self.body = body


class Front:
    """The WSGI application that is served."""

    def __init__(self, moto: Application) -> None:
        self._moto = moto
        self._resetting = threading.Lock()

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Answers one request."""
        body = get_input_stream(environ).read()
        control = environ["PATH_INFO"].startswith("/_cloud/")
        answer = self._control(environ) if control else self._aws(environ, body)
        headers = dict(answer.headers)
        if environ["REQUEST_METHOD"] != "HEAD":
            headers["content-length"] = str(len(answer.body))
        start(f"{answer.status} -", list(headers.items()))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]

    def _aws(self, environ: Environ, body: bytes) -> Answer:
        headers = {
            name.removeprefix("HTTP_").replace("_", "-").lower(): value
            for name, value in environ.items()
            if isinstance(value, str) and (name.startswith("HTTP_") or name == "CONTENT_TYPE")
        }
        request = parse(environ["REQUEST_METHOD"], environ["REQUEST_URI"], headers, body)
        key = request.access_key or ""
        if re.fullmatch(r"\d{12}", key):
            environ["HTTP_X_MOTO_ACCOUNT_ID"] = key
        request.account = request.account or get_account_id_from(key)
        healing.prepare(request)
        if lacking := cloudwatch.lacking(request):
            answer = Answer(*lacking)
        elif request.service == "cloudwatch" and request.model and request.protocol != "query":
            answer = cloudwatch.translated(request, request.model, lambda form: self._moto_answer(environ, form, True))
        elif request.service == "events":
            with buses.LOCK:
                refused = buses.refusal(request)
                answer = Answer(*refused) if refused else self._moto_answer(environ, body, False)
        elif refused := buckets.refusal(request):
            answer = Answer(*refused)
        else:
            answer = self._moto_answer(environ, body, False)
        healing.heal(request, answer)
        _record(request, headers, answer)
        return answer

    def _moto_answer(self, environ: Environ, body: bytes, as_form: bool) -> Answer:
        asked = {k: v for k, v in environ.items() if k not in ("HTTP_TRANSFER_ENCODING", "wsgi.input_terminated")}
        if as_form:
            asked = {k: v for k, v in asked.items() if k not in ("HTTP_X_AMZ_TARGET", "HTTP_SMITHY_PROTOCOL")}
            asked |= {
                "PATH_INFO": "/",
                "REQUEST_URI": "/",
                "RAW_URI": "/",
                "CONTENT_TYPE": "application/x-www-form-urlencoded",
            }
        asked |= {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        seen: dict[str, Any] = {}

        def start(status: str, headers: list[tuple[str, str]], _: Any = None) -> Callable[[bytes], None]:
            seen.update(status=int(status.split(maxsplit=1)[0]), headers=dict(headers))
            return lambda _: None

        chunks = self._moto(asked, start)
        try:
            content = b"".join(chunks)
        finally:
            getattr(chunks, "close", lambda: None)()
        return Answer(seen["status"], seen["headers"], content)

    def _control(self, environ: Environ) -> Answer:
        method, name = environ["REQUEST_METHOD"], environ["PATH_INFO"].removeprefix("/_cloud/")
        query = {key: values[0] for key, values in parse_qs(environ.get("QUERY_STRING", "")).items()}
        answer: dict[str, Any] = {"error": f"there is no {method} /_cloud/{name} with moto"}
        status = 404
        match (method, name):
            case ("GET", "health"):
                status, answer = 200, {"status": "ok", "pid": os.getpid(), **made_ready.facts()}
            case ("POST", "reset"):
                with self._resetting:
                    made_ready.reset()
                status, answer = 200, {"status": "ok"}
            case ("GET", "requests"):
                following, entries = REQUESTS.since(int(query.get("since", "0")))
                status, answer = 200, {"next": following, "requests": entries}
            case ("GET", "inventory"):
                status, answer = 200, {"objects": inventory.objects()}
        payload = json.dumps(answer, default=str).encode()
        return Answer(status, {"content-type": "application/json"}, payload)


def _record(request: Request, headers: dict[str, str], answer: Answer) -> None:
    REQUESTS.add(
        account=request.account,
        region=request.region,
        service=request.service or "",
        operation=request.operation or "",
        status=answer.status,
        error=errors.code_of(answer.headers, answer.body) if answer.status >= 400 else "",
        agent=headers.get("user-agent", ""),
    )
