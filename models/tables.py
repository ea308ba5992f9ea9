"""The tables, with the rules that hold whoever writes to them."""

from __future__ import annotations

from typing import Any

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
    UniqueConstraint,
    Uuid,
    text,
)

from models.columns import Id, Json, Moment, metadata, one_of, person
from models.policy import OPEN, UNDONE, Answer, Category, Impact, Phase, Severity, TaskState

_open_phases = ", ".join(f"'{phase}'" for phase in OPEN)
_undone = ", ".join(f"'{state}'" for state in UNDONE)

people = Table(
    "people",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(64), nullable=False),
    Column("key", Text, nullable=False, unique=True, comment="the name as spellings are compared, at times longer"),
    Column("added_at", Moment, nullable=False),
)

incidents = Table(
    "incidents",
    metadata,
    Column("id", Id, primary_key=True, comment="INC-31 is 31"),
    Column("title", String(200), nullable=False),
    Column("category", String(16)),
    Column("severity", String(2), nullable=False),
    Column("impact", String(8)),
    Column("phase", String(16), nullable=False),
    Column("book", String(64), nullable=False),
    Column("version", Integer, nullable=False, comment="the number of its last entry"),
    Column("changed", Id, nullable=False, comment="the ticket of its last change"),
    person("declared_by"),
    Column("declared_at", Moment, nullable=False),
    Column("resolved_at", Moment),
    Column("published_at", Moment, comment="when customers were last told"),
    Column("origin", String(200), unique=True, comment="where it was imported from"),
    one_of("category", Category),
    one_of("severity", Severity),
    one_of("impact", Impact),
    one_of("phase", Phase),
    CheckConstraint("length(title) > 0", name="title"),
    Index("incidents_changed", "changed"),
    Index(
        "incidents_open",
        "id",
        sqlite_where=text(f"phase IN ({_open_phases})"),
        postgresql_where=text(f"phase IN ({_open_phases})"),
    ),
    Index("incidents_resolved_at", "resolved_at"),
    sqlite_autoincrement=True,
)

incident_roles = Table(
    "incident_roles",
    metadata,
    Column("id", Id, primary_key=True),
    Column("incident_id", Id, ForeignKey("incidents.id"), nullable=False),
    Column("key", Text, nullable=False, comment="tech-lead, tech-lead/database, dark-magic"),
    Column("book_role", String(64), comment="the role of the book that it is, or is another copy of"),
    Column("name", String(64), nullable=False, comment="its English name, or the one somebody gave it"),
    Column("label", String(64), nullable=False, server_default=""),
    Column("single", Boolean, nullable=False, comment="one holder at a time"),
    Column("position", Integer, nullable=False),
    Column("removed", Boolean, nullable=False, server_default=text("false")),
    UniqueConstraint("incident_id", "key"),
    UniqueConstraint("id", "incident_id", "single"),
)

