"""What people believe about incidents, and what speaks for and against it."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, Integer, Table

from models.kernel.columns import Id, Word, metadata, one_of
from models.policy.theory import TheoryState, Weight

theories = Table(
    "theories",
    metadata,
    Column("incident_id", Id, primary_key=True, autoincrement=False),
    Column("n", Integer, primary_key=True, autoincrement=False, comment="the first entry that said it"),
    Column("said", Integer, comment="the entry that says it as it stands; empty: nobody says so any more"),
    Column("state", Word(16, TheoryState, TheoryState.OPEN), nullable=False),
    Column("moved", Integer, comment="the entry that gave it its state; empty: it has always been open"),
    ForeignKeyConstraint(["incident_id", "n"], ["entries.incident_id", "entries.n"]),
    ForeignKeyConstraint(["incident_id", "said"], ["entries.incident_id", "entries.n"]),
    ForeignKeyConstraint(["incident_id", "moved"], ["entries.incident_id", "entries.n"]),
    one_of("state", TheoryState),
    CheckConstraint("said >= n", name="said_since_then"),
    CheckConstraint("moved IS NOT NULL OR state = 'open'", name="open_until_moved"),
)

evidence = Table(
    "evidence",
    metadata,
    Column("incident_id", Id, primary_key=True, autoincrement=False),
    Column("n", Integer, primary_key=True, autoincrement=False, comment="the first entry that told it"),
    Column("said", Integer, comment="the entry that tells it as it stands; empty: it was taken back"),
    Column("theory", Integer, nullable=False, comment="the theory's n"),
    Column("weight", Word(8, Weight, Weight.NEUTRAL), nullable=False),
    ForeignKeyConstraint(["incident_id", "n"], ["entries.incident_id", "entries.n"]),
    ForeignKeyConstraint(["incident_id", "said"], ["entries.incident_id", "entries.n"]),
    ForeignKeyConstraint(["incident_id", "theory"], ["theories.incident_id", "theories.n"]),
    one_of("weight", Weight),
    CheckConstraint("said >= n", name="said_since_then"),
    CheckConstraint("n > theory", name="after_its_theory"),
    Index("evidence_incident_id_theory", "incident_id", "theory"),
)
