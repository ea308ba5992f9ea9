"""The entries of an incident as commands look back at them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, and_, bindparam, exists, func, or_, select

from models.kernel.failures import Refused
from models.kernel.names import Names
from models.kernel.recorded import Recorded
from models.kernel.tables import entries, name_of, people

ENTRY = select(
    *(column for column in entries.c if column is not entries.c.words),
    name_of(people).label("author"),
    people.c.name.label("signed"),
).outerjoin_from(entries, people, people.c.id == entries.c.author_id)
"""An entry with its author's name, and with the one that is sealed; the words by which it is found stay in the
database."""

OF_INCIDENT = ENTRY.where(entries.c.incident_id == bindparam("incident"))
NUMBERED = OF_INCIDENT.where(entries.c.n == bindparam("number"))
"""The entry of an incident with that number."""

_LAST_OF_KIND = (
    OF_INCIDENT.where(entries.c.kind.in_(bindparam("kinds", expanding=True))).order_by(entries.c.n.desc()).limit(20)
)
_undoing = entries.alias()
_stands = and_(
    entries.c.undoes.is_(None),
    ~exists().where(_undoing.c.incident_id == entries.c.incident_id, _undoing.c.undoes == entries.c.n),
)
_LAST_OWN = (
    OF_INCIDENT.where(
        entries.c.author_id == bindparam("author"),
        _stands,
        ~exists().where(
            _undoing.c.incident_id == entries.c.incident_id,
            _undoing.c.revises == func.coalesce(entries.c.revises, entries.c.n),
            _undoing.c.n > entries.c.n,
            _undoing.c.kind == "undone",
        ),
    )
    .order_by(entries.c.n.desc())
    .limit(1)
)
_STANDING_BEFORE = (
    OF_INCIDENT.where(
        _stands,
        or_(entries.c.n == bindparam("root"), entries.c.revises == bindparam("root")),
        entries.c.n < bindparam("number"),
    )
    .order_by(entries.c.n.desc())
    .limit(1)
)
_LATEST_VERSION = select(func.max(entries.c.n)).where(
    entries.c.incident_id == bindparam("incident"), entries.c.revises == bindparam("root")
)


class History:
    """Looks back at the entries of one incident, inside one transaction."""

    def __init__(self, connection: Connection, incident_id: int, names: Names) -> None:
        self._connection = connection
        self._names = names
        self._incident_id = incident_id

    def _rows(self, statement: Select[Any], **known: object) -> list[RowMapping]:
        values: Mapping[str, object] = {"incident": self._incident_id, **known}
        return list(self._connection.execute(statement, values).mappings())

    def entry(self, n: int) -> Recorded:
        """Raises Refused when the incident has no entry with that number."""
        rows = self._rows(NUMBERED, number=n)
        if not rows:
            ref = f"INC-{self._incident_id}"
            raise Refused(f"{ref} has no entry {n}.", f"See the list: `bridgewatch show {ref}`.")
        return Recorded.of(rows[0], self._names)

    def latest_version(self, root: int) -> Recorded:
        """The entry as it was last edited, retracted or undone."""
        n = self._connection.execute(_LATEST_VERSION, {"incident": self._incident_id, "root": root}).scalar()
        return self.entry(n or root)

    def standing(self, root: int, *, before: int) -> Recorded:
        """The last version with a lower number than `before` that is neither undone nor an undo."""
        return Recorded.of(self._rows(_STANDING_BEFORE, root=root, number=before)[0], self._names)

    def last_of(self, author_id: int) -> Recorded | None:
        """The author's last entry that is not undone, and that is not an undo."""
        rows = self._rows(_LAST_OWN, author=author_id)
        return Recorded.of(rows[0], self._names) if rows else None

    def last(self, *kinds: str, **about: object) -> Recorded | None:
        """The last entry of these kinds (about that role or task), to name who changed what, and when."""
        for row in self._rows(_LAST_OF_KIND, kinds=[*kinds, "undone"]):
            entry = Recorded.of(row, self._names)
            data = entry.data if entry.kind != "undone" else entry.data.get("data", {})
            kind = entry.kind if entry.kind != "undone" else entry.data.get("kind")
            if kind in kinds and all(data.get(name) == value for name, value in about.items()):
                return entry
        return None
