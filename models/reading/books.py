"""Reads the role books."""

from __future__ import annotations

from models import books
from models.reading.base import Rows
from models.views import BookView


class RoleBooks(Rows):
    """Reads the role books, which no board shows: an incident's own is in its view already."""

    def books(self) -> tuple[BookView, ...]:
        """Every version of every book, those that come with the program too."""
        return books.listed(self.connection, self._language)

    def book(self, key: str, version: int | None = None) -> tuple[int | None, str]:
        """The text of a version, or of the one that counts now, with its number. Raises Refused when there is none."""
        if version is None:
            return books.present(self.connection, key)
        return version, books.numbered(self.connection, key, version)
