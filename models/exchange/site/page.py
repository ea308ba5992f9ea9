"""Pure: what the page says at one moment, worked out from what was published."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from models.exchange.site.maintenance import Step, ended_at, steps
from models.policy import ComponentState
from models.published import Published, PublishedComponent, PublishedIncident, PublishedWindow, public_id

Said = Literal["", "started", "ended"]
"""What the page says by itself when a maintenance starts or ends; empty: somebody wrote the text."""

ORDER = (
    ComponentState.OPERATIONAL,
    ComponentState.MAINTENANCE,
    ComponentState.DEGRADED,
    ComponentState.PARTIAL_OUTAGE,
    ComponentState.MAJOR_OUTAGE,
)
"""The states, the worst last."""

_IMPACT = {
    ComponentState.OPERATIONAL: "none",
    ComponentState.MAINTENANCE: "none",
    ComponentState.DEGRADED: "minor",
    ComponentState.PARTIAL_OUTAGE: "major",
    ComponentState.MAJOR_OUTAGE: "critical",
}
"""Statuspage gives a component's state and an incident's impact the same colour: yellow, orange, red."""


def worst(states: Iterable[ComponentState]) -> ComponentState:
    """The worst of the states; operational when there are none."""
    return max(states, key=ORDER.index, default=ComponentState.OPERATIONAL)


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
    def began(self) -> datetime:
        return self.updates[-1].at

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


def page(published: Published, now: datetime) -> Page:
    """The page at that moment."""
    places = {component.name: place for place, component in enumerate(published.components)}
    told: dict[str, list[tuple[datetime, ComponentState]]] = {name: [] for name in places}
    changes: dict[str, tuple[Change, ...]] = {}
    every = ((update, incident) for incident in published.incidents for update in incident.updates)
    for update, _ in sorted(every, key=lambda pair: pair[0].at):
        changes[update.id] = tuple(
            Change(component=name, was=_last(told[name]), now=state) for name, state in update.states.items()
        )
        for name, state in update.states.items():
            told[name].append((update.at, state))
    for incident in published.incidents:
        for name in incident.window.components if incident.window else ():
            told[name] = sorted([*told[name], *_first_told(told[name], incident.updates[0].at)])
    windows = [(incident, incident.window) for incident in published.incidents if incident.window]
    seen = [_incident(incident, places, changes, published.page_id, now) for incident in published.incidents]
    return Page(
        id=published.page_id,
        at=now,
        incidents=tuple(one for one in reversed(seen) if one.window is None),
        maintenances=tuple(
            sorted((one for one in seen if one.window), key=lambda one: (one.took_place, one.began), reverse=True)
        ),
        components=tuple(
            _component(part, told[part.name], [pair for pair in windows if part.name in pair[1].components], now)
            for part in published.components
        ),
        next_change=min(
            (at for incident, _ in windows for at in _turns(incident, now)),
            default=None,
        ),
    )


def _last(states: Sequence[tuple[datetime, ComponentState]]) -> ComponentState:
    return states[-1][1] if states else ComponentState.OPERATIONAL


def _first_told(
    known: list[tuple[datetime, ComponentState]], at: datetime
) -> Iterator[tuple[datetime, ComponentState]]:
    """A component that a maintenance names was operational when nothing else had been said of it."""
    if not known or known[0][0] > at:
        yield at, ComponentState.OPERATIONAL


def _turns(incident: PublishedIncident, now: datetime) -> Iterator[datetime]:
    """The times to come at which a maintenance changes by itself."""
    if incident.window is not None and ended_at(incident, incident.window, now) is None:
        for at in (incident.window.starts_at, incident.window.ends_at):
            if at > now:
                yield at


def _incident(
    incident: PublishedIncident,
    places: dict[str, int],
    changes: dict[str, tuple[Change, ...]],
    page_id: str,
    now: datetime,
) -> Incident:
    named = {name for update in incident.updates for name in update.states}
    named |= set(incident.window.components if incident.window else ())
    ordered = tuple(sorted(named, key=places.__getitem__))
    if incident.window is None:
        updates = tuple(
            Update(
                id=update.id,
                status=str(update.phase),
                text=update.text,
                said="",
                at=update.at,
                changes=changes[update.id],
            )
            for update in incident.updates
        )
    else:
        updates = tuple(_step(step, incident, changes, page_id) for step in steps(incident, incident.window, now))
    return Incident(
        id=incident.id,
        name=incident.name,
        impact="maintenance" if incident.window else incident.impact or _impact(incident),
        updates=tuple(reversed(updates)),
        components=ordered,
        window=incident.window,
    )


def _step(step: Step, incident: PublishedIncident, changes: dict[str, tuple[Change, ...]], page_id: str) -> Update:
    if step.update is not None:
        return Update(
            id=step.update.id,
            status=step.status,
            text=step.update.text,
            said="",
            at=step.at,
            changes=changes[step.update.id],
        )
    well, under = ComponentState.OPERATIONAL, ComponentState.MAINTENANCE
    was, now = (well, under) if step.said == "started" else (under, well)
    return Update(
        id=public_id(page_id, step.said, incident.id),
        status=step.status,
        text="",
        said=step.said,
        at=step.at,
        changes=tuple(
            Change(component=name, was=was, now=now) for name in (incident.window.components if incident.window else ())
        ),
    )


def _impact(incident: PublishedIncident) -> str:
    """From the worst that customers were told of any component, because the severity itself is the team's affair."""
    states = [state for update in incident.updates for state in update.states.values()]
    return _IMPACT[worst(states)] if states else "minor"


def _component(
    part: PublishedComponent,
    told: list[tuple[datetime, ComponentState]],
    windows: list[tuple[PublishedIncident, PublishedWindow]],
    now: datetime,
) -> Component:
    """With the maintenances laid over what was told: they cover a component that is well, never one in trouble."""
    spans = []
    for incident, window in windows:
        end = ended_at(incident, window, now)
        if window.starts_at <= now and (end is None or end > window.starts_at):
            spans.append((window.starts_at, end))
    moments = {at for at, _ in told} | {at for span in spans for at in span if at is not None and at <= now}
    times = [at for at, _ in told]
    history: list[tuple[datetime, ComponentState]] = []
    for at in sorted(moments):
        state = _last(told[: bisect_right(times, at)][-1:])
        under = any(start <= at and (end is None or at < end) for start, end in spans)
        if under and state is ComponentState.OPERATIONAL:
            state = ComponentState.MAINTENANCE
        if not history or history[-1][1] is not state:
            history.append((at, state))
    return Component(
        id=part.id,
        name=part.name,
        description=part.description,
        state=history[-1][1] if history else part.state,
        history=tuple(history),
    )
