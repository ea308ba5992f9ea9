"""The times of tasks when an incident is reopened: what fell due meanwhile has as long again as it had at first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, text, update

from models.kernel.transaction import Transaction
from models.policy.task import UNDONE
from models.tasks.tables import tasks

_undone = ", ".join(f"'{state}'" for state in UNDONE)
_LAPSED = (
    select(tasks.c.number, tasks.c.due_at, tasks.c.added_at)
    .where(
        tasks.c.incident_id == bindparam("incident"),
        text(f"tasks.state IN ({_undone})"),
        tasks.c.due_at < bindparam("at"),
    )
    .order_by(tasks.c.number)
)
_DUE = (
    update(tasks)
    .where(tasks.c.incident_id == bindparam("incident"), tasks.c.number == bindparam("task"))
    .values(due_at=bindparam("due"))
)
_STILL = _DUE.where(tasks.c.due_at == bindparam("seen"))


def due_again(tx: Transaction) -> list[dict[str, Any]]:
    """Set the times of tasks that are past anew; returns what the entry keeps of them: number, and both times."""
    again = []
    for row in tx.connection.execute(_LAPSED, {"incident": tx.incident_id, "at": tx.now}).all():
        since = row.added_at if row.due_at > row.added_at else tx.incident["declared_at"]
        at = tx.now + (row.due_at - since)
        tx.connection.execute(_DUE, {"incident": tx.incident_id, "task": row.number, "due": at})
        again.append({"task": row.number, "was": row.due_at.isoformat(), "now": at.isoformat()})
    return again


def due_as_before(tx: Transaction, again: Iterable[Mapping[str, Any]]) -> None:
    """Give tasks the times back that they had, unless they have others by now."""
    for task in again:
        was, now = (datetime.fromisoformat(task[name]) for name in ("was", "now"))
        tx.connection.execute(_STILL, {"incident": tx.incident_id, "task": task["task"], "due": was, "seen": now})
