"""What a desk's line says of faults that break nothing at once: silence, locks, lost rights, a newer program."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url, update

import models.kernel.engine
import models.kernel.watching
from models.board.reader import Reader
from models.incident.declare import Declare
from models.kernel.failures import ReadOnly, Unreachable
from models.kernel.location import Location
from models.kernel.postgres.timeouts import PatientConnection
from models.kernel.postgres.watch import PostgresWatch
from models.kernel.store import Store
from models.kernel.tables import meta
from models.kernel.transaction import Transaction
from models.kernel.watch import Watch
from models.live.news import State
from models.timeline.commands import Note
from tests.between import Network
from tests.models.live.listening import LONG, Desk, Open, desk
from tests.postgres import Cluster
from tests.rows import write_rows
from tests.watching import ROOT

__all__ = ["desk"]


KILLED = """
import os, signal, sys
from models.incident.declare import Declare
from models.timeline.commands import Note
from models.kernel.location import Location
from models.kernel.store import Store
store = Store(Location.parse(sys.argv[1]))
store.open(create=False)
ref = store.perform(Declare(by="bo", title="First", severity="P1")).ref
for number in range(2):
    store.perform(Note(by="bo", ref=ref, text=f"written {number}"))
os.kill(os.getpid(), signal.SIGKILL)
"""


def declared(mine: Desk) -> str:
    ref = mine.link.perform(Declare(by="ana", title="First", severity="P1")).result(LONG).ref
    mine.live(lambda board: bool(board.incidents))
    return ref


def recorded(location: Location) -> list[str]:
    """The words of every note."""
    with closing(Store(location)) as store:
        store.open(create=False)
        with store.reading(Reader) as read:
            return [entry.text for entry in read.since(1, 1)]


class TestSilence:
    """A network that stalls without breaking, as behind a proxy, a tunnel or a stopped pooler."""

    @pytest.fixture
    def network(self, postgres_location: Location, monkeypatch: pytest.MonkeyPatch) -> Iterator[Network]:
        monkeypatch.setattr(PatientConnection, "patience", 0.5)
        hasty = {"heartbeat": 0.2, "patience": 0.5}
        monkeypatch.setattr(PostgresWatch.__init__, "__kwdefaults__", hasty)
        with Network(postgres_location.url) as network:
            yield network

    def through(self, network: Network) -> Location:
        return Location.parse(f"{network.url}?connect_timeout=2")

    def test_while_nobody_acts(self, network: Network, desk: Open) -> None:
        mine = desk(self.through(network))
        declared(mine)
        network.stall()
        news = mine.lost()
        assert str(news.failure).startswith("The host of postgresql://")
        assert "does not respond. Check the network or the VPN" in str(news.failure)
        network.flow()
        mine.live()

    def test_while_a_command_is_performed(
        self, network: Network, postgres_location: Location, desk: Open, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        mine = desk(self.through(network))
        ref = declared(mine)
        command = Note(by="ana", ref=ref, text="into the silence")
        as_usual = Note.perform

        def stalling(note: Note, tx: Transaction) -> int:
            network.stall()
            return as_usual(note, tx)

        with monkeypatch.context() as patch:
            patch.setattr(Note, "perform", stalling)
            with pytest.raises(Unreachable, match=r"does not respond\. It is unknown whether this was saved\."):
                mine.link.perform(command).result(LONG)
        mine.lost()
        network.flow()
        mine.live()
        mine.link.perform(command).result(LONG)
        assert recorded(postgres_location) == ["into the silence"]  # whether or not the network still delivered it

    def test_a_slow_answer_is_waited_for_as_long_as_something_comes(self, network: Network) -> None:
        url = make_url(network.url)
        _, options = url.get_dialect()().create_connect_args(url)
        with PatientConnection.connect(**options) as connection:
            counted = connection.execute("SELECT n, pg_sleep(0.002), repeat('x', 5000) FROM generate_series(1, 500) n")
            assert len(counted.fetchall()) == 500
            with pytest.raises(psycopg.OperationalError, match=r"has not answered .*for 0\.5 s"):
                connection.execute("SELECT pg_sleep(60)")
            assert connection.closed


class TestServers:
    def test_every_connection_is_terminated(self, postgres_location: Location, postgres: Cluster, desk: Open) -> None:
        mine = desk(postgres_location)
        ref = declared(mine)
        for number in range(3):
            postgres.administer(_terminate(postgres_location))
            mine.link.perform(Note(by="ana", ref=ref, text=f"after {number}")).result(LONG)
        mine.live(lambda board: board.incidents[0].version == 4)
        assert recorded(postgres_location) == ["after 0", "after 1", "after 2"]

    def test_no_connection_is_left_and_one_is_again(
        self, postgres_location: Location, postgres: Cluster, desk: Open
    ) -> None:
        mine = desk(postgres_location)
        ref = declared(mine)
        name = sql.Identifier(make_url(postgres_location.url).database or "")
        postgres.administer(sql.SQL("ALTER DATABASE {} CONNECTION LIMIT 0").format(name))
        postgres.administer(_terminate(postgres_location))
        news = mine.until(lambda news: "has reached its connection limit. Close connections" in str(news.failure))
        assert news.state is State.LOST
        assert news.board
        with pytest.raises(Unreachable, match="has reached its connection limit"):
            mine.link.perform(Note(by="ana", ref=ref, text="x")).result(LONG)
        postgres.administer(sql.SQL("ALTER DATABASE {} CONNECTION LIMIT -1").format(name))
        mine.live()
        mine.link.perform(Note(by="ana", ref=ref, text="back")).result(LONG)
        assert recorded(postgres_location) == ["back"]

    def test_it_becomes_read_only_and_writable_again(
        self, postgres_location: Location, postgres: Cluster, desk: Open, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As a primary that was made a standby, and a standby that is promoted."""
        monkeypatch.setattr("models.live.connection.REST_SECONDS", 0.2)
        mine = desk(postgres_location)
        ref = declared(mine)
        name = sql.Identifier(make_url(postgres_location.url).database or "")
        postgres.administer(sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(name))
        postgres.administer(_terminate(postgres_location))
        with pytest.raises(ReadOnly, match="is read-only right now"):
            mine.link.perform(Note(by="ana", ref=ref, text="x")).result(LONG)
        news = mine.until(lambda news: news.state is State.READ_ONLY)
        assert news.board
        postgres.administer(sql.SQL("ALTER DATABASE {} RESET default_transaction_read_only").format(name))
        mine.live()
        mine.link.perform(Note(by="ana", ref=ref, text="back")).result(LONG)
        assert recorded(postgres_location) == ["back"]

    def test_a_desk_that_stopped_in_the_midst_of_a_transaction_holds_nobody_up_for_ever(
        self, postgres_location: Location
    ) -> None:
        with closing(Store(postgres_location)) as store, store.reading(Reader) as read:
            limit = read.connection.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar_one()
        assert limit == "30s"


