"""Pure: what the page says at one moment, worked out from what was published."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime
from operator import attrgetter

from models.policy.audience import ComponentState
from models.status_page.maintenance import Step, ended_at, steps
from models.status_page.public_data import Published, PublishedComponent, PublishedIncident
from models.status_page.seen import Change, Component, Incident, Page, Update, worst
from models.updates.public import PublishedWindow, public_id

_IMPACT = {
    ComponentState.OPERATIONAL: "none",
    ComponentState.MAINTENANCE: "none",
    ComponentState.DEGRADED: "minor",
    ComponentState.PARTIAL_OUTAGE: "major",
    ComponentState.MAJOR_OUTAGE: "critical",
}
"""Statuspage gives a component's state and an incident's impact the same colour: yellow, orange, red."""


def page(published: Published, now: datetime) -> Page:
    """The page at that moment."""
    places = {component.name: place for place, component in enumerate(published.components)}
    told: dict[str, list[tuple[datetime, ComponentState]]] = {name: [] for name in places}
    changes: dict[str, tuple[Change, ...]] = {}
    every = (update for incident in published.incidents for update in incident.updates)
    for update in sorted(every, key=attrgetter("at")):
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
        began=incident.began,
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
        said = bisect_right(times, at)
        state = told[said - 1][1] if said else ComponentState.OPERATIONAL
        if state is ComponentState.OPERATIONAL and any(
            start <= at and (end is None or at < end) for start, end in spans
        ):
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
