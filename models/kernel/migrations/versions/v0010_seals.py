"""Seals on entries, which show any later change; those that are there already are sealed as they are.

An older program may go on reading. It must not write: its entries would have no seal.
"""

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from models.kernel import seals
from models.kernel.failures import Refused

revision = "0010"
down_revision = "0009"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB, "postgresql")
MOMENT = sa.DateTime(timezone=True)

REASON = "Entries of a timeline are never changed or removed; revise or retract them with new ones."
SAME = "command_id = NEW.command_id OR incident_id = NEW.incident_id AND (n = NEW.n OR undoes = NEW.undoes)"
KEPT = "incident_id, n, command_id, kind, data, text, author_id, occurred_at, recorded_at, revises, undoes"
COMMENT = "shows any later change: models/seals.py"
MANY = 1_000


def upgrade() -> None:
    seal = f"VARCHAR(64) DEFAULT '{seals.NONE}' NOT NULL CONSTRAINT incidents_seal CHECK (length(seal) = 64)"
    op.execute(f"ALTER TABLE incidents ADD COLUMN seal {seal}")  # with its constraint, which SQLite cannot add later
    if op.get_bind().dialect.name == "sqlite":
        make_entries_anew()
    else:
        op.add_column("entries", sa.Column("seal", sa.String(length=64), nullable=True, comment=COMMENT))
        op.execute("COMMENT ON COLUMN incidents.seal IS 'of its last entry'")
        op.execute("ALTER TABLE entries DISABLE TRIGGER entries_stay")
        seal_all("UPDATE entries SET seal = :seal WHERE incident_id = :incident AND n = :n")
        op.execute("ALTER TABLE entries ENABLE TRIGGER entries_stay")
        op.alter_column("entries", "seal", nullable=False)
        op.create_check_constraint(op.f("entries_seal"), "entries", "length(seal) = 64")
    op.execute("UPDATE meta SET schema = 10, min_writer = 10")


def seal_all(statement: str) -> None:
    """Run the statement with the seal of each entry, and give incidents the seal of their last one."""
    connection = op.get_bind()
    every = sa.text(f"{seals.ROWS.replace(', e.seal', '')} ORDER BY e.incident_id, e.n")
    rows = connection.execute(every, execution_options={"yield_per": MANY})
    for incident, entries in groupby(rows, itemgetter(0)):
        last = seals.NONE
        waiting = []
        for row in entries:
            last = sealed(last, row)
            waiting.append({"incident": incident, "n": row[1], "seal": last})
            if len(waiting) == MANY:
                connection.execute(sa.text(statement), waiting)
                waiting = []
        if waiting:
            connection.execute(sa.text(statement), waiting)
        connection.execute(
            sa.text("UPDATE incidents SET seal = :seal WHERE id = :incident"), {"incident": incident, "seal": last}
        )


def sealed(before: str, row: Sequence[Any]) -> str:
    try:
        return seals.of_row(before, row)
    except ValueError:
        raise Refused(
            f"Entry {row[1]} of INC-{row[0]} cannot be read, and so not be sealed; nothing was changed.",
            "Restore the database from a backup, or mend that entry by hand.",
        ) from None


def make_entries_anew() -> None:
    """SQLite cannot add a column that is not null and has no default."""
    op.create_table(
        "entries_anew",
        sa.Column("incident_id", ID, nullable=False),
        sa.Column(
            "n", sa.Integer(), autoincrement=False, nullable=False, comment="gap-free: also the incident's version"
        ),
        sa.Column("command_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("occurred_at", MOMENT, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("revises", sa.Integer(), nullable=True),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.Column("seal", sa.String(length=64), nullable=False, comment=COMMENT),
        sa.CheckConstraint("n > 0", name=op.f("entries_counts_from_one")),
        sa.CheckConstraint("length(seal) = 64", name=op.f("entries_seal")),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("entries_author_id_fkey")),
        sa.ForeignKeyConstraint(
            ["incident_id", "revises"],
            ["entries.incident_id", "entries.n"],
            name=op.f("entries_incident_id_revises_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["incident_id", "undoes"],
            ["entries.incident_id", "entries.n"],
            name=op.f("entries_incident_id_undoes_fkey"),
        ),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("entries_incident_id_fkey")),
        sa.PrimaryKeyConstraint("incident_id", "n", name=op.f("entries_pkey")),
        sa.UniqueConstraint("command_id", name=op.f("entries_command_id_key")),
        sa.UniqueConstraint("incident_id", "undoes", name=op.f("entries_incident_id_undoes_key")),
    )
    seal_all(
        f"INSERT INTO entries_anew ({KEPT}, seal) SELECT {KEPT}, :seal FROM entries"  # noqa: S608
        " WHERE incident_id = :incident AND n = :n"
    )
    op.execute("DROP TABLE entries")
    op.execute("ALTER TABLE entries_anew RENAME TO entries")
    op.create_index("entries_by_author", "entries", ["incident_id", "author_id", "n"])
    op.create_index("entries_by_kind", "entries", ["incident_id", "kind", "n"])
    op.create_index("entries_timeline", "entries", ["incident_id", "occurred_at", "n"])
    op.create_index("entries_versions", "entries", ["incident_id", "revises", "n"])
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REASON}'); END"
    op.execute(f"CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries {refuse}")
    op.execute(f"CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries {refuse}")
    # INSERT OR REPLACE deletes without a word to the trigger, unless the connection has recursive_triggers on
    there = f"EXISTS (SELECT 1 FROM entries WHERE {SAME})"  # noqa: S608
    op.execute(f"CREATE TRIGGER entries_no_replace BEFORE INSERT ON entries WHEN {there} {refuse}")
