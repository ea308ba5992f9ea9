"""Reads timelines."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, bindparam, exists, func, or_

from models.kernel.entry import EntryView
from models.kernel.history import OF_INCIDENT
from models.kernel.reader import Rows, entry_view
from models.kernel.tables import entries

PAGE = 100
"""How many entries of a timeline are read at once."""

_later = entries.alias()
_superseded = exists().where(
    _later.c.incident_id == entries.c.incident_id,
    _later.c.revises == func.coalesce(entries.c.revises, entries.c.n),
    _later.c.n > entries.c.n,
)

_CURRENT = OF_INCIDENT.where(~_superseded)
_NEWEST_FIRST = (entries.c.occurred_at.desc(), entries.c.n.desc())
_NEWEST = _CURRENT.order_by(*_NEWEST_FIRST).limit(bindparam("limit"))
_OLDER = (
    _CURRENT.where(
        entries.c.occurred_at <= bindparam("occurred_at"),
        or_(
            entries.c.occurred_at < bindparam("occurred_at"),
            and_(entries.c.occurred_at == bindparam("occurred_at"), entries.c.n < bindparam("number")),
        ),
    )
    .order_by(*_NEWEST_FIRST)
    .limit(bindparam("limit"))
)

_SINCE = OF_INCIDENT.where(entries.c.n > bindparam("number")).order_by(entries.c.n)
_VERSIONS = OF_INCIDENT.where(or_(entries.c.n == bindparam("root"), entries.c.revises == bindparam("root"))).order_by(
    entries.c.n
)


class Timelines(Rows):
    """Reads the entries of an incident."""

    def newest(self, incident_id: int, limit: int = PAGE) -> tuple[EntryView, ...]:
        """The newest entries in their latest version, newest first by when they happened."""
        return self._entries(_NEWEST, incident=incident_id, limit=limit)

    def older(self, incident_id: int, than: EntryView, limit: int = PAGE) -> tuple[EntryView, ...]:
        """The entries before `than`."""
        known = {"occurred_at": than.occurred_at, "number": than.n}
        return self._entries(_OLDER, incident=incident_id, limit=limit, **known)

    def since(self, incident_id: int, n: int) -> tuple[EntryView, ...]:
        """Every entry after number `n`, in the order they were recorded."""
        return self._entries(_SINCE, incident=incident_id, number=n)

    def versions(self, incident_id: int, root: int) -> tuple[EntryView, ...]:
        """Every version of one entry, the first one first."""
        return self._entries(_VERSIONS, incident=incident_id, root=root)

    def _entries(self, statement: Select[Any], **known: Any) -> tuple[EntryView, ...]:
        rows = self._rows(statement, **known)
        return tuple(entry_view(row, self.names) for row in rows)
