"""What is left out of the response process."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Integer, String, Table, Text

from models.kernel.columns import Id, Moment, metadata, person

skips = Table(
    "skips",
    metadata,
    Column("incident_id", Id, primary_key=True, autoincrement=False),
    Column("step", String(64), primary_key=True, comment="the key of the book's step"),
    Column("n", Integer, nullable=False, comment="its entry"),
    Column("reason", Text, nullable=False),
    person("skipped_by"),
    Column("skipped_at", Moment, nullable=False),
    ForeignKeyConstraint(["incident_id", "n"], ["entries.incident_id", "entries.n"]),
    CheckConstraint("length(reason) > 0", name="for_a_reason"),
)
