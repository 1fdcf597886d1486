"""Making and changing functions.

Lambda refuses a role that it can't assume: one that doesn't exist, that doesn't trust
lambda.amazonaws.com, or that is a few seconds old ("The role defined for the function cannot be
assumed by Lambda."; terraform-provider-aws retries it). A new function is Pending and a changed one
InProgress for a while, and until then further changes are refused with ResourceConflictException.
(Lambda developer guide, "Lambda function states".) A changed function gets new processes. A policy
without statements is no policy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.core import lambda_runtime
from ministack.core.responses import error_response_json
from ministack.services import lambda_svc

from . import clock, policies

SERVICE = "lambda.amazonaws.com"
SETTLING = 3.0
"""Seconds a function takes to become Active, or its change Successful."""

Answer = tuple[int, dict[str, str], bytes]


def install() -> None:
    """Puts these rules before MiniStack's Lambda."""
    lambda_svc._LAMBDA_STATE_TRANSITION_DELAY = clock.real(SETTLING)
    create, configure, change = lambda_svc._create_function, lambda_svc._update_config, lambda_svc._update_code
    get_policy = lambda_svc._get_policy

    def create_function(data: dict[str, Any]) -> Answer:
        taken = data.get("FunctionName") in lambda_svc._functions
        return (not taken and _role_error(data.get("Role", ""))) or create(data)

    def update_config(name: str, data: dict[str, Any]) -> Answer:
        busy = _busy(name)
        refused = _role_error(data["Role"]) if data.get("Role") and not busy else None
        answer = busy or refused or configure(name, data)
        if answer[0] == 200:
            _end_processes(name, "$LATEST")
        return answer

    def get_policy_if_any(
        func_name: str, query_params: dict[str, Any] | None = None, path_qualifier: str | None = None
    ) -> Answer:
        record = lambda_svc._functions.get(func_name)
        if record and not record["policy"]["Statement"]:
            return error_response_json("ResourceNotFoundException", "The resource you requested does not exist.", 404)
        return get_policy(func_name, query_params, path_qualifier)

    lambda_svc.invalidate_worker = _end_processes
    lambda_svc._create_function = create_function
    lambda_svc._update_config = update_config
    lambda_svc._update_code = _unless_busy(change)
    lambda_svc._get_policy = get_policy_if_any


def fail_update(account: str, region: str, name: str) -> None:
    """Lets the change that was just accepted fail, which the function says until it is changed again.

    The status is the Lambda developer guide's ("Lambda function states"), the reason ours.
    """
    function = lambda_svc._functions.get_scoped(account, region, name)
    if function:
        # MiniStack has a function that is being changed pending, and ends both.
        failed = {"State": "Active", "StateReason": "", "StateReasonCode": "", "LastUpdateStatus": "Failed"}
        failed |= {"LastUpdateStatusReasonCode": "InternalError"}
        function["config"].update(failed, LastUpdateStatusReason="The update of the function failed.")


def _end_processes(
    func_name: str, qualifier: str | None = None, account: str | None = None, region: str | None = None
) -> None:
    """MiniStack ends a changed function's processes in all accounts and regions, and keeps them for a new role."""
    here = account or lambda_svc.get_account_id(), region or lambda_svc.get_region()
    lambda_runtime.invalidate_worker(func_name, qualifier, *here)


def _role_error(arn: str) -> Answer | None:
    role = policies.find_role(arn)
    foreign = arn.split(":")[4:5] != [lambda_svc.get_account_id()]
    if role is None or foreign or not policies.trusts(role, SERVICE) or policies.role_is_fresh(arn):
        return error_response_json(
            "InvalidParameterValueException", "The role defined for the function cannot be assumed by Lambda.", 400
        )
    return None


def _unless_busy(change: Callable[[str, dict[str, Any]], Answer]) -> Callable[[str, dict[str, Any]], Answer]:
    def handler(name: str, data: dict[str, Any]) -> Answer:
        return _busy(name) or change(name, data)

    return handler


def _busy(name: str) -> Answer | None:
    config = (lambda_svc._functions.get(name) or {}).get("config") or {}
    if config.get("State") == "Pending":
        what = (
            "The operation cannot be performed at this time. The function is currently in the following state: Pending"
        )
    elif config.get("LastUpdateStatus") == "InProgress":
        what = (
            "The operation cannot be performed at this time. "
            f"An update is in progress for resource: {config.get('FunctionArn')}"
        )
    else:
        return None
    return error_response_json("ResourceConflictException", what, 409)
