"""Drafts, status updates, due times, components and scheduled maintenance."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    case,
    func,
    text,
)

from models.kernel.columns import Flag, Id, Json, Moment, Word, metadata, of_form, one_of, partial_index, person
from models.policy.audience import Audience, ComponentState
from models.policy.phase import Phase

drafts = Table(
    "drafts",
    metadata,
    Column("incident_id", Id, ForeignKey("incidents.id"), primary_key=True, autoincrement=False),
    Column("audience", Word(16, Audience, Audience.CUSTOMERS), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("title", String(200), nullable=False, comment="what this audience reads above it"),
    Column("text", Text, nullable=False),
    Column("phase", Word(16, Phase), comment="empty: the incident's own"),
    Column("components", Json("states"), nullable=False, comment="name -> state"),
    Column("next_update_at", Moment, comment="a fixed time; empty: next_in, else as the cadence has it"),
    Column("expected_at", Moment, comment="a fixed time of the resolution; empty: expected_in, else nobody knows"),
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
    Column("next_in", Integer, comment="minutes from publication to the next update"),
    Column("expected_in", Integer, comment="minutes from publication to the expected resolution"),
    Column("approved_phase", Word(16, Phase), comment="the phase that was approved with it"),
    Column("approved_next_in", Integer, comment="the cadence, in minutes, that was approved with it"),
    Column("unapproved", Integer, comment="the entry of an update that no approver has seen, until one has"),
    Column("worded_phase", Word(16, Phase), comment="the phase that it told of when its words were last written"),
    one_of("audience", Audience),
    one_of("phase", Phase),
    one_of("worded_phase", Phase),
    of_form("components", "states"),
    CheckConstraint("(asked_by IS NULL) = (asked_at IS NULL)", name="asked_at_some_time"),
    CheckConstraint("(approved_by IS NULL) = (approved_revision IS NULL)", name="approved_by_somebody"),
    CheckConstraint("approved_revision = revision", name="approved_as_it_is"),
    CheckConstraint("approved_by <> asked_by", name="approved_by_another"),
    CheckConstraint("approved_by <> edited_by", name="approved_by_no_editor"),
    CheckConstraint("(returned_by IS NULL) = (returned IS NULL)", name="returned_with_a_word"),
    CheckConstraint("returned_by IS NULL OR asked_by IS NULL", name="returned_or_asked"),
    CheckConstraint("next_in IS NULL OR next_update_at IS NULL", name="next_in_or_at"),
    CheckConstraint("expected_in IS NULL OR expected_at IS NULL", name="expected_in_or_at"),
    CheckConstraint("(approved_by IS NULL) = (approved_phase IS NULL)", name="approved_phase"),
    CheckConstraint("approved_next_in IS NULL OR approved_by IS NOT NULL", name="approved_next_in"),
    partial_index("drafts_unapproved", "incident_id", where="unapproved IS NOT NULL"),
)

status_updates = Table(
    "status_updates",
    metadata,
    Column("id", Id, primary_key=True),
    Column("incident_id", Id, nullable=False),
    Column("n", Integer, nullable=False, comment="its entry"),
    Column("phase", Word(16, Phase, Phase.TRIAGE), nullable=False),
    Column("text", Text, nullable=False),
    Column("components", Json("states"), nullable=False, comment="name -> state"),
    person("published_by"),
    Column("published_at", Moment, nullable=False),
    Column("origin", String(200), unique=True),
    Column("audience", Word(16, Audience, Audience.CUSTOMERS), nullable=False, server_default="customers"),
    Column("title", String(200), nullable=False, server_default="", comment="empty: it had none"),
    Column("next_update_at", Moment, comment="promised with it"),
    Column("expected_at", Moment, comment="when it should be resolved"),
    person("approved_by", nullable=True),
    Column("revision", Integer, comment="of the draft that it was"),
    ForeignKeyConstraint(["incident_id", "n"], ["entries.incident_id", "entries.n"]),
    one_of("phase", Phase),
    one_of("audience", Audience),
    of_form("components", "states"),
    Index("status_updates_incident_id_published_at", "incident_id", "published_at"),
)

TOLD_AT = case(
    (
        status_updates.c.origin.is_(None),
        func.max(status_updates.c.published_at).over(
            partition_by=(status_updates.c.incident_id, status_updates.c.audience), order_by=status_updates.c.n
        ),
    ),
    else_=status_updates.c.published_at,
)
"""When an update was told, as it is read: never before what its audience was told earlier, whatever a clock said.

Imported ones stand at the time that they bring, whenever the import was."""

IN_ORDER = (TOLD_AT, status_updates.c.n)
NEWEST_FIRST = (TOLD_AT.desc(), status_updates.c.n.desc())
"""The order of publication within an incident."""

promises = Table(
    "promises",
    metadata,
    Column("incident_id", Id, ForeignKey("incidents.id"), primary_key=True, autoincrement=False),
    Column("audience", Word(16, Audience, Audience.CUSTOMERS), primary_key=True),
    Column("told_at", Moment, comment="when this audience was last told; incidents says it of customers"),
    Column("due_at", Moment, comment="promised by the last update, or snoozed until then"),
    Column("snoozed", Flag, nullable=False, server_default=text("false")),
    one_of("audience", Audience),
    partial_index("promises_due", "incident_id", where="due_at IS NOT NULL"),
)

components = Table(
    "components",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("state", Word(16, ComponentState, ComponentState.OPERATIONAL), nullable=False),
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
    Column("components", Json("names"), nullable=False, comment="the names of those that it is about"),
    Column("canceled_at", Moment, comment="called off before its end"),
    of_form("components", "names"),
    CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
    Index("maintenances_ends_at", "ends_at"),
)
