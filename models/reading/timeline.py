"""Reads timelines."""

from __future__ import annotations

from typing import Any

from sqlalchemy import RowMapping, Select

from models import queries
from models.reading.base import Rows
from models.views import EntryView

PAGE = 100
"""How many entries of a timeline are read at once."""


class Timelines(Rows):
    """Reads the entries of an incident."""

    def newest(self, incident_id: int, limit: int = PAGE) -> tuple[EntryView, ...]:
        """The newest entries in their latest version, newest first by when they happened."""
        return self._entries(queries.NEWEST, incident=incident_id, limit=limit)

    def older(self, incident_id: int, than: EntryView, limit: int = PAGE) -> tuple[EntryView, ...]:
        """The entries before `than`."""
        known = {"occurred_at": than.occurred_at, "number": than.n}
        return self._entries(queries.OLDER, incident=incident_id, limit=limit, **known)

    def since(self, incident_id: int, n: int) -> tuple[EntryView, ...]:
        """Every entry after number `n`, in the order they were recorded."""
        return self._entries(queries.SINCE, incident=incident_id, number=n)

    def versions(self, incident_id: int, root: int) -> tuple[EntryView, ...]:
        """Every version of one entry, the first one first."""
        return self._entries(queries.VERSIONS, incident=incident_id, root=root)

    def _entries(self, statement: Select[Any], **known: Any) -> tuple[EntryView, ...]:
        return tuple(map(entry_view, self._rows(statement, **known)))


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
