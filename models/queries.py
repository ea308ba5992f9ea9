"""The statements that views are read with, made once."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, exists, func, or_, select, text

from models.policy import OPEN, UNDONE, Phase
from models.tables import (
    assignments,
    entries,
    evidence,
    head,
    incident_roles,
    incidents,
    maintenances,
    offers,
    people,
    promises,
    tasks,
    theories,
)

_declarer = people.alias()
ROW = (
    select(
        incidents,
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
PROMISED_ROWS = RECENT_ROWS.where(
    incidents.c.phase == Phase.RESOLVED,
    exists().where(promises.c.incident_id == incidents.c.id, promises.c.due_at.is_not(None)),
)
CHANGED_ROWS = ROW.where(incidents.c.changed > bindparam("ticket"))
ALL_ROWS = ROW.order_by(incidents.c.id.desc())
ONE_ROW = ROW.where(incidents.c.id == bindparam("incident"))
LAST_INCIDENT = select(func.max(incidents.c.id))
TICKET = select(head.c.ticket)
HOLDINGS = (
    select(
        assignments.c.incident_id,
        assignments.c.role_id,
        func.coalesce(incident_roles.c.book_role, incident_roles.c.key).label("role"),
        incident_roles.c.label,
        people.c.name.label("person"),
        assignments.c.since,
        assignments.c.given_by,
    )
    .join(incident_roles, incident_roles.c.id == assignments.c.role_id)
    .join(people, people.c.id == assignments.c.person_id)
    .where(assignments.c.until.is_(None), assignments.c.incident_id.in_(bindparam("ids", expanding=True)))
    .order_by(assignments.c.since, assignments.c.id)
)
_from, _to, _by = people.alias(), people.alias(), people.alias()
OFFERS = (
    select(
        offers,
        incident_roles.c.key,
        incident_roles.c.book_role,
        incident_roles.c.name,
        incident_roles.c.label,
        _from.c.name.label("holder"),
        _to.c.name.label("to"),
        _by.c.name.label("by"),
    )
    .join(incident_roles, incident_roles.c.id == offers.c.role_id)
    .join(_from, _from.c.id == offers.c.from_id)
    .join(_to, _to.c.id == offers.c.to_id)
    .join(_by, _by.c.id == offers.c.offered_by)
    .where(offers.c.answer.is_(None), offers.c.incident_id.in_(bindparam("ids", expanding=True)))
    .order_by(offers.c.id)
)
ROLES = (
    select(incident_roles)
    .where(incident_roles.c.incident_id == bindparam("incident"), ~incident_roles.c.removed)
    .order_by(incident_roles.c.position)
)
_giver, _ender = people.alias(), people.alias()
HISTORY = (
    select(
        people.c.name.label("person"),
        assignments.c.since,
        _giver.c.name.label("giver"),
        assignments.c.until,
        _ender.c.name.label("ender"),
    )
    .join(incident_roles, incident_roles.c.id == assignments.c.role_id)
    .join(people, people.c.id == assignments.c.person_id)
    .join(_giver, _giver.c.id == assignments.c.given_by)
    .outerjoin(_ender, _ender.c.id == assignments.c.ended_by)
    .where(incident_roles.c.incident_id == bindparam("incident"), incident_roles.c.key == bindparam("role"))
    .order_by(assignments.c.since.desc(), assignments.c.id.desc())
)
_owner, _adder = people.alias(), people.alias()
TASKS = (
    select(tasks, _owner.c.name.label("owner"), _adder.c.name.label("adder"), incident_roles.c.key.label("role"))
    .outerjoin(_owner, _owner.c.id == tasks.c.owner_id)
    .join(_adder, _adder.c.id == tasks.c.added_by)
    .outerjoin(incident_roles, incident_roles.c.id == tasks.c.role_id)
    .where(tasks.c.incident_id == bindparam("incident"), or_(tasks.c.state != "dropped", tasks.c.reason != ""))
    .order_by(tasks.c.number)
)
_undone_states = ", ".join(f"'{state}'" for state in UNDONE)
UNDONE_TASKS = (
    select(
        tasks.c.incident_id,
        tasks.c.number,
        tasks.c.state,
        tasks.c.due_at,
        tasks.c.role_id,
        _owner.c.name.label("owner"),
    )
    .outerjoin(_owner, _owner.c.id == tasks.c.owner_id)
    .where(text(f"tasks.state IN ({_undone_states})"), tasks.c.incident_id.in_(bindparam("ids", expanding=True)))
)
_says, _gave, _sayer, _giver = entries.alias(), entries.alias(), people.alias(), people.alias()
THEORIES = (
    select(
        theories.c.n.label("first"),
        theories.c.state,
        _says.c.text,
        _says.c.data,
        _says.c.occurred_at,
        _sayer.c.name.label("author"),
        _giver.c.name.label("moved_by"),
        _gave.c.recorded_at.label("moved_at"),
        _gave.c.text.label("why"),
    )
    .join(_says, and_(_says.c.incident_id == theories.c.incident_id, _says.c.n == theories.c.said))
    .join(_sayer, _sayer.c.id == _says.c.author_id)
    .outerjoin(_gave, and_(_gave.c.incident_id == theories.c.incident_id, _gave.c.n == theories.c.moved))
    .outerjoin(_giver, _giver.c.id == _gave.c.author_id)
    .where(theories.c.incident_id == bindparam("incident"))
    .order_by(theories.c.n)
)
EVIDENCE = (
    select(
        evidence.c.n.label("first"),
        evidence.c.theory,
        evidence.c.weight,
        _says.c.text,
        _says.c.data,
        _says.c.occurred_at,
        _sayer.c.name.label("author"),
    )
    .join(_says, and_(_says.c.incident_id == evidence.c.incident_id, _says.c.n == evidence.c.said))
    .join(_sayer, _sayer.c.id == _says.c.author_id)
    .where(evidence.c.incident_id == bindparam("incident"))
    .order_by(_says.c.occurred_at.desc(), evidence.c.n.desc())
)
PEOPLE = select(people.c.id, people.c.name).order_by(people.c.key)
HOW_MANY_PEOPLE = select(func.count()).select_from(people)
PEOPLE_BY_ID = select(people.c.id, people.c.name).where(people.c.id.in_(bindparam("ids", expanding=True)))

_author, _later = people.alias(), entries.alias()
ENTRIES = (
    select(entries, _author.c.name.label("author"))
    .join(_author, _author.c.id == entries.c.author_id)
    .where(entries.c.incident_id == bindparam("incident"))
)
_superseded = exists().where(
    _later.c.incident_id == entries.c.incident_id,
    _later.c.revises == func.coalesce(entries.c.revises, entries.c.n),
    _later.c.n > entries.c.n,
)
CURRENT = ENTRIES.where(~_superseded)
NEWEST_FIRST = (entries.c.occurred_at.desc(), entries.c.n.desc())
NEWEST = CURRENT.order_by(*NEWEST_FIRST).limit(bindparam("limit"))
OLDER = (
    CURRENT.where(
        entries.c.occurred_at <= bindparam("occurred_at"),
        or_(
            entries.c.occurred_at < bindparam("occurred_at"),
            and_(entries.c.occurred_at == bindparam("occurred_at"), entries.c.n < bindparam("number")),
        ),
    )
    .order_by(*NEWEST_FIRST)
    .limit(bindparam("limit"))
)
SINCE = ENTRIES.where(entries.c.n > bindparam("number")).order_by(entries.c.n)
VERSIONS = ENTRIES.where(or_(entries.c.n == bindparam("root"), entries.c.revises == bindparam("root"))).order_by(
    entries.c.n
)
_takes_back = exists().where(_later.c.incident_id == entries.c.incident_id, _later.c.undoes == entries.c.n)
THEORY_MOVES = ENTRIES.where(
    entries.c.n > bindparam("number"), entries.c.kind == "theory-moved", ~_takes_back
).order_by(entries.c.n)
