"""Any single column of any row, set to junk by SQL: every desk, list, page and check still shows the rest."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import CheckConstraint, Column, Table, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from models.board.board import read_board, read_older
from models.board.due_times import needs
from models.board.reader import Reader
from models.doctor.examine import examine
from models.doctor.expected import METADATA
from models.doctor.mend import mend
from models.doctor.rows import KEPT
from models.kernel import wording
from models.kernel.columns import Word
from models.kernel.failures import Refused
from models.kernel.location import Location
from models.kernel.readable import be_patient
from models.kernel.store import Store
from models.status_page.read import read_published
from models.timeline.commands import Note
from models.updates.publishing import Publish
from tests.conftest import Clock, publish_alone
from tests.models.everything import everything
from tests.postgres import Cluster
from tests.rows import read_rows
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
LISTED = [
    column
    for table, column in PLACES
    for check in table.constraints
    if isinstance(check, CheckConstraint) and f"{check.sqltext}".startswith(f"{column.name} IN (")
]
"""The columns whose words are of a list."""


def look(location: Location) -> None:
    """As a desk, the command line, the status page and doctor do."""
    with closing(Store(location, clock=lambda: NOW)) as store:
        store.open(create=False)
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
def postgres_database(postgres: Cluster) -> Iterator[Database]:
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

    yield Database(location, act)
    engine.dispose()


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


def set_to(database: Database, table: Table, column: Column[Any], value: str) -> bool:
    """Whether the first row has the value now; the database refuses some of them whatever happens."""
    key = ", ".join(each.name for each in table.primary_key)
    first = f"({key}) IN (SELECT {key} FROM {table.name} ORDER BY {key} LIMIT 1)"
    return database.act([f"UPDATE {table.name} SET {column.name} = {value} WHERE {first}"])


def junk(database: Database, table: Table, column: Column[Any], value: str) -> None:
    if table.name == "meta" and value.lstrip("-").isdecimal():  # another number is another program's database
        return
    if set_to(database, table, column, value):
        look(database.location)


@settings(max_examples=12)
@given(place=st.sampled_from(PLACES), value=st.sampled_from(JUNK))
def test_the_rest_is_shown(database: Database, place: tuple[Table, Column[Any]], value: str) -> None:
    junk(database, *place, value)


@pytest.mark.slow
@settings(max_examples=300)
@given(place=st.sampled_from(PLACES), value=st.sampled_from(JUNK))
def test_the_rest_is_always_shown(database: Database, place: tuple[Table, Column[Any]], value: str) -> None:
    junk(database, *place, value)


def test_an_incident_whose_number_is_gone(database: Database) -> None:
    """Its entries, roles and tasks are then nobody's."""
    incidents = METADATA.tables["incidents"]
    junk(database, incidents, incidents.c.id, "-1")


def test_a_word_of_a_list_is_read_as_one() -> None:
    """So that another word costs its row no more than this value."""
    assert [f"{column}" for column in LISTED if not isinstance(column.type, Word)] == []
    assert "incidents.told" in map(str, LISTED)


def test_what_customers_were_told_last_is_shown_as_damaged_and_mended(database: Database) -> None:
    told = METADATA.tables["incidents"].c.told
    junk(database, told.table, told, "'junk'")
    with closing(Store(database.location, clock=lambda: NOW)) as store:
        store.open(create=False)
        assert [each.values for each in mend(store)] == [{"told": "investigating"}]


def found(location: Location) -> list[str]:
    return [
        finding.found for finding in examine(location, NOW).findings if finding.about in ("rows", "replay", "seals")
    ]


def is_state(table: Table, column: Column[Any]) -> bool:
    """Whether entries or nothing but custom tell it: not what other rows refer to, nor what is kept as it is."""
    return table.name not in (*KEPT, "places") and not column.primary_key and not column.foreign_keys


@settings(max_examples=12)
@given(place=st.sampled_from([place for place in PLACES if is_state(*place)]), value=st.sampled_from(JUNK))
def test_a_row_of_state_is_made_anew(database: Database, place: tuple[Table, Column[Any]], value: str) -> None:
    if not set_to(database, *place, value):
        return
    named = [each for each in found(database.location) if "cannot be read" in each]
    with closing(Store(database.location, clock=lambda: NOW)) as store:
        store.open(create=False)
        mended = mend(store)
        assert len(mended) == len(named)
        if not mended:
            return
        assert [each.values == {} for each in mended] == [False]
        assert mend(store) == []
    assert found(database.location) == []


def test_a_task_has_its_number_again(database: Database) -> None:
    tasks = METADATA.tables["tasks"]
    if set_to(database, tasks, tasks.c.number, "''"):  # a server refuses it
        with closing(Store(database.location, clock=lambda: NOW)) as store:
            store.open(create=False)
            assert [each.values["number"] for each in mend(store)] == [1]
        assert found(database.location) == []


@pytest.mark.parametrize("value", ["x'00ff'", "'[1]'", "'infinity'", "'not a time'"])
@pytest.mark.parametrize("column", ["data", "recorded_at"])
def test_an_entry_is_never_made_anew(database: Database, column: str, value: str) -> None:
    entries = METADATA.tables["entries"]
    if not set_to(database, entries, entries.c[column], value):
        return
    with closing(Store(database.location, clock=lambda: NOW)) as store:
        store.open(create=False)
        with store.reading(Reader) as read:
            shown = next(entry for entry in read.newest(1, 1_000) if entry.n == 1)
            rest = [entry for entry in read.newest(1, 1_000) if entry.n > 1]
        assert shown.kind == "damaged"
        assert (
            wording.sentence(shown.kind, shown.data, "")
            == f"wrote an entry that is damaged: its {column} cannot be read"
        )
        assert len(rest) > 5
        assert "damaged" not in {entry.kind for entry in rest}
        before = raw(store)
        assert [each.values for each in mend(store)] == [{}]
        assert raw(store) == before
    assert any(f"entries (incident_id 1, n 1) cannot be read: {column} = " in each for each in found(database.location))


def raw(store: Store) -> list[Any]:
    with read_rows(store) as connection:
        be_patient(connection)
        rows = connection.execute(text("SELECT CAST(data AS TEXT), CAST(recorded_at AS TEXT) FROM entries")).all()
    return [tuple(row) for row in rows]


def test_what_needs_a_damaged_row_is_refused_in_words(database: Database) -> None:
    drafts = METADATA.tables["drafts"]
    assert set_to(database, drafts, drafts.c.components, '\'{"API": "bogus"}\'')
    with closing(Store(database.location, clock=lambda: NOW)) as store:
        store.open(create=False)
        with store.reading(Reader) as read:
            shown = read.incident(1)
        assert (shown.draft.text, shown.draft.components, shown.damaged) == ("We found it", {}, ("drafts.components",))
        waiting = [need.words for need in needs(read_board(store, 1), "ana", NOW)]
        assert "damaged: drafts.components; `bridgewatch mend`" in waiting
        with pytest.raises(Refused, match="needs a row of the database that is damaged"):
            store.perform(Publish(by="cy", ref="INC-1"))
        assert store.perform(Note(by="cy", ref="INC-1", text="The rest goes on")).entry.text == "The rest goes on"
        mend(store)
        with store.reading(Reader) as read:
            assert read.incident(1).draft.components == {"API": "degraded"}
        store.perform(Publish(by="cy", ref="INC-1"))