assignments = Table(
    "assignments",
    metadata,
    Column("id", Id, primary_key=True),
    Column("incident_id", Id, nullable=False),
    Column("role_id", Id, nullable=False),
    Column("single", Boolean, nullable=False),
    person("person_id"),
    person("given_by"),
    Column("since", Moment, nullable=False),
    Column("until", Moment),
    person("ended_by", nullable=True),
    ForeignKeyConstraint(
        ["role_id", "incident_id", "single"],
        ["incident_roles.id", "incident_roles.incident_id", "incident_roles.single"],
    ),
    CheckConstraint("until IS NULL OR until >= since", name="ends_after_it_begins"),
    CheckConstraint("(until IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
    Index(
        "assignments_one_holder",
        "role_id",
        unique=True,
        sqlite_where=text("until IS NULL AND single"),
        postgresql_where=text("until IS NULL AND single"),
    ),
    Index(
        "assignments_once_each",
        "role_id",
        "person_id",
        unique=True,
        sqlite_where=text("until IS NULL"),
        postgresql_where=text("until IS NULL"),
    ),
    Index(
        "assignments_open",
        "incident_id",
        sqlite_where=text("until IS NULL"),
        postgresql_where=text("until IS NULL"),
    ),
    Index("assignments_role_id_since", "role_id", "since"),
)

offers = Table(
    "offers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("incident_id", Id, ForeignKey("incidents.id"), nullable=False),
    Column("role_id", Id, ForeignKey("incident_roles.id"), nullable=False),
    Column("from_id", Id, ForeignKey("people.id"), nullable=False, comment="who holds it until the offer is accepted"),
    person("to_id"),
    person("offered_by"),
    Column("offered_at", Moment, nullable=False),
    Column("brief", Text, nullable=False),
    Column("answer", String(16), comment="empty: it is open"),
    Column("answered_at", Moment),
    person("answered_by", nullable=True),
    one_of("answer", Answer),
    CheckConstraint("from_id <> to_id", name="to_somebody_else"),
    CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered_at_some_time"),
    CheckConstraint("(answer IS NULL) = (answered_by IS NULL)", name="answered_by_somebody"),
    Index(
        "offers_one_open",
        "role_id",
        "from_id",
        unique=True,
        sqlite_where=text("answer IS NULL"),
        postgresql_where=text("answer IS NULL"),
    ),
    Index(
        "offers_open",
        "incident_id",
        sqlite_where=text("answer IS NULL"),
        postgresql_where=text("answer IS NULL"),
    ),
)

entries = Table(
    "entries",
    metadata,
    Column("incident_id", Id, ForeignKey("incidents.id"), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False, comment="gap-free: also the incident's version"),
    Column("command_id", Uuid, nullable=False, unique=True),
    Column("kind", String(32), nullable=False),
    Column("data", Json, nullable=False),
    Column("text", Text, nullable=False),
    person("author_id"),
    Column("occurred_at", Moment, nullable=False, comment="when it happened"),
    Column("recorded_at", Moment, nullable=False, comment="when it was written down"),
    Column("revises", Integer, comment="the first version of the entry that this one stands for"),
    Column("undoes", Integer, comment="the entry that this one takes back"),
    UniqueConstraint("incident_id", "undoes"),
    ForeignKeyConstraint(["incident_id", "revises"], ["entries.incident_id", "entries.n"]),
    ForeignKeyConstraint(["incident_id", "undoes"], ["entries.incident_id", "entries.n"]),
    CheckConstraint("n > 0", name="counts_from_one"),
    Index("entries_timeline", "incident_id", "occurred_at", "n"),
    Index("entries_versions", "incident_id", "revises", "n"),
    Index("entries_by_author", "incident_id", "author_id", "n"),
)

drafts = Table(
    "drafts",
    metadata,
    Column("incident_id", Id, ForeignKey("incidents.id"), primary_key=True, autoincrement=False),
    Column("revision", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("phase", String(16), comment="empty: the incident's own"),
    Column("components", Json, nullable=False, comment="name -> state"),
    person("edited_by"),
    Column("edited_at", Moment, nullable=False),
    person("open_by", nullable=True),
    Column("open_at", Moment, comment="somebody has it open for editing; renewed while they do"),
    one_of("phase", Phase),
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
    ForeignKeyConstraint(["incident_id", "n"], ["entries.incident_id", "entries.n"]),
    one_of("phase", Phase),
    Index("status_updates_incident_id_published_at", "incident_id", "published_at"),
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

tasks = Table(
    "tasks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("incident_id", Id, ForeignKey("incidents.id"), nullable=False),
    Column("number", Integer, nullable=False, comment="counts from one in its incident"),
    Column("title", String(200), nullable=False),
    Column("state", String(16), nullable=False),
    person("owner_id", nullable=True),
    Column("role_id", Id, ForeignKey("incident_roles.id"), comment="without an owner, it follows this role's holder"),
    Column("reason", Text, nullable=False, comment="why it is blocked or dropped; dropped without: it was taken back"),
    Column("template", String(64), comment="the key of the book's task that it was made from"),
    Column("due_at", Moment),
    person("added_by"),
    Column("added_at", Moment, nullable=False),
    Column("ended_at", Moment),
    UniqueConstraint("incident_id", "number"),
    UniqueConstraint("incident_id", "template"),
    one_of("state", TaskState),
    CheckConstraint("number > 0", name="counts_from_one"),
    CheckConstraint("length(title) > 0", name="title"),
    CheckConstraint("state <> 'blocked' OR length(reason) > 0", name="blocked_for_a_reason"),
    CheckConstraint("(state IN ('done', 'dropped')) = (ended_at IS NOT NULL)", name="ended_at_some_time"),
    Index(
        "tasks_undone",
        "incident_id",
        sqlite_where=text(f"state IN ({_undone})"),
        postgresql_where=text(f"state IN ({_undone})"),
    ),
)

settings = Table(
    "settings",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("value", Json, nullable=False),
)

meta = Table(
    "meta",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("schema", Integer, nullable=False),
    Column("min_reader", Integer, nullable=False, comment="the oldest program schema that may read"),
    Column("min_writer", Integer, nullable=False),
    CheckConstraint("one = 1", name="one_row"),
)

head = Table(
    "head",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("ticket", Id, nullable=False, comment="taken last in every transaction: tickets are in commit order"),
    CheckConstraint("one = 1", name="one_row"),
)

Values = dict[str, Any]
