"""Reads what has left the house, and nothing else: the only place that the published page reads from."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, select

from models.kernel.damage import refused
from models.kernel.readable import AnyRow
from models.kernel.reader import Rows
from models.kernel.tables import entries, incidents, settings
from models.kernel.text import clean
from models.policy.audience import Audience, ComponentState
from models.policy.phase import OPEN, Phase
from models.policy.severity import Severity
from models.status_page.public_data import Published, PublishedComponent, PublishedIncident, PublishedUpdate
from models.updates.public import ORIGIN, PublishedWindow, public_id
from models.updates.tables import IN_ORDER, TOLD_AT, components, maintenances, status_updates

_SINCE = incidents.c.changed > bindparam("ticket")
_KEY = select(settings.c.value).where(settings.c.key == "page-key")
_UPDATES = (
    select(
        status_updates.c.id,
        status_updates.c.incident_id,
        status_updates.c.n,
        status_updates.c.origin,
        status_updates.c.title,
        status_updates.c.phase,
        status_updates.c.text,
        status_updates.c.components,
        TOLD_AT.label("told_at"),
    )
    .join(incidents, incidents.c.id == status_updates.c.incident_id)
    .where(status_updates.c.audience == Audience.CUSTOMERS, _SINCE)
    .order_by(*IN_ORDER)
)
_IMPORTED = (
    select(incidents.c.id, incidents.c.origin, incidents.c.declared_at, entries.c.data)
    .join(entries, (entries.c.incident_id == incidents.c.id) & (entries.c.n == 1))
    .where(incidents.c.origin.startswith(ORIGIN), _SINCE)
)
_WINDOWS = (
    select(maintenances, incidents.c.phase).join(incidents, incidents.c.id == maintenances.c.incident_id).where(_SINCE)
)
_COMPONENTS = select(
    components.c.id, components.c.name, components.c.description, components.c.state, components.c.origin
).order_by(components.c.position)

_IMPACTS = {Severity.P1: "critical", Severity.P2: "major", Severity.P3: "minor"}
"""What an imported severity was made of; none and minor are both P3."""


def read_published(read: Rows, before: Published | None = None) -> Published:
    """As `Reader.published` says."""
    ticket = read.ticket()
    if before is not None and before.ticket == ticket:
        return before
    parts = read._rows(_COMPONENTS)
    known = frozenset(row["name"] for row in parts)  # an imported page may have renamed one since
    if before is not None and before.names != known:
        before = None
    since = {"ticket": -1 if before is None else before.ticket}
    kept = read._rows(_KEY)
    if not kept:
        raise refused()
    key = str(kept[0]["value"])
    told: defaultdict[int, list[AnyRow]] = defaultdict(list)
    for row in read._rows(_UPDATES, **since):
        told[row["incident_id"]].append(row)
    imported = {row["id"]: row for row in read._rows(_IMPORTED, **since)}
    windows = {row["incident_id"]: _window(row) for row in read._rows(_WINDOWS, **since)}
    if read.damage:  # readers outside get nothing that rests on it
        raise refused()
    found = {} if before is None else {incident.id: incident for incident in before.incidents}
    news = before is None
    for number, rows in told.items():
        incident = _incident(key, number, rows, known, imported.get(number), windows.get(number))
        news = news or found.get(incident.id) != incident
        found[incident.id] = incident
    if before is not None and not news:
        return replace(before, ticket=ticket)
    every = tuple(sorted(found.values(), key=lambda incident: incident.updates[0].at))
    named = {name for incident in every for update in incident.updates for name in update.states}
    named |= {name for incident in every if incident.window for name in incident.window.components}
    return Published(
        ticket=ticket,
        names=known,
        page_id=public_id(key, "page", ""),
        incidents=every,
        components=tuple(
            PublishedComponent(
                id=public_id(key, "component", row["id"], row["origin"]),
                name=clean(row["name"], lines=False),
                description=clean(row["description"], lines=False),
                state=ComponentState(row["state"]),
            )
            for row in parts
            if clean(row["name"], lines=False) in named or row["origin"]
        ),
    )


def _incident(
    key: str,
    number: int,
    rows: list[AnyRow],
    known: frozenset[str],
    imported: AnyRow | None,
    window: PublishedWindow | None,
) -> PublishedIncident:
    data: dict[str, Any] = imported["data"] if imported else {}
    titles = [row["title"] for row in rows if row["title"]]
    impact = "maintenance" if data.get("category") == "maintenance" else _IMPACTS.get(data.get("severity", ""))
    return PublishedIncident(
        id=public_id(key, "incident", number, imported["origin"] if imported else None),
        began=min(rows[0]["told_at"], imported["declared_at"]) if imported else rows[0]["told_at"],
        name=clean(titles[-1] if titles else data.get("title", ""), lines=False),
        impact=impact,
        updates=tuple(
            PublishedUpdate(
                id=public_id(key, "update", row["id"], row["origin"]),
                phase=Phase(row["phase"]),
                text=clean(row["text"], lines=True),
                states={
                    clean(name, lines=False): ComponentState(state)
                    for name, state in row["components"].items()
                    if name in known
                },
                at=row["told_at"],
                order=row["id"],
            )
            for row in rows
        ),
        window=window,
    )


def _window(row: AnyRow) -> PublishedWindow:
    return PublishedWindow(
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        components=tuple(clean(name, lines=False) for name in row["components"]),
        canceled_at=row["canceled_at"],
        went_wrong=row["phase"] in OPEN,
    )
