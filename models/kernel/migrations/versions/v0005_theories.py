"""Theories, made of the notes that say so.

An older program may go on reading. It must not write: a theory that it wrote, revised or retracted would be missing
here, or stay.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "theories",
        sa.Column("incident_id", ID, nullable=False, autoincrement=False),
        sa.Column("n", sa.Integer(), nullable=False, autoincrement=False, comment="the first entry that said it"),
        sa.Column(
            "said",
            sa.Integer(),
            nullable=True,
            comment="the entry that says it as it stands; empty: nobody says so any more",
        ),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column(
            "moved",
            sa.Integer(),
            nullable=True,
            comment="the entry that gave it its state; empty: it has always been open",
        ),
        sa.CheckConstraint("state IN ('open', 'being tested', 'confirmed', 'ruled out')", name=op.f("theories_state")),
        sa.CheckConstraint("said >= n", name=op.f("theories_said_since_then")),
        sa.CheckConstraint("moved IS NOT NULL OR state = 'open'", name=op.f("theories_open_until_moved")),
        *_entries("theories", "n", "said", "moved"),
        sa.PrimaryKeyConstraint("incident_id", "n", name=op.f("theories_pkey")),
    )
    op.create_table(
        "evidence",
        sa.Column("incident_id", ID, nullable=False, autoincrement=False),
        sa.Column("n", sa.Integer(), nullable=False, autoincrement=False, comment="the first entry that told it"),
        sa.Column(
            "said",
            sa.Integer(),
            nullable=True,
            comment="the entry that tells it as it stands; empty: it was taken back",
        ),
        sa.Column("theory", sa.Integer(), nullable=False, comment="the theory's n"),
        sa.Column("weight", sa.String(length=8), nullable=False),
        sa.CheckConstraint("weight IN ('for', 'against', 'neutral')", name=op.f("evidence_weight")),
        sa.CheckConstraint("said >= n", name=op.f("evidence_said_since_then")),
        sa.CheckConstraint("n > theory", name=op.f("evidence_after_its_theory")),
        *_entries("evidence", "n", "said"),
        sa.ForeignKeyConstraint(
            ["incident_id", "theory"],
            ["theories.incident_id", "theories.n"],
            name=op.f("evidence_incident_id_theory_fkey"),
        ),
        sa.PrimaryKeyConstraint("incident_id", "n", name=op.f("evidence_pkey")),
    )
    op.create_index("evidence_incident_id_theory", "evidence", ["incident_id", "theory"])
    op.execute(
        "INSERT INTO theories (incident_id, n, said, state) "
        "SELECT incident_id, COALESCE(revises, n), n, 'open' FROM entries WHERE kind = 'theory' AND NOT EXISTS ("
        "SELECT 1 FROM entries later WHERE later.incident_id = entries.incident_id "
        "AND later.revises = COALESCE(entries.revises, entries.n) AND later.n > entries.n)"
    )
    op.execute("UPDATE meta SET schema = 5, min_writer = 5")


def _entries(table: str, *columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            ["incident_id", column],
            ["entries.incident_id", "entries.n"],
            name=op.f(f"{table}_incident_id_{column}_fkey"),
        )
        for column in columns
    ]
