"""Any single column of any row, set to junk by SQL: every desk, list, page and check still shows the rest."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Table, create_engine, make_url
from sqlalchemy.exc import DBAPIError

from models.board.board import read_board, read_older
from models.board.due_times import needs
from models.board.reader import Reader
from models.doctor.examine import examine
from models.doctor.expected import METADATA
from models.kernel import wording
from models.kernel.failures import Refused, Unreachable
from models.kernel.location import Location
from models.kernel.store import Store
from models.status_page.read import read_published
from tests.conftest import Clock, publish_alone
from tests.models.everything import everything
from tests.postgres import Cluster
from tui import printing

NOW = datetime(2026, 3, 1, 15, 0, tzinfo=UTC)
JUNK = (
    "NULL",
    "''",
    "'junk'",
    "-1",
    "0",
    "7",
    "99999",
    "1.5",
    "x'00ff'",
    "CAST(x'ff' AS TEXT)",
    "'null'",
    "'[]'",
    "'{}'",
    "'[1]'",
    "'{\"x\": 1}'",
    '\'{"API": "bogus"}\'',
    '\'{"half": "\\ud800"}\'',
    f"'{'[' * 900}{']' * 900}'",
    "'infinity'",
    "'-infinity'",
    "'9999-12-31T23:59:59Z'",
    "'0001-01-01 00:00:00'",
    "'00000000-0000-0000-0000-000000000000'",
    "true",
)
PLACES = [(table, column) for table in METADATA.sorted_tables for column in table.columns]


def look(location: Location) -> None:
    """As a desk, the command line, the status page and doctor do."""
    with closing(Store(location, clock=lambda: NOW)) as store:
        try:
            store.open(create=False)
        except Unreachable as failure:  # another number in `meta` is another program's database
            assert "schema" in failure.message
            return
        for first in ("first", 1):
            board = read_board(store, first)
            assert {1, 2} & {row.id for row in board.incidents}
            assert repr(needs(board, "ana", NOW))
            read_older(store, board)
            read_board(store, first, board.but(ticket=board.ticket - 1))
        with store.reading(Reader) as read:
            rows = read.all_incidents()
            assert {row.id for row in rows} >= {1, 2} or len(rows) == 2
            printing.say(printing.table(rows, NOW))
            printing.say(printing.maintenances(rows, NOW))
            for row in rows:
                view, updates = read.incident(row.id), read.updates(row.id)
                printing.document(view)
                printing.say(printing.incident(view, read.newest(row.id, 1_000), updates, NOW))
            read.places()
            read.people()
            read.components()
            with suppress(Refused):  # in words: nobody outside reads what rests on damage
                read_published(read, None)
    report = examine(location, NOW)
    assert all(finding.found for finding in report.findings)


class Database:
    """One with everything in it, of which a single value is set to junk at a time."""

    def __init__(self, location: Location, act: Callable[[list[str]], bool]) -> None:
        self.location = location
        self.act = act
        """Run statements past every rule of the program; False: the database refuses them all the same."""


@pytest.fixture(scope="module")
def sqlite_database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    path = tmp_path_factory.mktemp("junk") / "bridgewatch.db"
    sound = filled(Location.file(path)).path
    assert sound is not None
    copy = path.with_name("copy.db")

    def act(statements: list[str]) -> bool:
        for beside in ("", "-wal", "-shm"):
            Path(f"{copy}{beside}").unlink(missing_ok=True)
        shutil.copy(path, copy)
        with closing(sqlite3.connect(copy)) as connection:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                connection.execute(f"DROP TRIGGER {name}")
            try:
                for statement in statements:
                    connection.execute(statement)
            except sqlite3.Error:
                return False
            connection.commit()
        return True

    return Database(Location.file(copy), act)


@pytest.fixture(scope="module")
def postgres_database(postgres: Cluster) -> Database:
    location = filled(Location.parse(postgres.new_database()))
    engine = create_engine(postgres.superuser(make_url(location.url).database or ""))
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE SCHEMA kept")
        for table in METADATA.sorted_tables:
            connection.exec_driver_sql(f"CREATE TABLE kept.{table.name} AS SELECT * FROM {table.name}")
            for check in connection.exec_driver_sql(
                f"SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid = '{table.name}'::regclass"
            ).scalars():
                connection.exec_driver_sql(f"ALTER TABLE {table.name} DROP CONSTRAINT {check}")

    def act(statements: list[str]) -> bool:
        with engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            for table in METADATA.sorted_tables:
                connection.exec_driver_sql(f"DELETE FROM {table.name}")
                connection.exec_driver_sql(f"INSERT INTO {table.name} SELECT * FROM kept.{table.name}")
        try:
            with engine.begin() as connection:
                connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
                for statement in statements:
                    connection.exec_driver_sql(statement)
        except DBAPIError:
            return False
        return True

    return Database(location, act)


def filled(location: Location) -> Location:
    with closing(Store(location, clock=Clock())) as store:
        store.open()
        publish_alone(store)
        everything(store, store._clock)  # type: ignore[arg-type]
    return location


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wording, "strict", False)
        found: Database = request.getfixturevalue(f"{request.param}_database")
        yield found


def test_every_table_has_rows(database: Database) -> None:
    database.act([])
    with closing(Store(database.location)) as store:
        store.open(create=False)
        with store.reading(Reader) as read:
            empty = [t.name for t in METADATA.sorted_tables if not read.connection.execute(t.select()).first()]
    assert empty == ["logins"]


def junk(database: Database, table: Table, column: Column[Any], value: str, row: int) -> None:
    whole = f"SELECT * FROM {table.name}"
    key = ", ".join(each.name for each in table.primary_key)
    which = f"({key}) IN (SELECT {key} FROM {table.name} ORDER BY {key} LIMIT 1 OFFSET {row})"
    assert whole
    if database.act([f"UPDATE {table.name} SET {column.name} = {value} WHERE {which}"]):
        look(database.location)
