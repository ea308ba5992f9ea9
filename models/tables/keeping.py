"""What the database knows of itself."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Integer,
    String,
    Table,
)

from models.columns import Id, Json, metadata

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
