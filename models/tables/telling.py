"""What customers are told."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from models.columns import Id, Json, Moment, metadata, one_of, person
from models.policy import Phase

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
