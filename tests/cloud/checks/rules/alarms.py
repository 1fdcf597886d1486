"""CloudWatch alarms.

PutMetricAlarm in the CloudWatch API reference: periods of 10, 20, 30 or whole minutes, a day at most
looked back (a week from hourly periods on), actions that are ARNs of the alarm's region.
"""

from __future__ import annotations

from ..arns import split
from ..request import AwsError, Request
from .table import asks

_TREATMENTS = ("breaching", "notBreaching", "ignore", "missing")
DAY, WEEK, HOUR = 86_400, 604_800, 3_600


@asks("cloudwatch", "PutMetricAlarm")
def an_alarm_is_whole(request: Request) -> AwsError | None:
    given = request.params
    if "EvaluationCriteria" in given:  # a newer kind of alarm, not on a metric
        return None
    for name in ("ComparisonOperator", "EvaluationPeriods"):
        if name not in given:
            return AwsError("MissingParameter", f"The parameter {name} is required.")
    if "Metrics" in given:
        clash = [n for n in ("MetricName", "Namespace", "Period", "Statistic", "Dimensions") if n in given]
        if clash:
            return AwsError("InvalidParameterCombination", f"Metrics and {clash[0]} can't be given together.")
        return None
    for name in ("MetricName", "Namespace", "Period", "Threshold"):
        if name not in given:
            return AwsError("MissingParameter", f"The parameter {name} is required.")
    if ("Statistic" in given) == ("ExtendedStatistic" in given):
        return AwsError("InvalidParameterCombination", "Exactly one of Statistic and ExtendedStatistic must be given.")
    return None


@asks("cloudwatch", "PutMetricAlarm")
def a_period_is_one_that_exists(request: Request) -> AwsError | None:
    period = request.params.get("Period")
    if period is None or period in (10, 20, 30) or (period >= 60 and period % 60 == 0):
        return None
    return AwsError("InvalidParameterValue", "Period must be 10, 20, 30 or a multiple of 60.")


@asks("cloudwatch", "PutMetricAlarm")
def an_alarm_looks_back_so_far(request: Request) -> AwsError | None:
    period, count = request.params.get("Period", 0), request.params.get("EvaluationPeriods", 0)
    limit, words = (WEEK, "seven days") if period >= HOUR else (DAY, "a day")
    if period * count <= limit:
        return None
    return AwsError(
        "ValidationError",
        f"Metrics cannot be checked across more than {words} (EvaluationPeriods * Period must be <= {limit}).",
    )


@asks("cloudwatch", "PutMetricAlarm")
def datapoints_to_alarm_fit(request: Request) -> AwsError | None:
    wanted, periods = request.params.get("DatapointsToAlarm", 0), request.params.get("EvaluationPeriods", 0)
    if wanted <= periods:
        return None
    return AwsError("ValidationError", "DatapointsToAlarm must not be greater than EvaluationPeriods.")


@asks("cloudwatch", "PutMetricAlarm")
def missing_data_is_treated_in_a_known_way(request: Request) -> AwsError | None:
    given = request.params.get("TreatMissingData", "missing")
    if given in _TREATMENTS:
        return None
    return AwsError("ValidationError", f"TreatMissingData {given} is not one of {', '.join(_TREATMENTS)}.")


@asks("cloudwatch", "PutMetricAlarm", "PutCompositeAlarm")
def actions_are_arns_of_the_region(request: Request) -> AwsError | None:
    for name in ("AlarmActions", "OKActions", "InsufficientDataActions"):
        for action in request.params.get(name, ()):
            arn = split(action)
            if arn is None:
                return AwsError("ValidationError", f"Invalid arn syntax: {action}")
            if arn.region != request.region:
                return AwsError(
                    "ValidationError", f"Invalid region {arn.region} specified. Only {request.region} is supported."
                )
    return None
