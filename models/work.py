"""Frozen snapshots of what there is to do on an incident: its tasks, and the steps of the response.

Times are aware and UTC. People are their names.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from models.policy import StepState, TaskState
from models.snapshot import Snapshot


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


class DueView(Snapshot, frozen=True, kw_only=True):
    """An open task that has a time."""

    number: int
    due_at: datetime
    people: tuple[str, ...]
    """Who does it now."""


class StepView(Snapshot, frozen=True, kw_only=True):
    """A step of the response, and how far it is."""

    key: str
    name: str
    """One word or two, in the reader's language."""
    text: str
    """What there is to do, in the reader's language."""
    state: StepState
    missing: tuple[str, ...]
    """What is not there yet, in words."""
    lacks: tuple[str, ...]
    """The key of the evidence that each of those is about."""
    since: datetime | None
    """When it was done, or left out; None: it is missing."""
    by: str | None
    why: str
    """What shows that it is done, or why it was left out."""
    duty: str | None
    """The key of the duty that it belongs to."""
