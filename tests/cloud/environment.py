"""The environment that a function's process sees: Lambda's, and nothing of this process's own.

The log stream is the environment's, `YEAR/MONTH/DAY/[VERSION]` and 32 digits. (Lambda developer guide,
"Defined runtime environment variables".)
"""

from __future__ import annotations

import os
import secrets
import time
from typing import Any

from ministack.services import lambda_svc

from . import processes
from .settings import SETTINGS

_INHERITED = ("PATH", "LANG", "TZ", "LD_LIBRARY_PATH", "TMPDIR", "HOME")


def install() -> None:
    """Takes away what MiniStack hands down, and adds what it forgets."""
    build = lambda_svc._provided_worker_env

    def provided_worker_env(config: dict[str, Any], code_dir: str, port: int) -> dict[str, str]:
        own = set(os.environ) - set(_INHERITED)
        said = (config.get("Environment") or {}).get("Variables") or {}
        built = build(config, code_dir, port)
        kept = {key: value for key, value in built.items() if key not in own or key in said or key.startswith("AWS_")}
        return {
            **kept,
            "AWS_ENDPOINT_URL": SETTINGS.endpoint,
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{config.get('Runtime', 'provided.al2023')}",
            "AWS_LAMBDA_LOG_GROUP_NAME": log_group(config),
            "AWS_LAMBDA_LOG_STREAM_NAME": _log_stream(config),
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            **processes.credentials(config, port),
        }

    lambda_svc._provided_worker_env = provided_worker_env


def log_group(config: dict[str, Any]) -> str:
    """Where a function logs: where it is told to, or to a group of its name."""
    return (config.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{config['FunctionName']}"


def _log_stream(config: dict[str, Any]) -> str:
    day = time.strftime("%Y/%m/%d", time.gmtime())
    return f"{day}/[{config.get('Version', '$LATEST')}]{secrets.token_hex(16)}"
