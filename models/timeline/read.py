"""Reads timelines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select, true

from models.kernel.entry import EntryView
from models.kernel.history import ENTRY, OF_INCIDENT
from models.kernel.names import Names
from models.kernel.notes import NoteKind
from models.kernel.reader import Rows, entry_view
from models.kernel.search import folded, needles, phrase
from models.kernel.tables import entries, incidents

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
NEWEST = _CURRENT.order_by(*_NEWEST_FIRST).limit(bindparam("limit"))
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

_OLDEST_FIRST = (entries.c.occurred_at, entries.c.n)
_OLDEST = _CURRENT.order_by(*_OLDEST_FIRST).limit(bindparam("limit"))
_NEWER = (
    _CURRENT.where(
        entries.c.occurred_at >= bindparam("occurred_at"),
        or_(
            entries.c.occurred_at > bindparam("occurred_at"),
            and_(entries.c.occurred_at == bindparam("occurred_at"), entries.c.n > bindparam("number")),
        ),
    )
    .order_by(*_OLDEST_FIRST)
    .limit(bindparam("limit"))
)

_DECISIONS = _CURRENT.where(entries.c.kind == NoteKind.DECISION).order_by(*_OLDEST_FIRST)
_VERSION = select(incidents.c.version).where(incidents.c.id == bindparam("incident"))
SINCE = OF_INCIDENT.where(entries.c.n > bindparam("number")).order_by(entries.c.n)
_VERSIONS = OF_INCIDENT.where(or_(entries.c.n == bindparam("root"), entries.c.revises == bindparam("root"))).order_by(
    entries.c.n
)


def _found(query: str, names: Names) -> ColumnElement[bool]:
    """What is so of an entry that `search.has` finds; of who was renamed it has the first name, too."""
    has = partial(entries.c.words.contains, autoescape=True)
    side_by_side = phrase(query)
    renamed = [(folded(first), folded(shown)) for first, shown in names.renamed()]
    every = and_(
        true(),
        *(or_(has(needle), *(has(first) for first, shown in renamed if needle in shown)) for needle in needles(query)),
    )
    return or_(every, has(side_by_side)) if side_by_side else every


class Timelines(Rows):
    """Reads the entries of an incident."""

    def version(self, incident_id: int) -> int:
        """The number of the incident's last entry."""
        return int(self.connection.execute(_VERSION, {"incident": incident_id}).scalar_one())

    def newest(self, incident_id: int, limit: int = PAGE) -> tuple[EntryView, ...]:
        """The newest entries in their latest version, newest first by when they happened."""
        return self._entries(NEWEST, incident=incident_id, limit=limit)

    def older(self, incident_id: int, than: EntryView, limit: int = PAGE) -> tuple[EntryView, ...]:
        """The entries before `than`."""
        known = {"occurred_at": than.occurred_at, "number": than.n}
        return self._entries(_OLDER, incident=incident_id, limit=limit, **known)

    def oldest(self, incident_id: int, limit: int = PAGE) -> tuple[EntryView, ...]:
        """The first entries, newest first."""
        return self._entries(_OLDEST, incident=incident_id, limit=limit)[::-1]

    def newer(self, incident_id: int, than: EntryView, limit: int = PAGE) -> tuple[EntryView, ...]:
        """The entries after `than`, newest first; where there are more, those next to it."""
        known = {"occurred_at": than.occurred_at, "number": than.n}
        return self._entries(_NEWER, incident=incident_id, limit=limit, **known)[::-1]

    def around(self, incident_id: int, at: datetime, limit: int = PAGE) -> tuple[tuple[EntryView, ...], ...]:
        """The entries from a moment on, those next to it, and those before it; both newest first."""
        known = {"incident": incident_id, "occurred_at": at, "number": 0, "limit": limit}  # no entry has number 0
        return self._entries(_NEWER, **known)[::-1], self._entries(_OLDER, **known)

    def search(
        self, incident_id: int, query: str, limit: int = PAGE, than: EntryView | None = None
    ) -> tuple[EntryView, ...]:
        """The newest entries, in their latest version, that have all words of the query, newest first; before `than`.

        What an entry is found by: models/kernel/entry_words.py.
        """
        statement = NEWEST if than is None else _OLDER
        known = {} if than is None else {"occurred_at": than.occurred_at, "number": than.n}
        return self._entries(statement.where(_found(query, self.names)), incident=incident_id, limit=limit, **known)

    def count(self, incident_id: int, query: str) -> int:
        """How many entries a search finds."""
        found = select(func.count()).select_from(entries)
        found = found.where(entries.c.incident_id == bindparam("incident"), ~_superseded, _found(query, self.names))
        return int(self.connection.execute(found, {"incident": incident_id}).scalar_one())

    def decisions(self, incident_id: int) -> tuple[EntryView, ...]:
        """Every decision in its latest version, the first one first."""
        return self._entries(_DECISIONS, incident=incident_id)

    def since(self, incident_id: int, n: int) -> tuple[EntryView, ...]:
        """Every entry after number `n`, in the order they were recorded."""
        return self._entries(SINCE, incident=incident_id, number=n)

    def since_each(self, known: Mapping[int, int]) -> dict[int, tuple[EntryView, ...]]:
        """Every entry after the number that is known of each incident, in one statement; incident -> entries."""
        found: dict[int, tuple[EntryView, ...]] = dict.fromkeys(known, ())
        newer = (and_(entries.c.incident_id == incident, entries.c.n > n) for incident, n in known.items())
        if not known:
            return found
        for row in self._rows(ENTRY.where(or_(*newer)).order_by(entries.c.incident_id, entries.c.n)):
            found[row["incident_id"]] += (entry_view(row, self.names),)
        return found

    def versions(self, incident_id: int, root: int) -> tuple[EntryView, ...]:
        """Every version of one entry, the first one first."""
        return self._entries(_VERSIONS, incident=incident_id, root=root)

    def _entries(self, statement: Select[Any], **known: Any) -> tuple[EntryView, ...]:
        rows = self._rows(statement, **known)
        return tuple(entry_view(row, self.names) for row in rows)
