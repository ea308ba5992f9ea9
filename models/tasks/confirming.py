"""Saying that one has what somebody else gave one: roles and tasks."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from sqlalchemy import RowMapping, bindparam, select, update

from models.kernel.command import Argument, IncidentCommand, RoleName
from models.kernel.failures import Refused
from models.kernel.recorded import Recorded
from models.kernel.transaction import Transaction
from models.kernel.undo import UndoEntry, undoes
from models.policy.task import UNDONE
from models.roles.roster import role_of, roles_of
from models.roles.row import RoleRow
from models.roles.tables import assignments
from models.tasks.tables import tasks

_ROLE = (
    update(assignments).where(assignments.c.id == bindparam("assignment")).values(confirmed_by=bindparam("confirmed"))
)
_TASK = update(tasks).where(tasks.c.id == bindparam("task")).values(confirmed_by=bindparam("confirmed"))
_GIVEN = (
    select(tasks.c.id, tasks.c.number, tasks.c.title, tasks.c.confirmed_by)
    .where(
        tasks.c.incident_id == bindparam("incident"),
        tasks.c.owner_id == bindparam("person"),
        tasks.c.given_by.is_not(None),
        tasks.c.state.in_([str(state) for state in UNDONE]),
    )
    .order_by(tasks.c.number)
)


class Confirm(IncidentCommand):
    """Say that you have what somebody gave you: one role, one task, or all that waits for this on the incident."""

    role: Annotated[RoleName | None, Argument("the role; without role and task, everything assigned to you")] = None
    task: Annotated[int | None, Argument("number of the task, as in `show`")] = None

    kind: ClassVar[str] = "confirmed"

    def perform(self, tx: Transaction) -> int:
        every = self.role is None and self.task is None
        held = _held(tx, [role_of(tx, self.role)] if self.role else roles_of(tx) if every else [])
        given = [row for row in _given(tx) if every or row["number"] == self.task]
        if self.role is not None and not held:
            raise Refused(f"{role_of(tx, self.role).called} was not assigned to you by someone else.")
        if self.task is not None and not given:
            raise Refused(f"Task {self.task} was not assigned to you by someone else, or is over.")
        roles = [(role, row) for role, row in held if row["confirmed_by"] is None]
        todo = [row for row in given if row["confirmed_by"] is None]
        if not roles and not todo:
            raise Refused(f"Nothing on {tx.ref} is waiting for your confirmation.")
        for _, row in roles:
            tx.connection.execute(_ROLE, {"assignment": row["id"], "confirmed": tx.author_id})
        for row in todo:
            tx.connection.execute(_TASK, {"task": row["id"], "confirmed": tx.author_id})
        have: dict[str, Any] = {
            "roles": [{"role": role.key, "name": role.called} for role, _ in roles],
            "tasks": [{"task": row["number"], "title": row["title"]} for row in todo],
        }
        return tx.record(self.kind, {"person": tx.author, "have": have})


def _held(tx: Transaction, roles: list[RoleRow]) -> list[tuple[RoleRow, RowMapping]]:
    """Those that the author has from somebody else, with their assignments."""
    return [(role, row) for role in roles for row in role.holders if row["person_id"] == tx.author_id and row["asks"]]


def _given(tx: Transaction) -> list[RowMapping]:
    """The tasks that the author has from somebody else and has still to do."""
    known = {"incident": tx.incident_id, "person": tx.author_id}
    return list(tx.connection.execute(_GIVEN, known).mappings())


@undoes(Confirm.kind)
def _undo_confirm(tx: Transaction, entry: Recorded) -> UndoEntry:
    """What the author has no longer is left alone."""
    keys = {role["role"] for role in entry.data["have"]["roles"]}
    numbers = {task["task"] for task in entry.data["have"]["tasks"]}
    held = [row for role, row in _held(tx, roles_of(tx)) if role.key in keys and row["confirmed_by"] is not None]
    given = [row for row in _given(tx) if row["number"] in numbers and row["confirmed_by"] is not None]
    if not held and not given:
        raise Refused("You no longer have what you confirmed, so this cannot be undone.")
    for row in held:
        tx.connection.execute(_ROLE, {"assignment": row["id"], "confirmed": None})
    for row in given:
        tx.connection.execute(_TASK, {"task": row["id"], "confirmed": None})
    return UndoEntry()
