"""Who has said that they have what somebody else gave them, and which duties a copy of a role takes.

Nobody is asked about what they have had before. An older program may go on reading. It must not write: what
it gives to somebody would never be confirmed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")

PEOPLE = (
    ("assignments", "confirmed_by", "empty: the holder has not said so"),
    ("tasks", "given_by", "whoever its owner is to confirm it to; empty: nobody"),
    ("tasks", "confirmed_by", "empty: the owner has not said that they have it"),
)
CHECKS = (
    ("assignments", "confirmed_by", "confirmed_by_holder", "confirmed_by = person_id"),
    ("tasks", "confirmed_by", "confirmed_by_owner", "confirmed_by = owner_id"),
    ("tasks", "given_at", "given_at_some_time", "(given_by IS NULL) = (given_at IS NULL)"),
)
BY = {"assignments": ("given_by", "ended_by", "confirmed_by"), "tasks": ("added_by", "given_by", "confirmed_by")}
"""Who did it; nobody writes in somebody else's name."""


def upgrade() -> None:
    op.add_column(
        "incident_roles",
        sa.Column(
            "whole",
            sa.Boolean(),
            nullable=False,
            server_default=sa.text("true"),
            comment="it has every duty of its role",
        ),
    )
    op.add_column(
        "incident_roles",
        sa.Column(
            "duties",
            sa.Text(),
            nullable=False,
            server_default="",
            comment="keys of duties that it does before others of its role, with a blank between",
        ),
    )
    op.add_column(
        "assignments",
        sa.Column(
            "asks",
            sa.Boolean(),
            nullable=False,
            server_default=sa.text("false"),
            comment="somebody else gave it, so the holder is to say that they have it",
        ),
    )
    if op.get_bind().dialect.name == "sqlite":
        add_with_checks()
    else:
        add_and_check()
        check_names()
    op.execute("UPDATE meta SET schema = 16, min_writer = 16")


def add_with_checks() -> None:
    """SQLite adds no constraint in its place, but a column with one; each on a line of its own, for who reads them."""
    checks = {(table, column): (name, holds) for table, column, name, holds in CHECKS}
    columns = [(table, column) for table, column, _ in PEOPLE]
    columns.insert(2, ("tasks", "given_at"))
    for table, column in columns:
        person = f"INTEGER CONSTRAINT {table}_{column}_fkey REFERENCES people (id)"
        kind = "DATETIME" if column == "given_at" else person
        name, holds = checks.get((table, column), ("", ""))
        check = f"\n\tCONSTRAINT {table}_{name} CHECK ({holds})\n" if name else ""
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}{check}")


def add_and_check() -> None:
    op.add_column("tasks", sa.Column("given_at", sa.DateTime(timezone=True), nullable=True))
    for table, column, comment in PEOPLE:
        known = sa.ForeignKey("people.id", name=op.f(f"{table}_{column}_fkey"))
        op.add_column(table, sa.Column(column, ID, known, nullable=True, comment=comment))
    for table, _, name, holds in CHECKS:
        op.create_check_constraint(op.f(f"{table}_{name}"), table, holds)


def check_names() -> None:
    for table, columns in BY.items():
        names = ", ".join(f"'{column}'" for column in columns)
        op.execute(f"DROP TRIGGER {table}_own_name ON {table}")
        op.execute(
            f"CREATE TRIGGER {table}_own_name BEFORE INSERT OR UPDATE OF {', '.join(columns)} ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION own_name({names})"
        )
