"""How people are shown who were renamed or merged.

An entry holds the name that its person had first, `people.name`: it is sealed, and never changes. Everything that is
read shows the name that a person has now, and everything that is recorded goes back to the first one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Row, func, select

from models.kernel.tables import head, people
from models.kernel.text import key

NAMING = frozenset({"approved_by", "author", "decided_by", "from", "manager", "of", "owner", "person", "to", "voids"})
"""What is called so in an entry's data is a person, if it is a text; a list of them is called `was`."""

VERSION = select(head.c.names)


def called(person: FromClause) -> ColumnElement[str]:
    """The name that a person is shown by."""
    return func.coalesce(person.c.shown, person.c.name)


RENAMED = select(people.c.name, people.c.key, people.c.shown, people.c.shown_key, people.c.merged_into).where(
    people.c.shown.is_not(None)
)


class Names:
    """Which first names are shown as which others; empty where nobody was renamed or merged."""

    def __init__(self, rows: Iterable[Row[Any]] = ()) -> None:
        self._shown: dict[str, str] = {}
        self._first: dict[str, str] = {}
        self.by_key: dict[str, str] = {}
        """The name that is shown, by each key that leads to it."""
        for row in rows:
            self._shown[row.name] = self.by_key[row.key] = row.shown
            if row.merged_into is None:
                self._first[row.shown] = row.name
            if row.shown_key is not None:
                self.by_key[row.shown_key] = row.shown

    def shown(self, name: str) -> str:
        return self._shown.get(name, name)

    def first(self, name: str) -> str:
        """The name that is sealed of whoever is shown so."""
        return self._first.get(name, name)

    def called(self, name: str) -> str:
        """The name that is shown of whoever somebody means by this one."""
        return self.by_key.get(key(name), name)

    def renamed(self) -> Iterable[tuple[str, str]]:
        """The first name of each who is shown by another one, and that."""
        return self._shown.items()

    def show(self, data: dict[str, Any]) -> dict[str, Any]:
        """An entry's data as they are read."""
        return with_names(self.shown, data) if self._shown else data

    def seal(self, data: dict[str, Any]) -> dict[str, Any]:
        """An entry's data as they are recorded."""
        return with_names(self.first, data) if self._first else data


def with_names(change: Callable[[str], str], data: dict[str, Any]) -> dict[str, Any]:
    """An entry's data with other names of people."""

    def changed(field: str, value: Any) -> Any:
        if isinstance(value, str) and field in NAMING:
            return change(value)
        if isinstance(value, list) and field == "was":
            return [change(name) if isinstance(name, str) else name for name in value]
        if isinstance(value, list):
            return [with_names(change, each) if isinstance(each, dict) else each for each in value]
        if isinstance(value, dict) and field != "components":
            return with_names(change, value)
        return value

    return {field: changed(field, value) for field, value in data.items()}


class KnownNames:
    """The names of one database, read again when they have changed."""

    def __init__(self) -> None:
        self.version = 0
        """The ticket of the last change that is known."""
        self._names = Names()

    def read(self, connection: Connection, version: int | None = None) -> Names:
        """`version`: the ticket of their last change, if that was read already."""
        if version is None:
            version = int(connection.execute(VERSION).scalar_one())
        if version != self.version:
            names = Names(connection.execute(RENAMED)) if version else Names()
            self.version, self._names = version, names
        return self._names


class KnownPeople(dict[str, int]):
    """Who is meant by the key of a name, as it was when it was read last: good for a guess at what will be asked."""
