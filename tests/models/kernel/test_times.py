"""What people type for a moment, and what it means."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.kernel.times import FORMS, parse

NOW = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)
WARSAW = ZoneInfo("Europe/Warsaw")


@pytest.mark.parametrize(
    ("text", "ago"),
    [
        ("now", timedelta()),
        ("20m", timedelta(minutes=20)),
        ("20 min ago", timedelta(minutes=20)),
        ("20 Minutes AGO", timedelta(minutes=20)),
        (" a minute ago ", timedelta(minutes=1)),
        ("an hour ago", timedelta(hours=1)),
        ("2 hours ago", timedelta(hours=2)),
        ("2hrs", timedelta(hours=2)),
        ("1h30m ago", timedelta(minutes=90)),
        ("1 hour and 30 minutes ago", timedelta(minutes=90)),
        ("90s", timedelta(seconds=90)),
        ("2 days, 3 hours", timedelta(days=2, hours=3)),
        ("1w", timedelta(weeks=1)),
    ],
)
def test_how_long_ago(text: str, ago: timedelta) -> None:
    assert parse(text, NOW) == NOW - ago


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("14:05", "2026-11-22T14:05"),
        ("14:05Z", "2026-11-22T14:05"),
        ("14:05 utc", "2026-11-22T14:05"),
        ("9:05", "2026-11-22T09:05"),
        ("14:05:30", "2026-11-22T14:05:30"),
        ("14:31", "2026-11-22T14:31"),  # a clock a little ahead of ours
        ("23:50", "2026-11-21T23:50"),
        ("14:05 local", "2026-11-22T13:05"),
        ("14:05l", "2026-11-22T13:05"),
        ("16:05 local", "2026-11-21T15:05"),
        ("16:05+02:00", "2026-11-22T14:05"),
        ("yesterday 14:05", "2026-11-21T14:05"),
        ("yesterday 23:50", "2026-11-21T23:50"),
        ("today 14:05", "2026-11-22T14:05"),
        ("today 23:50", "2026-11-22T23:50"),
        ("2026-11-22T14:05Z", "2026-11-22T14:05"),
        ("2026-11-22 14:05", "2026-11-22T14:05"),
        ("2026-11-22 14:05 local", "2026-11-22T13:05"),
        ("2026-07-22 14:05 local", "2026-07-22T12:05"),
        ("2026-11-22T14:05:30+01:00", "2026-11-22T13:05:30"),
        ("2026-11-22", "2026-11-22T00:00"),
    ],
)
def test_a_time_and_a_date(text: str, moment: str) -> None:
    parsed = parse(text, NOW, WARSAW)
    assert parsed == datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert parsed.tzinfo is UTC


def test_the_reader_s_day_is_not_always_that_of_utc() -> None:
    just_after_midnight_there = datetime(2026, 11, 22, 23, 10, tzinfo=UTC)
    assert parse("0:05 local", just_after_midnight_there, WARSAW) == datetime(2026, 11, 22, 23, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "25:00", "14:60", "2026-02-30", "2026-13-01 10:00", "999999w", "20", "1405", "2pm", "ago", "m", "٢٠m"],
)
def test_anything_else_is_refused_with_the_forms_that_work(text: str) -> None:
    with pytest.raises(ValueError, match="is not a valid time") as refusal:
        parse(text, NOW)
    assert FORMS in str(refusal.value)


def test_every_form_that_is_named_works() -> None:
    for form in FORMS.split(", "):
        assert parse(form, NOW, WARSAW) < NOW


@given(st.text() | st.from_regex(r"[0-9:apmsdhyZ+ -]{1,12}", fullmatch=True))
@example("0001-01-01 00:00+23:00")
@example("9999-12-31 23:59-23:00")
def test_any_text_is_a_moment_or_a_refusal(text: str) -> None:
    try:
        parsed = parse(text, NOW, WARSAW)
    except ValueError as error:
        refusal = str(error)
    else:
        assert parsed.tzinfo is UTC
        return
    assert FORMS in refusal
