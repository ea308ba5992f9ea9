"""Updates that a place need not get, and no approval of words by whoever wrote them last.

An older program may go on reading. It must not write: it would send what was left out.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

NAME, WHO = "drafts_approved_by_no_editor", "approved_by <> edited_by"
BEFORE = "CONSTRAINT drafts_approved_by_another CHECK (approved_by <> asked_by)"


def upgrade() -> None:
    op.add_column(
        "deliveries",
        sa.Column("left_out", sa.Integer(), nullable=True, comment="the entry that says why it need not be sent"),
    )
    op.execute("UPDATE drafts SET approved_by = NULL, approved_revision = NULL WHERE approved_by = edited_by")
    if op.get_bind().dialect.name == "sqlite":
        make_drafts_anew()
    else:
        op.create_check_constraint(op.f(NAME), "drafts", WHO)
    op.execute("UPDATE meta SET schema = 12, min_writer = 12")


def make_drafts_anew() -> None:
    """SQLite cannot add a constraint in its place; nothing refers to drafts."""
    connection = op.get_bind()
    made = connection.execute(sa.text("SELECT sql FROM sqlite_master WHERE name = 'drafts'")).scalar_one()
    op.execute("ALTER TABLE drafts RENAME TO drafts_before")
    connection.exec_driver_sql(made.replace(BEFORE, f"{BEFORE}, CONSTRAINT {NAME} CHECK ({WHO})"))
    op.execute("INSERT INTO drafts SELECT * FROM drafts_before")
    op.drop_table("drafts_before")
