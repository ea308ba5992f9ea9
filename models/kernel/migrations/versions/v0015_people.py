"""Names that people are shown by, people who are one, and people who have left; the name that is sealed stays.

An older program may go on reading and writing: it shows the first name, and what it records holds that one, too.
"""

import sqlalchemy as sa
from alembic import op

from models.kernel.migrations.versions.v0011_logins import row_trigger

revision = "0015"
down_revision = "0014"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    number = ID.compile(op.get_bind().dialect)
    add = "ALTER TABLE people ADD COLUMN"  # with its constraint, which SQLite cannot add later
    op.add_column("people", sa.Column("shown", sa.String(length=64), nullable=True, comment=SHOWN))
    op.add_column("people", sa.Column("shown_key", sa.Text(), nullable=True, comment=SHOWN_KEY))
    op.execute(f"{add} merged_into {number} CONSTRAINT people_merged_into_fkey REFERENCES people (id)")
    op.add_column("people", sa.Column("merged_at", MOMENT, nullable=True))
    op.add_column("people", sa.Column("retired_at", MOMENT, nullable=True, comment=RETIRED))
    op.execute(f"{add} changed_by {number} CONSTRAINT people_changed_by_fkey REFERENCES people (id)")
    op.create_index("people_shown_key", "people", ["shown_key"], unique=True)
    op.create_index("people_merged_into", "people", ["merged_into"], unique=False)
    op.add_column("head", sa.Column("names", ID, server_default="0", nullable=False, comment=NAMES))
    if op.get_bind().dialect.name == "postgresql":
        row_trigger("people_own_name", "INSERT OR UPDATE OF changed_by", "people", "own_name('changed_by')")
        narrow_rights()
    op.execute("UPDATE meta SET schema = 15")


def narrow_rights() -> None:
    """Responders add whoever is new by a name, and nothing else: where the database has roles."""
    bind = op.get_bind()
    kept = sa.text(
        "SELECT rolname FROM settings, pg_roles WHERE settings.key = 'privileges'"
        " AND rolname = (settings.value ->> 'prefix') || 'responder'"
    )
    for role in bind.execute(kept).scalars().all():
        responder = '"{}"'.format(role.replace('"', '""'))
        for statement in (
            f"REVOKE INSERT ON people FROM {responder}",
            f"GRANT INSERT (name, key, added_at) ON people TO {responder}",
        ):
            bind.exec_driver_sql(statement, execution_options={"no_parameters": True})


SHOWN = "the name that is shown instead; the first one is sealed"
SHOWN_KEY = "of a name that the person was given, which leads to them as the first one does"
RETIRED = "since when they are no longer offered"
NAMES = "the ticket of the last change of people's names"
