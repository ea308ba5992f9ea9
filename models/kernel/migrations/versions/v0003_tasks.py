"""Tasks.

An older program may go on reading. It must not write: what it declares would lack the tasks of its book.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)
UNDONE = sa.text("state IN ('open', 'blocked')")


def upgrade() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", ID, nullable=False),
        sa.Column("incident_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="counts from one in its incident"),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("owner_id", ID, nullable=True),
        sa.Column("role_id", ID, nullable=True, comment="without an owner, it follows this role's holder"),
        sa.Column(
            "reason",
            sa.Text(),
            nullable=False,
            comment="why it is blocked or dropped; dropped without: it was taken back",
        ),
        sa.Column(
            "template", sa.String(length=64), nullable=True, comment="the key of the book's task that it was made from"
        ),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("added_by", ID, nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint("state IN ('open', 'blocked', 'done', 'dropped')", name=op.f("tasks_state")),
        sa.CheckConstraint("number > 0", name=op.f("tasks_counts_from_one")),
        sa.CheckConstraint("length(title) > 0", name=op.f("tasks_title")),
        sa.CheckConstraint("state <> 'blocked' OR length(reason) > 0", name=op.f("tasks_blocked_for_a_reason")),
        sa.CheckConstraint(
            "(state IN ('done', 'dropped')) = (ended_at IS NOT NULL)", name=op.f("tasks_ended_at_some_time")
        ),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("tasks_incident_id_fkey")),
        sa.ForeignKeyConstraint(["role_id"], ["incident_roles.id"], name=op.f("tasks_role_id_fkey")),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("tasks_owner_id_fkey")),
        sa.ForeignKeyConstraint(["added_by"], ["people.id"], name=op.f("tasks_added_by_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("tasks_pkey")),
        sa.UniqueConstraint("incident_id", "number", name=op.f("tasks_incident_id_number_key")),
        sa.UniqueConstraint("incident_id", "template", name=op.f("tasks_incident_id_template_key")),
    )
    op.create_index("tasks_undone", "tasks", ["incident_id"], sqlite_where=UNDONE, postgresql_where=UNDONE)
    op.execute("UPDATE meta SET schema = 3, min_writer = 3")
