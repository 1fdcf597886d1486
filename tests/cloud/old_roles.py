"""What still holds on to a role after it was deleted, although another one of its name is there.

A role made anew under the same name is another principal, with another unique id (IAM user guide, "IAM identifiers").

* The sessions of a deleted role end with it, and so do the credentials of a function's processes, which last until
  the function is changed or its processes end by themselves. (IAM user guide, "Delete roles or instance profiles":
  whatever uses the role stops working. That a process is not given new credentials sooner is inference.)
* Lambda's grant on the key of a function's environment variables is for the principal that the role was when the
  function was last configured. Without it, every invocation fails with KMSAccessDeniedException before any code runs.
  (hashicorp/terraform-provider-aws#6352; a function without variables has no grant.)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.services import iam, lambda_svc, sts

from . import policies

Answer = tuple[int, dict[str, str], bytes]

_GRANTS: dict[str, str] = {}
"""By the ARN of a function with environment variables: the unique id of the role that can read them."""


def install() -> None:
    """Ends sessions with their role, gives grants, and looks for them before code runs."""
    create, configure, execute = lambda_svc._create_function, lambda_svc._update_config, _dispatch()
    iam._IAM_HANDLERS["DeleteRole"] = _ending_sessions(iam._IAM_HANDLERS["DeleteRole"])

    def create_function(data: dict[str, Any]) -> Answer:
        answer: Answer = create(data)
        return _granted(answer, data.get("FunctionName", ""))

    def update_config(name: str, data: dict[str, Any]) -> Answer:
        answer: Answer = configure(name, data)
        return _granted(answer, name)

    def executed(
        func: dict[str, Any], config: dict[str, Any], event: dict[str, Any], request_id: str, started: float
    ) -> dict[str, Any]:
        if _can_read_variables(config):
            return execute(func, config, event, request_id, started)
        message = (
            "Lambda was unable to decrypt the environment variables because KMS access was denied. "
            "Please check the function's KMS key settings."
        )
        body = {"errorType": "KMSAccessDeniedException", "errorMessage": message}
        return {"error": True, "body": body, "log": ""}

    lambda_svc._create_function = create_function
    lambda_svc._update_config = update_config
    lambda_svc._execute_function_dispatch = executed


def _dispatch() -> Callable[..., dict[str, Any]]:
    found: Callable[..., dict[str, Any]] = lambda_svc._execute_function_dispatch
    return found


def forget() -> None:
    """After a reset."""
    _GRANTS.clear()


def _ending_sessions(delete: Callable[[dict[str, Any]], Answer]) -> Callable[[dict[str, Any]], Answer]:
    def delete_role(params: dict[str, Any]) -> Answer:
        answer = delete(params)
        if answer[0] == 200:
            prefix = f":sts::{iam.get_account_id()}:assumed-role/{iam._p(params, 'RoleName')}/"
            for key in [key for key, session in sts._sessions.items() if prefix in session.get("Arn", "")]:
                del sts._sessions[key]
        return answer

    return delete_role


def _granted(answer: Answer, name: str) -> Answer:
    config = (lambda_svc._functions.get(name) or {}).get("config") or {}
    if answer[0] in (200, 201) and config:
        _GRANTS.pop(config["FunctionArn"], None)
        role = policies.find_role(config["Role"])
        if role and _variables(config):
            _GRANTS[config["FunctionArn"]] = role["RoleId"]
    return answer


def _can_read_variables(config: dict[str, Any]) -> bool:
    role = policies.find_role(config.get("Role", ""))
    arn = ":".join(config["FunctionArn"].split(":")[:7])
    return not _variables(config) or bool(role and _GRANTS.get(arn) == role["RoleId"])


def _variables(config: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = (config.get("Environment") or {}).get("Variables") or {}
    return found
