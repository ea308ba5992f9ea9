"""Who does a task now, worked out from its rows and from who holds which role."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import RowMapping, bindparam, or_, select, text

from models.kernel.tables import people
from models.policy.task import UNDONE, TaskState
from models.roles.book import RoleBook
from models.roles.tables import incident_roles
from models.roles.views import RoleView
from models.tasks.tables import tasks
from models.tasks.views import DueView, TaskView

Why = Literal["owner", "role", "stand-in", "nobody"]
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


def doers(owner: str | None, holders: Sequence[str] | None, stand_in: str | None) -> tuple[tuple[str, ...], Why]:
    """Who does it, and why; `holders` of the role that it is owed to, None if it is owed to no role."""
    if owner is not None:
        return (owner,), "owner"
    if holders:
        return tuple(holders), "role"
    if holders is not None and stand_in is not None:
        return (stand_in,), "stand-in"
    return (), "nobody"


def due(rows: Sequence[RowMapping], held: Sequence[RowMapping], manager: str | None) -> tuple[DueView, ...]:
    """The open tasks that have a time, the first one due first."""
    found = [
        DueView(number=row["number"], due_at=row["due_at"], people=doers(row["owner"], _holders(row, held), manager)[0])
        for row in rows
        if row["state"] == TaskState.OPEN and row["due_at"] is not None
    ]
    return tuple(sorted(found, key=lambda task: (task.due_at, task.number)))


def all_doers(rows: Sequence[RowMapping], held: Sequence[RowMapping], manager: str | None) -> tuple[str, ...]:
    """Everybody who does one of these tasks, each once."""
    found = (doers(row["owner"], _holders(row, held), manager)[0] for row in rows)
    return tuple(dict.fromkeys(person for people in found for person in people))


def _holders(row: RowMapping, held: Sequence[RowMapping]) -> list[str] | None:
    if row["role_id"] is None:
        return None
    return [holding["person"] for holding in held if holding["role_id"] == row["role_id"]]


def views(rows: Sequence[RowMapping], roles: Sequence[RoleView], book: RoleBook, language: str) -> tuple[TaskView, ...]:
    """Every task of an incident."""
    by_key = {role.key: role for role in roles}
    return tuple(_view(row, by_key.get(row["role"]), book, language) for row in rows)


def _view(row: RowMapping, role: RoleView | None, book: RoleBook, language: str) -> TaskView:
    holders = [holder.person for holder in role.holders] if role else None
    people, why = doers(row["owner"], holders, role.stand_in if role else None)
    template = book.task(row["template"]) if row["template"] else None
    return TaskView(
        number=row["number"],
        title=template.title.spoken(language) if template else row["title"],
        state=TaskState(row["state"]),
        owner=row["owner"],
        people=people,
        why=why,
        role=row["role"],
        role_name=role.name if role else None,
        due_at=row["due_at"],
        reason=row["reason"],
        added_by=row["adder"],
        added_at=row["added_at"],
        ended_at=row["ended_at"],
    )
