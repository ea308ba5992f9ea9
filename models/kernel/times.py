"""Reads the moments that people type: "20 min ago", "14:05", "yesterday 14:05 local", "2026-11-22T14:05Z".

Of the libraries that know more forms, parsedatetime 2.6 takes "1h30m ago" for a time to come; dateparser 1.5 does so
with a time of day, and takes 1.5 s for its first answer.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, tzinfo

FORMS = "20m, 1h30m ago, 14:05, 14:05 local, yesterday 14:05, 2026-11-22 14:05Z"
"""One example of each form; without a zone, a time is UTC."""

COMING = "in 2h, 22:00, 22:00 local, tomorrow 02:00, 2026-11-30 02:00Z"
"""One example of each form of a time to come; without a zone, it is UTC."""

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_NAMES = r"s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?|d(?:ays?)?|w(?:eeks?)?"
_PART = rf"(\d{{1,6}}|an?(?=\s))\s*({_NAMES})(?![a-z])\s*(?:,|and\b)?\s*"
_ZONE = r"\s*(z|utc|local|l|[+-]\d\d:\d\d)?"
_CLOCK = rf"(\d{{1,2}}:\d\d(?::\d\d)?){_ZONE}"
_GRACE = timedelta(minutes=1)
"""How far this machine's clock may be behind the one that somebody reads the time from."""


def parse(text: str, now: datetime, local: tzinfo | None = None) -> datetime:
    """The moment that `text` names, aware and UTC; a time of day that is still to come was yesterday's.

    `local` is the reader's own zone; None is this machine's. Raises ValueError in words that name the forms.
    """
    words = " ".join(text.casefold().split())
    try:
        moment = _ago(words, now) or _clock(words, now, local) or _dated(words, local)
        if moment is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):  # such as the 30th of February
        pass
    raise ValueError(f"{_short(text)!r} is not a valid time. Examples: {FORMS}.")


def coming(text: str, now: datetime, local: tzinfo | None = None) -> datetime:
    """The moment to come that `text` names, aware and UTC; a time of day that is over is tomorrow's.

    `local` as for `parse`. A date and a time stand as they are, whenever that is. Raises ValueError likewise.
    """
    words = " ".join(text.casefold().split())
    try:
        moment = _ahead(words, now) or _next_clock(words, now, local) or _dated(words, local)
        if moment is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):  # such as the 30th of February
        pass
    raise ValueError(f"{_short(text)!r} is not a valid future time. Examples: {COMING}.")


def length(text: str) -> timedelta:
    """How long `text` says: 90 (minutes), 90m, 2h, 1h30m. Raises ValueError in words."""
    words = " ".join(text.casefold().split())
    with suppress(OverflowError):
        if re.fullmatch(r"\d{1,6}", words, re.ASCII):
            return timedelta(minutes=int(words))
        if re.fullmatch(rf"(?:{_PART})+", words, re.ASCII):
            return sum((_length(count, unit) for count, unit in re.findall(_PART, words, re.ASCII)), timedelta())
    raise ValueError(f"{_short(text)!r} is not a valid duration. Examples: 90m, 2h, 1h30m.")


def _ahead(words: str, now: datetime) -> datetime | None:
    words = words.removeprefix("in ")
    return None if words.endswith("ago") or (past := _ago(words, now)) is None else now + (now - past)


def _next_clock(words: str, now: datetime, local: tzinfo | None) -> datetime | None:
    found = re.fullmatch(rf"(tomorrow\s*|today\s*)?{_CLOCK}", words, re.ASCII)
    if found is None:
        return None
    day, clock, zone = found.groups()
    today = _now_in(zone, now, local)
    moment = _at(today, clock, zone, local)
    if (day and day.startswith("tom")) or (day is None and moment < now):
        return _at(today + timedelta(days=1), clock, zone, local)
    return moment


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"


def age(seconds: float) -> str:
    """How long ago, in at most three characters: 45s, 42m, 2h, 3d, 20w, 4y."""
    left = max(0, int(seconds))
    for unit, size, end in (("s", 1, 60), ("m", 60, 3600), ("h", 3600, 86_400), ("d", 86_400, 8_640_000)):
        if left < end:
            return f"{left // size}{unit}"
    weeks = left // 604_800
    return f"{weeks}w" if weeks < 100 else f"{min(weeks // 52, 99)}y"


def _ago(words: str, now: datetime) -> datetime | None:
    if words in ("now", "just now"):
        return now
    words = words.removesuffix("ago").rstrip()
    if not re.fullmatch(rf"(?:{_PART})+", words, re.ASCII):
        return None
    parts = re.findall(_PART, words, re.ASCII)
    return now - sum((_length(count, unit) for count, unit in parts), timedelta())


def _length(count: str, unit: str) -> timedelta:
    return timedelta(**{_UNITS[unit[0]]: 1 if count.startswith("a") else int(count)})


def _clock(words: str, now: datetime, local: tzinfo | None) -> datetime | None:
    found = re.fullmatch(rf"(yesterday\s*|today\s*)?{_CLOCK}", words, re.ASCII)
    if found is None:
        return None
    day, clock, zone = found.groups()
    today = _now_in(zone, now, local)
    moment = _at(today, clock, zone, local)
    if (day and day.startswith("y")) or (day is None and moment > now + _GRACE):
        return _at(today - timedelta(days=1), clock, zone, local)
    return moment


def _dated(words: str, local: tzinfo | None) -> datetime | None:
    found = re.fullmatch(rf"(\d{{4}}-\d\d-\d\d)(?:[t ]\s*{_CLOCK})?", words, re.ASCII)
    if found is None:
        return None
    day, clock, zone = found.groups()
    return _at(date.fromisoformat(day), clock or "00:00", zone, local)


def _now_in(zone: str | None, now: datetime, local: tzinfo | None) -> date:
    if zone in ("local", "l"):
        return now.astimezone(local).date()
    return now.astimezone(_offset(zone)).date()


def _at(day: date, clock: str, zone: str | None, local: tzinfo | None) -> datetime:
    naive = datetime.combine(day, time.fromisoformat(clock.zfill(5 if clock.count(":") == 1 else 8)))
    if zone not in ("local", "l"):
        return naive.replace(tzinfo=_offset(zone))
    return naive.replace(tzinfo=local) if local else naive.astimezone()


def _offset(zone: str | None) -> tzinfo:
    if zone in (None, "z", "utc"):
        return UTC
    return time.fromisoformat(f"00:00{zone}").tzinfo or UTC
