"""The organization and its trail are as guard's pre-flight wants them, until a test says otherwise."""

from __future__ import annotations

from .world import BUCKET, FAR, HUB, MANAGEMENT, MEMBER, World, refused


def test_the_trail_is_an_organizations_and_logs_everything(world: World) -> None:
    cloudtrail = world.client("cloudtrail")
    (trail,) = cloudtrail.describe_trails()["trailList"]
    assert (trail["Name"], trail["S3BucketName"], trail["HomeRegion"]) == ("organization-trail", BUCKET, HUB)
    assert trail["IsOrganizationTrail"]
    assert trail["IsMultiRegionTrail"]
    assert cloudtrail.get_trail(Name=trail["TrailARN"])["Trail"] == trail
    assert cloudtrail.get_trail_status(Name=trail["TrailARN"])["IsLogging"]
    (selector,) = cloudtrail.get_event_selectors(TrailName=trail["TrailARN"])["EventSelectors"]
    assert (selector["ReadWriteType"], selector["IncludeManagementEvents"]) == ("All", True)
    assert selector.get("ExcludeManagementEventSources", []) == []


def test_a_test_can_make_a_bad_trail(world: World) -> None:
    cloudtrail = world.client("cloudtrail")
    name = {"Name": "organization-trail"}
    cloudtrail.stop_logging(**name)
    assert not cloudtrail.get_trail_status(**name)["IsLogging"]
    cloudtrail.update_trail(**name, IsMultiRegionTrail=False, IsOrganizationTrail=False)
    trail = cloudtrail.get_trail(**name)["Trail"]
    assert not trail["IsMultiRegionTrail"]
    assert not trail["IsOrganizationTrail"]
    wanted = [{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}]
    cloudtrail.put_event_selectors(TrailName="organization-trail", EventSelectors=wanted)
    (selector,) = cloudtrail.get_event_selectors(TrailName="organization-trail")["EventSelectors"]
    assert selector["ReadWriteType"] == "WriteOnly"


def test_another_region_and_a_member_see_the_trail(world: World) -> None:
    for account in (MANAGEMENT, MEMBER):
        (trail,) = world.client("cloudtrail", account, FAR).describe_trails()["trailList"]
        assert trail["TrailARN"].split(":")[3:5] == [HUB, MANAGEMENT]


def test_every_account_knows_its_management_account(world: World) -> None:
    for account in (MANAGEMENT, MEMBER):
        organization = world.client("organizations", account).describe_organization()["Organization"]
        assert organization["MasterAccountId"] == MANAGEMENT
    accounts = world.client("organizations").list_accounts()["Accounts"]
    assert {MANAGEMENT, MEMBER} <= {account["Id"] for account in accounts}
    with refused("AccessDeniedException"):
        world.client("organizations", MEMBER).list_accounts()
