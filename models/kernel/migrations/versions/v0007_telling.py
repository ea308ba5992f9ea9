"""One draft for each audience, the time promised for the next update, and approvals.

An older program may go on reading; it takes the newest update, whomever it was for, for what customers were told.
It must not write: it would ask nobody's approval, and keep no promise.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB, "postgresql")
PHASES = "'triage', 'investigating', 'identified', 'monitoring', 'resolved', 'closed', 'canceled', 'merged'"
AUDIENCES = "audience IN ('customers', 'team', 'executives')"
KEPT = "incident_id, revision, text, phase, components, edited_by, edited_at, open_by, open_at"


def upgrade() -> None:
    # SQLite cannot change a primary key in its place; nothing refers to drafts.
    op.execute("CREATE TABLE drafts_before AS SELECT * FROM drafts")
    op.drop_table("drafts")
    op.create_table(
        "drafts",
        sa.Column("incident_id", ID, autoincrement=False, nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False, comment="what this audience reads above it"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("phase", sa.String(length=16), nullable=True, comment="empty: the incident's own"),
        sa.Column("components", JSON, nullable=False, comment="name -> state"),
        sa.Column("next_update_at", MOMENT, nullable=True, comment="empty: as the cadence has it"),
        sa.Column("expected_at", MOMENT, nullable=True, comment="when it should be resolved; empty: nobody knows"),
        sa.Column("edited_by", ID, nullable=False),
        sa.Column("edited_at", MOMENT, nullable=False),
        sa.Column("open_by", ID, nullable=True),
        sa.Column("open_at", MOMENT, nullable=True, comment="somebody has it open for editing; renewed while they do"),
        sa.Column("asked_by", ID, nullable=True, comment="who asked for an approval that is still wanted"),
        sa.Column("asked_at", MOMENT, nullable=True),
        sa.Column("approved_by", ID, nullable=True),
        sa.Column("approved_revision", sa.Integer(), nullable=True, comment="what is edited later is not approved"),
        sa.Column("returned_by", ID, nullable=True, comment="who sent it back"),
        sa.Column("returned", sa.Text(), nullable=True, comment="with which word"),
        sa.CheckConstraint(AUDIENCES, name=op.f("drafts_audience")),
        sa.CheckConstraint(f"phase IN ({PHASES})", name=op.f("drafts_phase")),
        sa.CheckConstraint("(asked_by IS NULL) = (asked_at IS NULL)", name=op.f("drafts_asked_at_some_time")),
        sa.CheckConstraint(
            "(approved_by IS NULL) = (approved_revision IS NULL)", name=op.f("drafts_approved_by_somebody")
        ),
        sa.CheckConstraint("approved_revision = revision", name=op.f("drafts_approved_as_it_is")),
        sa.CheckConstraint("approved_by <> asked_by", name=op.f("drafts_approved_by_another")),
        sa.CheckConstraint("(returned_by IS NULL) = (returned IS NULL)", name=op.f("drafts_returned_with_a_word")),
        sa.CheckConstraint("returned_by IS NULL OR asked_by IS NULL", name=op.f("drafts_returned_or_asked")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("drafts_incident_id_fkey")),
        *(
            sa.ForeignKeyConstraint([column], ["people.id"], name=op.f(f"drafts_{column}_fkey"))
            for column in ("edited_by", "open_by", "asked_by", "approved_by", "returned_by")
        ),
        sa.PrimaryKeyConstraint("incident_id", "audience", name=op.f("drafts_pkey")),
    )
    op.execute(
        f"INSERT INTO drafts ({KEPT}, audience, title)"  # noqa: S608
        f" SELECT {KEPT}, 'customers', '' FROM drafts_before"
    )
    op.drop_table("drafts_before")
    add = "ALTER TABLE status_updates ADD COLUMN"  # with its constraint, which SQLite cannot add later
    audience = f"CONSTRAINT status_updates_audience CHECK ({AUDIENCES})"
    op.execute(f"{add} audience VARCHAR(16) DEFAULT 'customers' NOT NULL {audience}")
    approver = "CONSTRAINT status_updates_approved_by_fkey REFERENCES people (id)"
    op.execute(f"{add} approved_by {ID.compile(op.get_bind().dialect)} {approver}")
    for column in (
        sa.Column("title", sa.String(length=200), server_default="", nullable=False, comment="empty: it had none"),
        sa.Column("next_update_at", MOMENT, nullable=True, comment="promised with it"),
        sa.Column("expected_at", MOMENT, nullable=True, comment="when it should be resolved"),
        sa.Column("revision", sa.Integer(), nullable=True, comment="of the draft that it was"),
    ):
        op.add_column("status_updates", column)
    op.create_table(
        "promises",
        sa.Column("incident_id", ID, autoincrement=False, nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column(
            "told_at", MOMENT, nullable=True, comment="when this audience was last told; incidents says it of customers"
        ),
        sa.Column("due_at", MOMENT, nullable=True, comment="promised by the last update, or snoozed until then"),
        sa.Column("snoozed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint(AUDIENCES, name=op.f("promises_audience")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("promises_incident_id_fkey")),
        sa.PrimaryKeyConstraint("incident_id", "audience", name=op.f("promises_pkey")),
    )
    op.execute("UPDATE meta SET schema = 7, min_writer = 7")
