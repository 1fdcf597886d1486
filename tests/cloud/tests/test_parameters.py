"""Parameters are read, written and tagged by who may, and are in every listing until they are deleted."""

from __future__ import annotations

from typing import Any

from .callers import Session, allow_all
from .world import FAR, HUB, MEMBER, World, allow, refused

PATH = "/guard/watches"
ARN = f"arn:aws:ssm:{HUB}:{MEMBER}:parameter"


def put(ssm: Any, name: str, **more: Any) -> Any:
    return ssm.put_parameter(Name=name, Value="{}", Type="String", **more)


def test_a_role_reads_the_path_that_its_policy_says_ten_a_page(world: World) -> None:
    ssm = world.client("ssm", MEMBER)
    for number in range(11):
        put(ssm, f"{PATH}/{number:02}")
    put(ssm, "/guard/other/x")
    ours = Session(world, allow("ssm:GetParametersByPath", ARN + PATH)).client("ssm")
    page = ours.get_parameters_by_path(Path=PATH)
    rest = ours.get_parameters_by_path(Path=PATH, NextToken=page["NextToken"])
    assert [len(page["Parameters"]), len(rest["Parameters"])] == [10, 1]
    assert "NextToken" not in rest
    for path in ("/guard", "/guard/other", "/"):
        with refused("AccessDeniedException"):
            ours.get_parameters_by_path(Path=path, Recursive=True)
    with refused("AccessDeniedException"):
        ours.get_parameter(Name=f"{PATH}/00")


def test_every_name_that_is_asked_for_is_judged(world: World) -> None:
    ssm = world.client("ssm", MEMBER)
    for name in (f"{PATH}/a", "/other"):
        put(ssm, name)
    ours = Session(world, allow("ssm:*", f"{ARN}{PATH}/*")).client("ssm")
    assert ours.get_parameter(Name=f"{PATH}/a")["Parameter"]["ARN"] == f"{ARN}{PATH}/a"
    found = ours.get_parameters(Names=[f"{PATH}/a", f"{PATH}/gone"])
    assert [one["Name"] for one in found["Parameters"]] == [f"{PATH}/a"]
    assert found["InvalidParameters"] == [f"{PATH}/gone"]
    for call in (ours.get_parameters, ours.delete_parameters):
        with refused("AccessDeniedException"):
            call(Names=[f"{PATH}/a", "/other"])
    with refused("AccessDeniedException"):
        put(ours, "/guard/b")
    put(ours, f"{PATH}/b")
    assert ours.delete_parameters(Names=[f"{PATH}/a", f"{PATH}/c"])["InvalidParameters"] == [f"{PATH}/c"]
    ours.delete_parameter(Name=f"{PATH}/b")
    with refused("ParameterNotFound"):
        ours.delete_parameter(Name=f"{PATH}/b")
    with refused("ParameterNotFound"):
        ours.get_parameter(Name=f"{PATH}/a")


def test_tags_come_with_a_new_parameter_or_later_and_by_who_may_tag(world: World) -> None:
    tags = [{"Key": "guard:hub", "Value": "x"}]
    write = ("ssm:PutParameter", f"{ARN}{PATH}/*")
    with refused("AccessDeniedException"):
        put(Session(world, allow_all(write)).client("ssm"), f"{PATH}/a", Tags=tags)
    ssm = world.client("ssm", MEMBER)
    put(ssm, f"{PATH}/a", Tags=tags)
    with refused("ValidationException.*tags and overwrite"):
        put(ssm, f"{PATH}/a", Tags=tags, Overwrite=True)
    with refused("ParameterAlreadyExists"):
        put(ssm, f"{PATH}/a")
    assert put(ssm, f"{PATH}/a", Overwrite=True)["Version"] == 2
    named = {"ResourceType": "Parameter", "ResourceId": f"{PATH}/a"}
    assert ssm.list_tags_for_resource(**named)["TagList"] == tags
    ssm.add_tags_to_resource(**named, Tags=[{"Key": "more", "Value": "y"}])
    assert listed(world, HUB) == [f"{ARN}{PATH}/a"]
    ssm.remove_tags_from_resource(**named, TagKeys=["guard:hub"])
    assert listed(world, HUB) == []
    with refused("InvalidResourceId"):
        ssm.add_tags_to_resource(ResourceType="Parameter", ResourceId="/gone", Tags=tags)


def listed(world: World, region: str) -> list[str]:
    client = world.client("resourcegroupstaggingapi", MEMBER, region)
    found = client.get_resources(TagFilters=[{"Key": "guard:hub", "Values": ["x"]}])
    return [one["ResourceARN"] for one in found["ResourceTagMappingList"]]


def test_a_parameter_is_in_the_inventory_until_it_is_deleted(world: World) -> None:
    ssm = world.client("ssm", MEMBER, FAR)
    put(ssm, f"{PATH}/a", Tags=[{"Key": "guard:hub", "Value": "x"}])
    assert listed(world, HUB) == []
    (found,) = world.control("inventory")["objects"]
    assert (found["kind"], found["account"], found["region"], found["name"]) == ("parameter", MEMBER, FAR, f"{PATH}/a")
    ssm.delete_parameter(Name=f"{PATH}/a")
    assert (world.control("inventory")["objects"], listed(world, FAR)) == ([], [])
