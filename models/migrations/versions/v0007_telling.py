"""Telling."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute("UPDATE meta SET schema = 7, min_writer = 7")
