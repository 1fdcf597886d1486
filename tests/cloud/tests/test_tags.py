"""One listing tells the tags of alarms and log groups, of its own account and region only."""

from __future__ import annotations

from .world import FAR, HUB, MEMBER, World


def test_alarms_and_log_groups_are_listed_by_their_tags(world: World) -> None:
    logs, alarms = world.client("logs", MEMBER, FAR), world.client("cloudwatch", MEMBER, FAR)
    logs.create_log_group(logGroupName="/ours", tags={"mark": "ours"})
    logs.create_log_group(logGroupName="/theirs", tags={"mark": "theirs"})
    alarms.put_metric_alarm(
        AlarmName="ours",
        Namespace="AWS/Events",
        MetricName="MatchedEvents",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        Tags=[{"Key": "mark", "Value": "ours"}],
    )

    def listed(region: str) -> list[str]:
        client = world.client("resourcegroupstaggingapi", MEMBER, region)
        found = client.get_resources(TagFilters=[{"Key": "mark", "Values": ["ours"]}])
        return sorted(one["ResourceARN"] for one in found["ResourceTagMappingList"])

    assert listed(FAR) == [
        f"arn:aws:cloudwatch:{FAR}:{MEMBER}:alarm:ours",
        f"arn:aws:logs:{FAR}:{MEMBER}:log-group:/ours",
    ]
    assert listed(HUB) == []
