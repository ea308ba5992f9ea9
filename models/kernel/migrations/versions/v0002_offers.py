"""Offers to hand a role over.

An older program may go on reading. It must not write: it would move a role and leave the offer of it open.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)
OPEN = sa.text("answer IS NULL")


def upgrade() -> None:
    op.create_table(
        "offers",
        sa.Column("id", ID, nullable=False),
        sa.Column("incident_id", ID, nullable=False),
        sa.Column("role_id", ID, nullable=False),
        sa.Column("from_id", ID, nullable=False, comment="who holds it until the offer is accepted"),
        sa.Column("to_id", ID, nullable=False),
        sa.Column("offered_by", ID, nullable=False),
        sa.Column("offered_at", MOMENT, nullable=False),
        sa.Column("brief", sa.Text(), nullable=False),
        sa.Column("answer", sa.String(length=16), nullable=True, comment="empty: it is open"),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("answered_by", ID, nullable=True),
        sa.CheckConstraint("answer IN ('accepted', 'declined', 'withdrawn', 'overtaken')", name=op.f("offers_answer")),
        sa.CheckConstraint("from_id <> to_id", name=op.f("offers_to_somebody_else")),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name=op.f("offers_answered_at_some_time")),
        sa.CheckConstraint("(answer IS NULL) = (answered_by IS NULL)", name=op.f("offers_answered_by_somebody")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("offers_incident_id_fkey")),
        sa.ForeignKeyConstraint(["role_id"], ["incident_roles.id"], name=op.f("offers_role_id_fkey")),
        sa.ForeignKeyConstraint(["from_id"], ["people.id"], name=op.f("offers_from_id_fkey")),
        sa.ForeignKeyConstraint(["to_id"], ["people.id"], name=op.f("offers_to_id_fkey")),
        sa.ForeignKeyConstraint(["offered_by"], ["people.id"], name=op.f("offers_offered_by_fkey")),
        sa.ForeignKeyConstraint(["answered_by"], ["people.id"], name=op.f("offers_answered_by_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("offers_pkey")),
    )
    for name, columns, unique in (
        ("offers_one_open", ["role_id", "from_id"], True),
        ("offers_open", ["incident_id"], False),
    ):
        op.create_index(name, "offers", columns, unique=unique, sqlite_where=OPEN, postgresql_where=OPEN)
    op.execute("UPDATE meta SET schema = 2, min_writer = 2")
