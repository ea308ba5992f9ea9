"""Maintenance that customers are told of before it begins."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table

from models.columns import Id, Json, Moment, metadata

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
