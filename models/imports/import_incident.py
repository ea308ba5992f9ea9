"""The command that takes in one incident of a Statuspage, or what is new of it.

What the page says of an incident's severity and phase has no equal here:

- critical is P1, major P2, minor and none P3; maintenance is P3 of the category maintenance
- scheduled and in progress are `identified`, verifying is `monitoring`, completed `resolved`, post-mortem `closed`
- a maintenance whose times are known is one here, too: it starts and ends by the clock, and is no open incident

An incident that is here already only gains the updates that are new. They move its phase, and the state of a
component, only from where the page had left it: what people here have changed stays. Nobody holds a role in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import Connection, RowMapping, bindparam, insert, select, update

from models.imports.statuspage_components import Named
from models.imports.statuspage_parts import Incident, Update
from models.kernel.command import Command, when
from models.kernel.failures import Refused
from models.kernel.tables import incidents
from models.kernel.transaction import Transaction
from models.policy.audience import ComponentState
from models.policy.phase import OPEN, Phase, public
from models.policy.severity import Category
from models.roles.begin import begin_incident
from models.updates.public import ORIGIN
from models.updates.tables import components, maintenances, status_updates

_BY_ORIGIN = select(incidents.c.id).where(incidents.c.origin == bindparam("origin"))
_PUBLISHED = select(status_updates.c.incident_id, status_updates.c.origin).where(
    status_updates.c.origin.in_(bindparam("origins", expanding=True))
)
_MOVE_COMPONENT = (
    update(components)
    .where(components.c.origin == bindparam("from"), components.c.state.in_(bindparam("was", expanding=True)))
    .values(state=bindparam("now"))
)


_WINDOW = select(maintenances).where(maintenances.c.incident_id == bindparam("incident"))
_END = update(maintenances).where(maintenances.c.incident_id == bindparam("incident"))


class AlreadyImported(Refused):
    """The database holds all of it already; nothing was written."""

    def __init__(self, ref: str) -> None:
        super().__init__(f"{ref} is up to date with the page.")
        self.ref = ref


class NotYet(Refused):
    """Something in it is still to come, as far as this machine knows."""


class Here(NamedTuple):
    """What the database has of an incident."""

    id: int | None
    updates: frozenset[str]
    """The page's ids of those that are here."""
    taken: frozenset[str]
    """The origins that its updates could have, and that something here has."""


