"""The tasks that an incident has from its book, by its severity."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from models.kernel.ahead import Question
from models.kernel.cache import Cache
from models.kernel.recorded import Recorded
from models.kernel.transaction import Transaction
from models.policy.severity import Severity
from models.policy.task import TaskState
from models.roles.book_cache import OF_INCIDENT, Books
from models.roles.roster import book_of
from models.roles.tables import incident_roles
from models.tasks.commands import LAST_NUMBER, new, next_number
from models.tasks.row import TAKEN_BACK
from models.tasks.tables import tasks

_FROM_BOOK = select(tasks.c.template, tasks.c.number, TAKEN_BACK.label("taken_back")).where(
    tasks.c.incident_id == bindparam("incident"), tasks.c.template.is_not(None)
)
_AGAIN = (
    update(tasks)
    .where(tasks.c.incident_id == bindparam("incident"), tasks.c.number == bindparam("task"))
    .values(state=TaskState.OPEN, ended_at=None, due_at=bindparam("due"))
)
_TAKE_BACK = (
    update(tasks)
    .where(
        tasks.c.incident_id == bindparam("incident"),
        tasks.c.number.in_(bindparam("numbers", expanding=True)),
        tasks.c.state == TaskState.OPEN,
        tasks.c.owner_id.is_(None),
    )
    .values(state=TaskState.DROPPED, ended_at=bindparam("at"))
)
_ROLES = select(incident_roles.c.key, incident_roles.c.id).where(incident_roles.c.incident_id == bindparam("incident"))


def ahead_of_tasks(incident: int, kept: Cache) -> Iterator[Question]:
    """What the tasks that the playbook has for a severity ask."""
    yield _FROM_BOOK, {"incident": incident}
    yield _ROLES, {"incident": incident}
    yield LAST_NUMBER, {"incident": incident}
    if not kept.of(Books).known:
        yield OF_INCIDENT, {"incident": incident}


def add_from_book(tx: Transaction, severity: Severity, since: datetime) -> dict[str, Any]:
    """Add the book's tasks for that severity that are not there yet; returns what the entry says of them."""
    wanted = [template for template in book_of(tx).tasks if severity in template.severities]
    known = {row.template: row for row in tx.connection.execute(_FROM_BOOK, {"incident": tx.incident_id})}
    roles = {row.key: row.id for row in tx.connection.execute(_ROLES, {"incident": tx.incident_id})}
    number, added, told = next_number(tx), [], []
    for template in wanted:
        due_at = since + timedelta(minutes=template.within) if template.within else None
        before = known.get(template.key)
        if before is None:
            row = {**new(tx, number, template.title.en), "role_id": roles[template.role]}
            added.append({**row, "template": template.key, "due_at": due_at, "update_for": template.update_for})
            number += 1
        elif before.taken_back:
            tx.connection.execute(_AGAIN, {"incident": tx.incident_id, "task": before.number, "due": due_at})
        else:
            continue
        told.append(
            {
                "task": before.number if before else added[-1]["number"],
                "title": template.title.en,
                "role": template.role,
                "due_at": due_at.isoformat() if due_at else None,
            }
        )
    if added:
        tx.connection.execute(insert(tasks), added)
    return {"tasks": told} if told else {}


def take_back_from_book(tx: Transaction, entry: Recorded) -> None:
    """Take back those of the tasks that an entry added which nobody has touched."""
    numbers = [task["task"] for task in entry.data.get("tasks", ())]
    tx.connection.execute(_TAKE_BACK, {"incident": tx.incident_id, "numbers": numbers, "at": tx.now})
