"""Requests checked as AWS checks them: against the service's model, then by AWS's own rules.

    request = parse(method, url, headers, body)
    error = check(request, state)
    if error:
        status, headers, body = answer(error, request)
    body = amend(request, body, state)

`state` is what the rules that look at existing objects read (see `state.State`).
"""

from .amend import amend
from .answers import answer
from .codes import refusal
from .parse import parse
from .request import AwsError, Problem, Request
from .rules import broken_rule
from .state import State

__all__ = ["AwsError", "Problem", "Request", "State", "amend", "answer", "check", "parse"]


def check(request: Request, state: State | None = None) -> AwsError | None:
    """The refusal that AWS would give before it does anything, or None.

    Without `state` only the model and the rules that need no other object are applied.
    """
    return refusal(request) or broken_rule(request, state)
