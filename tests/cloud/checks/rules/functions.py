"""Lambda functions, who may invoke them, and where failed invocations go.

Lambda quotas: archive of 50 MB when uploaded directly, environment of 4 KB, resource policy of 20 KB. The refusal of
a longer policy is in AWS's words (helix-deploy#24), its size that of the document as GetPolicy answers it.
Messages about the role are those that hashicorp/terraform-provider-aws waits for. A destination that isn't there is
refused in the same words as one that the role may not send to (LocalStack's capture of
put_destination_lambda_doesntexist; hashicorp/aws, resource aws_lambda_function_event_invoke_config).
"""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from ..arns import role_of, split
from ..request import AwsError, Request
from ..state import State
from .table import asks, looks

ARCHIVE = 50 * 1024 * 1024
ENVIRONMENT = 4 * 1024
POLICY = 20 * 1024
_RESERVED = {
    "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
    "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
}  # fmt: skip
_SENDING = {
    "sqs": "sqs:SendMessage",
    "sns": "sns:Publish",
    "lambda": "lambda:InvokeFunction",
    "events": "events:PutEvents",
    "s3": "s3:PutObject",
}


def _refused(message: str) -> AwsError:
    return AwsError("InvalidParameterValueException", message)


@asks("lambda", "CreateFunction")
def a_new_function_is_whole(request: Request) -> AwsError | None:
    code, packed = request.params["Code"], request.params.get("PackageType", "Zip") == "Zip"
    if packed and not ("Runtime" in request.params and "Handler" in request.params):
        return _refused("Runtime and Handler are mandatory parameters for functions created with deployment packages.")
    if packed and ("ZipFile" in code) == ("S3Bucket" in code):
        return _refused("Please provide a source for function code.")
    return None


@asks("lambda", "CreateFunction", "UpdateFunctionCode")
def an_archive_fits_and_opens(request: Request) -> AwsError | None:
    archive = request.params.get("Code", request.params).get("ZipFile")
    if archive is None:
        return None
    if len(archive) > ARCHIVE:
        message = f"Request must be smaller than {ARCHIVE} bytes for the {request.operation} operation"
        return AwsError("RequestEntityTooLargeException", message, 413)
    if not zipfile.is_zipfile(io.BytesIO(archive)):
        return _refused("Could not unzip uploaded file. Please check your file, then try to upload again.")
    return None


@asks("lambda", "CreateFunction", "UpdateFunctionConfiguration")
def an_environment_fits(request: Request) -> AwsError | None:
    variables = request.params.get("Environment", {}).get("Variables", {})
    reserved = sorted(_RESERVED & set(variables))
    if reserved:
        return _refused(
            "Lambda was unable to configure your environment variables because the environment variables you have"
            " provided contains reserved keys that are currently not supported for modification."
            f" Reserved keys used in this request: {', '.join(reserved)}"
        )
    measured = json.dumps(variables, separators=(",", ":"), ensure_ascii=False)
    if len(measured.encode()) > ENVIRONMENT:
        return _refused(
            "Lambda was unable to configure your environment variables because the environment variables you have"
            f" provided exceeded the 4KB limit. String measured: {measured}"
        )
    return None


@looks("lambda", "CreateFunction", "UpdateFunctionConfiguration")
def a_functions_role_trusts_lambda(request: Request, state: State) -> AwsError | None:
    arn = request.params.get("Role")
    named = role_of(arn) if arn else None
    if arn is None or named is None:
        return None
    account, name = named
    if account != request.account:
        return AwsError("AccessDeniedException", "Cross-account pass role is not allowed.", 403)
    role = state.role(account, name)
    if role is None or role.arn != arn or not state.role_trusts(arn, "lambda.amazonaws.com"):
        return _refused("The role defined for the function cannot be assumed by Lambda.")
    return None


def _function_name(request: Request) -> str:
    return request.params["FunctionName"].split(":function:")[-1].split(":")[0]


@looks("lambda", "AddPermission")
def a_statement_id_is_new_and_the_policy_fits(request: Request, state: State) -> AwsError | None:
    function = state.function(request.account or "", request.region, _function_name(request))
    if function is None or not function.policy:
        return None
    statements = json.loads(function.policy).get("Statement", [])
    name = request.params["StatementId"]
    if any(statement.get("Sid") == name for statement in statements):
        return AwsError(
            "ResourceConflictException",
            f"The statement id ({name}) provided already exists. Please provide a new statement id, or remove the"
            " existing statement.",
            409,
        )
    size = len(_compact({"Version": "2012-10-17", "Id": "default", "Statement": [*statements, _statement(request)]}))
    if size > POLICY:
        message = f"The final policy size ({size}) is bigger than the limit ({POLICY})."
        return AwsError("PolicyLengthExceededException", message)
    return None


def _compact(document: dict[str, Any]) -> str:
    return json.dumps(document, separators=(",", ":"))


def _statement(request: Request) -> dict[str, Any]:
    """The statement that Lambda makes of AddPermission (developer guide, "Viewing resource-based IAM policies")."""
    asked = request.params
    principal = asked["Principal"]
    resource = f"arn:aws:lambda:{request.region}:{request.account}:function:{_function_name(request)}"
    made = {
        "Sid": asked["StatementId"],
        "Effect": "Allow",
        "Principal": {"Service" if principal.endswith(".amazonaws.com") else "AWS": principal},
        "Action": asked["Action"],
        "Resource": resource,
    }
    condition: dict[str, Any] = {}
    if "SourceAccount" in asked:
        condition["StringEquals"] = {"AWS:SourceAccount": asked["SourceAccount"]}
    if "SourceArn" in asked:
        condition["ArnLike"] = {"AWS:SourceArn": asked["SourceArn"]}
    return made | ({"Condition": condition} if condition else {})


@looks("lambda", "PutFunctionEventInvokeConfig", "UpdateFunctionEventInvokeConfig")
def a_destination_can_be_sent_to(request: Request, state: State) -> AwsError | None:
    function = state.function(request.account or "", request.region, _function_name(request))
    if function is None:
        return None
    for way in ("OnFailure", "OnSuccess"):
        given = request.params.get("DestinationConfig", {}).get(way, {}).get("Destination")
        if not given:
            continue
        arn = split(given)
        if arn is None or arn.service not in _SENDING:
            return _refused(f"The provided destination config DestinationConfig({way}={given}) is invalid.")
        if arn.service != "s3" and arn.region != request.region:
            return _refused(f"The destination {given} is not in the function's region.")
        if arn.service == "sqs":
            queue = state.queue(arn.account, arn.region, arn.resource)
            if queue is None:
                return _refused(f"The destination ARN {given} is invalid.")
            if queue.fifo:
                return _refused("FIFO queues are not supported as destinations.")
        action = _SENDING[arn.service]
        if not state.role_may(function.role, action, given, request.region):
            return _refused(f"The destination ARN {given} is invalid.")
    return None
