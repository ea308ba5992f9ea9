"""Statements that read incidents, made once."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select, text

from models.kernel.tables import TOLD_OPEN, incidents, name_of, people
from models.policy.phase import OPEN, Phase
from models.updates.tables import drafts, maintenances, promises

_declarer = people.alias()
ROW = (
    select(
        incidents,
        name_of(_declarer).label("declarer"),
        maintenances.c.starts_at,
        maintenances.c.ends_at,
        maintenances.c.components.label("maintained"),
        maintenances.c.canceled_at,
    )
    .outerjoin(_declarer, _declarer.c.id == incidents.c.declared_by)
    .outerjoin(maintenances, maintenances.c.incident_id == incidents.c.id)
)
_open_phases = ", ".join(f"'{phase}'" for phase in OPEN)
OPEN_ROWS = ROW.where(text(f"incidents.phase IN ({_open_phases})"))  # to the letter, as the partial index has it
RECENT_ROWS = ROW.where(incidents.c.resolved_at > bindparam("since"))
PROMISED_ROWS = ROW.where(
    incidents.c.phase == Phase.RESOLVED,
    incidents.c.id.in_(select(promises.c.incident_id).where(promises.c.due_at.is_not(None))),
)
UNANSWERED_ROWS = ROW.where(incidents.c.phase == Phase.RESOLVED, text(f"incidents.{TOLD_OPEN}"))
UNAPPROVED_ROWS = ROW.where(
    incidents.c.id.in_(select(drafts.c.incident_id).where(text("drafts.unapproved IS NOT NULL")))
)
CHANGED_ROWS = ROW.where(incidents.c.changed > bindparam("ticket"))
ALL_ROWS = ROW.order_by(incidents.c.id.desc())
ONE_ROW = ROW.where(incidents.c.id == bindparam("incident"))
LAST_INCIDENT = select(func.max(incidents.c.id))
