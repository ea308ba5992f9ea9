"""Reads the role books that incidents were declared under."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from models.kernel.failures import Unusable
from models.kernel.readable import answers
from models.roles import book as rolebook
from models.roles.tables import books

TEXT = select(books.c.text).where(books.c.key == bindparam("key"), books.c.version == bindparam("version"))


class Books:
    """Reads the versions of one database's books, each once."""

    def __init__(self) -> None:
        self._read: dict[tuple[str, int], rolebook.RoleBook] = {}

    def read(self, connection: Connection, key: str, version: int, *, keep: bool = True) -> rolebook.RoleBook:
        """Raises Unusable for a text that this program cannot read. `keep`: the version is committed."""
        book = self._read.get((key, version))
        if book is None:
            found = answers(connection, TEXT, {"key": key, "version": version})
            try:
                book = rolebook.parse(str(found[0].text))
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
