"""Steps of the response process that are left out, and finding the entries of a kind.

An older program may go on reading. It must not write: it would close incidents whose steps are missing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "skips",
        sa.Column("incident_id", ID, autoincrement=False, nullable=False),
        sa.Column("step", sa.String(length=64), nullable=False, comment="the key of the book's step"),
        sa.Column("n", sa.Integer(), nullable=False, comment="its entry"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("skipped_by", ID, nullable=False),
        sa.Column("skipped_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(reason) > 0", name=op.f("skips_for_a_reason")),
        sa.ForeignKeyConstraint(["skipped_by"], ["people.id"], name=op.f("skips_skipped_by_fkey")),
        sa.ForeignKeyConstraint(
            ["incident_id", "n"], ["entries.incident_id", "entries.n"], name=op.f("skips_incident_id_n_fkey")
        ),
        sa.PrimaryKeyConstraint("incident_id", "step", name=op.f("skips_pkey")),
    )
    op.create_index("entries_by_kind", "entries", ["incident_id", "kind", "n"])
    op.execute("UPDATE meta SET schema = 6, min_writer = 6")
