"""Read from the database inside one snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, select

from models.kernel import schema
from models.kernel.cache import Cache
from models.kernel.entry import EntryView
from models.kernel.failures import ReadOnly
from models.kernel.location import Location
from models.kernel.tables import head, people

TICKET = select(head.c.ticket)
PEOPLE = select(people.c.id, people.c.name).order_by(people.c.key)
HOW_MANY_PEOPLE = select(func.count()).select_from(people)


class Rows:
    """Reads views through one open transaction. Each subject has a subclass that reads what is its own.

    `language` is the one that roles are named in; `kept` holds what the store keeps between readings.
    """

    def __init__(self, connection: Connection, language: str, kept: Cache) -> None:
        self.connection = connection
        self._language = language
        self._kept = kept

    def _rows(self, statement: Select[Any], **known: Any) -> Sequence[RowMapping]:
        return self.connection.execute(statement, known).mappings().all()

    def ticket(self) -> int:
        """The last change that this reader sees."""
        return int(self.connection.execute(TICKET).scalar_one())

    def read_only(self, location: Location) -> ReadOnly | None:
        """Why this program may not write to the database as it is by now; None: it may.

        Raises Unreachable when a newer program has upgraded it beyond what this one can read.
        """
        return schema.read_only(self.connection, location)

    def people(self, known: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Everybody; `known`, if nobody has come since they were read: nobody goes, and no name changes."""
        if known and self.connection.execute(HOW_MANY_PEOPLE).scalar_one() == len(known):
            return known
        return tuple(row["name"] for row in self._rows(PEOPLE))


def entry_view(row: RowMapping) -> EntryView:
    """A row of `entries` with its author's name, as a view."""
    return EntryView(
        ref=f"INC-{row['incident_id']}",
        n=row["n"],
        root=row["revises"] or row["n"],
        kind=row["kind"],
        data=row["data"],
        text=row["text"],
        author=row["author"],
        occurred_at=row["occurred_at"],
        recorded_at=row["recorded_at"],
    )
