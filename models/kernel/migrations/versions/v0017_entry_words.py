"""The words of each entry, by which a timeline is searched; and indexes for incidents that are resolved and not over.

An older program may go on reading. It must not write: its entries would have no words, and nobody would find them.
"""

import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from models.kernel import seals
from models.kernel.entry_words import entry_words

revision = "0017"
down_revision = "0012"

MANY = 1_000
UNANSWERED, DUE = "phase = 'resolved' AND published_at < resolved_at", "due_at IS NOT NULL"


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
    for name, table, column, where in (
        ("incidents_unanswered", "incidents", "id", UNANSWERED),
        ("promises_due", "promises", "incident_id", DUE),
    ):
        op.create_index(name, table, [column], sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    op.execute("UPDATE meta SET schema = 17, min_writer = 17")


def find_all() -> None:
    """Give every entry its words."""
    connection = op.get_bind()
    some = sa.text(f"{seals.ROWS} WHERE (e.incident_id, e.n) > (:incident, :n) ORDER BY e.incident_id, e.n LIMIT :many")
    put = sa.text("UPDATE entries SET words = :words WHERE incident_id = :incident AND n = :n")
    last = {"incident": 0, "n": 0}
    while rows := connection.execute(some, {**last, "many": MANY}).all():
        connection.execute(put, [{"words": words(row), "incident": row.incident_id, "n": row.n} for row in rows])
        last = {"incident": rows[-1].incident_id, "n": rows[-1].n}


def words(row: Any) -> str:
    """Of an entry that cannot be read, what can be."""
    try:
        data, at = json.loads(row.data), seals.read_moment(row.occurred_at)
    except (TypeError, ValueError):
        data, at = None, datetime.fromtimestamp(0, UTC)
    return entry_words(str(row.kind), data, str(row.text or ""), row.name or "", at)
