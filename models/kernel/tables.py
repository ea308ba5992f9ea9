"""People, incidents and entries, and what the database knows about itself."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    FromClause,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
)

from models.kernel import seals
from models.kernel.columns import Id, Identity, Json, Moment, Word, metadata, of_form, one_of, partial_index, person
from models.kernel.damage import UNREADABLE
from models.policy.phase import OPEN, Phase
from models.policy.severity import Category, Impact, Severity

_open_phases = ", ".join(f"'{phase}'" for phase in OPEN)
TOLD_OPEN = f"told IN ({_open_phases})"
"""What is so of an incident that is not over by what customers were told last; to the letter, for its index."""

people = Table(
    "people",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(64), nullable=False),
    Column("key", Text, nullable=False, unique=True, comment="the name as spellings are compared, at times longer"),
    Column("added_at", Moment, nullable=False),
    Column("shown", String(64), comment="the name that is shown instead; the first one is sealed"),
    Column("shown_key", Text, comment="of a name that the person was given, which leads to them as the first one does"),
    person("merged_into", nullable=True),
    Column("merged_at", Moment),
    Column("retired_at", Moment, comment="since when they are no longer offered"),
    person("changed_by", nullable=True),
    Index("people_shown_key", "shown_key", unique=True),
    Index("people_merged_into", "merged_into"),
)
"""Never deleted. A merged person has the name that is shown of whom they were merged into, and none of their own."""


def name_of(somebody: FromClause) -> ColumnElement[Any]:
    """The name of who is joined from outside: a row that names nobody there is costs no incident its place."""
    return func.coalesce(somebody.c.shown, somebody.c.name, UNREADABLE)


incidents = Table(
    "incidents",
    metadata,
    Column("id", Id, primary_key=True, comment="INC-31 is 31"),
    Column("title", String(200), nullable=False),
    Column("category", Word(16, Category)),
    Column("severity", Word(2, Severity, Severity.P1), nullable=False),
    Column("impact", Word(8, Impact)),
    Column("phase", Word(16, Phase, Phase.TRIAGE), nullable=False),
    Column("book", String(64), nullable=False),
    Column("book_version", Integer, nullable=False),
    Column("version", Integer, nullable=False, comment="the number of its last entry"),
    Column("seal", String(64), nullable=False, server_default=seals.NONE, comment="of its last entry"),
    Column("changed", Id, nullable=False, comment="the ticket of its last change"),
    person("declared_by"),
    Column("declared_at", Moment, nullable=False),
    Column("resolved_at", Moment),
    Column("published_at", Moment, comment="when customers were last told"),
    Column("origin", String(200), unique=True, comment="where it was imported from"),
    Column("told", Word(16, Phase), comment="the phase that customers were told last"),
    Column(
        "approval_severity",
        Word(2, Severity, Severity.P1),
        nullable=False,
        server_default=Severity.P1,
        comment="the highest since customers were last told: it says who approves",
    ),
    Column("reopened_at", Moment, comment="the update cadence begins anew"),
    ForeignKeyConstraint(["book", "book_version"], ["books.key", "books.version"]),
    one_of("category", Category),
    one_of("severity", Severity),
    one_of("impact", Impact),
    one_of("phase", Phase),
    one_of("told", Phase),
    one_of("approval_severity", Severity),
    CheckConstraint("length(title) > 0", name="title"),
    CheckConstraint("length(seal) = 64", name="seal"),
    Index("incidents_changed", "changed"),
    partial_index("incidents_open", "id", where=f"phase IN ({_open_phases})"),
    Index("incidents_resolved_at", "resolved_at"),
    partial_index("incidents_told_open", "id", where=TOLD_OPEN),
    sqlite_autoincrement=True,
)

entries = Table(
    "entries",
    metadata,
    Column("incident_id", Id, ForeignKey("incidents.id"), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False, comment="gap-free: also the incident's version"),
    Column("command_id", Identity, nullable=False, unique=True),
    Column("kind", String(32), nullable=False),
    Column("data", Json("object"), nullable=False),
    Column("text", Text, nullable=False),
    person("author_id"),
    Column("occurred_at", Moment, nullable=False, comment="when it happened"),
    Column("recorded_at", Moment, nullable=False, comment="when it was written down"),
    Column("revises", Integer, comment="the first version of the entry that this one stands for"),
    Column("undoes", Integer, comment="the entry that this one takes back"),
    Column("seal", String(64), nullable=False, comment="shows any later change: models/seals.py"),
    Column("words", Text, nullable=False, server_default="", comment="what a search finds it by"),
    UniqueConstraint("incident_id", "undoes"),
    ForeignKeyConstraint(["incident_id", "revises"], ["entries.incident_id", "entries.n"]),
    ForeignKeyConstraint(["incident_id", "undoes"], ["entries.incident_id", "entries.n"]),
    of_form("data", "object"),
    CheckConstraint("n > 0", name="counts_from_one"),
    CheckConstraint("length(seal) = 64", name="seal"),
    Index("entries_timeline", "incident_id", "occurred_at", "n"),
    Index("entries_versions", "incident_id", "revises", "n"),
    Index("entries_by_author", "incident_id", "author_id", "n"),
    Index("entries_by_kind", "incident_id", "kind", "n"),
)

settings = Table(
    "settings",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("value", Json, nullable=False),
    of_form("value", "any"),
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
    Column("names", Id, nullable=False, server_default="0", comment="the ticket of the last change of people's names"),
    CheckConstraint("one = 1", name="one_row"),
)

logins = Table(
    "logins",
    metadata,
    Column("login", String(63), primary_key=True, comment="a role of Postgres that may connect"),
    person("person_id", comment="whose it is: in nobody else's name does it write"),
    person("mapped_by"),
    Column("mapped_at", Moment, nullable=False),
)
"""Postgres checks each row that says who did it against this; SQLite has no logins."""
