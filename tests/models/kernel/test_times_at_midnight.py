"""A time of day with a zone is of the day that it is there, which near midnight is another one than here."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from models.kernel.times import coming, parse

WARSAW = ZoneInfo("Europe/Warsaw")


def utc(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "text", "moment"),
    [
        # it is the 23rd already, at 01:10, where clocks are two hours ahead
        ("2026-11-22T23:10", "0:05+02:00", "2026-11-22T22:05"),
        ("2026-11-22T23:10", "01:05+02:00", "2026-11-22T23:05"),
        ("2026-11-22T23:10", "16:05+02:00", "2026-11-22T14:05"),
        ("2026-11-22T23:10", "today 00:30 +02:00", "2026-11-22T22:30"),
        ("2026-11-22T23:10", "yesterday 16:05+02:00", "2026-11-22T14:05"),
        # it is still the 22nd, at 20:10, where they are five hours behind
        ("2026-11-23T01:10", "20:05-05:00", "2026-11-23T01:05"),
        ("2026-11-23T01:10", "16:05-05:00", "2026-11-22T21:05"),
        ("2026-11-23T01:10", "21:05-05:00", "2026-11-22T02:05"),
        ("2026-11-23T01:10", "yesterday 21:05-05:00", "2026-11-22T02:05"),
        # without a zone, the day is that of UTC
        ("2026-11-22T23:10", "23:05", "2026-11-22T23:05"),
        ("2026-11-22T23:10", "23:11", "2026-11-22T23:11"),  # a clock a little ahead of ours
        ("2026-11-22T23:10", "23:12", "2026-11-21T23:12"),
        ("2026-11-23T00:10", "23:05", "2026-11-22T23:05"),
        ("2026-11-23T00:10", "today 00:05", "2026-11-23T00:05"),
    ],
)
def test_what_is_over(now: str, text: str, moment: str) -> None:
    assert parse(text, utc(now), WARSAW) == utc(moment)


@pytest.mark.parametrize(
    ("now", "text", "moment"),
    [
        ("2026-11-22T23:10", "01:15+02:00", "2026-11-22T23:15"),
        ("2026-11-22T23:10", "16:05+02:00", "2026-11-23T14:05"),
        ("2026-11-22T23:10", "0:05+02:00", "2026-11-23T22:05"),
        ("2026-11-22T23:10", "tomorrow 16:05+02:00", "2026-11-24T14:05"),
        ("2026-11-22T23:10", "today 16:05+02:00", "2026-11-23T14:05"),
        ("2026-11-23T01:10", "21:05-05:00", "2026-11-23T02:05"),
        ("2026-11-23T01:10", "tomorrow 16:05-05:00", "2026-11-23T21:05"),
        ("2026-11-22T23:10", "23:15", "2026-11-22T23:15"),
        ("2026-11-22T23:10", "23:10", "2026-11-22T23:10"),
        ("2026-11-22T23:10", "today 23:05", "2026-11-22T23:05"),
        ("2026-11-22T23:10", "0:05 local", "2026-11-23T23:05"),
    ],
)
def test_what_is_to_come(now: str, text: str, moment: str) -> None:
    assert coming(text, utc(now), WARSAW) == utc(moment)


@pytest.fixture
def _five_hours_behind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "EST5")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("_five_hours_behind")
def test_local_is_the_machine_s_own_where_nobody_says_otherwise() -> None:
    now = utc("2026-11-23T01:10")
    assert parse("20:05 local", now) == utc("2026-11-23T01:05")
    assert parse("yesterday 20:05 local", now) == utc("2026-11-22T01:05")
    assert coming("20:15 local", now) == utc("2026-11-23T01:15")
    assert parse("2026-11-22 20:05 local", now) == utc("2026-11-23T01:05")
