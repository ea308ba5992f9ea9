"""What every reading needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Select

from models import queries, schema
from models.failures import ReadOnly
from models.location import Location
from models.reading.books import Books
from models.rolebook import RoleBook


class Rows:
    """Reads views through one open transaction.

    `language` is the one that roles are named in; `books` keeps the role books that were read before.
    """

    def __init__(self, connection: Connection, language: str, books: Books) -> None:
        self.connection = connection
        self._language = language
        self._books = books

    def _book(self, incident: RowMapping) -> RoleBook:
        """The version that the incident was declared under."""
        return self._books.read(self.connection, incident["book"], incident["book_version"])

    def _rows(self, statement: Select[Any], **known: Any) -> Sequence[RowMapping]:
        return self.connection.execute(statement, known).mappings().all()

    def _names(self, ids: set[int]) -> dict[int, str]:
        return {row["id"]: row["name"] for row in self._rows(queries.PEOPLE_BY_ID, ids=list(ids))} if ids else {}

    def ticket(self) -> int:
        """The last change that this reader sees."""
        return int(self.connection.execute(queries.TICKET).scalar_one())

    def read_only(self, location: Location) -> ReadOnly | None:
        """Why this program may not write to the database as it is by now; None: it may.

        Raises Unreachable when a newer program has upgraded it beyond what this one can read.
        """
        return schema.read_only(self.connection, location)

    def people(self, known: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Everybody; `known`, if nobody has come since they were read: nobody goes, and no name changes."""
        if known and self.connection.execute(queries.HOW_MANY_PEOPLE).scalar_one() == len(known):
            return known
        return tuple(row["name"] for row in self._rows(queries.PEOPLE))
