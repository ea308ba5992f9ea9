"""What other incidents and running maintenance still say of components: the worst of them all counts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, or_, select, text

from models.kernel.tables import TOLD_OPEN, incidents
from models.policy.audience import Audience, ComponentState, worst
from models.policy.phase import OPEN
from models.updates.tables import maintenances, status_updates
from models.updates.views import StillSaid

_RUNS = or_(
    incidents.c.phase.in_(OPEN), and_(maintenances.c.canceled_at.is_(None), maintenances.c.ends_at > bindparam("now"))
)
_WORDS = (
    select(status_updates.c.incident_id, status_updates.c.components)
    .join(incidents, incidents.c.id == status_updates.c.incident_id)
    .outerjoin(maintenances, maintenances.c.incident_id == incidents.c.id)
    .where(
        text(f"incidents.{TOLD_OPEN}"),  # to the letter, as the partial index has it
        incidents.c.id != bindparam("incident"),
        status_updates.c.audience == Audience.CUSTOMERS,
        or_(maintenances.c.incident_id.is_(None), _RUNS),
    )
    .order_by(status_updates.c.incident_id, status_updates.c.n)
)
_RUNNING = (
    select(maintenances.c.incident_id, maintenances.c.components)
    .join(incidents, incidents.c.id == maintenances.c.incident_id)
    .where(
        maintenances.c.incident_id != bindparam("incident"),
        maintenances.c.starts_at <= bindparam("now"),
        _RUNS,
    )
)


def still_said(connection: Connection, incident_id: int, names: Iterable[str], now: datetime) -> dict[str, StillSaid]:
    """Of these components, the worst that another open incident or running maintenance last told customers.

    A component that nobody else speaks of, or that others call operational, is left out.
    """
    wanted = set(names)
    if not wanted:
        return {}
    known = {"incident": incident_id, "now": now}
    said: dict[tuple[str, int], ComponentState] = {}
    for row in connection.execute(_RUNNING, known):
        said |= {(name, row.incident_id): ComponentState.MAINTENANCE for name in row.components if name in wanted}
    for row in connection.execute(_WORDS, known):
        for name, state in row.components.items():
            if name in wanted:
                said[name, row.incident_id] = ComponentState(state)
    found: dict[str, StillSaid] = {}
    for (name, incident), state in said.items():
        before = found[name].state if name in found else ComponentState.OPERATIONAL
        if worst((before, state)) is not before:
            found[name] = StillSaid(ref=f"INC-{incident}", state=state)
    return found


def still_worse(said: dict[str, ComponentState], others: dict[str, StillSaid]) -> dict[str, StillSaid]:
    """Those of the others' words that are worse than what an update says of the same component."""
    return {name: other for name, other in others.items() if worst((said[name], other.state)) is not said[name]}
