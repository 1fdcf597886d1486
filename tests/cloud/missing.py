"""What AWS says of things that are not there, where MiniStack says something else.

* RemovePermission of a statement that a function's policy doesn't have names the statement; a function without a
  policy has another answer. GetFunctionEventInvokeConfig and DeleteFunctionEventInvokeConfig without settings name the
  function's ARN, with its version, also that of a function that isn't there.
* ListTagsForResource of an alarm that isn't there is an empty list.

(LocalStack's AWS-validated snapshots, test_lambda_api and test_cloudwatch.)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import cloudwatch, lambda_svc

Answer = tuple[int, dict[str, str], bytes]


def install() -> None:
    """Puts these answers in the place of MiniStack's."""
    lambda_svc._remove_permission = _naming_the_statement(lambda_svc._remove_permission)
    lambda_svc._get_event_invoke_config = _naming_the_function(lambda_svc._get_event_invoke_config)
    lambda_svc._delete_event_invoke_config = _naming_the_function(lambda_svc._delete_event_invoke_config)
    cloudwatch._list_tags_for_resource = _empty_for_no_alarm(cloudwatch._list_tags_for_resource)


def _naming_the_statement(remove: Callable[..., Answer]) -> Callable[..., Answer]:
    def removed(func_name: str, sid: str, *more: Any, **named: Any) -> Answer:
        statements = (lambda_svc._functions.get(func_name) or {}).get("policy", {}).get("Statement", [])
        if statements and all(one.get("Sid") != sid for one in statements):
            return _not_found(f"Statement {sid} is not found in resource policy.")
        return remove(func_name, sid, *more, **named)

    return removed


def _naming_the_function(act: Callable[..., Answer]) -> Callable[..., Answer]:
    def acted(func_name: str, qualifier: str | None = None) -> Answer:
        record = lambda_svc._functions.get(func_name)
        if not record or not lambda_svc._event_invoke_config(record, qualifier):
            arn = f"{lambda_svc._func_arn(func_name)}:{qualifier or '$LATEST'}"
            return _not_found(f"The function {arn} doesn't have an EventInvokeConfig")
        return act(func_name, qualifier)

    return acted


def _empty_for_no_alarm(listed: Callable[..., Answer]) -> Callable[..., Answer]:
    def tags(params: Any, cbor_data: dict[str, Any], is_cbor: bool, is_json: bool = False) -> Answer:
        answer = listed(params, cbor_data, is_cbor, is_json)
        if answer[0] != 404:
            return answer
        if is_cbor:
            empty: Answer = cloudwatch._cbor_ok({"Tags": []})
        elif is_json:
            empty = cloudwatch._json_ok({"Tags": []})
        else:
            inner = "<ListTagsForResourceResult><Tags></Tags></ListTagsForResourceResult>"
            empty = cloudwatch._xml(200, "ListTagsForResourceResponse", inner)
        return empty

    return tags


def _not_found(message: str) -> Answer:
    answer: Answer = error_response_json("ResourceNotFoundException", message, 404)
    return answer
