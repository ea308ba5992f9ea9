"""Tasks of incidents."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from models.kernel.columns import Id, Moment, Word, metadata, one_of, partial_index, person
from models.policy.audience import Audience
from models.policy.task import UNDONE, TaskState

_undone = ", ".join(f"'{state}'" for state in UNDONE)

tasks = Table(
    "tasks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("incident_id", Id, ForeignKey("incidents.id"), nullable=False),
    Column("number", Integer, nullable=False, comment="counts from one in its incident"),
    Column("title", String(200), nullable=False),
    Column("state", Word(16, TaskState, TaskState.OPEN), nullable=False),
    person("owner_id", nullable=True),
    Column("role_id", Id, ForeignKey("incident_roles.id"), comment="without an owner, it follows this role's holder"),
    Column("reason", Text, nullable=False, comment="why it is blocked or dropped; dropped without: it was taken back"),
    Column("template", String(64), comment="the key of the book's task that it was made from"),
    Column("due_at", Moment),
    person("added_by"),
    Column("added_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("update_for", Word(16, Audience), comment="publishing to this audience completes it"),
    person("given_by", nullable=True, comment="whoever its owner is to confirm it to; empty: nobody"),
    Column("given_at", Moment),
    person("confirmed_by", nullable=True, comment="empty: the owner has not said that they have it"),
    UniqueConstraint("incident_id", "number"),
    UniqueConstraint("incident_id", "template"),
    one_of("state", TaskState),
    one_of("update_for", Audience),
    CheckConstraint("number > 0", name="counts_from_one"),
    CheckConstraint("length(title) > 0", name="title"),
    CheckConstraint("state <> 'blocked' OR length(reason) > 0", name="blocked_for_a_reason"),
    CheckConstraint("(state IN ('done', 'dropped')) = (ended_at IS NOT NULL)", name="ended_at_some_time"),
    CheckConstraint("(given_by IS NULL) = (given_at IS NULL)", name="given_at_some_time"),
    CheckConstraint("confirmed_by = owner_id", name="confirmed_by_owner"),
    partial_index("tasks_undone", "incident_id", where=f"state IN ({_undone})"),
)
