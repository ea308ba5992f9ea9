"""Statements that read incidents, made once."""

from __future__ import annotations

from sqlalchemy import bindparam, exists, func, select, text

from models.kernel.names import called
from models.kernel.tables import incidents, people
from models.policy.phase import OPEN, Phase
from models.updates.tables import maintenances, promises

_declarer = people.alias()
ROW = (
    select(
        incidents,
        called(_declarer).label("declarer"),
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
PROMISED_ROWS = RECENT_ROWS.where(
    incidents.c.phase == Phase.RESOLVED,
    exists().where(promises.c.incident_id == incidents.c.id, promises.c.due_at.is_not(None)),
)
CHANGED_ROWS = ROW.where(incidents.c.changed > bindparam("ticket"))
ALL_ROWS = ROW.order_by(incidents.c.id.desc())
ONE_ROW = ROW.where(incidents.c.id == bindparam("incident"))
LAST_INCIDENT = select(func.max(incidents.c.id))
