"""Drafts, status updates, due times, components and scheduled maintenance."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from models.kernel.columns import Id, Json, Moment, metadata, one_of, partial_index, person
from models.policy.audience import Audience
from models.policy.phase import Phase

drafts = Table(
    "drafts",
    metadata,
    Column("incident_id", Id, ForeignKey("incidents.id"), primary_key=True, autoincrement=False),
    Column("audience", String(16), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("title", String(200), nullable=False, comment="what this audience reads above it"),
    Column("text", Text, nullable=False),
    Column("phase", String(16), comment="empty: the incident's own"),
    Column("components", Json, nullable=False, comment="name -> state"),
    Column("next_update_at", Moment, comment="empty: as the cadence has it"),
    Column("expected_at", Moment, comment="when it should be resolved; empty: nobody knows"),
    person("edited_by"),
    Column("edited_at", Moment, nullable=False),
    person("open_by", nullable=True),
    Column("open_at", Moment, comment="somebody has it open for editing; renewed while they do"),
    person("asked_by", nullable=True, comment="who asked for an approval that is still wanted"),
    Column("asked_at", Moment),
    person("approved_by", nullable=True),
    Column("approved_revision", Integer, comment="what is edited later is not approved"),
    person("returned_by", nullable=True, comment="who sent it back"),
    Column("returned", Text, comment="with which word"),
    one_of("audience", Audience),
    one_of("phase", Phase),
    CheckConstraint("(asked_by IS NULL) = (asked_at IS NULL)", name="asked_at_some_time"),
    CheckConstraint("(approved_by IS NULL) = (approved_revision IS NULL)", name="approved_by_somebody"),
    CheckConstraint("approved_revision = revision", name="approved_as_it_is"),
    CheckConstraint("approved_by <> asked_by", name="approved_by_another"),
    CheckConstraint("approved_by <> edited_by", name="approved_by_no_editor"),
    CheckConstraint("(returned_by IS NULL) = (returned IS NULL)", name="returned_with_a_word"),
    CheckConstraint("returned_by IS NULL OR asked_by IS NULL", name="returned_or_asked"),
)

status_updates = Table(
    "status_updates",
    metadata,
    Column("id", Id, primary_key=True),
    Column("incident_id", Id, nullable=False),
    Column("n", Integer, nullable=False, comment="its entry"),
    Column("phase", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("components", Json, nullable=False, comment="name -> state"),
    person("published_by"),
    Column("published_at", Moment, nullable=False),
    Column("origin", String(200), unique=True),
    Column("audience", String(16), nullable=False, server_default="customers"),
    Column("title", String(200), nullable=False, server_default="", comment="empty: it had none"),
    Column("next_update_at", Moment, comment="promised with it"),
    Column("expected_at", Moment, comment="when it should be resolved"),
    person("approved_by", nullable=True),
    Column("revision", Integer, comment="of the draft that it was"),
    ForeignKeyConstraint(["incident_id", "n"], ["entries.incident_id", "entries.n"]),
    one_of("phase", Phase),
    one_of("audience", Audience),
    Index("status_updates_incident_id_published_at", "incident_id", "published_at"),
)

promises = Table(
    "promises",
    metadata,
    Column("incident_id", Id, ForeignKey("incidents.id"), primary_key=True, autoincrement=False),
    Column("audience", String(16), primary_key=True),
    Column("told_at", Moment, comment="when this audience was last told; incidents says it of customers"),
    Column("due_at", Moment, comment="promised by the last update, or snoozed until then"),
    Column("snoozed", Boolean, nullable=False, server_default=text("false")),
    one_of("audience", Audience),
    partial_index("promises_due", "incident_id", where="due_at IS NOT NULL"),
)

components = Table(
    "components",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("state", String(16), nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("position", Integer, nullable=False),
    Column("origin", String(200), unique=True),
)

maintenances = Table(
    "maintenances",
    metadata,
    Column("incident_id", Id, ForeignKey("incidents.id"), primary_key=True, autoincrement=False),
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("components", Json, nullable=False, comment="the names of those that it is about"),
    Column("canceled_at", Moment, comment="called off before its end"),
    CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
    Index("maintenances_ends_at", "ends_at"),
)
