"""Databases that hold years of incidents, or an incident that never ended: copies of what commands really wrote.

They are copied inside the database, with new numbers, so that a million takes a minute. Only their seals are not made
anew: they are those of what they are copies of, which a desk never looks at.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Table,
    Text,
    Uuid,
    bindparam,
    cast,
    event,
    func,
    insert,
    literal,
    select,
    text,
    true,
    type_coerce,
)

from models.doctor.expected import METADATA
from models.kernel.engine import connect
from models.kernel.location import Location
from models.kernel.tables import entries, head, incidents
from models.updates.outbox import deliveries

Changed = dict[str, ColumnElement[Any]]
"""The columns of a copy that are not as they were, by name."""

_first = select(literal(1).label("number")).cte("numbers", recursive=True)
_NUMBERS = _first.union_all(select(_first.c.number + 1).where(_first.c.number < bindparam("times", type_=Integer)))
NUMBER = _NUMBERS.c.number

_OURS = [table for table in METADATA.sorted_tables if table is incidents or "incident_id" in table.c]
"""The tables whose rows belong to an incident, those that others refer to first."""


def repeat_incident(location: Location, times: int, title: str) -> None:
    """Copy the only incident that there is, with all that belongs to it, so many times; a number follows the title."""
    with _loading(location) as connection:
        apart = {table: _last(connection, table) for table in _OURS if "id" in table.c}
        tickets = connection.execute(select(head.c.ticket)).scalar_one()
        for table in _OURS:
            changed: Changed = {
                column.name: column + NUMBER * apart[target]
                for column in table.columns
                for target in apart
                if (column.name == "id" and table is target)
                or any(key.column is target.c.id for key in column.foreign_keys)
            }
            if table is incidents:
                changed["changed"] = incidents.c.changed + NUMBER * tickets
                changed["title"] = literal(f"{title} ") + cast(NUMBER, Text)
            else:
                changed["incident_id"] = table.c.incident_id + NUMBER
            copy(connection, table, times, changed)
        connection.execute(head.update().values(ticket=tickets * (times + 1)))


def repeat_entries(location: Location, incident: int, last: int, times: int) -> None:
    """Copy an incident's last entries, so many of them, so many times; each copy happened ten seconds earlier."""
    with _loading(location) as connection:
        changed: Changed = {name: entries.c[name] + NUMBER * last for name in ("n", "revises", "undoes")}
        changed["occurred_at"] = _earlier(connection, entries.c.occurred_at, NUMBER * 10)
        version = connection.execute(select(incidents.c.version).where(incidents.c.id == incident)).scalar_one()
        copy(connection, entries, times, changed, entries.c.incident_id == incident, entries.c.n > version - last)
        now = {"version": version + last * times}
        connection.execute(incidents.update().where(incidents.c.id == incident), now)
        connection.execute(head.update().values(ticket=head.c.ticket + last * times))


def copy(connection: Connection, table: Table, times: int, changed: Changed, *which: ColumnElement[bool]) -> None:
    """Insert these rows of the table so many times more; each time they are changed by its NUMBER."""
    if table is entries:
        changed["command_id"] = _once(connection, *(changed.get(name, table.c[name]) for name in ("incident_id", "n")))
    if table is deliveries:
        changed["key"] = cast(_once(connection, changed["incident_id"], changed["id"]), deliveries.c.key.type)
    rows = select(*(changed.get(column.name, column) for column in table.columns))
    rows = rows.select_from(_NUMBERS.join(table, true())).where(*which)
    connection.execute(insert(table).from_select([column.name for column in table.columns], rows), {"times": times})


def _once(connection: Connection, *numbers: ColumnElement[int]) -> ColumnElement[Any]:
    """Another UUID for each copy."""
    if connection.dialect.name == "postgresql":
        return cast(func.concat(*(func.lpad(func.to_hex(number), 16, "0") for number in numbers)), Uuid)
    return type_coerce(func.printf("%016x%016x", *numbers), Uuid)


def _earlier(connection: Connection, moment: ColumnElement[Any], seconds: ColumnElement[int]) -> ColumnElement[Any]:
    if connection.dialect.name == "postgresql":
        return moment - seconds * text("interval '1 second'")
    whole = func.strftime("%Y-%m-%d %H:%M:%S", moment, func.printf("-%d seconds", seconds))
    return type_coerce(whole.op("||")(func.substr(moment, 20)), moment.type)


def _last(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one())


_CHECKS = text(
    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('status_updates', 'maintenances')"
)


@contextmanager
def _loading(location: Location) -> Iterator[Connection]:
    """A transaction in which indexes wait until all is there, and after which a server knows how much it holds.

    Where it may, the database does not look for the row behind each reference: the copies have theirs.
    """
    engine = connect(location)
    event.listen(engine, "connect", _hasten)
    whole = [index for table in _OURS for index in table.indexes if "where" not in index.info]
    with engine.execution_options(writes=True).begin() as connection:
        with unchecked(connection):
            for index in whole:
                index.drop(connection)
            yield connection
            for index in whole:
                index.create(connection)
        if connection.dialect.name == "postgresql":
            for table in _OURS:
                if "id" in table.c:
                    last = {"sequence": f"{table.name}_id_seq", "last": max(1, _last(connection, table))}
                    connection.execute(text("SELECT setval(:sequence, :last)"), last)
            connection.execute(text("ANALYZE"))
    engine.dispose()


@contextmanager
def unchecked(connection: Connection) -> Iterator[None]:
    """Without the checks of each row of these tables, which a copy of a row that was checked need not pass again."""
    if connection.dialect.name == "postgresql":
        _triggers(connection, "DISABLE")
        yield
        _triggers(connection, "ENABLE")
        return
    made = connection.execute(_CHECKS).all()
    for name, _ in made:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    for _, trigger in made:
        connection.exec_driver_sql(trigger)


def _triggers(connection: Connection, turn: str) -> None:
    """Postgres asks them of each row, and whether the draft of an old update was approved."""
    if connection.dialect.name == "postgresql":
        for table in _OURS:
            connection.exec_driver_sql(f"ALTER TABLE {table.name} {turn} TRIGGER USER")


def _hasten(connection: Any, _record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        for pragma in ("foreign_keys = OFF", "synchronous = OFF", "cache_size = -200000"):
            connection.execute(f"PRAGMA {pragma}")
        return
    connection.patience = math.inf
    connection.autocommit = True
    connection.execute("SET statement_timeout = 0")
    connection.execute("SET maintenance_work_mem = '256MB'")
    with suppress(psycopg.errors.InsufficientPrivilege):
        connection.execute("SET session_replication_role = replica")
    connection.autocommit = False
