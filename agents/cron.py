"""Cron lines as everybody writes them, turned into APScheduler triggers.

APScheduler 3 differs from cron in two ways that lose nights silently, so a line is translated, not passed on:
its weekday 0 is Monday (cron: Sunday), and it wants day of month *and* day of week to match (cron: either).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from apscheduler.triggers.cron import CronTrigger

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_PART = re.compile(r"(?P<first>\*|[a-z]{3}|\d)(?:-(?P<last>[a-z]{3}|\d))?(?:/(?P<step>\d+))?")


def trigger(line: str, zone: str | None = None) -> CronTrigger:
    """The trigger for a cron line of five fields: minute, hour, day of month, month, day of week.

    Args:
        zone: an IANA name such as `Asia/Seoul`; None for the machine's own zone.

    Raises:
        ValueError: what is wrong with the line or the zone.
    """
    from apscheduler.triggers.cron import CronTrigger

    fields = line.lower().split()
    if len(fields) != 5:
        raise ValueError(
            f"{line!r} has {len(fields)} fields, not 5: minute hour day month weekday, such as 0 2 * * *"
        )
    minute, hour, day, month, weekday = fields
    if day != "*" and weekday != "*":
        raise ValueError(
            f"{line!r} names a day of the month and a weekday: give one of them and * for the other"
        )
    place = _zone(zone)
    try:
        made = CronTrigger(
            minute=minute, hour=hour, day=day, month=month, day_of_week=_weekdays(weekday), timezone=place
        )
    except (ValueError, TypeError) as error:
        raise ValueError(f"{line!r} is not a cron line: {_first_line(error)}") from error
    if next_time(made) is None:
        raise ValueError(f"{line!r} names a day that never comes")
    return made


def next_time(made: CronTrigger, after: datetime | None = None) -> datetime | None:
    """When the trigger fires next, with its time zone; None for never."""
    from datetime import datetime

    return made.get_next_fire_time(None, after or datetime.now(made.timezone))


def last_time(made: CronTrigger, within: timedelta) -> datetime | None:
    """When the trigger fired last, if that was not longer ago than `within`; None otherwise."""
    from datetime import datetime

    now = datetime.now(made.timezone)
    last, at = None, made.get_next_fire_time(None, now - within)
    while at is not None and at <= now:
        last, at = at, made.get_next_fire_time(at, at)
    return last


def _weekdays(field: str) -> str:
    """Cron's weekdays (0 or 7 is Sunday) as a list of names, which mean the same to APScheduler."""
    if field == "*":
        return field
    days: set[int] = set()
    for part in field.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            raise ValueError(f"weekday {part!r}")
        first, last, step = match["first"], match["last"], match["step"]
        if first == "*":
            low, high = 0, 6
        else:
            low = _day(first)
            high = _day(last) if last else (6 if step else low)
        if high < low:
            # fri-mon goes over the end of the week; fri-sun ends with cron's day 7.
            high += 7
        days.update(value % 7 for value in range(low, high + 1, max(1, int(step or 1))))
    return ",".join(_DAYS[day] for day in sorted(days))


def _day(word: str) -> int:
    if word.isdigit():
        if int(word) > 7:
            raise ValueError(f"weekday {word} (0 to 7)")
        return int(word)
    if word not in _DAYS:
        raise ValueError(f"weekday {word!r}")
    return _DAYS.index(word)


def _zone(name: str | None):
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"time zone {name!r} is not known; write it like Europe/London or UTC") from error


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
