"""Who does a task now, worked out from its rows and from who holds which role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import bindparam, or_, select, text

from models.kernel.names import called
from models.kernel.readable import AnyRow
from models.kernel.tables import name_of, people
from models.policy.audience import Audience
from models.policy.task import UNDONE, TaskState
from models.roles.book import RoleBook
from models.roles.coverage import left_to_manager
from models.roles.tables import incident_roles
from models.roles.views import GivenView, RoleView
from models.tasks.tables import tasks
from models.tasks.views import DueView, TaskView

Why = Literal["owner", "role", "stand-in", "nobody"]
_owner, _adder, _giver = people.alias(), people.alias(), people.alias()
TASKS = (
    select(
        tasks,
        called(_owner).label("owner"),
        name_of(_adder).label("adder"),
        called(_giver).label("giver"),
        incident_roles.c.key.label("role"),
    )
    .outerjoin(_owner, _owner.c.id == tasks.c.owner_id)
    .outerjoin(_giver, _giver.c.id == tasks.c.given_by)
    .outerjoin(_adder, _adder.c.id == tasks.c.added_by)
    .outerjoin(incident_roles, incident_roles.c.id == tasks.c.role_id)
    .where(tasks.c.incident_id == bindparam("incident"), or_(tasks.c.state != "dropped", tasks.c.reason != ""))
    .order_by(tasks.c.number)
)
_undone_states = ", ".join(f"'{state}'" for state in UNDONE)
UNDONE_TASKS = (
    select(
        tasks.c.incident_id,
        tasks.c.number,
        tasks.c.title,
        tasks.c.template,
        tasks.c.state,
        tasks.c.due_at,
        tasks.c.update_for,
        tasks.c.role_id,
        tasks.c.given_at,
        tasks.c.confirmed_by,
        incident_roles.c.book_role,
        called(_owner).label("owner"),
        called(_giver).label("giver"),
    )
    .outerjoin(_owner, _owner.c.id == tasks.c.owner_id)
    .outerjoin(_giver, _giver.c.id == tasks.c.given_by)
    .outerjoin(incident_roles, incident_roles.c.id == tasks.c.role_id)
    .where(text(f"tasks.state IN ({_undone_states})"))
    .order_by(tasks.c.incident_id, tasks.c.number)
)


def doers(owner: str | None, holders: Sequence[str] | None, stand_in: str | None) -> tuple[tuple[str, ...], Why]:
    """Who does it, and why; `holders` of the role that it is owed to, None if it is owed to no role."""
    if owner is not None:
        return (owner,), "owner"
    if holders:
        return tuple(holders), "role"
    if holders is not None and stand_in is not None:
        return (stand_in,), "stand-in"
    return (), "nobody"


Deadlines = Mapping[Audience, datetime]
"""When each audience is due its next update."""


def due(
    rows: Sequence[AnyRow], held: Sequence[AnyRow], manager: str | None, book: RoleBook, updates: Deadlines
) -> tuple[DueView, ...]:
    """The open tasks that have a time, the first one due first."""
    found = [
        DueView(
            number=row["number"],
            due_at=at,
            update_for=_update_for(row, updates),
            people=doers(
                row["owner"],
                _holders(row, held),
                manager if left_to_manager(book, row["book_role"])[0] else None,
            )[0],
        )
        for row in rows
        if row["state"] == TaskState.OPEN and (at := _due_at(row, updates)) is not None
    ]
    return tuple(sorted(found, key=lambda task: (task.due_at, task.number)))


def _update_for(row: AnyRow, updates: Deadlines) -> Audience | None:
    """The audience whose next update the playbook's task is, if one is due; what somebody added has its own time."""
    to = Audience(row["update_for"]) if row["update_for"] and row["template"] else None
    return to if to in updates else None


def _due_at(row: AnyRow, updates: Deadlines) -> datetime | None:
    """One deadline for one duty: the first update is due when the cadence says so."""
    to = _update_for(row, updates)
    at: datetime | None = updates[to] if to is not None and row["state"] in UNDONE else row["due_at"]
    return at


def all_doers(rows: Sequence[AnyRow], held: Sequence[AnyRow], manager: str | None) -> tuple[str, ...]:
    """Everybody who does one of these tasks, each once."""
    found = (doers(row["owner"], _holders(row, held), manager)[0] for row in rows)
    return tuple(dict.fromkeys(person for people in found for person in people))


def _holders(row: AnyRow, held: Sequence[AnyRow]) -> list[str] | None:
    if row["role_id"] is None:
        return None
    return [holding["person"] for holding in held if holding["role_id"] == row["role_id"]]


def unconfirmed(rows: Sequence[AnyRow], book: RoleBook, language: str) -> tuple[GivenView, ...]:
    """The tasks that were given to somebody who has not said yet that they have them, the first one first."""
    return tuple(
        GivenView(
            pane="tasks",
            row=str(row["number"]),
            name=_title(row, book, language),
            to=row["owner"],
            by=row["giver"],
            at=row["given_at"],
        )
        for row in sorted(rows, key=lambda row: row["number"])
        if row["owner"] and row["giver"] and row["confirmed_by"] is None
    )


def _title(row: AnyRow, book: RoleBook, language: str) -> str:
    template = book.task(row["template"]) if row["template"] else None
    return str(template.title.spoken(language) if template else row["title"])


def views(
    rows: Sequence[AnyRow], roles: Sequence[RoleView], book: RoleBook, language: str, updates: Deadlines
) -> tuple[TaskView, ...]:
    """Every task of an incident."""
    by_key = {role.key: role for role in roles}
    return tuple(_view(row, by_key.get(row["role"]), book, language, updates) for row in rows)


def _view(row: AnyRow, role: RoleView | None, book: RoleBook, language: str, updates: Deadlines) -> TaskView:
    holders = [holder.person for holder in role.holders] if role else None
    people, why = doers(row["owner"], holders, role.stand_in if role else None)
    return TaskView(
        number=row["number"],
        title=_title(row, book, language),
        state=TaskState(row["state"]),
        owner=row["owner"],
        people=people,
        why=why,
        role=row["role"],
        role_name=role.name if role else None,
        due_at=_due_at(row, updates),
        update_for=_update_for(row, updates),
        reason=row["reason"],
        added_by=row["adder"],
        added_at=row["added_at"],
        ended_at=row["ended_at"],
        unconfirmed=row["given_at"] if row["giver"] and row["confirmed_by"] is None else None,
    )
