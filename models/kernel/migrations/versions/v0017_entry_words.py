"""The words of each entry, by which a timeline is searched; and an index for incidents of which more is promised.

An older program may go on reading. It must not write: its entries would have no words, and nobody would find them.
"""

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.exc import IntegrityError

from models.kernel import seals
from models.kernel.entry_words import entry_words

revision = "0017"
down_revision = "0016"

MANY = 1_000
DUE = "due_at IS NOT NULL"


def upgrade() -> None:
    words = sa.Column("words", sa.Text(), server_default="", nullable=False, comment="what a search finds it by")
    op.add_column("entries", words)
    if op.get_bind().dialect.name == "sqlite":
        trigger = "SELECT sql FROM sqlite_master WHERE name = 'entries_no_update'"
        made = op.get_bind().execute(sa.text(trigger)).scalar_one()
        op.execute("DROP TRIGGER entries_no_update")
        find_all()
        op.get_bind().exec_driver_sql(made)
    else:
        op.execute("ALTER TABLE entries DISABLE TRIGGER USER")
        find_all()
        op.execute("ALTER TABLE entries ENABLE TRIGGER USER")
    where = sa.text(DUE)
    op.create_index("promises_due", "promises", ["incident_id"], sqlite_where=where, postgresql_where=where)
    op.execute("UPDATE meta SET schema = 17, min_writer = 17")


def find_all() -> None:
    """Give every entry its words."""
    connection = op.get_bind()
    some = sa.text(f"{seals.ROWS} WHERE (e.incident_id, e.n) > (:incident, :n) ORDER BY e.incident_id, e.n LIMIT :many")
    put = sa.text("UPDATE entries SET words = :words WHERE incident_id = :incident AND n = :n")
    last = {"incident": 0, "n": 0}
    while rows := connection.execute(some, {**last, "many": MANY}).all():
        known = [{"words": words(row), "incident": row.incident_id, "n": row.n} for row in rows]
        try:
            with connection.begin_nested():
                connection.execute(put, known)
        except IntegrityError:  # one is damaged, and a server lets nobody touch it: it is found by nothing
            for each in known:
                with suppress(IntegrityError), connection.begin_nested():
                    connection.execute(put, each)
        last = {"incident": rows[-1].incident_id, "n": rows[-1].n}


def words(row: Any) -> str:
    """Of an entry that cannot be read, what can be."""
    try:
        data, at = json.loads(row.data), seals.read_moment(row.occurred_at)
    except (TypeError, ValueError):
        data, at = None, datetime.fromtimestamp(0, UTC)
    return entry_words(str(row.kind), data, str(row.text or ""), row.name or "", at)
