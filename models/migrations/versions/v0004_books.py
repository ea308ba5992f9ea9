"""Books."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("UPDATE meta SET schema = 4, min_writer = 4")
