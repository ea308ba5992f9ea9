"""Versions of role books, and the one that each incident was declared under.

An older program may go on reading, until a team imports a book: it knows only those that it came with. It must not
write: it does not know which version an incident is declared under.
"""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from alembic import op

from models.kernel.failures import Refused

revision = "0004"
down_revision = "0003"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)
SHIPPED = sa.text("added_by IS NULL")
ROLEBOOKS = Path(__file__).parents[3] / "roles" / "books"

REASON = "A version of a role book is never changed or removed; import another one."
SAME = "key = NEW.key AND (version = NEW.version OR added_by IS NULL AND NEW.added_by IS NULL AND digest = NEW.digest)"


def upgrade() -> None:
    op.create_table(
        "books",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False, comment="counts from one in its book"),
        sa.Column("text", sa.Text(), nullable=False, comment="TOML, as it was imported"),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="SHA-256 of the text in UTF-8"),
        sa.Column("added_by", ID, nullable=True),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("books_counts_from_one")),
        sa.CheckConstraint("length(digest) = 64", name=op.f("books_digest")),
        sa.ForeignKeyConstraint(["added_by"], ["people.id"], name=op.f("books_added_by_fkey")),
        sa.PrimaryKeyConstraint("key", "version", name=op.f("books_pkey")),
    )
    op.create_index(
        "books_shipped_once", "books", ["key", "digest"], unique=True, sqlite_where=SHIPPED, postgresql_where=SHIPPED
    )
    for (key,) in op.get_bind().execute(sa.text("SELECT DISTINCT book FROM incidents")).all():
        add_shipped(key)
    if op.get_bind().dialect.name == "sqlite":
        make_incidents_anew()
        refuse = f"BEGIN SELECT RAISE(ABORT, '{REASON}'); END"
        op.execute(f"CREATE TRIGGER books_no_update BEFORE UPDATE ON books {refuse}")
        op.execute(f"CREATE TRIGGER books_no_delete BEFORE DELETE ON books {refuse}")
        # INSERT OR REPLACE deletes without a word to the trigger, unless the connection has recursive_triggers on
        there = f"EXISTS (SELECT 1 FROM books WHERE {SAME})"  # noqa: S608
        op.execute(f"CREATE TRIGGER books_no_replace BEFORE INSERT ON books WHEN {there} {refuse}")
    else:
        op.add_column("incidents", sa.Column("book_version", sa.Integer(), nullable=True))
        op.execute("UPDATE incidents SET book_version = 1")
        op.alter_column("incidents", "book_version", nullable=False)
        op.create_foreign_key(
            op.f("incidents_book_fkey"), "incidents", "books", ["book", "book_version"], ["key", "version"]
        )
        op.execute(
            "CREATE FUNCTION books_stay() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REASON}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        op.execute(
            "CREATE TRIGGER books_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON books "
            "FOR EACH STATEMENT EXECUTE FUNCTION books_stay()"
        )
    op.execute("UPDATE meta SET schema = 4, min_writer = 4")


def add_shipped(key: str) -> None:
    """Keep the text that incidents under this book have been read by until now: the one that this program ships."""
    if key not in {path.stem for path in ROLEBOOKS.glob("*.toml")}:
        raise Refused(f"There are incidents under the role book {key!r}, which does not come with this Bridgewatch.")
    text = (ROLEBOOKS / f"{key}.toml").read_text(encoding="utf-8")
    op.get_bind().execute(
        sa.text("INSERT INTO books (key, version, text, digest, added_at) VALUES (:key, 1, :text, :digest, :at)")
        .bindparams(sa.bindparam("at", type_=MOMENT)),
        {"key": key, "text": text, "digest": hashlib.sha256(text.encode()).hexdigest(), "at": datetime.now(UTC)},
    )  # fmt: skip


def make_incidents_anew() -> None:
    """SQLite cannot add a column that refers to another table and is not null to a table that has rows."""
    op.create_table(
        "incidents_anew",
        sa.Column("id", ID, nullable=False, comment="INC-31 is 31"),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=True),
        sa.Column("severity", sa.String(length=2), nullable=False),
        sa.Column("impact", sa.String(length=8), nullable=True),
        sa.Column("phase", sa.String(length=16), nullable=False),
        sa.Column("book", sa.String(length=64), nullable=False),
        sa.Column("book_version", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed", ID, nullable=False),
        sa.Column("declared_by", ID, nullable=False),
        sa.Column("declared_at", MOMENT, nullable=False),
        sa.Column("resolved_at", MOMENT, nullable=True),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("origin", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "category IN ('functionality', 'security', 'performance', 'maintenance')", name=op.f("incidents_category")
        ),
        sa.CheckConstraint("impact IN ('all', 'most', 'some', 'few')", name=op.f("incidents_impact")),
        sa.CheckConstraint(
            "phase IN ('triage', 'investigating', 'identified', 'monitoring', 'resolved', 'closed', 'canceled',"
            " 'merged')",
            name=op.f("incidents_phase"),
        ),
        sa.CheckConstraint("severity IN ('P1', 'P2', 'P3')", name=op.f("incidents_severity")),
        sa.CheckConstraint("length(title) > 0", name=op.f("incidents_title")),
        sa.ForeignKeyConstraint(["declared_by"], ["people.id"], name=op.f("incidents_declared_by_fkey")),
        sa.ForeignKeyConstraint(
            ["book", "book_version"], ["books.key", "books.version"], name=op.f("incidents_book_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("incidents_pkey")),
        sa.UniqueConstraint("origin", name=op.f("incidents_origin_key")),
        sqlite_autoincrement=True,
    )
    columns = (
        "id, title, category, severity, impact, phase, book, version, changed, declared_by, declared_at, resolved_at,"
        " published_at, origin"
    )
    op.execute(f"INSERT INTO incidents_anew ({columns}, book_version) SELECT {columns}, 1 FROM incidents")  # noqa: S608
    op.execute("DROP TABLE incidents")
    op.execute("ALTER TABLE incidents_anew RENAME TO incidents")
    op.create_index("incidents_changed", "incidents", ["changed"], unique=False)
    op.create_index(
        "incidents_open",
        "incidents",
        ["id"],
        unique=False,
        sqlite_where=sa.text("phase IN ('triage', 'investigating', 'identified', 'monitoring')"),
    )
    op.create_index("incidents_resolved_at", "incidents", ["resolved_at"], unique=False)
