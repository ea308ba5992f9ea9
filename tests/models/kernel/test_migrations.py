"""Making the tables, and databases whose shape this program does not know."""

import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import alembic.command
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import IntegrityError

import models.kernel.schema
from models.board.board import read_board
from models.board.reader import Reader
from models.doctor.expected import METADATA
from models.doctor.mend import mend
from models.doctor.shape import TRIGGERS, shape
from models.incident.declare import Declare
from models.kernel.failures import ReadOnly, Refused, Unreachable, Unusable
from models.kernel.location import Location
from models.kernel.postgres.timeouts import PatientConnection
from models.kernel.store import Store
from models.roles import book as rolebook
from models.roles.book_versions import choose_default
from models.roles.handover import Accept, Offer
from tests import reads
from tests.models.acting import Acting, failure
from tests.models.kernel.older_schemas import first_shape
from tests.postgres import Cluster
from tests.rows import read_rows, write_rows

DECLARE = """
import sys
from models.incident.declare import Declare
from models.kernel.location import Location
from models.kernel.store import Store
store = Store(Location.parse(sys.argv[1]))
sys.stdin.readline()
store.open()
store.perform(Declare(by="ana", title="One of several", severity="P2"))
"""

FIRST_SHAPE = """
INSERT INTO people (id, name, key, added_at) VALUES
    (1, 'ana', 'ana', '2026-03-01 14:00:00.000000'), (2, 'bo', 'bo', '2026-03-01 14:00:00.000000');
INSERT INTO incidents (id, title, severity, phase, book, version, changed, declared_by, declared_at)
    VALUES (1, 'Checkout returns 502', 'P1', 'triage', 'high-velocity', 1, 1, 1, '2026-03-01 14:00:00.000000');
INSERT INTO incident_roles (id, incident_id, key, book_role, name, single, position)
    VALUES (1, 1, 'tech-lead', 'tech-lead', 'Tech Lead', true, 0);
INSERT INTO assignments (id, incident_id, role_id, single, person_id, given_by, since)
    VALUES (1, 1, 1, true, 2, 1, '2026-03-01 14:00:00.000000');
INSERT INTO entries (incident_id, n, command_id, kind, data, text, author_id, occurred_at, recorded_at)
    VALUES (1, 1, '00000000000000000000000000000001', 'declared', '{}', '', 1,
            '2026-03-01 14:00:00.000000', '2026-03-01 14:00:00.000000');
INSERT INTO entries (incident_id, n, command_id, kind, data, text, author_id, occurred_at, recorded_at)
    VALUES (1, 2, '00000000000000000000000000000002', 'published', '{}', 'We know.', 2,
            '2026-03-01 14:05:00.000000', '2026-03-01 14:05:00.000000');
INSERT INTO status_updates (id, incident_id, n, phase, text, components, published_by, published_at)
    VALUES (1, 1, 2, 'investigating', 'We know.', '{}', 2, '2026-03-01 14:05:00.000000');
INSERT INTO drafts (incident_id, revision, text, components, edited_by, edited_at)
    VALUES (1, 3, 'We found it.', '{"API": "degraded"}', 2, '2026-03-01 14:06:00.000000');
UPDATE incidents SET version = 2, published_at = '2026-03-01 14:05:00.000000';
UPDATE head SET ticket = 1"""
"""What a program that knew the first shape left behind."""


