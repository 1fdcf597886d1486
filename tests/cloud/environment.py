"""The environment that a function's process sees: Lambda's, and nothing of this process's own.

(Lambda developer guide, "Defined runtime environment variables".)
"""

from __future__ import annotations

import os
from typing import Any

from ministack.services import lambda_svc

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
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{config.get('FunctionName')}",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        }

    lambda_svc._provided_worker_env = provided_worker_env
