"""The code and the message by which each service refuses a request its model forbids."""

from __future__ import annotations

from .request import AwsError, Problem, Request

# A constraint of the model broken. Services that are not here answer ValidationException.
_CONSTRAINT = {
    "iam": "ValidationError",
    "sts": "ValidationError",
    "cloudwatch": "ValidationError",
    "sns": "InvalidParameter",
    "logs": "InvalidParameterException",
    "organizations": "InvalidInputException",
    "resourcegroupstaggingapi": "InvalidParameterException",
    "sqs": "InvalidParameterValue",
    "s3": "InvalidArgument",
}
# A required member left out, where that has a code of its own.
_MISSING = {"sqs": "MissingParameter", "sns": "InvalidParameter", "s3": "InvalidRequest"}
_UNREADABLE = {
    "iam": "MalformedInput",
    "sts": "MalformedInput",
    "sns": "MalformedInput",
    "cloudwatch": "MalformedInput",
    "s3": "MalformedXML",
}


def refusal(request: Request) -> AwsError | None:
    """The error for a request whose parameters do not fit the model."""
    if not request.problems:
        return None
    service = request.service or ""
    kinds = {p.kind for p in request.problems}
    if "type" in kinds:
        first = next(p for p in request.problems if p.kind == "type")
        return AwsError(_UNREADABLE.get(service, "SerializationException"), first.text)
    if service == "s3" and "unknown" in kinds:
        return AwsError("MalformedXML", _message(request.problems))
    if kinds == {"null"}:
        code = _MISSING.get(service, _CONSTRAINT.get(service, "ValidationException"))
    else:
        code = _CONSTRAINT.get(service, "ValidationException")
    return AwsError(code, _message(request.problems))


def _message(problems: tuple[Problem, ...]) -> str:
    """The sentence that most services share."""
    plural = "s" if len(problems) > 1 else ""
    texts = "; ".join(p.text for p in problems)
    return f"{len(problems)} validation error{plural} detected: {texts}"
