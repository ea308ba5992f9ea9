"""The page's own words, in each of its languages."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from models.status_page.seen import Incident, Update

LANGUAGES = ("en", "fr", "pl")


@dataclass(frozen=True, slots=True)
class Words:
    """What the page says in one language; sections and keys as in `words/en.toml`."""

    language: str
    said: Mapping[str, Any]

    def __getitem__(self, key: str) -> Any:
        return self.said[key]

    def name(self, incident: Incident) -> str:
        """What an incident is called: its last public title, else by its components."""
        if incident.name:
            return incident.name
        if incident.components:
            return str(self["about"]).format(", ".join(incident.components))
        return str(self["incident"])

    def body(self, update: Update) -> str:
        """An update's text."""
        return str(self["said"][update.said]) if update.said else update.text

    def day(self, day: date) -> str:
        return str(self["day"]).format(day=day.day, month=self["months"][day.month - 1], year=day.year)

    def moment(self, at: datetime) -> str:
        at = at.astimezone(UTC)
        return str(self["moment"]).format(day=self.day(at.date()), time=f"{at:%H:%M}")

    def percent(self, share: float) -> str:
        """Rounded down, so that only what was never down reads 100."""
        hundredths = int(share * 10_000 + 1e-6)
        number = f"{hundredths / 100:.2f}" if hundredths < 10_000 else "100"
        return str(self["percent"]).format(number.replace(".", self["point"]))

    def span(self, minutes: int) -> str:
        """A length of time, in days, hours and minutes."""
        days, rest = divmod(max(minutes, 1), 24 * 60)
        parts = zip((days, *divmod(rest, 60)), self["span"], strict=True)
        return " ".join(f"{number}\N{NO-BREAK SPACE}{unit}" for number, unit in parts if number)


@cache
def words(language: str) -> Words:
    """The words of one of LANGUAGES."""
    text = files("models.status_page").joinpath("words", f"{language}.toml").read_text("utf-8")
    return Words(language, tomllib.loads(text))
