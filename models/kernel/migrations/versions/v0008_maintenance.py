"""Scheduled maintenance, and the key that the published page's ids are made with.

An older program may go on reading: to it, a maintenance is an incident that is over. It must not write: it would reopen
one without asking, and move its end without telling anybody.
"""

import secrets

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB, "postgresql")


def upgrade() -> None:
    op.create_table(
        "maintenances",
        sa.Column("incident_id", ID, autoincrement=False, nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("components", JSON, nullable=False, comment="the names of those that it is about"),
        sa.Column("canceled_at", MOMENT, nullable=True, comment="called off before its end"),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("maintenances_ends_after_it_starts")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("maintenances_incident_id_fkey")),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("maintenances_pkey")),
    )
    op.create_index("maintenances_ends_at", "maintenances", ["ends_at"])
    settings = sa.table("settings", sa.column("key", sa.String), sa.column("value", JSON))
    op.bulk_insert(settings, [{"key": "page-key", "value": secrets.token_hex(32)}])
    op.execute("UPDATE meta SET schema = 8, min_writer = 8")