def names(connection: Connection, kind: str) -> set[str]:
    queries = {
        ("sqlite", "index"): "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'",
        ("sqlite", "trigger"): "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        ("postgresql", "index"): "SELECT indexname FROM pg_indexes WHERE indexdef LIKE '% WHERE %'",
        ("postgresql", "trigger"): "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    return set(connection.execute(text(queries[connection.dialect.name, kind])).scalars())


def constraints(connection: Connection) -> set[str]:
    if connection.dialect.name == "postgresql":
        found = connection.execute(text("SELECT conname FROM pg_constraint WHERE contype = 'c'"))
        return set(found.scalars())
    tables = "\n".join(connection.execute(text("SELECT sql FROM sqlite_master WHERE type = 'table'")).scalars())
    return {name for name in _CHECKS if f"CONSTRAINT {name} CHECK" in tables}


_CHECKS = {
    str(constraint.name)
    for table in METADATA.tables.values()
    for constraint in table.constraints
    if constraint.__visit_name__ == "check_constraint"
}


class TestMaking:
    def test_the_migrations_make_what_the_program_knows(self, store: Store) -> None:
        with read_rows(store) as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            found: list[Any] = compare_metadata(context, METADATA)
            assert found == []
            assert names(connection, "index") == {
                "incidents_open",
                "promises_due",
                "assignments_one_holder",
                "assignments_once_each",
                "assignments_open",
                "books_shipped_once",
                "deliveries_unsent",
                "drafts_unapproved",
                "incidents_told_open",
                "offers_one_open",
                "offers_open",
                "places_in_use",
                "tasks_undone",
            }
            assert names(connection, "trigger") == TRIGGERS[connection.dialect.name]
            assert constraints(connection) >= _CHECKS

    def test_opening_again_changes_nothing(self, empty: Location) -> None:
        store = Store(empty)
        store.open()
        choose_default(store, "policy")
        incident = Acting(store)
        for _ in range(2):
            store.open()
            assert incident.now.version == 1
            assert incident.now.book == Acting(store).now.book == "policy"
        store.close()

    def test_an_upgrade_may_take_longer_than_a_desk_waits(
        self, postgres: Cluster, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whole = alembic.command.upgrade

        def slow(config: Config, revision: str) -> None:
            config.attributes["connection"].execute(text("SELECT pg_sleep(0.5)"))
            whole(config, revision)

        monkeypatch.setattr(PatientConnection, "patience", 0.2)
        monkeypatch.setattr(alembic.command, "upgrade", slow)
        store = Store(Location.parse(postgres.new_database()))
        store.open()
        with store.reading(Reader) as read:
            raw: Any = read.connection.connection.driver_connection
            assert raw.patience == 0.2
            assert read.connection.execute(text("SHOW statement_timeout")).scalar() == "30s"
        store.close()

    def test_only_who_may_create_makes_tables(self, empty: Location) -> None:
        with closing(Store(empty)) as store:
            if empty.path is not None:
                with pytest.raises(Unreachable, match="is missing"):
                    store.open(create=False)
                assert not empty.path.exists()
                return
            assert failure(lambda: store.open(create=False), Unusable) == (
                f"{empty.shown} has no Bridgewatch tables."
                " Create them with `bridgewatch init`, or check the address of the database."
            )
            with read_rows(store) as connection:
                assert inspect(connection).get_table_names() == []

    def test_several_threads_open_an_empty_one(self, empty: Location) -> None:
        def declare(number: int) -> str:
            store = Store(empty)
            store.open()
            ref = store.perform(Declare(by=f"person {number}", title="One of several", severity="P2")).ref
            store.close()
            return ref

        with ThreadPoolExecutor(6) as pool:
            assert sorted(pool.map(declare, range(6))) == [f"INC-{n}" for n in range(1, 7)]

    def test_several_processes_open_an_empty_one(self, empty: Location) -> None:
        address = str(empty.path) if empty.path else empty.url
        environment = {**os.environ, "PYTHONPATH": str(Path(models.kernel.schema.__file__).parents[2])}
        openers = [
            subprocess.Popen([sys.executable, "-c", DECLARE, address], stdin=subprocess.PIPE, env=environment)
            for _ in range(3)
        ]
        for opener in openers:
            assert opener.stdin
            opener.stdin.write(b"go\n")
            opener.stdin.flush()
        for opener in openers:
            opener.communicate()
        assert [opener.returncode for opener in openers] == [0, 0, 0]
        store = Store(empty)
        store.open(create=False)
        assert len(read_board(store).incidents) == 3
        store.close()

    def test_tables_of_another_program(self, empty: Location) -> None:
        store = Store(empty)
        if empty.path is not None:
            empty.path.touch()
        with write_rows(store) as connection:
            connection.execute(text("CREATE TABLE people (id integer)"))
        with pytest.raises(
            Refused, match=r"contains tables of another program\. Choose another database with --database"
        ):
            store.open()
        store.close()


class TestNewerShapes:
    def newer(self, store: Store, **meta: int) -> None:
        values = {"schema": 99, "min_reader": 1, "min_writer": 99, **meta}
        with write_rows(store) as connection:
            connection.execute(
                text("UPDATE meta SET schema = :schema, min_reader = :min_reader, min_writer = :min_writer"), values
            )

    def test_it_can_be_read_only(self, store: Store) -> None:
        incident = Acting(store)
        self.newer(store)
        store.open()
        assert not store.writable
        assert incident.now.version == 1
        assert len(read_board(store, incident.id).incidents) == 1
        with pytest.raises(ReadOnly) as told:
            Acting(store)
        assert told.value.message == (
            f"{store.location.shown} was upgraded by a newer version of Bridgewatch (schema 99; "
            f"this version supports {models.kernel.schema.SCHEMA}). "
            "This version can only read it."
        )
        assert told.value.remedy == "Upgrade Bridgewatch: pip install --upgrade bridgewatch."

    def test_it_cannot_be_read(self, store: Store) -> None:
        self.newer(store, min_reader=99)
        with pytest.raises(Unreachable, match=r"was upgraded by a newer version of Bridgewatch .*pip install") as told:
            store.open()
        assert not isinstance(told.value, ReadOnly)
        assert "\n" not in str(told.value)

    def test_it_can_be_written(self, store: Store) -> None:
        self.newer(store, min_writer=1)
        store.open()
        assert store.writable
        Acting(store)

    def test_it_is_upgraded_under_an_open_store(self, store: Store) -> None:
        incident = Acting(store)
        self.newer(store)
        with pytest.raises(ReadOnly):
            Acting(store)
        assert incident.now.version == 1


class TestOlderShapes:
    @pytest.fixture
    def old(self, empty: Location, monkeypatch: pytest.MonkeyPatch) -> Location:
        """A database of the first shape, with an incident whose tech lead is bo."""
        store = first_shape(empty, monkeypatch)
        with write_rows(store) as connection:
            for statement in FIRST_SHAPE.split(";"):
                connection.execute(text(statement))
        store.close()
        return empty

    def test_it_is_upgraded_with_all_that_it_holds(self, old: Location) -> None:
        store = Store(old)
        store.open(upgrade=True)
        (row,) = read_board(store).incidents
        assert (row.title, row.manager, row.offers) == ("Checkout returns 502", None, ())
        assert (row.book, row.book_version) == ("high-velocity", 1)
        with store.reading(Reader) as read:
            assert read.book("high-velocity", 1)[1] == rolebook.shipped("high-velocity")
        with store.reading(Reader) as read:
            assert [(entry.kind, entry.author) for entry in read.since(row.id, 0)] == [
                ("declared", "ana"),
                ("published", "bo"),
            ]
            (told,) = read.updates(row.id)
            assert (told.audience, told.title, told.text, told.published_by) == ("customers", "", "We know.", "bo")
        draft = reads.incident(store, row.id).draft
        assert (draft.revision, draft.text, draft.title) == (3, "We found it.", "")
        assert (draft.components, draft.edited_by) == ({"API": "degraded"}, "bo")
        store.perform(Offer(by="bo", ref=row.ref, role="tech-lead", person="cy", brief="Since yesterday"))
        store.perform(Accept(by="cy", ref=row.ref, role="tech-lead"))
        (lead,) = reads.incident(store, row.id).roles
        assert [holder.person for holder in lead.holders] == ["cy"]
        store.close()

    def test_what_is_damaged_already_stays_and_is_shown(self, old: Location) -> None:
        damaged = Store(old)
        with write_rows(damaged) as connection:
            connection.exec_driver_sql('UPDATE drafts SET components = \'{"API": "bogus"}\'')
        store = Store(old)
        store.open(upgrade=True)
        shown = reads.incident(store, 1)
        assert (shown.draft.text, shown.draft.components, shown.damaged) == ("We found it.", {}, ("drafts.components",))
        with pytest.raises(IntegrityError), write_rows(store) as connection:
            connection.exec_driver_sql('UPDATE drafts SET components = \'{"x": "bogus"}\'')
        assert [each.values for each in mend(store)] == [{"components": {}}]
        assert reads.incident(store, 1).damaged == ()
        with read_rows(store) as connection:
            assert [finding for finding in shape(connection) if "drafts" in finding.found] == []
        store.close()

    def test_a_server_is_not_upgraded_by_whoever_comes_first(self, old: Location) -> None:
        """A file is: the upgrade backs it up itself."""
        with closing(Store(old)) as store:
            if old.path is not None:
                store.open()
                assert store.backup is not None
                return
            for _ in range(2):
                assert failure(store.open, Unusable) == (
                    f"{old.shown} has an older schema (1; this version needs {models.kernel.schema.SCHEMA})."
                    " Back it up with pg_dump, then run `bridgewatch upgrade`."
                )
            store.open(upgrade=True)
            assert len(read_board(store).incidents) == 1

    def test_a_file_is_backed_up_first(self, old: Location) -> None:
        store = Store(old)
        store.open(upgrade=True)
        store.close()
        if old.path is None:
            return
        (backup,) = old.path.parent.glob("*.schema-1-*.backup")
        with closing(sqlite3.connect(backup)) as kept:
            assert kept.execute("SELECT schema FROM meta").fetchone() == (1,)
            assert kept.execute("SELECT title FROM incidents").fetchall() == [("Checkout returns 502",)]

    def test_an_older_program_goes_on_reading(self, old: Location, monkeypatch: pytest.MonkeyPatch) -> None:
        store = Store(old)
        store.open(upgrade=True)
        store.close()
        earlier = Store(old)
        monkeypatch.setattr(models.kernel.schema, "SCHEMA", 1)
        earlier.open()
        assert not earlier.writable
        assert len(read_board(earlier).incidents) == 1
        with pytest.raises(ReadOnly, match="This version can only read it"):
            Acting(earlier)
        earlier.close()
