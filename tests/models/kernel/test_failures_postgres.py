"""Servers that cannot be used, each told in words with what to do, and never with a traceback or a password."""

import os
import socket
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

import models.kernel.engine
from models.board.board import read_board
from models.kernel.errors import in_words, lost
from models.kernel.failures import LoginRejected, ReadOnly, Unusable
from models.kernel.location import Location
from models.kernel.postgres.dialect import Dialect
from models.kernel.reader import Rows
from models.kernel.store import Store
from models.timeline.commands import Note
from tests import reads
from tests.models.acting import Acting, failure
from tests.postgres import Cluster
from tests.rows import write_rows


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("The connection to the database was lost: server closed the connection unexpectedly", "closed the connection"),
        (
            "The connection broke: terminating connection due to administrator command",
            "was stopped, or closed the connection",
        ),
        ("The database cannot be reached: connection refused", "Connection refused by"),
        ("The database has not answered for 5 s.", "does not respond. Check the network"),
        ("The connection broke: something new about s3cret", "does not respond. Error: The connection broke:"),
    ],
)
def test_what_a_watch_says_is_told_in_plain_words(reason: str, words: str) -> None:
    told = str(lost(Location.parse("postgresql://ana:s3cret@db/incidents"), reason))
    assert words in told
    assert "postgresql://ana@db/incidents" in told
    assert "s3cret" not in told


