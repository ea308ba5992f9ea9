"""A task as it stands in the database, and how it is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, and_, bindparam, select, update

from models.kernel.ahead import Question
from models.kernel.failures import Refused
from models.kernel.names import called
from models.kernel.tables import people
from models.kernel.transaction import Transaction
from models.policy.task import UNDONE, TaskState
from models.tasks.tables import tasks

TAKEN_BACK = and_(tasks.c.state == TaskState.DROPPED, tasks.c.reason == "")
"""A task whose adding was undone; its number is not given again."""

_TASK = (
    select(tasks, called(people).label("owner"))
    .outerjoin(people, people.c.id == tasks.c.owner_id)
    .where(tasks.c.incident_id == bindparam("incident"), tasks.c.number == bindparam("task"), ~TAKEN_BACK)
)
_MOVE = update(tasks).where(tasks.c.id == bindparam("task"))


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task as it stands in the database."""

    id: int
    number: int
    title: str
    state: TaskState
    owner: str | None
    reason: str
    given_at: datetime | None
    confirmed_by: int | None

    @property
    def unconfirmed(self) -> bool:
        """Its owner was given it, and has not said yet that they have it."""
        return self.given_at is not None and self.confirmed_by is None

    @property
    def standing(self) -> dict[str, Any]:
        """All of it that changes."""
        return {"state": str(self.state), "owner": self.owner, "reason": self.reason}


def asked(incident: int, number: int) -> Question:
    """What `task_of` asks."""
    return _TASK, {"incident": incident, "task": number}


def task_of(tx: Transaction, number: int) -> TaskRow:
    """Raises Refused when there is none of that number."""
    row = tx.connection.execute(*asked(tx.incident_id, number)).mappings().first()
    if row is None:
        raise Refused(f"{tx.ref} has no task {number}.", f"See the list: `bridgewatch show {tx.ref}`.")
    return task_row(row)


def task_row(row: RowMapping) -> TaskRow:
    return TaskRow(**{name: row[name] for name in TaskRow.__slots__ if name != "state"}, state=TaskState(row["state"]))


def _ended(state: str, at: datetime) -> datetime | None:
    return None if state in UNDONE else at


def write(tx: Transaction, task: TaskRow, now: dict[str, Any], given: dict[str, Any] | None = None) -> None:
    """`given`: what it says about confirming; None: as the change of its owner has it."""
    owner_id = tx.person(now["owner"])[0] if now["owner"] else None
    values = {
        "state": now["state"],
        "owner_id": owner_id,
        "reason": now["reason"],
        "ended_at": _ended(now["state"], tx.now),
        **(given_by_author(tx, task.owner, now["owner"], owner_id) if given is None else given),
    }
    tx.connection.execute(_MOVE.values(**values), {"task": task.id})


def given_by_author(tx: Transaction, before: str | None, owner: str | None, owner_id: int | None) -> dict[str, Any]:
    """Who has to confirm that they have it: whoever gets it from somebody else, until they do something about it."""
    if owner_id == tx.author_id:
        return {"confirmed_by": owner_id}
    if owner == before:
        return {}
    return asking(tx, tx.now if owner_id is not None else None)


def asking(tx: Transaction, since: datetime | None) -> dict[str, Any]:
    """Its owner is to confirm it to the author since then; None: is not asked."""
    return {"given_by": tx.author_id if since else None, "given_at": since, "confirmed_by": None}
