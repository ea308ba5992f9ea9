"""How long ago, how long it lasts, and at what time: everywhere alike, and never thousands of hours."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from models.kernel.times import age, moment, span

NOW = datetime(2026, 3, 1, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("lasts", "said"),
    [
        (timedelta(seconds=-1), "0s"),
        (timedelta(seconds=59), "59s"),
        (timedelta(minutes=59), "59m"),
        (timedelta(minutes=100), "1h"),
        (timedelta(hours=23, minutes=59), "23h"),
        (timedelta(hours=24), "1d"),
        (timedelta(days=99), "99d"),
        (timedelta(days=100), "14w"),
        (timedelta(hours=10_899), "64w"),
        (timedelta(days=5 * 365), "5y"),
        (timedelta(days=400 * 365), "99y"),
    ],
)
def test_an_age_has_three_characters(lasts: timedelta, said: str) -> None:
    assert age(lasts.total_seconds()) == said


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(-5, "0m"), (0, "0m"), (59, "59m"), (65, "1h05m"), (1439, "23h59m"), (1440, "1d"), (9000, "6d")],
)
def test_a_span_has_its_minutes_for_a_day(minutes: int, said: str) -> None:
    assert span(minutes * 60) == said


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (NOW, "14:30Z"),
        (NOW.replace(hour=0, minute=0), "00:00Z"),
        (NOW - timedelta(days=1), "28 Feb 14:30Z"),
        (NOW + timedelta(hours=10), "02 Mar 00:30Z"),
        (NOW - timedelta(days=365), "2025-03-01 14:30Z"),
        (datetime(2026, 3, 1, 1, 0, tzinfo=timezone(timedelta(hours=2))), "28 Feb 23:00Z"),
    ],
)
def test_a_time_of_another_day_carries_its_day(at: datetime, said: str) -> None:
    assert moment(at, NOW) == said
