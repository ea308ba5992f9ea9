"""Statements that read incidents, made once."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select, text

from models.kernel.tables import UNANSWERED, incidents, people
from models.policy.audience import Audience
from models.policy.phase import OPEN, Phase
from models.updates.tables import maintenances, promises, status_updates

_declarer = people.alias()
_told = (
    select(status_updates.c.phase)
    .where(status_updates.c.incident_id == incidents.c.id, status_updates.c.audience == Audience.CUSTOMERS)
    .order_by(status_updates.c.published_at.desc(), status_updates.c.id.desc())
    .limit(1)
    .correlate(incidents)
    .scalar_subquery()
)
ROW = (
    select(
        incidents,
        _told.label("told"),
        _declarer.c.name.label("declarer"),
        maintenances.c.starts_at,
        maintenances.c.ends_at,
        maintenances.c.components.label("maintained"),
        maintenances.c.canceled_at,
    )
    .join(_declarer, _declarer.c.id == incidents.c.declared_by)
    .outerjoin(maintenances, maintenances.c.incident_id == incidents.c.id)
)
_open_phases = ", ".join(f"'{phase}'" for phase in OPEN)
OPEN_ROWS = ROW.where(text(f"incidents.phase IN ({_open_phases})"))  # to the letter, as the partial index has it
RECENT_ROWS = ROW.where(incidents.c.resolved_at > bindparam("since"))
PROMISED_ROWS = ROW.where(
    incidents.c.phase == Phase.RESOLVED,
    incidents.c.id.in_(select(promises.c.incident_id).where(promises.c.due_at.is_not(None))),
)
UNANSWERED_ROWS = ROW.where(text(f"incidents.{UNANSWERED}"))
CHANGED_ROWS = ROW.where(incidents.c.changed > bindparam("ticket"))
ALL_ROWS = ROW.order_by(incidents.c.id.desc())
ONE_ROW = ROW.where(incidents.c.id == bindparam("incident"))
LAST_INCIDENT = select(func.max(incidents.c.id))
