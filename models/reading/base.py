"""What every reading needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Select

from models import queries


class Rows:
    """Reads views through one open transaction; `language` is the one that roles are named in."""

    def __init__(self, connection: Connection, language: str) -> None:
        self._connection = connection
        self._language = language

    def _rows(self, statement: Select[Any], **known: Any) -> Sequence[RowMapping]:
        return self._connection.execute(statement, known).mappings().all()

    def _names(self, ids: set[int]) -> dict[int, str]:
        return {row["id"]: row["name"] for row in self._rows(queries.PEOPLE_BY_ID, ids=list(ids))} if ids else {}

    def ticket(self) -> int:
        """The last change that this reader sees."""
        return int(self._connection.execute(queries.TICKET).scalar_one())

    def people(self) -> tuple[str, ...]:
        return tuple(row["name"] for row in self._rows(queries.PEOPLE))
