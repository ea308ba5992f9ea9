"""What the database knows of itself."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Integer,
    String,
    Table,
)

from models.columns import Id, Json, Moment, metadata, person

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

logins = Table(
    "logins",
    metadata,
    Column("login", String(63), primary_key=True, comment="a role of Postgres that may connect"),
    person("person_id", comment="whose it is: in nobody else's name does it write"),
    person("mapped_by"),
    Column("mapped_at", Moment, nullable=False),
)
"""Postgres checks each row that says who did it against this; SQLite has no logins."""
