"""Pure: how long a component was up, day by day, in UTC days.

A major outage counts in full and a partial one with 30 per cent, degraded performance and maintenance not at all, as in
Statuspage's uptime display (support.atlassian.com/statuspage, "Display historical uptime of components"). A day before
the component was first told of has no data, and counts neither way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from models.policy.audience import ComponentState, worst
from models.status_page.seen import Component

DAYS = 90

_WEIGHT = {ComponentState.MAJOR_OUTAGE: 1.0, ComponentState.PARTIAL_OUTAGE: 0.3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of a component, up to now."""

    day: date
    known: timedelta
    """How much of it anything is known of."""
    spent: Mapping[ComponentState, timedelta]
    """How long it was in each state that it was in."""

    @property
    def worst(self) -> ComponentState | None:
        """None: nothing is known of that day."""
        return worst(self.spent) if self.known else None

    @property
    def down(self) -> timedelta:
        """How long it was down, weighted."""
        return sum((span * _WEIGHT.get(state, 0.0) for state, span in self.spent.items()), timedelta())

    @property
    def minutes(self) -> int:
        """How long it was in its worst state."""
        return round(self.spent[self.worst] / timedelta(minutes=1)) if self.worst is not None else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Uptime:
    """The last days of a component, the oldest first."""

    days: tuple[Day, ...]

    @property
    def share(self) -> float | None:
        """From 0 to 1, of the time that is known; None: of none."""
        known = sum((day.known for day in self.days), timedelta())
        down = sum((day.down for day in self.days), timedelta())
        return 1 - down / known if known else None

    @property
    def known_all(self) -> bool:
        """Whether it reaches back over all of its days."""
        return bool(self.days[0].known)


def uptime(component: Component, now: datetime) -> Uptime:
    """Today and the days before it, DAYS in all."""
    today = now.astimezone(UTC).date()
    days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    ends = [at for at, _ in component.history[1:]] + [now]
    first = _begins(days[0])
    spans = [(at, end, state) for (at, state), end in zip(component.history, ends, strict=False) if end > first]
    return Uptime(days=tuple(_day(day, spans, now) for day in days))


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _day(day: date, spans: list[tuple[datetime, datetime, ComponentState]], now: datetime) -> Day:
    begins = _begins(day)
    ends = min(begins + timedelta(days=1), now)
    spent: dict[ComponentState, timedelta] = {}
    for start, end, state in spans:
        inside = min(end, ends) - max(start, begins)
        if inside > timedelta():
            spent[state] = spent.get(state, timedelta()) + inside
    return Day(day=day, known=sum(spent.values(), timedelta()), spent=spent)
