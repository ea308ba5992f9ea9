"""What the page shows, and what follows from that alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from models.policy.audience import ComponentState, worst
from models.updates.public import PublishedWindow

Said = Literal["", "started", "ended"]
"""What the page says by itself when a maintenance starts or ends; empty: somebody wrote the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an update says of one component."""

    component: str
    was: ComponentState
    now: ComponentState


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """What customers read at one time."""

    id: str
    status: str
    """investigating, identified, monitoring or resolved; a maintenance's is in `site.maintenance`."""
    text: str
    said: Said
    at: datetime
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """An incident, or a scheduled maintenance, as customers see it."""

    id: str
    name: str
    """Empty: customers were given none; its components say what it is about."""
    impact: str
    """none, minor, major, critical; maintenance."""
    began: datetime
    updates: tuple[Update, ...]
    """The newest first, at least one."""
    components: tuple[str, ...]
    """The names of those that it is about, in the page's order."""
    window: PublishedWindow | None
    """None: it is no maintenance."""

    @property
    def status(self) -> str:
        return self.updates[0].status

    @property
    def over(self) -> bool:
        return self.status in ("resolved", "completed")

    @property
    def took_place(self) -> datetime:
        """Where it stands in the history: a maintenance at its start, however early it was announced."""
        return self.window.starts_at if self.window else self.began

    @property
    def updated(self) -> datetime:
        return self.updates[0].at

    def since(self, status: str) -> datetime | None:
        """When it first came to that status."""
        return next((update.at for update in reversed(self.updates) if update.status == status), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A part of the service as it is now."""

    id: str
    name: str
    description: str
    state: ComponentState
    history: tuple[tuple[datetime, ComponentState], ...]
    """From when it was in which state, the oldest first; before the first of them nothing is known."""

    @property
    def known_since(self) -> datetime | None:
        return self.history[0][0] if self.history else None

    @property
    def changed(self) -> datetime | None:
        """When it came to be in the state that it is in."""
        return self.history[-1][0] if self.history else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """All that is shown at `at`."""

    id: str
    at: datetime
    incidents: tuple[Incident, ...]
    """No maintenances; the newest first."""
    maintenances: tuple[Incident, ...]
    """The one that starts last comes first."""
    components: tuple[Component, ...]
    next_change: datetime | None
    """When a maintenance starts or ends next."""

    @property
    def unresolved(self) -> tuple[Incident, ...]:
        return tuple(incident for incident in self.incidents if not incident.over)

    @property
    def upcoming(self) -> tuple[Incident, ...]:
        """The next one first."""
        return tuple(one for one in reversed(self.maintenances) if one.status == "scheduled")

    @property
    def active(self) -> tuple[Incident, ...]:
        return tuple(one for one in reversed(self.maintenances) if one.status in ("in_progress", "verifying"))

    @property
    def updated(self) -> datetime:
        """When it last said something new."""
        known = [incident.updated for incident in (*self.incidents, *self.maintenances)]
        return max(known, default=self.at.replace(hour=0, minute=0, second=0, microsecond=0))

    @property
    def indicator(self) -> tuple[str, str]:
        """Statuspage's word for the whole, and its description, by its rules for the components' states.

        It counts an incident that names no component as none; here that is minor, because a page which tells of
        trouble does not say in the same breath that all is well.
        """
        states = [component.state for component in self.components]
        found = worst(states)
        all_of_them = states.count(found) == len(states)
        if found is ComponentState.MAJOR_OUTAGE:
            return ("critical", "Major System Outage") if all_of_them else ("major", "Partial System Outage")
        if found is ComponentState.PARTIAL_OUTAGE:
            return ("major", "Partial System Outage") if all_of_them else ("minor", "Minor Service Outage")
        if found is ComponentState.DEGRADED:
            return "minor", "Degraded System Service" if all_of_them else "Partially Degraded Service"
        if any(not incident.components for incident in self.unresolved):
            return "minor", "Minor Service Outage"
        if found is ComponentState.MAINTENANCE:
            return "maintenance", "Service Under Maintenance"
        return "none", "All Systems Operational"
