"""Frozen snapshots of tasks.

Times are aware and UTC. People are their names.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from models.kernel.snapshot import Snapshot
from models.policy.audience import Audience
from models.policy.task import TaskState


class TaskView(Snapshot, frozen=True, kw_only=True):
    """Something to be done."""

    number: int
    """What commands call it."""
    title: str
    """In the reader's language if it came with the book."""
    state: TaskState
    owner: str | None
    """Who has claimed it or was given it."""
    people: tuple[str, ...]
    """Who does it now: the owner, else who holds the role that it is owed to, else who stands in for them."""
    why: Literal["owner", "role", "stand-in", "nobody"]
    role: str | None
    """The key of the role that it is owed to."""
    role_name: str | None
    """The role's name in the reader's language."""
    due_at: datetime | None
    reason: str
    """Why it is blocked or was dropped."""
    added_by: str
    added_at: datetime
    ended_at: datetime | None
    update_for: Audience | None = None
    """The audience whose next update completes it."""
    unconfirmed: datetime | None = None
    """Since when its owner has not said that they have it; None: they have, or nobody gave it to them."""


class DueView(Snapshot, frozen=True, kw_only=True):
    """An open task that has a time."""

    number: int
    due_at: datetime
    people: tuple[str, ...]
    """Who does it now."""
    update_for: Audience | None = None
    """The audience whose next update it is: both are one duty with one time."""
