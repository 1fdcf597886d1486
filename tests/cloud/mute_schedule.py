"""When an alarm mute rule is active.

* `at(yyyy-MM-ddThh:mm)` is once, `cron(Minutes Hours Day-of-month Month Day-of-week)` again and again, each for a
  duration of ISO 8601 from a minute to 15 days, in a time zone, UTC if none is named. (CloudWatch API reference,
  Schedule.)
* Where both days are restricted, both must fit: AWS doesn't say. A schedule of `at()` whose window is past is over: it
  will no longer become active, which is what AWS calls EXPIRED.

A schedule follows the real clock, whatever `--speed` says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_MINUTE = timedelta(minutes=1)
_LONGEST = timedelta(days=15)
_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
_DURATION = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")


class InvalidScheduleError(Exception):
    """A schedule that AWS refuses."""


@dataclass(frozen=True)
class Schedule:
    """A schedule, read."""

    zone: ZoneInfo
    duration: timedelta
    once: datetime | None
    fields: tuple[frozenset[int], ...]

    @property
    def is_once(self) -> bool:
        """Whether it is for one window only."""
        return self.once is not None

    def covers(self, now: float) -> bool:
        """Whether a window is open."""
        at = datetime.fromtimestamp(now, self.zone)
        if self.once:
            return self.once <= at < self.once + self.duration
        begin = at.replace(second=0, microsecond=0)
        while at - begin < self.duration:
            if self._opens(begin):
                return True
            begin -= _MINUTE
        return False

    def is_over(self, now: float) -> bool:
        """Whether no window comes any more."""
        return self.once is not None and datetime.fromtimestamp(now, self.zone) >= self.once + self.duration

    def _opens(self, at: datetime) -> bool:
        parts = (at.minute, at.hour, at.day, at.month, at.isoweekday() % 7)
        return all(part in field for part, field in zip(parts, self.fields, strict=True))


def parse(given: dict[str, str]) -> Schedule:
    """Reads a `Schedule` of the API."""
    try:
        zone = ZoneInfo(given.get("Timezone") or "UTC")
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InvalidScheduleError(f"Timezone {given['Timezone']} is not known.") from error
    duration = _duration(given["Duration"])
    expression = given["Expression"]
    kind, _, inner = expression.removesuffix(")").partition("(")
    try:
        if kind == "at":
            return Schedule(zone, duration, datetime.strptime(inner, "%Y-%m-%dT%H:%M").replace(tzinfo=zone), ())
        minute, hour, day, month, weekday = inner.split() if kind == "cron" else []
        fields = (
            _field(minute, 0, 59),
            _field(hour, 0, 23),
            _field(day, 1, 31),
            _field(month, 1, 12, _MONTHS),
            _field(weekday, 0, 6, _DAYS),
        )
    except ValueError as error:
        raise InvalidScheduleError(f"The schedule expression {expression} is not valid.") from error
    return Schedule(zone, duration, None, fields)


def _duration(text: str) -> timedelta:
    found = _DURATION.fullmatch(text)
    weeks, days, hours, minutes = (int(part or 0) for part in found.groups()) if found else (0, 0, 0, 0)
    duration = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)
    if not _MINUTE <= duration <= _LONGEST:
        raise InvalidScheduleError(f"Duration {text} is not one from PT1M to P15D.")
    return duration


def _field(text: str, lowest: int, highest: int, names: Sequence[str] = ()) -> frozenset[int]:
    """The values of a field: `*`, numbers or names, ranges, and lists of these."""

    def value(word: str) -> int:
        number = names.index(word.upper()) + lowest if word.upper() in names else int(word)
        if not lowest <= number <= highest:
            raise ValueError(word)
        return number

    found: set[int] = set()
    for part in text.split(","):
        first, is_range, last = part.partition("-")
        if part == "*":
            found.update(range(lowest, highest + 1))
        else:
            found.update(range(value(first), value(last if is_range else first) + 1))
    return frozenset(found)
