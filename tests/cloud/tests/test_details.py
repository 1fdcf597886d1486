"""EventBridge takes no number beyond 64 bits, no half of a surrogate pair and no nesting beyond 1,000 levels."""

from __future__ import annotations

import pytest

from .world import HUB, MEMBER, World


@pytest.mark.parametrize(
    "detail",
    [
        '{"n":9223372036854775808}',
        '{"n":-9223372036854775809}',
        '{"n":1e400}',
        '{"text":"\\ud800"}',
        '{"a":' + "[" * 1001 + "]" * 1001 + "}",
        "[]",
        "{",
    ],
)
def test_a_malformed_detail_is_refused_alone(world: World, detail: str) -> None:
    events = world.client("events", MEMBER, HUB)
    entry = {"Source": "s", "DetailType": "t"}
    whole = '{"n":9223372036854775807,"f":1.5,"text":"\\ud83d\\ude00"}'
    answer = events.put_events(Entries=[{**entry, "Detail": detail}, {**entry, "Detail": whole}])
    assert [one.get("ErrorCode") for one in answer["Entries"]] == ["MalformedDetail", None]
    assert answer["FailedEntryCount"] == 1
