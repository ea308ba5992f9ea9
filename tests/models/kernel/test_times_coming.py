"""What people type for a time to come and for a length of time, and what it means."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kernel.times import COMING, coming, length

NOW = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("in 2h", datetime(2026, 11, 22, 16, 30, tzinfo=UTC)),
        ("1h30m", datetime(2026, 11, 22, 16, 0, tzinfo=UTC)),
        ("in a day", datetime(2026, 11, 23, 14, 30, tzinfo=UTC)),
        ("now", NOW),
        ("22:00", datetime(2026, 11, 22, 22, 0, tzinfo=UTC)),
        ("02:00", datetime(2026, 11, 23, 2, 0, tzinfo=UTC)),
        ("22:00 local", datetime(2026, 11, 22, 21, 0, tzinfo=UTC)),
        ("today 23:15", datetime(2026, 11, 22, 23, 15, tzinfo=UTC)),
        ("Tomorrow 02:00", datetime(2026, 11, 23, 2, 0, tzinfo=UTC)),
        ("tomorrow 02:00 +01:00", datetime(2026, 11, 23, 1, 0, tzinfo=UTC)),
        ("2026-11-30 02:00Z", datetime(2026, 11, 30, 2, 0, tzinfo=UTC)),
        ("2026-11-30T02:00 local", datetime(2026, 11, 30, 1, 0, tzinfo=UTC)),
    ],
)
def test_times_to_come(text: str, moment: datetime) -> None:
    found = coming(text, NOW, ZoneInfo("Europe/Warsaw"))
    assert (found, found.tzinfo) == (moment, UTC)


@pytest.mark.parametrize("text", ["", "2h ago", "in 2h ago", "yesterday 14:05", "25:00", "2026-02-30 02:00Z", "soon"])
def test_what_is_no_time_to_come(text: str) -> None:
    with pytest.raises(ValueError, match="is not a valid future time") as told:
        coming(text, NOW)
    assert COMING in str(told.value)


def test_the_examples_can_be_typed() -> None:
    assert all(coming(example, NOW) > NOW for example in COMING.split(", "))


@pytest.mark.parametrize(
    ("text", "minutes"), [("90", 90), ("90m", 90), ("2h", 120), ("1h30m", 90), (" 1 hour and 5 minutes ", 65), ("0", 0)]
)
def test_lengths(text: str, minutes: int) -> None:
    assert length(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["", "long", "-5", "2h ago", "9999999"])
def test_what_is_no_length(text: str) -> None:
    with pytest.raises(ValueError, match="is not a valid duration"):
        length(text)


@given(st.text(max_size=30))
def test_any_words_are_read_or_refused(text: str) -> None:
    with suppress(ValueError):
        coming(text, NOW)
    with suppress(ValueError):
        length(text)
