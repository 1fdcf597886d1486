"""SSM parameters.

Systems Manager user guide, "Parameter name constraints": letters, digits and `.-_`, with slashes between at most
15 levels, the first at the beginning, 1,011 characters with the ARN's; a name can't begin with `aws` or `ssm`, in any
case. PutParameter: a standard parameter's
value has 4 KB, an advanced one's 8 KB. What is tagged must exist: InvalidResourceId (botocore's model).
"""

from __future__ import annotations

import re

from ..request import AwsError, Request
from ..state import State
from .table import asks, looks

LEVELS = 15
NAME = 1_011
_SIZES = {"Standard": 4_096, "Advanced": 8_192, "Intelligent-Tiering": 8_192}
_NAME = re.compile(r"[\w.-]+|(/[\w.-]+)+", re.ASCII)
_RESERVED = re.compile(r"/?(aws|ssm)", re.IGNORECASE)
_PATH = re.compile(r"/|(/[\w.-]+)+/?", re.ASCII)


@asks("ssm", "PutParameter")
def a_name_is_one(request: Request) -> AwsError | None:
    name = request.params["Name"]
    if not _NAME.fullmatch(name) or len(name) > NAME or _RESERVED.match(name):
        return AwsError(
            "ValidationException",
            'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of'
            " sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the"
            " following 3 symbols .-_",
        )
    if name.count("/") > LEVELS:
        message = f"A hierarchy can have a maximum of {LEVELS} levels."
        return AwsError("HierarchyLevelLimitExceededException", message)
    return None


@asks("ssm", "PutParameter")
def a_value_fits_its_tier(request: Request) -> AwsError | None:
    value, tier = request.params["Value"], request.params.get("Tier", "Standard")
    size = len(value.encode())
    if size == 0:
        return AwsError("ValidationException", "The parameter's value must not be empty.")
    if size <= _SIZES[tier]:
        return None
    return AwsError(
        "ValidationException",
        f"{tier} tier parameters support a maximum parameter value of {_SIZES[tier]} characters.",
    )


@asks("ssm", "GetParametersByPath")
def a_path_begins_with_a_slash(request: Request) -> AwsError | None:
    if _PATH.fullmatch(request.params["Path"]):
        return None
    return AwsError(
        "ValidationException",
        "The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward"
        ' slash "/".',
    )


@looks("ssm", "AddTagsToResource", "RemoveTagsFromResource", "ListTagsForResource")
def what_is_tagged_exists(request: Request, state: State) -> AwsError | None:
    given = request.params
    if given["ResourceType"] != "Parameter":
        return None
    if state.parameter_exists(request.account or "", request.region, given["ResourceId"]):
        return None
    return AwsError("InvalidResourceId", f"The resource ID {given['ResourceId']} is not valid.")
