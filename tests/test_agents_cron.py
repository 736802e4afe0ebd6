"""Cron lines mean what cron means by them."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nightschool.agents.cron import last_time, next_time, trigger

UTC = ZoneInfo("UTC")
# 2026-03-01 is a Sunday.
SUNDAY = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("weekday", "days"),
    [
        ("0", {6}),
        ("7", {6}),
        ("sun", {6}),
        ("1", {0}),
        ("1-5", {0, 1, 2, 3, 4}),
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("fri-sun", {4, 5, 6}),
        ("5-7", {4, 5, 6}),
        ("6,0", {5, 6}),
        ("*/2", {6, 1, 3, 5}),
        ("1-5/2", {0, 2, 4}),
    ],
)
def test_weekdays_count_from_sunday(weekday: str, days: set[int]) -> None:
    made = trigger(f"0 2 * * {weekday}", "UTC")
    seen, at = set(), SUNDAY
    for _ in range(20):
        after = next_time(made, at)
        assert after is not None
        seen.add(after.weekday())
        at = after + timedelta(minutes=1)
    assert seen == days


@given(st.integers(0, 59), st.integers(0, 23), st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)))
def test_a_daily_line_fires_at_its_time_within_a_day(minute: int, hour: int, after: datetime) -> None:
    start = after.replace(tzinfo=UTC)
    fires = next_time(trigger(f"{minute} {hour} * * *", "UTC"), start)
    assert fires is not None
    assert (fires.minute, fires.hour, fires.second) == (minute, hour, 0)
    assert timedelta(0) <= fires - start <= timedelta(days=1)


def test_the_time_zone_is_the_clients() -> None:
    fires = next_time(trigger("0 2 * * *", "Asia/Seoul"), SUNDAY)
    assert fires == datetime(2026, 3, 1, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "line", ["0 2 1 * 1", "0 2 * * 8", "0 2 * * mon-", "0 2 * * 1-8", "a b c d e", "", "* * * *"]
)
def test_what_cron_would_read_otherwise_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="cron line|fields|one"):
        trigger(line, "UTC")


def test_the_last_time_is_found_within_the_grace_time() -> None:
    now = datetime.now(UTC)
    every_minute = last_time(trigger("* * * * *", "UTC"), timedelta(hours=1))
    assert every_minute is not None
    assert timedelta(0) <= now - every_minute <= timedelta(minutes=1, seconds=5)
    long_ago = (now - timedelta(hours=20)).hour
    assert last_time(trigger(f"0 {long_ago} * * *", "UTC"), timedelta(hours=12)) is None
