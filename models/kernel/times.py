"""Reads the moments that people type: "20 min ago", "14:05", "yesterday 14:05 local", "2026-11-22T14:05Z".

Of the libraries that know more forms, parsedatetime 2.6 takes "1h30m ago" for a time to come; dateparser 1.5 does so
with a time of day, and takes 1.5 s for its first answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
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


class Unclear(ValueError):
    """A time of the reader's own zone that does not exist, or exists twice, because clocks change then."""

    def __init__(self, message: str, brief: str) -> None:
        super().__init__(message)
        self.brief = brief
        """The same in a few words, for beside the field in which it is typed."""


def parse(text: str, now: datetime, local: tzinfo | None = None) -> datetime:
    """The moment that `text` names, aware and UTC; a time of day that is still to come was yesterday's.

    `local` is the reader's own zone; None is this machine's. Of two moments that a change of clocks gives one name,
    the one that is over counts. Raises ValueError in words that name the forms, and Unclear.
    """
    words = " ".join(text.casefold().split())
    try:
        moment = _ago(words, now) or _clock(words, now, local) or _dated(words, now, local, ahead=False)
        if moment is not None:
            return moment.astimezone(UTC)
    except Unclear:
        raise
    except (ValueError, OverflowError):  # such as the 30th of February
        pass
    raise ValueError(f"{_short(text)!r} is not a valid time. Examples: {FORMS}.")


def coming(text: str, now: datetime, local: tzinfo | None = None) -> datetime:
    """The moment to come that `text` names, aware and UTC; a time of day that is over is tomorrow's.

    `local` as for `parse`; of two moments with one name, the one to come counts. A date and a time stand as they are,
    whenever that is. Raises as `parse` does.
    """
    words = " ".join(text.casefold().split())
    try:
        moment = _ahead(words, now) or _next_clock(words, now, local) or _dated(words, now, local, ahead=True)
        if moment is not None:
            return moment.astimezone(UTC)
    except Unclear:
        raise
    except (ValueError, OverflowError):  # such as the 30th of February
        pass
    raise ValueError(f"{_short(text)!r} is not a valid future time. Examples: {COMING}.")


def is_local(text: str) -> bool:
    """Whether a time that somebody types is one of their own zone."""
    return re.search(r"\d\s*l(?:ocal)?$", text.casefold().strip()) is not None


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
    named = _Named(today, clock, zone, local)
    if (day and day.startswith("tom")) or (day is None and max(named.moments) < now):
        named = _Named(today + timedelta(days=1), clock, zone, local)
    return named.the_one(lambda moment: moment >= now)


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


def span(seconds: float) -> str:
    """How long something lasts or lasted: 45m, 2h05m, and from a day on as `age` has it."""
    minutes = max(0, int(seconds // 60))
    if minutes >= 1440:
        return age(seconds)
    return f"{minutes}m" if minutes < 60 else f"{minutes // 60}h{minutes % 60:02}m"


def moment(at: datetime, now: datetime) -> str:
    """The time of day in UTC; of another day with that day, of another year with both: 14:32Z, 28 Feb 14:32Z."""
    at, now = at.astimezone(UTC), now.astimezone(UTC)
    day = "" if at.date() == now.date() else f"{at:%d %b} " if at.year == now.year else f"{at:%Y-%m-%d} "
    return f"{day}{at:%H:%M}Z"


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
    named = _Named(today, clock, zone, local)
    if (day and day.startswith("y")) or (day is None and min(named.moments) > now + _GRACE):
        named = _Named(today - timedelta(days=1), clock, zone, local)
    return named.the_one(lambda moment: moment <= now + _GRACE)


def _dated(words: str, now: datetime, local: tzinfo | None, *, ahead: bool) -> datetime | None:
    found = re.fullmatch(rf"(\d{{4}}-\d\d-\d\d)(?:[t ]\s*{_CLOCK})?", words, re.ASCII)
    if found is None:
        return None
    day, clock, zone = found.groups()
    named = _Named(date.fromisoformat(day), clock or "00:00", zone, local)
    return named.the_one(lambda moment: moment >= now if ahead else moment <= now + _GRACE)


def _now_in(zone: str | None, now: datetime, local: tzinfo | None) -> date:
    return now.astimezone(_zone(zone, local)).date()


class _Named:
    """A time of a day in a zone: one moment; two where clocks are set back, none where they are set forward."""

    def __init__(self, day: date, clock: str, zone: str | None, local: tzinfo | None) -> None:
        self._time = datetime.combine(day, time.fromisoformat(clock.zfill(5 if clock.count(":") == 1 else 8)))
        self._zone = _zone(zone, local)
        self._called = self._zone or "this machine's time zone"
        both = [self._time.replace(tzinfo=self._zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
        self._exists = any(self._shown(moment) == self._time for moment in both)
        # one that does not exist counts as the time that a clock shows which was not set forward
        self.moments = sorted(set(both)) if self._exists else [max(both)]

    def _shown(self, moment: datetime) -> datetime:
        return moment.astimezone(self._zone).replace(tzinfo=None)

    def the_one(self, fits: Callable[[datetime], bool]) -> datetime:
        """The moment, if need be the only one that fits. Raises Unclear."""
        when = f"{self._time:%H:%M} on {self._time:%Y-%m-%d}"
        if not self._exists:
            later = self.moments[0]
            raise Unclear(
                f"{when} does not exist in {self._called}: clocks are set forward then."
                f" Enter {self._shown(later):%Y-%m-%d %H:%M} local ({later:%H:%MZ}), or another time.",
                f"does not exist; perhaps {self._shown(later):%H:%M} local",
            )
        fitting = self.moments if len(self.moments) == 1 else [moment for moment in self.moments if fits(moment)]
        if len(fitting) == 1:
            return fitting[0]
        first, second = (f"{moment:%Y-%m-%d %H:%MZ}" for moment in self.moments)
        raise Unclear(
            f"{when} exists twice in {self._called}: clocks are set back then. Enter {first} or {second}.",
            f"exists twice: {self.moments[0]:%H:%MZ} or {self.moments[1]:%H:%MZ}",
        )


def _zone(zone: str | None, local: tzinfo | None) -> tzinfo | None:
    return local if zone in ("local", "l") else _offset(zone)


def _offset(zone: str | None) -> tzinfo:
    if zone in (None, "z", "utc"):
        return UTC
    return time.fromisoformat(f"00:00{zone}").tzinfo or UTC
