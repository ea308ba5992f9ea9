"""Reads the role books that incidents were declared under."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, select

from models.kernel.failures import Unusable
from models.kernel.readable import answers
from models.kernel.tables import incidents
from models.roles import book as rolebook
from models.roles.tables import books

TEXT = select(books.c.text).where(books.c.key == bindparam("key"), books.c.version == bindparam("version"))


OF_INCIDENT = (
    select(books.c.text)
    .join(incidents, and_(incidents.c.book == books.c.key, incidents.c.book_version == books.c.version))
    .where(incidents.c.id == bindparam("incident"))
)


class Books:
    """Reads the versions of one database's books, each once."""

    def __init__(self) -> None:
        self._read: dict[tuple[str, int], rolebook.RoleBook] = {}
        self._texts: dict[tuple[str, int], object] = {}

    @property
    def known(self) -> bool:
        """Whether any was read."""
        return bool(self._read or self._texts)

    def learn(self, rows: Iterable[Row[Any]]) -> None:
        """Keep committed versions, each with its key, version and text, until one is asked for."""
        self._texts |= {(row.key, row.version): row.text for row in rows}

    def read(
        self, connection: Connection, key: str, version: int, *, of: int | None = None, keep: bool = True
    ) -> rolebook.RoleBook:
        """Raises Unusable for a text that this program cannot read.

        `of`: the incident that was declared under it, if it is known; `keep`: the version is committed.
        """
        book = self._read.get((key, version))
        if book is None:
            asked = (OF_INCIDENT, {"incident": of}) if of is not None else (TEXT, {"key": key, "version": version})
            try:
                text = self._texts[key, version] if (key, version) in self._texts else _asked(connection, *asked)
                book = rolebook.parse(str(text))
            except (LookupError, ValueError) as error:
                raise Unusable(
                    f"Version {version} of playbook {key!r} cannot be read: {error}.",
                    "A newer version may support it: pip install --upgrade bridgewatch.",
                ) from None
            if keep:
                self._read[key, version] = book
        return book

    def forget(self) -> None:
        """Another database may lie there now."""
        self._read.clear()
        self._texts.clear()


def _asked(connection: Connection, statement: Select[Any], known: Mapping[str, Any]) -> object:
    """The text. Raises LookupError where there is no such version."""
    return answers(connection, statement, known)[0].text