class TestServers:
    @pytest.fixture
    def store(self, postgres_location: Location) -> Iterator[Store]:
        store = Store(postgres_location)
        yield store
        store.close()

    def database(self, store: Store) -> sql.Identifier:
        return sql.Identifier(make_url(store.location.url).database or "")

    def test_a_wrong_password(self, postgres: Cluster) -> None:
        location = Location.parse(postgres.url("postgres", password="not/this@one"))
        words = failure(Store(location).open, LoginRejected)
        assert words == (
            f"{location.shown} rejected the password."
            " Check the user in the address, and the password there or in ~/.pgpass."
        )
        assert "not/this" not in words

    def test_no_password(self, postgres: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PGPASSFILE", os.devnull)
        location = Location.parse(f"postgresql://bridgewatch@127.0.0.1:{postgres.port}/postgres")
        assert failure(Store(location).open, LoginRejected).startswith(f"{location.shown} requires a password.")

    def test_nothing_listens(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        location = Location.parse(f"postgresql://ana:x@127.0.0.1:{port}/desk")
        assert failure(Store(location).open) == (
            f"Connection refused by {location.shown}. Check that Postgres is running there, and the port."
        )

    def test_nobody_answers(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = silent.getsockname()[1]
            location = Location.parse(f"postgresql://ana:x@127.0.0.1:{port}/desk?connect_timeout=2")
            assert failure(Store(location).open).startswith(f"The host of {location.shown} does not respond.")

    def test_no_such_database(self, postgres: Cluster) -> None:
        location = Location.parse(postgres.url("nowhere"))
        assert failure(Store(location).open, Unusable) == (
            f"{location.shown} does not exist. Create it with createdb, or check the address."
        )

    def test_no_such_login(self) -> None:
        told = lost(Location.parse("postgresql://ana@db/incidents"), 'FATAL:  role "ana" does not exist')
        assert str(told) == (
            "This login does not exist in postgresql://ana@db/incidents."
            " Check the user in the address, or create it with createuser."
        )

    @pytest.mark.parametrize(
        ("statement", "lacking"),
        [
            ("DROP TABLE promises", 'relation "promises" does not exist'),
            ("ALTER TABLE incidents DROP COLUMN published_at", "column incidents.published_at does not exist"),
        ],
    )
    def test_a_table_or_a_column_is_gone(self, store: Store, postgres: Cluster, statement: str, lacking: str) -> None:
        store.open()
        Acting(store)
        postgres.administer(sql.SQL(statement), make_url(store.location.url).database or "")
        assert failure(lambda: reads.incident(store, 1), Unusable) == (
            f"A Bridgewatch table or column is missing in {store.location.shown} ({lacking})."
            " Run `bridgewatch doctor` to see what is missing, then restore from a backup."
        )

    def test_no_connection_left(self, store: Store, postgres: Cluster) -> None:
        postgres.administer(sql.SQL("ALTER DATABASE {} CONNECTION LIMIT 0").format(self.database(store)))
        assert failure(store.open).startswith(f"{store.location.shown} has reached its connection limit.")

    def test_a_standby(self, store: Store, postgres: Cluster) -> None:
        postgres.administer(
            sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(self.database(store))
        )
        store.open()
        assert failure(lambda: Acting(store), ReadOnly).startswith(f"{store.location.shown} is read-only right now.")

    def test_no_privilege(self, store: Store, postgres: Cluster) -> None:
        name = make_url(store.location.url).database or ""
        postgres.administer(sql.SQL("CREATE ROLE guest LOGIN PASSWORD 'guest'"))
        postgres.administer(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA public TO guest"), name)
        guest = Store(Location.parse(postgres.url(name, user="guest", password="guest")))
        guest.open()
        assert not guest.writable
        assert read_board(guest).incidents == ()
        assert failure(lambda: Acting(guest), ReadOnly) == (
            "Login guest has read-only access. Ask an admin (bridgewatch) to make you a responder."
        )
        guest.close()

    def test_somebody_holds_a_lock(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(models.kernel.engine, "BUSY_SECONDS", "0.1")
        impatient = Store(store.location)
        impatient.open()
        incident = Acting(impatient)
        with write_rows(store) as other:
            other.exec_driver_sql("SELECT * FROM incidents FOR UPDATE")
            words = failure(lambda: incident(Note, "bo", text="x"))
        assert words.startswith(f"Another session holds a lock in {store.location.shown} for too long.")
        incident(Note, "bo", text="x")
        impatient.close()

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            ("FATAL:  sorry, too many clients already", "has reached its connection limit"),
            (
                "FATAL:  remaining connection slots are reserved for roles with SUPERUSER",
                "has reached its connection limit",
            ),
            ('FATAL:  too many connections for role "ana"', "has reached its connection limit"),
            ("failed to resolve host 'db': [Errno -2] Name or service not known", "is unknown"),
            ("connection timeout expired", "does not respond"),
            ("something new\nwith a second line", "does not respond. Error: something new"),
        ],
    )
    def test_what_drivers_say(self, words: str, sentence: str) -> None:
        def fail() -> None:
            with in_words(Location.parse("postgresql://ana:hush@db/desk")):
                raise OperationalError("SELECT 1", {}, psycopg.OperationalError(words))

        assert sentence in failure(fail)

    @pytest.mark.parametrize(
        ("kind", "words", "sentence"),
        [
            (
                Unusable,
                'FATAL:  no pg_hba.conf entry for host "::1", user "ana"',
                "accepts no login from this computer",
            ),
            (Unusable, "server does not support SSL, but SSL was required", "A verified connection"),
            (Unusable, 'root certificate file "/root.crt" does not exist', "A verified connection"),
            (LoginRejected, 'FATAL:  permission denied for database "desk"', "Your login may not connect to"),
            (LoginRejected, 'FATAL:  role "ana" is not permitted to log in', "Your login may not connect to"),
        ],
    )
    def test_what_no_later_try_cures(self, kind: type[Unusable], words: str, sentence: str) -> None:
        def fail() -> None:
            with in_words(Location.parse("postgresql://ana:hush@db/desk")):
                raise OperationalError("SELECT 1", {}, psycopg.OperationalError(words))

        assert sentence in failure(fail, kind)

    def test_a_statement_that_the_server_refuses(self, store: Store) -> None:
        store.open()

        def ask() -> None:
            with store.reading(Rows) as read:
                read.connection.exec_driver_sql("SELECT 1 / 0")

        assert "refused this. Error: division by zero" in failure(ask, Unusable)

    def test_a_password_in_a_drivers_words(self) -> None:
        def fail() -> None:
            with in_words(Location.parse("postgresql://ana:hush%2F@db/desk")):
                raise OperationalError("SELECT 1", {}, psycopg.OperationalError("invalid dsn: hush/ or hush%2F"))

        assert "hush" not in failure(fail)

    @pytest.mark.parametrize("mode", ["fast", "immediate"])
    def test_the_server_stops_and_comes_back(self, mode: Any) -> None:
        with Cluster() as cluster:
            store = Store(Location.parse(cluster.new_database()))
            store.open()
            incident = Acting(store)
            cluster.stop(mode)
            for failing in (lambda: read_board(store), lambda: incident(Note, "bo", text="x"), store.open):
                assert failure(failing).startswith(f"Connection refused by {store.location.shown}.")
            cluster.start()
            assert incident.now.version == 1
            incident(Note, "bo", text="x")
            store.close()


class TestBrokenCommits:
    """Nobody knows whether a commit happened whose answer was lost; the command is done once all the same."""

    @pytest.fixture
    def incident(self, postgres_location: Location) -> Iterator[Acting]:
        store = Store(postgres_location)
        store.open()
        yield Acting(store)
        store.close()

    @pytest.fixture(autouse=True)
    def patch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch

    @pytest.mark.parametrize("times", [1, 2])
    def test_the_connection_breaks_before_the_commit(self, incident: Acting, times: int) -> None:
        self.cut(incident, times, before=True)
        done = incident.done(Note, "bo", text="once")
        assert (done.entry.n, done.already) == (2, False)
        assert [entry.text for entry in incident.recorded] == ["", "once"]

    @pytest.mark.parametrize("times", [1, 2])
    def test_the_connection_breaks_after_the_commit(self, incident: Acting, times: int) -> None:
        self.cut(incident, times, before=False)
        done = incident.done(Note, "bo", text="once")
        assert (done.entry.n, done.already) == (2, True)
        assert [entry.text for entry in incident.recorded] == ["", "once"]

    def test_it_breaks_again_and_again(self, incident: Acting) -> None:
        command = Note(by="bo", ref=incident.ref, text="once")
        self.cut(incident, 3, before=True)
        failure(lambda: incident.store.perform(command))
        assert incident.now.version == 1
        assert not incident.store.perform(command).already
        assert incident.now.version == 2

    def cut(self, incident: Acting, times: int, *, before: bool) -> None:
        """Have a colleague end the server's process at the next commits."""
        address = incident.store.location.url.replace("+psycopg", "")
        commit: Callable[..., None] = Dialect.do_commit
        left = [times]

        def cut_off(dialect: Dialect, connection: Any) -> None:
            raw = connection.driver_connection
            if not left[0]:
                commit(dialect, connection)
                return
            left[0] -= 1
            if not before:
                commit(dialect, connection)
            with psycopg.connect(address) as colleague:
                colleague.execute("SELECT pg_terminate_backend(%s, 5000)", [raw.info.backend_pid])
            if before:
                commit(dialect, connection)
            raw.execute("SELECT 1")

        self.monkeypatch.setattr(Dialect, "do_commit", cut_off)
