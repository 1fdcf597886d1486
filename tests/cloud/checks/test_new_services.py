"""SNS, SSM and tags: each rule refuses a request and accepts its neighbour."""

from __future__ import annotations

from typing import Any

import pytest

from cloud.checks import check
from cloud.checks.world import ACCOUNT, HERE, World

TOPIC = f"arn:aws:sns:{HERE}:{ACCOUNT}:t"
RULE = f"arn:aws:events:{HERE}:{ACCOUNT}:rule/guard/r"
PUBLISHED = {"TopicArn": TOPIC, "Message": "m"}
PUT = {"Name": "/guard/watches/ann", "Value": "{}", "Type": "String"}


def tags(count: int, value: str = "v") -> list[dict[str, str]]:
    return [{"Key": f"k{number}", "Value": value} for number in range(count)]


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        ({"Subject": "x" * 101}, {"Subject": "x" * 100}),
        ({"Subject": "a\nb"}, {"Subject": "a b"}),
        ({"Subject": "ä"}, {"Subject": "[guard] a"}),
        ({"Subject": " a"}, {"Subject": "a "}),
        ({"TopicArn": TOPIC.replace(HERE, "eu-west-1")}, {}),
        ({"TopicArn": "t"}, {}),
        ({"Message": ""}, {}),
        ({"MessageStructure": "json"}, {"MessageStructure": "json", "Message": '{"default": "m"}'}),
        ({"MessageStructure": "json", "Message": '{"sms": "m"}'}, {}),
        ({"TopicArn": TOPIC + ".fifo"}, {"TopicArn": TOPIC + ".fifo", "MessageGroupId": "g"}),
        ({"MessageDeduplicationId": "d"}, {"MessageGroupId": "g"}),
        ({"MessageGroupId": "a b"}, {"MessageGroupId": "a-b"}),
    ],
)
def test_what_is_published_is_well_formed(refused: Any, bad: dict[str, str], good: dict[str, str]) -> None:
    refused("sns", "Publish", PUBLISHED, bad, good, "InvalidParameter", "Invalid parameter: ")


@pytest.mark.parametrize(
    ("bad", "good", "code"),
    [
        ({"Name": "guard/watches"}, {"Name": "guard.watches"}, "ValidationException"),
        ({"Name": "/guard/a@b"}, {"Name": "/guard/a.b-c_d"}, "ValidationException"),
        ({"Name": "/guard/"}, {"Name": "/guard"}, "ValidationException"),
        ({"Name": "/aws-guard/watches"}, {"Name": "/guard/aws"}, "ValidationException"),
        ({"Name": "SSMguard"}, {"Name": "guardSSM"}, "ValidationException"),
        ({"Name": "/x" * 16}, {"Name": "/x" * 15}, "HierarchyLevelLimitExceededException"),
        ({"Name": "/" + "x" * 1011}, {"Name": "/" + "x" * 1010}, "ValidationException"),
        ({"Value": "x" * 4097}, {"Value": "x" * 4096}, "ValidationException"),
        ({"Value": "ä" * 2049}, {"Value": "ä" * 2048}, "ValidationException"),
        ({"Value": ""}, {"Value": " "}, "ValidationException"),
        ({"Value": "x" * 8193, "Tier": "Advanced"}, {"Value": "x" * 8192, "Tier": "Advanced"}, "ValidationException"),
        ({"Type": "Text"}, {}, "ValidationException"),
        ({"Tags": tags(51)}, {"Tags": tags(50)}, "TooManyTagsError"),
        ({"Tags": tags(1, "a|b")}, {"Tags": tags(1, "a b_.:/=+-@é")}, "ValidationException"),
    ],
)
def test_a_parameter_is_well_formed(refused: Any, bad: dict[str, Any], good: dict[str, Any], code: str) -> None:
    refused("ssm", "PutParameter", PUT, bad, good, code, "")


def test_a_path_begins_with_a_slash_and_a_page_has_ten(refused: Any) -> None:
    code = "ValidationException"
    refused("ssm", "GetParametersByPath", {}, {"Path": "guard"}, {"Path": "/guard/watches"}, code, "forward slash")
    page, words = {"Path": "/guard"}, "less than or equal to 10"
    refused("ssm", "GetParametersByPath", page, {"MaxResults": 11}, {"MaxResults": 10}, code, words)


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("AddTagsToResource", {"Tags": tags(1)}),
        ("RemoveTagsFromResource", {"TagKeys": ["k"]}),
        ("ListTagsForResource", {}),
    ],
)
def test_only_a_parameter_that_exists_has_tags(refused: Any, operation: str, more: dict[str, Any]) -> None:
    world = World(parameters={"/guard/ann"})
    bad, good = {"ResourceId": "/guard/bob"}, {"ResourceId": "/guard/ann"}
    base = {"ResourceType": "Parameter", **more}
    refused("ssm", operation, base, bad, good, "InvalidResourceId", "/guard/bob", world)


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        (tags(2), tags(1)),
        (tags(1, "a,b"), tags(1, "a b/c@d:e=f+g-h_i.j")),
        (tags(1, "x" * 257), tags(1, "x" * 256)),
        ([{"Key": "aws:x", "Value": ""}], [{"Key": "x", "Value": ""}]),
        (tags(1) * 2, tags(1)),
    ],
)
def test_a_rules_tags_are_few_and_plain(refused: Any, bad: list[Any], good: list[Any]) -> None:
    world = World(rules={"guard": {"r": []}}, tagged={RULE: {f"o{number}" for number in range(49)}})
    base = {"ResourceARN": RULE}
    refused("events", "TagResource", base, {"Tags": bad}, {"Tags": good}, "ValidationException", "", world)


def test_a_tag_that_is_there_already_is_not_counted_twice(sent: Any) -> None:
    world = World(rules={"guard": {"r": []}}, tagged={RULE: {f"k{number}" for number in range(50)}})
    assert check(sent("events", "TagResource", ResourceARN=RULE, Tags=tags(50)), world) is None