class ImportIncident(Command):
    """Import one incident of a status page, or its new updates. Raises AlreadyImported when there are none."""

    page: str
    """What the page is called."""
    incident: Incident
    components: tuple[Named, ...]
    """The components that it is about, as they are now."""

    kind: ClassVar[str] = "declared"

    def perform(self, tx: Transaction) -> int:
        check_times(self.incident, tx.now)
        updates = self.incident.updates
        here = what_is_here(tx.connection, self.incident)
        if here.id is not None:
            tx.lock(here.id)
            here = what_is_here(tx.connection, self.incident)
        if here.id is None:
            self._declare(tx, updates)
        elif here.updates.issuperset(told.id for told in updates):
            raise AlreadyImported(tx.ref)
        version = tx.incident["version"]
        newest = max((n for n, told in enumerate(updates) if told.id in here.updates), default=-1)
        page_phase = updates[newest].phase if newest >= 0 else tx.incident["phase"]
        window = tx.connection.execute(_WINDOW, {"incident": tx.incident_id}).mappings().first()
        if window is not None:
            self._end(tx, window)
        for n, told in enumerate(updates):
            if n > newest and window is None:
                self._move(tx, page_phase, told)
                page_phase = told.phase
            if told.id not in here.updates:
                self._publish(tx, told, here.taken)
        self._set_components(tx, updates[newest + 1 :])
        return int(version) + 1

    def _declare(self, tx: Transaction, updates: Sequence[Update]) -> None:
        window = self.incident.window
        phase = updates[0].phase if updates else self.incident.phase
        if window is not None:
            phase = Phase.RESOLVED
        columns = {
            "title": self.incident.name,
            "severity": self.incident.severity,
            "category": Category.MAINTENANCE if window or self.incident.impact == "maintenance" else None,
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
        data: dict[str, Any] = {**columns, "manager": None, "imported": self.page, "page_impact": self.incident.impact}
        if window is not None:
            names = [part.name for part in self.components]
            row = {"incident_id": tx.incident_id, **window._asdict(), "components": names}
            tx.connection.execute(insert(maintenances), row)
            data["maintenance"] = {name: moment.isoformat() for name, moment in window._asdict().items()}
        tx.record(self.kind, data, occurred_at=self.incident.began)

    def _end(self, tx: Transaction, window: RowMapping) -> None:
        """A maintenance that the page said is over ends then, or is called off, unless it has ended here."""
        over = self.incident.completed_at
        if over is None or window["canceled_at"] is not None or over >= window["ends_at"]:
            return
        change = {"ends_at": over} if over > window["starts_at"] else {"canceled_at": over}
        tx.connection.execute(_END.values(**change), {"incident": tx.incident_id})
        if tx.incident["phase"] == Phase.RESOLVED:
            tx.change(resolved_at=over)

    def _move(self, tx: Transaction, was: Phase, told: Update) -> None:
        now = told.phase
        if now == was or tx.incident["phase"] != was:
            return
        tx.record("phase", {"was": was, "now": now, "imported": self.page}, occurred_at=told.display_at)
        resolved_at = tx.incident["resolved_at"] or self.incident.resolved_at or told.display_at
        tx.change(phase=now, resolved_at=None if now in OPEN else resolved_at)

    def _publish(self, tx: Transaction, told: Update, taken: frozenset[str]) -> None:
        called = {part.origin: part.name for part in self.components}
        named = {called.get(part.origin, part.name): part.new_status for part in told.affected_components}
        content = {
            "phase": public(told.phase),
            "components": {name: state for name, state in named.items() if state is not None},
        }
        unsaid = {"affected": [name for name, state in named.items() if state is None]}
        data = {**content, "status": told.status, "imported": self.page, **(unsaid if unsaid["affected"] else {})}
        own = _origin(told.id)
        row = {
            **content,
            "incident_id": tx.incident_id,
            "n": tx.record("published", data, text=told.body, occurred_at=told.display_at),
            "text": told.body,
            "published_by": tx.author_id,
            "published_at": told.display_at,
            "origin": _origin_beside(told.id, self.incident.id) if own in taken else own,
        }
        tx.connection.execute(insert(status_updates), row)
        tx.change(published_at=max(tx.incident["published_at"] or told.display_at, told.display_at))

    def _set_components(self, tx: Transaction, news: Sequence[Update]) -> None:
        was: defaultdict[str, set[ComponentState]] = defaultdict(set)
        for affected in (affected for told in news for affected in told.affected_components):
            if affected.old_status is not None:
                was[affected.origin].add(affected.old_status)
        for part in self.components:
            move = {"from": part.here or part.origin, "was": sorted(was[part.origin]), "now": part.state}
            tx.connection.execute(_MOVE_COMPONENT, move)


def check_times(incident: Incident, now: datetime) -> None:
    ended = incident.resolved_at or incident.began
    try:
        when(max(incident.began, ended, *(told.display_at for told in incident.updates)), now)
    except Refused as early:
        raise NotYet(early.message, "Check this machine's clock.") from None


def what_is_here(connection: Connection, incident: Incident) -> Here:
    number = connection.execute(_BY_ORIGIN, {"origin": _origin(incident.id)}).scalar()
    ids = {
        origin: told.id
        for told in incident.updates
        for origin in (_origin(told.id), _origin_beside(told.id, incident.id))
    }
    rows = connection.execute(_PUBLISHED, {"origins": list(ids)}).all()
    here = frozenset(ids[row.origin] for row in rows if row.incident_id == number)
    return Here(number, here, frozenset(row.origin for row in rows))


def _origin(page_id: str) -> str:
    return f"{ORIGIN}{page_id}"


def _origin_beside(update: str, incident: str) -> str:
    """Where an update came from whose id another incident's has, too."""
    return f"{ORIGIN}{update}-{incident}"
