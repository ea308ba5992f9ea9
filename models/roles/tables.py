"""Roles of incidents, assignments, offers, and role books."""

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
    UniqueConstraint,
    text,
)

from models.kernel.columns import Flag, Id, Moment, Word, metadata, one_of, partial_index, person
from models.roles.views import Answer

books = Table(
    "books",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False, comment="counts from one in its book"),
    Column("text", Text, nullable=False, comment="TOML, as it was imported"),
    Column("digest", String(64), nullable=False, comment="SHA-256 of the text in UTF-8"),
    person("added_by", nullable=True),
    Column("added_at", Moment, nullable=False),
    CheckConstraint("version > 0", name="counts_from_one"),
    CheckConstraint("length(digest) = 64", name="digest"),
    partial_index("books_shipped_once", "key", "digest", where="added_by IS NULL", unique=True),
)
"""Append-only. Without `added_by` it came with a program, in which an upgrade may bring another version."""

incident_roles = Table(
    "incident_roles",
    metadata,
    Column("id", Id, primary_key=True),
    Column("incident_id", Id, ForeignKey("incidents.id"), nullable=False),
    Column("key", Text, nullable=False, comment="tech-lead, tech-lead/database, dark-magic"),
    Column("book_role", String(64), comment="the role of the book that it is, or is another copy of"),
    Column("name", String(64), nullable=False, comment="its English name, or the one somebody gave it"),
    Column("label", String(64), nullable=False, server_default=""),
    Column("single", Flag, nullable=False, comment="one holder at a time"),
    Column("position", Integer, nullable=False),
    Column("removed", Flag, nullable=False, server_default=text("false")),
    Column("whole", Flag, nullable=False, server_default=text("true"), comment="it has every duty of its role"),
    Column(
        "duties",
        Text,
        nullable=False,
        server_default="",
        comment="keys of duties that it does before others of its role, with a blank between",
    ),
    UniqueConstraint("incident_id", "key"),
    UniqueConstraint("id", "incident_id", "single"),
)

assignments = Table(
    "assignments",
    metadata,
    Column("id", Id, primary_key=True),
    Column("incident_id", Id, nullable=False),
    Column("role_id", Id, nullable=False),
    Column("single", Flag, nullable=False),
    person("person_id"),
    person("given_by"),
    Column("since", Moment, nullable=False),
    Column("until", Moment),
    person("ended_by", nullable=True),
    Column(
        "asks",
        Flag,
        nullable=False,
        server_default=text("false"),
        comment="somebody else gave it, so the holder is to say that they have it",
    ),
    person("confirmed_by", nullable=True, comment="empty: the holder has not said so"),
    ForeignKeyConstraint(
        ["role_id", "incident_id", "single"],
        ["incident_roles.id", "incident_roles.incident_id", "incident_roles.single"],
    ),
    CheckConstraint("until IS NULL OR until >= since", name="ends_after_it_begins"),
    CheckConstraint("(until IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
    CheckConstraint("confirmed_by = person_id", name="confirmed_by_holder"),
    partial_index("assignments_one_holder", "role_id", where="until IS NULL AND single", unique=True),
    partial_index("assignments_once_each", "role_id", "person_id", where="until IS NULL", unique=True),
    partial_index("assignments_open", "incident_id", where="until IS NULL"),
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
    Column("answer", Word(16, Answer), comment="empty: it is open"),
    Column("answered_at", Moment),
    person("answered_by", nullable=True),
    one_of("answer", Answer),
    CheckConstraint("from_id <> to_id", name="to_somebody_else"),
    CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered_at_some_time"),
    CheckConstraint("(answer IS NULL) = (answered_by IS NULL)", name="answered_by_somebody"),
    partial_index("offers_one_open", "role_id", "from_id", where="answer IS NULL", unique=True),
    partial_index("offers_open", "incident_id", where="answer IS NULL"),
)
