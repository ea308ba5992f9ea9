"""Reads rows so that what cannot be read in one of them costs no other, and is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Integer, Row, Select, String, TextualSelect
from sqlalchemy.exc import DataError, DBAPIError, OperationalError

from models.kernel.columns import Moment, Tolerant, Word
from models.kernel.damage import UNREADABLE, Damage, Damaged

AnyRow = Mapping[Any, Any]
"""A row, by the names of its columns."""

Statement = Select[Any] | TextualSelect
Tell = Callable[[Damage], object]


class Mended(dict[str, Any]):
    """A row of which something cannot be read, with a value of the right kind in its place."""

    def __init__(self, row: AnyRow, instead: Mapping[str, Any]) -> None:
        super().__init__({**row, **instead})
        self.damaged = tuple(instead)
        """The names of what cannot be read."""


def answers(connection: Connection, statement: Statement, known: Mapping[str, Any] | None = None) -> Sequence[Row[Any]]:
    """The rows as they stand there, also those that the driver would fail over."""
    try:
        return connection.execute(statement, known).all()
    except (DBAPIError, RecursionError) as error:
        if not misread(error) or not be_patient(connection):
            raise
        return connection.execute(statement, known).all()


def fetch(connection: Connection, statement: Statement, known: Mapping[str, Any], tell: Tell) -> list[AnyRow]:
    """The rows that the statement finds; `tell` is called for each value that cannot be read."""
    rows = answers(connection, statement, known)
    plan = _plan(statement)
    return [plan.row(row, known, tell) for row in rows]


def sift(connection: Connection, statement: Statement) -> Iterator[tuple[AnyRow, AnyRow]]:
    """Each row that the statement finds, as it stands there and as it is read; however many there are."""
    plan = _plan(statement)
    rows = connection.execute(statement, execution_options={"yield_per": 1_000})
    for row in rows:
        yield row._mapping, plan.row(row, {}, lambda damage: None)


def misread(error: BaseException) -> bool:
    """Whether the database answered, and the driver fails over what it said."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, RecursionError)
    undecoded = isinstance(error, OperationalError) and "Could not decode to UTF-8" in str(error.orig)
    return undecoded or (isinstance(error, DataError) and getattr(error.orig, "sqlstate", None) is None)


def be_patient(connection: Connection) -> bool:
    """Let the driver read what it would else fail over, from the next statement on; False: it does so already."""
    raw: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        if raw.text_factory is not str:
            return False
        raw.text_factory = _text
        return True
    patient: bool = raw.tolerate()
    return patient


@contextmanager
def patiently(connection: Connection) -> Iterator[None]:
    """With text that is none as bytes, whatever the connection makes of it otherwise."""
    raw: Any = connection.connection.driver_connection
    if connection.dialect.name != "sqlite":
        be_patient(connection)
        yield
        return
    before, raw.text_factory = raw.text_factory, _text
    try:
        yield
    finally:
        raw.text_factory = before


def _text(written: bytes) -> str | bytes:
    try:
        return written.decode()
    except UnicodeDecodeError:
        return written


class _Cell(NamedTuple):
    name: str
    column: Column[Any] | None
    source: Any
    kind: type | None
    """What its values are; None: anything."""
    instead: Any


class _Plan:
    """What the rows of a statement are made of."""

    def __init__(self, cells: Sequence[_Cell]) -> None:
        self._cells = cells
        self._sound: set[tuple[type, ...]] = set()
        """Kinds of values in which nothing is damaged: most rows are of a few."""

    def row(self, row: Row[Any], known: Mapping[str, Any], tell: Tell) -> AnyRow:
        kinds = tuple(map(type, row))
        if kinds in self._sound:
            return row._mapping
        damaged = [cell for cell, value in zip(self._cells, row, strict=True) if self._is_damaged(cell, value, row)]
        if not damaged:
            self._sound.add(kinds)
            return row._mapping
        mapping = row._mapping
        incident = self._incident(mapping, known)
        for cell in damaged:
            table, name = (cell.column.table.name, cell.column.name) if cell.column is not None else ("", cell.name)
            tell(Damage(table, name, incident))
        return Mended(mapping, {cell.name: cell.instead for cell in damaged})

    def _is_damaged(self, cell: _Cell, value: object, row: Row[Any]) -> bool:
        if value is None:
            return self._is_missing(cell, row)
        if value.__class__ is Damaged:
            return True
        return cell.kind is not None and value.__class__ is not cell.kind

    def _is_missing(self, cell: _Cell, row: Row[Any]) -> bool:
        """Whether it is empty though its column never is, and the row of its table is there."""
        if cell.column is None or cell.column.nullable:
            return False
        beside = zip(self._cells, row, strict=True)
        return any(value is not None for other, value in beside if other.source is cell.source)

    def _incident(self, row: AnyRow, known: Mapping[str, Any]) -> int | None:
        for cell in self._cells:
            column = cell.column
            if column is not None and (column.name == "incident_id" or f"{column}" == "incidents.id"):
                found = row[cell.name]
                if found.__class__ is int:
                    return int(found)
        found = known.get("incident")
        return found if isinstance(found, int) else None


@lru_cache(maxsize=256)
def _plan(statement: Statement) -> _Plan:
    return _Plan([_cell(name, element) for name, element in statement.selected_columns.items()])


def _cell(name: str, element: Any) -> _Cell:
    inner = getattr(element, "element", element)
    base = next(iter(inner.base_columns))
    column = base if isinstance(base, Column) else None
    kind = inner.type
    found: type | None = None
    instead: Any = None
    if isinstance(kind, Moment):
        found, instead = datetime, kind.instead
    elif isinstance(kind, Word):
        found, instead = str, kind.instead
    elif isinstance(kind, Tolerant):
        instead = kind.instead
    elif isinstance(kind, Integer):
        found, instead = int, 0
    elif isinstance(kind, String):
        found, instead = str, UNREADABLE
    if column is not None and column.nullable:
        instead = None
    return _Cell(name, column, getattr(inner, "table", None), found, instead)
