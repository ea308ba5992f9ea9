"""Takes in the history that a Statuspage publishes (API version 2, incidents.json), each piece once however often.

What the page says of an incident's severity and of a scheduled maintenance has no equal here:

- critical is P1, major P2, minor and none P3; maintenance is P3 of the category maintenance
- scheduled and in progress are `identified`, verifying is `monitoring`, completed `resolved`, post-mortem `closed`

An incident that is here already only gains the updates that are new. They move its phase, and the state of a
component, only from where the page had left it: what people here have changed stays. Nobody holds a role in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import ClassVar

from pydantic import ValidationError
from pydantic.dataclasses import dataclass
from sqlalchemy import bindparam, insert, select, text, update

from models.imports.statuspage_file import PHASES, SEVERITIES, Component, Incident, Update, read
from models.kernel.command import Command, when
from models.kernel.failures import Refused
from models.kernel.postgres.admins import admins_only
from models.kernel.refusal import refused
from models.kernel.store import Store
from models.kernel.tables import incidents
from models.kernel.transaction import Transaction
from models.policy.audience import ComponentState
from models.policy.phase import OPEN, Phase, public
from models.policy.severity import Category
from models.roles.begin import begin_incident
from models.updates.tables import components, status_updates

_BY_ORIGIN = select(incidents.c.id).where(incidents.c.origin == bindparam("origin"))
_PUBLISHED = select(status_updates.c.origin).where(status_updates.c.origin.in_(bindparam("origins", expanding=True)))
_ADD_COMPONENT = text(
    "INSERT INTO components (name, state, description, origin, position)"
    " VALUES (:name, :state, :description, :origin, (SELECT coalesce(max(position), 0) + 1 FROM components))"
    " ON CONFLICT DO NOTHING"
)
_MOVE_COMPONENT = (
    update(components)
    .where(components.c.origin == bindparam("from"), components.c.state.in_(bindparam("was", expanding=True)))
    .values(state=bindparam("now"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came of a file."""

    page: str
    new: int
    updated: int
    """Incidents that were here, and gained updates."""
    unchanged: int
    refs: tuple[str, ...]
    """Every incident of the file, the oldest first."""


class AlreadyImported(Refused):
    """The database holds all of it already; nothing was written."""

    def __init__(self, ref: str) -> None:
        super().__init__(f"{ref} is up to date with the page.")
        self.ref = ref


