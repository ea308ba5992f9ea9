"""Finds the values of a database that cannot be read, row by row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, select

from models.doctor.expected import METADATA
from models.doctor.report import Finding
from models.kernel.damage import Damaged
from models.kernel.failures import Refused
from models.kernel.readable import Mended, patiently, sift
from models.kernel.tables import settings
from models.roles.tables import books
from models.updates.rules import SETTING, rules

KEPT = ("books", "entries", "logins", "meta", "people")
"""The tables that say what other tables are made from: nothing tells what stood in them."""

_TOLD = 20
_SHOWN = 80
"""How many characters of what stands there are shown."""


@dataclass(frozen=True, slots=True)
class Damage:
    """A row of which something cannot be read."""

    table: Table
    row: Mapping[Any, Any]
    """With other values in the place of those."""
    columns: tuple[str, ...]
    written: tuple[object, ...]
    """What the database has in each."""

    @property
    def incident(self) -> int | None:
        found = self.row.get("id" if self.table.name == "incidents" else "incident_id")
        return found if isinstance(found, int) else None

    @property
    def key(self) -> dict[str, Any]:
        return {each.name: self.row[each.name] for each in self.table.primary_key}

    @property
    def reachable(self) -> bool:
        """Whether its key can be read, so that it can be found again."""
        return not {*self.key} & {*self.columns}

    @property
    def named(self) -> str:
        key = ", ".join(f"{name} {value}" for name, value in self.key.items())
        return f"{self.table.name} ({key})"

    @property
    def found(self) -> str:
        what = " and ".join(f"{name} = {_shown(value)}" for name, value in zip(self.columns, self.written, strict=True))
        return f"A row of {self.named} cannot be read: {what}."


def damaged(connection: Connection) -> Iterator[Damage]:
    """Every row of which something cannot be read, table by table."""
    with patiently(connection):
        for table in METADATA.sorted_tables:
            for before, row in sift(connection, select(table)):
                if isinstance(row, Mended):
                    yield Damage(table, row, row.damaged, tuple(_written(before[name]) for name in row.damaged))
                elif (column := _senseless(table, row)) is not None:
                    yield Damage(table, row, (column,), (row[column],))


def _senseless(table: Table, row: Mapping[Any, Any]) -> str | None:
    """The column that can be read, and that nothing can be made of."""
    if table is books and hashlib.sha256(row["text"].encode()).hexdigest() != row["digest"]:
        return "text"
    if table is settings and row["key"] == SETTING:
        try:
            rules(row["value"])
        except Refused:
            return "value"
    return None


def findings(connection: Connection) -> Iterator[Finding]:
    """Each in words, and how many more there are."""
    count = 0
    for each in damaged(connection):
        count += 1
        if count <= _TOLD:
            yield Finding("rows", each.found, *_means(each))
    if count > _TOLD:
        yield Finding("rows", f"{count - _TOLD:,} more rows cannot be read.", *_MENDED)


_MENDED = (
    "Another program wrote it, or a disk is failing. Desks show something else in its place, and say so.",
    "Run `bridgewatch mend` as an admin: it restores the row from the entries of its incident.",
)


def _means(each: Damage) -> tuple[str, str]:
    if each.table.name not in KEPT:
        return _MENDED
    return (
        "The database has no other record of this value. The row is kept and shown as damaged.",
        "Keep a copy of this database, and compare the row with a backup.",
    )


def _written(value: object) -> object:
    return value.written if isinstance(value, Damaged) else value


def _shown(value: object) -> str:
    words = f"x'{value.hex()}'" if isinstance(value, bytes) else ascii(value)
    return words if len(words) <= _SHOWN else f"{words[:_SHOWN]}… ({len(words):,} characters)"
