"""Writes that are answered and then lost.

Lambda loses statements of a function's policy that are added side by side (hashicorp/aws, resource
aws_lambda_permission: "bug acknowledged by AWS"), and whoever writes a bucket's notification replaces all of it.
"""

from __future__ import annotations

from collections.abc import Callable

from ministack.services import lambda_svc, s3

from . import checks


def undoing(request: checks.Request) -> Callable[[], None]:
    """What brings back the state before the request."""
    if request.operation == "AddPermission":
        return _without_statement(request)
    bucket = request.params["Bucket"]
    account = request.account or ""
    before = s3._bucket_notifications.get_scoped(account, None, bucket)

    def restore() -> None:
        if before is None:
            s3._bucket_notifications.pop_scoped(account, None, bucket)
        else:
            s3._bucket_notifications.set_scoped(account, None, bucket, before)

    return restore


def _without_statement(request: checks.Request) -> Callable[[], None]:
    name = request.params["FunctionName"].split(":function:")[-1].split(":")[0]

    def remove() -> None:
        function = lambda_svc._functions.get_scoped(request.account or "", request.region, name)
        if function:
            policy = function["policy"]
            sid = request.params["StatementId"]
            policy["Statement"] = [one for one in policy["Statement"] if one.get("Sid") != sid]

    return remove
