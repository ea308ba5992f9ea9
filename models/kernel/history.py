"""The entries of an incident as commands look back at them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Executable, RowMapping, Select, and_, bindparam, exists, func, or_, select

from models.kernel.ahead import Question
from models.kernel.failures import Refused
from models.kernel.names import Names
from models.kernel.recorded import Recorded
from models.kernel.tables import entries, incidents, name_of, people

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

LATEST = OF_INCIDENT.where(
    entries.c.n == select(incidents.c.version).where(incidents.c.id == bindparam("incident")).scalar_subquery()
)
"""The last entry of an incident."""

_LAST_OF_KIND = (
    OF_INCIDENT.where(entries.c.kind.in_(bindparam("kinds", expanding=True))).order_by(entries.c.n.desc()).limit(20)
)
_undoing = entries.alias()
_stands = and_(
    entries.c.undoes.is_(None),
    ~exists().where(_undoing.c.incident_id == entries.c.incident_id, _undoing.c.undoes == entries.c.n),
)
LAST_OWN = (
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
_same = entries.alias()
_root = (
    select(func.coalesce(_same.c.revises, _same.c.n))
    .where(_same.c.incident_id == bindparam("incident"), _same.c.n == bindparam("number"))
    .scalar_subquery()
)
LATEST_VERSION = (
    OF_INCIDENT.where(or_(entries.c.n == _root, entries.c.revises == _root)).order_by(entries.c.n.desc()).limit(1)
)
"""The latest version of the entry with that number, which may be any version's."""


def last_of(incident: int, *kinds: str) -> Question:
    """What `History.last` asks."""
    return _LAST_OF_KIND, {"incident": incident, "kinds": [*kinds, "undone"]}


class History:
    """Looks back at the entries of one incident, inside one transaction."""

    def __init__(self, connection: Connection, incident_id: int, names: Names) -> None:
        self._connection = connection
        self._names = names
        self._incident_id = incident_id

    def _rows(self, statement: Executable, known: Mapping[str, object]) -> list[RowMapping]:
        return list(self._connection.execute(statement, {"incident": self._incident_id, **known}).mappings())

    def entry(self, n: int) -> Recorded:
        """Raises Refused when the incident has no entry with that number."""
        return self._one(NUMBERED, n)

    def latest_version(self, n: int) -> Recorded:
        """The entry as it was last edited, retracted or undone; `n` is the number of any version. Raises Refused."""
        return self._one(LATEST_VERSION, n)

    def _one(self, statement: Select[Any], n: int) -> Recorded:
        rows = self._rows(statement, {"number": n})
        if not rows:
            ref = f"INC-{self._incident_id}"
            raise Refused(f"{ref} has no entry {n}.", f"See the list: `bridgewatch show {ref}`.")
        return Recorded.of(rows[0], self._names)

    def standing(self, root: int, *, before: int) -> Recorded:
        """The last version with a lower number than `before` that is neither undone nor an undo."""
        return Recorded.of(self._rows(_STANDING_BEFORE, {"root": root, "number": before})[0], self._names)

    def last_of(self, author_id: int) -> Recorded | None:
        """The author's last entry that is not undone, and that is not an undo."""
        rows = self._rows(LAST_OWN, {"author": author_id})
        return Recorded.of(rows[0], self._names) if rows else None

    def last(self, *kinds: str, **about: object) -> Recorded | None:
        """The last entry of these kinds (about that role or task), to name who changed what, and when."""
        for row in self._rows(*last_of(self._incident_id, *kinds)):
            entry = Recorded.of(row, self._names)
            data = entry.data if entry.kind != "undone" else entry.data.get("data", {})
            kind = entry.kind if entry.kind != "undone" else entry.data.get("kind")
            if kind in kinds and all(data.get(name) == value for name, value in about.items()):
                return entry
        return None
