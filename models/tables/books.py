"""The role books."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Integer, String, Table, Text

from models.columns import Moment, metadata, partial_index, person

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
