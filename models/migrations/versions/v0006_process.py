"""Process."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.execute("UPDATE meta SET schema = 6, min_writer = 6")
