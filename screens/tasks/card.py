"""A task in full."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from models.policy.task import UNDONE
from screens.kernel.card import fact
from screens.kernel.rows import Line
from screens.kernel.show import countdown, stamp

if TYPE_CHECKING:
    from models.tasks.views import TaskView


def task_card(todo: TaskView, now: datetime, width: int) -> list[Line]:
    """The task, its assignee and why, and its result."""
    facts = {"title": todo.title, "state": f"{todo.state}: {todo.reason}" if todo.reason else str(todo.state)}
    facts["assignee"] = ", ".join(todo.people) or "unassigned"
    if todo.why == "stand-in":
        facts["assignee"] += f", because {todo.role_name} is unassigned"
    elif todo.role_name is not None:
        facts["role"] = todo.role_name
    if todo.unconfirmed is not None and todo.state in UNDONE:
        facts["assignee"] += f", not confirmed since {stamp(todo.unconfirmed, now)}"
    if todo.due_at is not None:
        left = f", {countdown((todo.due_at - now).total_seconds())}" if todo.state in UNDONE else ""
        facts["due"] = f"{stamp(todo.due_at, now)}{left}"
    facts["added"] = f"{todo.added_at:%Y-%m-%d %H:%MZ} by {todo.added_by}"
    if todo.ended_at is not None:
        facts["ended"] = f"{todo.ended_at:%Y-%m-%d %H:%MZ}"
    return [one for label, words in facts.items() for one in fact(label, words, width)]