class ImportIncident(Command):
    """Import one incident of a status page, or its new updates. Raises AlreadyImported when there are none."""

    page: str
    """What the page is called."""
    incident: Incident
    components: tuple[Component, ...]
    """The components that it is about, as they are now."""

    kind: ClassVar[str] = "declared"

    def perform(self, tx: Transaction) -> int:
        admins_only(tx.connection, "settings", "import updates, which bring times of their own")
        self._check_times(tx)
        updates = self.incident.updates
        origins = [_origin(told.id) for told in updates]
        known = tx.connection.execute(_BY_ORIGIN, {"origin": _origin(self.incident.id)}).scalar()
        if known is not None:
            tx.lock(known)
        here = set(tx.connection.execute(_PUBLISHED, {"origins": origins}).scalars())
        if known is None:
            self._declare(tx, updates)
        elif here.issuperset(origins):
            raise AlreadyImported(tx.ref)
        version = tx.incident["version"]
        newest = max((n for n, origin in enumerate(origins) if origin in here), default=-1)
        page_phase = PHASES[updates[newest].status] if newest >= 0 else tx.incident["phase"]
        for n, told in enumerate(updates):
            if n > newest:
                self._move(tx, page_phase, told)
                page_phase = PHASES[told.status]
            if origins[n] not in here:
                self._publish(tx, told)
        self._set_components(tx, updates[newest + 1 :])
        return int(version) + 1

    def _check_times(self, tx: Transaction) -> None:
        ended = self.incident.resolved_at or self.incident.began
        try:
            when(max(self.incident.began, ended, *(told.display_at for told in self.incident.updates)), tx.now)
        except Refused as early:
            raise Refused(f"“{self.incident.name}”: {early.message}", "Check this machine's clock.") from None

    def _declare(self, tx: Transaction, updates: Sequence[Update]) -> None:
        phase = PHASES[updates[0].status if updates else self.incident.status]
        columns = {
            "title": self.incident.name,
            "severity": SEVERITIES[self.incident.impact],
            "category": Category.MAINTENANCE if self.incident.impact == "maintenance" else None,
            "impact": None,
            "phase": phase,
        }
        begin_incident(
            tx,
            **columns,
            declared_by=tx.author_id,
            declared_at=self.incident.began,
            resolved_at=None if phase in OPEN else self.incident.resolved_at or self.incident.began,
            origin=_origin(self.incident.id),
        )
        data = {**columns, "manager": None, "imported": self.page}
        tx.record(self.kind, data, occurred_at=self.incident.began)

    def _move(self, tx: Transaction, was: Phase, told: Update) -> None:
        now = PHASES[told.status]
        if now == was or tx.incident["phase"] != was:
            return
        tx.record("phase", {"was": was, "now": now, "imported": self.page}, occurred_at=told.display_at)
        resolved_at = tx.incident["resolved_at"] or self.incident.resolved_at or told.display_at
        tx.change(phase=now, resolved_at=None if now in OPEN else resolved_at)

    def _publish(self, tx: Transaction, told: Update) -> None:
        content = {
            "phase": public(PHASES[told.status]),
            "components": {affected.name: affected.new_status for affected in told.affected_components},
        }
        data = {**content, "status": told.status, "imported": self.page}
        row = {
            **content,
            "incident_id": tx.incident_id,
            "n": tx.record("published", data, text=told.body, occurred_at=told.display_at),
            "text": told.body,
            "published_by": tx.author_id,
            "published_at": told.display_at,
            "origin": _origin(told.id),
        }
        tx.connection.execute(insert(status_updates), row)
        last = tx.incident["published_at"]
        if last is None or told.display_at >= last:
            tx.change(published_at=told.display_at, told=content["phase"])

    def _set_components(self, tx: Transaction, news: Sequence[Update]) -> None:
        was: defaultdict[str, set[ComponentState]] = defaultdict(set)
        for affected in (affected for told in news for affected in told.affected_components):
            was[affected.code].add(affected.old_status)
        for part in self.components:
            known = {"name": part.name, "state": part.status, "description": part.description}
            tx.connection.execute(_ADD_COMPONENT, {**known, "origin": _origin(part.id)})
            move = {"from": _origin(part.id), "was": sorted(was[part.id]), "now": part.status}
            tx.connection.execute(_MOVE_COMPONENT, move)


def load(store: Store, document: bytes, by: str) -> Imported:
    """Take in every incident of an incidents.json, each in a transaction of its own, on behalf of `by`.

    Raises Refused, in words that name the incident, when the file is damaged or is something else; then nothing of it
    was taken in, unless what is refused is a date in the future.
    """
    page, history = read(document)
    latest = _latest(history)
    try:
        commands = [
            ImportIncident(by=by, page=page, incident=incident, components=_about(incident, latest))
            for incident in history
        ]
    except ValidationError as error:
        raise refused(error) from None
    counts = {"new": 0, "updated": 0, "unchanged": 0}
    refs = []
    for command in commands:
        try:
            done = store.perform(command)
        except AlreadyImported as nothing:
            counts["unchanged"] += 1
            refs.append(nothing.ref)
        else:
            counts["new" if done.entry.kind == command.kind else "updated"] += 1
            refs.append(done.ref)
    return Imported(page=page, refs=tuple(refs), **counts)


def _origin(page_id: str) -> str:
    return f"statuspage:{page_id}"


def _latest(history: Iterable[Incident]) -> dict[str, Component]:
    """Every component of the file as it was last seen there; the list of components knows best."""
    told: dict[str, Component] = {}
    listed: dict[str, Component] = {}
    for incident in history:
        for news in incident.updates:
            for part in news.affected_components:
                seen = Component(id=part.code, name=part.name, status=part.new_status, updated_at=news.display_at)
                _keep_later(told, seen)
        for component in incident.components:
            _keep_later(listed, component)
    return told | listed


def _keep_later(seen: dict[str, Component], component: Component) -> None:
    before = seen.get(component.id)
    if before is None or component.updated_at >= before.updated_at:
        seen[component.id] = component


def _about(incident: Incident, latest: dict[str, Component]) -> tuple[Component, ...]:
    listed = [component.id for component in incident.components]
    named = [part.code for told in incident.updates for part in told.affected_components]
    return tuple(sorted((latest[key] for key in dict.fromkeys(listed + named)), key=lambda part: part.position))
