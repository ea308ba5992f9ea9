"""Theories."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute("UPDATE meta SET schema = 5, min_writer = 5")
