"""A mute rule keeps its alarms' actions from running, and says when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from .. import mute_schedule
from .test_alarms import permit, states, watched
from .world import FAR, HUB, MEMBER, OTHER, World, function, refused, until

ALWAYS = {"Schedule": {"Expression": "cron(* * * * *)", "Duration": "P15D"}}
LONG_AGO = {"Schedule": {"Expression": "at(2026-01-01T00:00)", "Duration": "PT1H"}}
ONCE = {"Schedule": {"Expression": "at(2099-01-01T00:00)", "Duration": "PT1H", "Timezone": "Europe/Berlin"}}


def put(world: World, name: str, rule: Any = ALWAYS, alarms: tuple[str, ...] | None = ("user",), **more: Any) -> None:
    """A rule on these alarms; None for all."""
    targets = {} if alarms is None else {"MuteTargets": {"AlarmNames": list(alarms)}}
    world.client("cloudwatch", MEMBER, FAR).put_alarm_mute_rule(Name=name, Rule=rule, **targets, **more)


def listed(world: World, **asked: Any) -> dict[str, str]:
    """The status of each rule, by its ARN's end."""
    found = world.client("cloudwatch", MEMBER, FAR).list_alarm_mute_rules(**asked)["AlarmMuteRuleSummaries"]
    return {one["AlarmMuteRuleArn"].rpartition(":")[2]: one["Status"] for one in found}


@pytest.mark.parametrize("alarms", [("user",), None])
def test_a_muted_alarm_changes_its_state_and_runs_no_action(world: World, alarms: tuple[str, ...] | None) -> None:
    arn = function(world, region=FAR)
    permit(world)
    watched(world, arn)
    put(world, "quiet", alarms=alarms)
    until(lambda: states(world) == ["OK"])
    world.put(MEMBER, FAR, "edge")
    assert world.await_hop("alarm_action", "muted")["target"] == arn
    until(lambda: states(world) == ["OK", "ALARM", "OK"])
    assert not world.hops("function")


def test_deleting_the_rule_runs_the_actions_of_alarms_that_are_up(slow_world: World) -> None:
    gone = f"arn:aws:lambda:{FAR}:{MEMBER}:function:gone"
    watched(slow_world, gone)
    put(slow_world, "quiet")
    cloudwatch = slow_world.client("cloudwatch", MEMBER, FAR)
    cloudwatch.set_alarm_state(AlarmName="user", StateValue="ALARM", StateReason="by hand")
    assert [hop["outcome"] for hop in slow_world.hops("alarm_action")] == ["muted"]
    cloudwatch.delete_alarm_mute_rule(AlarmMuteRuleName="quiet")
    assert [hop["outcome"] for hop in slow_world.hops("alarm_action")] == ["muted", "refused"]
    cloudwatch.delete_alarm_mute_rule(AlarmMuteRuleName="quiet")


@pytest.mark.parametrize("more", [{"rule": LONG_AGO}, {"rule": ONCE}, {"alarms": ("other",)}])
def test_a_rule_that_is_not_active_or_for_others_mutes_nothing(slow_world: World, more: dict[str, Any]) -> None:
    watched(slow_world, f"arn:aws:lambda:{FAR}:{MEMBER}:function:gone")
    cloudwatch = slow_world.client("cloudwatch", MEMBER, FAR)
    described = cloudwatch.describe_alarms(AlarmNames=["user"])["MetricAlarms"][0]
    kept = ("Namespace", "MetricName", "Statistic", "Period", "EvaluationPeriods", "Threshold", "ComparisonOperator")
    cloudwatch.put_metric_alarm(AlarmName="other", **{name: described[name] for name in kept})
    put(slow_world, "quiet", **more)
    cloudwatch.set_alarm_state(AlarmName="user", StateValue="ALARM", StateReason="by hand")
    assert [hop["outcome"] for hop in slow_world.hops("alarm_action")] == ["refused"]


def test_rules_are_listed_by_status_and_alarm_and_in_pages(slow_world: World) -> None:
    watched(slow_world)
    put(slow_world, "active")
    put(slow_world, "all", alarms=None)
    put(slow_world, "expired", ExpireDate=datetime(2026, 1, 1, tzinfo=UTC))
    put(slow_world, "over", LONG_AGO)
    put(slow_world, "once", ONCE)
    put(slow_world, "later", StartDate=datetime.now(UTC) + timedelta(days=1))
    every = {"active": "ACTIVE", "all": "ACTIVE", "expired": "EXPIRED", "over": "EXPIRED"}
    every |= {"once": "SCHEDULED", "later": "SCHEDULED"}
    assert listed(slow_world) == every
    assert sorted(listed(slow_world, Statuses=["SCHEDULED", "ACTIVE"])) == ["active", "all", "later", "once"]
    assert list(listed(slow_world, AlarmName="elsewhere")) == ["all"]
    cloudwatch = slow_world.client("cloudwatch", MEMBER, FAR)
    page = cloudwatch.list_alarm_mute_rules(MaxRecords=4)
    rest = cloudwatch.list_alarm_mute_rules(NextToken=page["NextToken"])
    assert [len(one["AlarmMuteRuleSummaries"]) for one in (page, rest)] == [4, 2]
    assert "NextToken" not in rest
    for account, region in ((OTHER, FAR), (MEMBER, HUB)):
        there = slow_world.client("cloudwatch", account, region)
        assert there.list_alarm_mute_rules()["AlarmMuteRuleSummaries"] == []


def test_a_rule_is_told_as_it_was_put(slow_world: World) -> None:
    watched(slow_world)
    until_then = datetime(2098, 1, 1, tzinfo=UTC)
    put(slow_world, "once", ONCE, Description="for the night", ExpireDate=until_then)
    got = slow_world.client("cloudwatch", MEMBER, FAR).get_alarm_mute_rule(AlarmMuteRuleName="once")
    assert got["AlarmMuteRuleArn"] == f"arn:aws:cloudwatch:{FAR}:{MEMBER}:alarm-mute-rule:once"
    assert (got["Name"], got["Description"], got["Rule"]) == ("once", "for the night", ONCE)
    assert got["MuteTargets"] == {"AlarmNames": ["user"]}
    assert (got["Status"], got["MuteType"], got["ExpireDate"]) == ("SCHEDULED", "ONE_TIME", until_then)
    assert "StartDate" not in got


def test_what_aws_refuses_is_refused(slow_world: World) -> None:
    watched(slow_world)
    for expression, duration in (("cron(0 2 * * ? *)", "PT1H"), ("at(soon)", "PT1H"), ("cron(0 2 * * *)", "P16D")):
        with refused("ValidationError"):
            put(slow_world, "wrong", {"Schedule": {"Expression": expression, "Duration": duration}})
    with refused("The alarm gone does not exist"):
        put(slow_world, "wrong", alarms=("gone",))
    with refused("ResourceNotFoundException"):
        slow_world.client("cloudwatch", MEMBER, FAR).get_alarm_mute_rule(AlarmMuteRuleName="wrong")


def test_a_window_opens_in_its_zone_and_lasts_as_long_as_it_says() -> None:
    given = {"Expression": "cron(30 22 * * FRI,SUN)", "Duration": "PT4H", "Timezone": "Europe/Berlin"}
    schedule = mute_schedule.parse(given)
    friday = datetime(2026, 11, 27, 22, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    minutes = (-1, 0, 239, 240, 24 * 60)
    assert [schedule.covers((friday + timedelta(minutes=after)).timestamp()) for after in minutes] == [
        False,
        True,
        True,
        False,
        False,
    ]