def _terminate(location: Location) -> sql.Composed:
    name = sql.Literal(make_url(location.url).database)
    return sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}").format(name)


class TestFiles:
    def test_it_is_locked_for_longer_than_the_timeout(
        self, sqlite_location: Location, desk: Open, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(models.kernel.engine, "BUSY_SECONDS", 0.05)
        mine = desk(sqlite_location)
        ref = declared(mine)
        assert sqlite_location.path
        with closing(sqlite3.connect(sqlite_location.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(Unreachable, match=r"is locked by another program\. Try again"):
                mine.link.perform(Note(by="ana", ref=ref, text="x")).result(LONG)
        mine.live()
        mine.link.perform(Note(by="ana", ref=ref, text="back")).result(LONG)
        assert recorded(sqlite_location) == ["back"]

    def test_what_was_written_to_a_deleted_file_is_never_acknowledged(
        self, sqlite_location: Location, desk: Open
    ) -> None:
        mine = desk(sqlite_location)
        ref = declared(mine)
        assert sqlite_location.path
        sqlite_location.path.unlink()
        with pytest.raises(Unreachable, match=r"is missing|was moved or replaced"):
            mine.link.perform(Note(by="ana", ref=ref, text="x")).result(LONG)
        news = mine.lost()
        assert news.board
        assert not sqlite_location.path.exists()

    def test_a_log_that_a_killed_writer_left_behind(self, sqlite_location: Location, desk: Open) -> None:
        assert sqlite_location.path
        subprocess.run([sys.executable, "-c", KILLED, sqlite_location.url], cwd=ROOT)
        log = sqlite_location.path.with_name(f"{sqlite_location.path.name}-wal")
        assert log.stat().st_size > 0
        mine = desk(sqlite_location)
        mine.live(lambda board: [row.version for row in board.incidents] == [3])
        mine.link.perform(Note(by="ana", ref="INC-1", text="back")).result(LONG)
        assert recorded(sqlite_location) == ["written 0", "written 1", "back"]


class TestSchemas:
    def test_a_newer_program_upgrades_under_an_open_desk(
        self, location: Location, desk: Open, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("models.live.connection.REST_SECONDS", 0.2)
        mine = desk(location)
        ref = declared(mine)
        with closing(Store(location)) as newer:
            _shape(newer, min_reader=1, min_writer=99)
            with pytest.raises(ReadOnly, match="This version can only read it"):
                mine.link.perform(Note(by="ana", ref=ref, text="x")).result(LONG)
            assert mine.until(lambda news: news.state is State.READ_ONLY).board
            _shape(newer, min_reader=99, min_writer=99)
            assert "was upgraded by a newer version of Bridgewatch" in str(mine.lost().failure)
            _shape(newer, min_reader=1, min_writer=1)
            mine.live()
        mine.link.perform(Note(by="ana", ref=ref, text="back")).result(LONG)
        assert recorded(location) == ["back"]

    def test_somebody_else_writes_to_the_newer_shape(self, location: Location, desk: Open) -> None:
        mine = desk(location)
        declared(mine)
        with closing(Store(location)) as newer:
            _shape(newer, min_reader=99, min_writer=99, and_write=True)
        assert "was upgraded by a newer version of Bridgewatch" in str(mine.lost().failure)


def _shape(store: Store, *, min_reader: int, min_writer: int, and_write: bool = False) -> None:
    with write_rows(store) as connection:
        connection.execute(update(meta).values(schema=99, min_reader=min_reader, min_writer=min_writer))
        if and_write:
            connection.exec_driver_sql("UPDATE head SET ticket = ticket + 1")
            if store.location.path is None:
                connection.exec_driver_sql("SELECT pg_notify('bridgewatch', '')")


class TestWhatNobodyForesaw:
    def test_the_listening_fails(self, sqlite_location: Location, desk: Open, monkeypatch: pytest.MonkeyPatch) -> None:
        mine = desk(sqlite_location)
        declared(mine)
        healthy = models.kernel.watching.watch

        def broken(*_: object) -> Watch:
            raise ZeroDivisionError

        with monkeypatch.context() as patch:
            patch.setattr(models.kernel.watching, "watch", broken)
            other = desk(sqlite_location)
            assert "cannot be watched (ZeroDivisionError)" in str(other.lost().failure)
            patch.setattr(models.kernel.watching, "watch", healthy)
        other.live()
        with closing(Store(sqlite_location)) as store:
            store.open()
            store.perform(Note(by="bo", ref="INC-1", text="heard"))
        other.live(lambda board: board.incidents[0].version == 2)

    def test_a_job_fails(self, sqlite_location: Location, desk: Open, monkeypatch: pytest.MonkeyPatch) -> None:
        mine = desk(sqlite_location)
        ref = declared(mine)
        assert mine.latest is not None
        board = mine.latest.board
        assert board is not None

        def broken(*_: object) -> None:
            raise ZeroDivisionError

        with monkeypatch.context() as patch:
            patch.setattr("models.board.board.read_older", broken)
            mine.link.older(board.timeline)
            news = mine.until(lambda news: news.state is State.REFUSED)
        assert str(news.failure).startswith(
            "The database contains data that this version cannot read (ZeroDivisionError)."
        )
        mine.live()
        mine.link.perform(Note(by="ana", ref=ref, text="goes on")).result(LONG)
        assert recorded(sqlite_location) == ["goes on"]


def test_a_rehearsal_that_fails_ends_nothing(location: Location, desk: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a server there is none: it may be far away."""
    rehearsed = []

    def fails(store: Store, board: object) -> None:
        rehearsed.append(board)
        raise ZeroDivisionError

    monkeypatch.setattr("models.board.board.rehearse", fails)
    mine = desk(location)
    mine.live()
    assert declared(mine) == "INC-1"
    assert len(rehearsed) == (location.path is not None)
