"""Pure: what the page says at one moment, worked out from what was published."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from operator import itemgetter

from models.policy.audience import ComponentState, worst
from models.policy.phase import Phase
from models.status_page.maintenance import Step, ended_at, steps
from models.status_page.public_data import Published, PublishedComponent, PublishedIncident, PublishedUpdate
from models.status_page.seen import Change, Component, Incident, Page, Update
from models.updates.public import PublishedWindow, public_id

_IMPACT = {
    ComponentState.OPERATIONAL: "none",
    ComponentState.MAINTENANCE: "none",
    ComponentState.DEGRADED: "minor",
    ComponentState.PARTIAL_OUTAGE: "major",
    ComponentState.MAJOR_OUTAGE: "critical",
}
"""Statuspage gives a component's state and an incident's impact the same colour: yellow, orange, red."""

_History = dict[str, list[tuple[datetime, ComponentState]]]
"""By component, from when it was in which state, the oldest first."""


def page(published: Published, now: datetime) -> Page:
    """The page at that moment."""
    places = {component.name: place for place, component in enumerate(published.components)}
    told, changes = _told(published, now)
    for incident in published.incidents:
        for name in incident.window.components if incident.window else ():
            known = [*_first_told(told[name], incident.updates[0].at), *told[name]]
            told[name] = sorted(known, key=itemgetter(0))
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


def _told(published: Published, now: datetime) -> tuple[_History, dict[str, tuple[Change, ...]]]:
    """The states of each component, as the worst that an open incident last said; and what each update changed.

    Where no open incident speaks of a component, what was said of it last counts.
    """
    told: _History = {component.name: [] for component in published.components}
    changes: dict[str, tuple[Change, ...]] = {}
    words: defaultdict[str, dict[str, ComponentState]] = defaultdict(dict)
    speaking: dict[str, dict[str, ComponentState]] = {name: {} for name in told}
    last: dict[str, ComponentState] = {}
    for at, incident, update in _in_order(published, now):
        before = {name: _last(told[name]) for name in update.states} if update else {}
        own = words[incident.id]
        if update is not None:
            own |= update.states
            last |= update.states
        else:
            last |= {name: ComponentState.OPERATIONAL for name in own if own[name] is ComponentState.MAINTENANCE}
        for name, state in own.items():
            if update is None or update.phase is Phase.RESOLVED:
                speaking[name].pop(incident.id, None)
            else:
                speaking[name][incident.id] = state
            found = worst(speaking[name].values()) if speaking[name] else last[name]
            if name in before or found is not _last(told[name]):
                told[name].append((at, found))
        if update is not None:
            changes[update.id] = tuple(
                Change(component=name, was=was, now=_last(told[name])) for name, was in before.items()
            )
    return told, changes


def _in_order(published: Published, now: datetime) -> list[tuple[datetime, PublishedIncident, PublishedUpdate | None]]:
    """Every update in the order of publication, and each end of a maintenance that came by itself, as None."""
    found: list[tuple[datetime, int, PublishedIncident, PublishedUpdate | None]] = []
    for incident in published.incidents:
        found += [(update.at, update.order, incident, update) for update in incident.updates]
        if incident.window is not None:
            ends = (step for step in steps(incident, incident.window, now) if step.said == "ended")
            found += [(step.at, 0, incident, None) for step in ends]
    return [(at, incident, update) for at, _, incident, update in sorted(found, key=lambda one: one[:2])]


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
