"""Databases that cannot be used, each told in words with what to do, and never with a traceback or a password."""

import fcntl
import os
import shutil
import socket
import sqlite3
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import event, make_url
from sqlalchemy.exc import OperationalError

import models.engine
from models.commands.incidents import Declare
from models.commands.timeline import Note
from models.engine import in_words
from models.failures import ReadOnly, Unreachable
from models.location import Location
from models.mounts import network_file_system
from models.store import Store
from tests.models.acting import Acting
from tests.postgres import PASSWORD, Cluster


def told(failing: Callable[[], Any], kind: type[Unreachable] = Unreachable) -> str:
    """What it says; one line, without credentials."""
    with pytest.raises(Unreachable) as failed:
        failing()
    assert type(failed.value) is kind
    assert failed.value.exit_code == 4
    assert failed.value.remedy
    words = str(failed.value)
    assert "\n" not in words
    assert PASSWORD not in words
    assert "Traceback" not in words
    return words


class TestFiles:
    @pytest.fixture
    def path(self, sqlite_location: Location) -> Path:
        assert sqlite_location.path
        return sqlite_location.path

    @pytest.fixture
    def store(self, path: Path) -> Iterator[Store]:
        store = Store(Location.file(path))
        yield store
        store.close()

    @pytest.mark.parametrize("content", [b"Dear diary, " * 100, b"short", b"\0" * 5000])
    def test_what_is_no_database(self, store: Store, path: Path, content: bytes) -> None:
        path.write_bytes(content)
        assert told(store.open) == (
            f"{path} is not a Bridgewatch database, or is damaged. "
            "Choose another path with --database, or restore it from a backup."
        )
        assert path.read_bytes() == content

    def test_a_damaged_one(self, store: Store, path: Path) -> None:
        store.open()
        for _ in range(30):
            Acting(store)
        store.close()
        whole = path.read_bytes()
        path.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))

        def use() -> None:
            store.open()
            store.board(1)

        assert told(use) == f"{path} is damaged. Restore it from a backup; keep the damaged file for a rescue."

    def test_no_folder(self, tmp_path: Path) -> None:
        store = Store(Location.file(tmp_path / "no" / "desk.db"))
        assert told(store.open) == (f"The folder {tmp_path / 'no'} does not exist. Create it, or choose another path.")

    def test_a_folder(self, tmp_path: Path) -> None:
        assert told(Store(Location.file(tmp_path)).open).startswith(f"{tmp_path} is no file.")

    def test_a_file_for_a_folder(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        assert "cannot be opened: Not a directory." in told(Store(Location.file(tmp_path / "file" / "x.db")).open)

    def test_a_name_that_is_too_long(self, tmp_path: Path) -> None:
        assert "cannot be opened: File name too long." in told(Store(Location.file(tmp_path / ("x" * 300))).open)

    def test_it_was_deleted(self, store: Store, path: Path) -> None:
        store.open()
        incident = Acting(store)
        path.unlink()
        for failing in (store.board, lambda: incident(Note, "bo", text="x")):
            assert told(failing) == f"{path} is gone. Put it back; the desk goes on by itself."
        assert not path.exists()

    def test_it_was_replaced(self, store: Store, path: Path, sqlite_template: Path) -> None:
        store.open()
        incident = Acting(store)
        new = path.with_name("new.db")
        shutil.copy(sqlite_template, new)
        for left in ("-wal", "-shm"):  # whoever restores a database removes these, or SQLite reads the former one's
            path.with_name(path.name + left).unlink()
        new.replace(path)
        for failing in (store.board, lambda: incident(Note, "bo", text="x")):
            assert told(failing) == f"{path} was moved or replaced. The desk opens what is there now."
        store.open(create=False)
        assert store.board().incidents == ()

    def test_it_was_moved_while_a_command_was_performed(self, store: Store, path: Path) -> None:
        store.open()
        incident = Acting(store)
        moved = path.with_name("moved.db")

        class Moving(Note):
            def perform(self, tx: Any) -> int:
                path.rename(moved)
                return super().perform(tx)

        told(lambda: incident(Moving, "bo", text="into the void"))
        moved.rename(path)
        assert incident.now.version == 1

    def test_it_came_back(self, store: Store, path: Path) -> None:
        store.open()
        Acting(store)
        store.close()
        away = path.with_name("away.db")
        path.rename(away)
        told(store.board)
        away.rename(path)
        assert len(store.board().incidents) == 1

    @pytest.mark.parametrize(
        ("mounts", "found"),
        [
            ([("/", "ext4"), ("/srv", "nfs4")], "nfs4"),
            ([("/", "ext4"), ("/srv", "nfs4"), ("/srv/desk", "xfs")], None),
            ([("/", "ext4"), ("/srv/desk2", "nfs4")], None),
            ([("/", "nfs")], "nfs"),
            ([("/", "ext4"), ("/srv", "fuse.sshfs"), ("/srv/desk", "autofs"), ("/srv/desk", "cifs")], "cifs"),
            ([], None),
        ],
    )
    def test_which_file_systems_are_shared(self, mounts: list[tuple[str, str]], found: str | None) -> None:
        given = [(Path(point), kind) for point, kind in mounts]
        assert network_file_system(Path("/srv/desk/bridgewatch.db"), given) == found

    def test_a_network_file_system(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(models.engine, "network_file_system", lambda path: "nfs4")
        assert told(lambda: Store(Location.file(path))) == (
            f"{path} lies on a network file system (nfs4), where SQLite's locks do not hold. "
            "Keep the file on a local disk, or use Postgres for a team."
        )

    def test_another_program_holds_it(self, store: Store, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(models.engine, "BUSY_SECONDS", 0.05)
        store.open()
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert told(lambda: Acting(store)) == (
                f"{path} is locked by somebody else. Try again; another program holds the file."
            )
            assert store.board().incidents == ()
        Acting(store)

    def test_a_stopped_desk_holds_the_line(self, store: Store, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        store.open()
        monkeypatch.setattr(models.engine, "BUSY_SECONDS", 0.05)
        line = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT)
        fcntl.flock(line, fcntl.LOCK_EX)
        assert told(lambda: Acting(store)).startswith(f"Somebody has been writing to {path} for over 0.05 seconds.")
        os.close(line)
        monkeypatch.setattr(models.engine, "BUSY_SECONDS", 30)
        Acting(store)

    def test_a_full_disk(self, path: Path) -> None:
        store = Store(Location.file(path))
        store.open()
        store.close()
        event.listen(store._engine, "connect", lambda raw, record: raw.execute("PRAGMA max_page_count = 1"))
        title = "x" * 200

        def fill() -> None:
            for _ in range(100):
                store.perform(Declare(by="ana", title=title, severity="P3"))

        assert told(fill).startswith(f"The disk that holds {path} is full.")
        store.close()


@contextmanager
def a_folder_that_everybody_may_enter() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def as_somebody_else(ask: Callable[[], str]) -> str:
    """What it says in a process that root's rights do not help."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            if os.geteuid() == 0:
                os.setresuid(65534, 65534, 65534)
            os.write(writing, ask().encode())
        except BaseException:
            os.write(writing, traceback.format_exc().encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        words = answer.read()
    os.waitpid(child, 0)
    return words


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize(
    ("journal", "folder_mode", "readable"),
    [("wal", 0o777, True), ("delete", 0o555, True), ("wal", 0o555, False)],
)
def test_a_file_that_may_only_be_read(sqlite_template: Path, journal: str, folder_mode: int, readable: bool) -> None:
    """SQLite keeps its lists of readers beside a file in WAL mode, so there even reading needs the folder."""
    with a_folder_that_everybody_may_enter() as folder:
        path = folder / "desk.db"
        shutil.copy(sqlite_template, path)
        before = Store(Location.file(path))
        before.open()
        Acting(before)
        before.close()
        if journal == "delete":
            with closing(sqlite3.connect(path)) as connection:
                connection.execute("PRAGMA journal_mode = DELETE")
        path.chmod(0o444)
        folder.chmod(folder_mode)

        def ask() -> str:
            store = Store(Location.file(path))
            titles = []
            try:
                store.open()
                titles = [row.title for row in store.board().incidents]
                Acting(store)
            except ReadOnly as failure:
                return f"{titles} {failure}"
            return "written"

        words = as_somebody_else(ask)
        folder.chmod(0o755)
        assert words == (
            f"{['Checkout returns 502'] if readable else []} {path} can be read, but not written. "
            "Ask for write access to the file and its folder."
        )


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
        words = told(Store(location).open)
        assert words == f"{location.shown} refuses the password. Check the user and password in BRIDGEWATCH_DATABASE."
        assert "not/this" not in words

    def test_no_password(self, postgres: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PGPASSFILE", os.devnull)
        location = Location.parse(f"postgresql://bridgewatch@127.0.0.1:{postgres.port}/postgres")
        assert told(Store(location).open).startswith(f"{location.shown} wants a password.")

    def test_nothing_listens(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        location = Location.parse(f"postgresql://ana:x@127.0.0.1:{port}/desk")
        assert told(Store(location).open) == (
            f"Nothing listens at {location.shown}. Check that Postgres runs there, and the port."
        )

    def test_nobody_answers(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = silent.getsockname()[1]
            location = Location.parse(f"postgresql://ana:x@127.0.0.1:{port}/desk?connect_timeout=2")
            assert told(Store(location).open).startswith(f"The host of {location.shown} does not answer.")

    def test_no_such_database(self, postgres: Cluster) -> None:
        location = Location.parse(postgres.url("nowhere"))
        assert told(Store(location).open) == (
            f"{location.shown} does not exist. Create it with createdb, or check the address."
        )

    def test_no_connection_left(self, store: Store, postgres: Cluster) -> None:
        postgres.administer(sql.SQL("ALTER DATABASE {} CONNECTION LIMIT 0").format(self.database(store)))
        assert told(store.open).startswith(f"{store.location.shown} has no connection left.")

    def test_a_standby(self, store: Store, postgres: Cluster) -> None:
        postgres.administer(
            sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(self.database(store))
        )
        store.open()
        assert told(lambda: Acting(store), ReadOnly).startswith(f"{store.location.shown} is read-only at the moment.")

    def test_no_privilege(self, store: Store, postgres: Cluster) -> None:
        name = make_url(store.location.url).database or ""
        postgres.administer(sql.SQL("CREATE ROLE guest LOGIN PASSWORD 'guest'"))
        postgres.administer(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA public TO guest"), name)
        guest = Store(Location.parse(postgres.url(name, user="guest", password="guest")))
        guest.open()
        assert not guest.writable
        assert guest.board().incidents == ()
        assert told(lambda: Acting(guest), ReadOnly).startswith("Your login may not do that in")
        guest.close()

    def test_somebody_holds_a_lock(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(models.engine, "BUSY_SECONDS", "0.1")
        impatient = Store(store.location)
        impatient.open()
        incident = Acting(impatient)
        with store._engine.begin() as other:
            other.exec_driver_sql("SELECT * FROM incidents FOR UPDATE")
            words = told(lambda: incident(Note, "bo", text="x"))
        assert words.startswith(f"Somebody holds a lock in {store.location.shown} for too long.")
        incident(Note, "bo", text="x")
        impatient.close()

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            ("FATAL:  sorry, too many clients already", "has no connection left"),
            ("FATAL:  remaining connection slots are reserved for roles with SUPERUSER", "has no connection left"),
            ('FATAL:  too many connections for role "ana"', "has no connection left"),
            ("failed to resolve host 'db': [Errno -2] Name or service not known", "is not known"),
            ("connection timeout expired", "does not answer"),
            ("something new\nwith a second line", "does not answer. It says: something new"),
        ],
    )
    def test_what_drivers_say(self, words: str, sentence: str) -> None:
        def fail() -> None:
            with in_words(Location.parse("postgresql://ana:hush@db/desk")):
                raise OperationalError("SELECT 1", {}, psycopg.OperationalError(words))

        assert sentence in told(fail)

    def test_a_password_in_a_drivers_words(self) -> None:
        def fail() -> None:
            with in_words(Location.parse("postgresql://ana:hush%2F@db/desk")):
                raise OperationalError("SELECT 1", {}, psycopg.OperationalError("invalid dsn: hush/ or hush%2F"))

        assert "hush" not in told(fail)

    @pytest.mark.parametrize("mode", ["fast", "immediate"])
    def test_the_server_stops_and_comes_back(self, mode: Any) -> None:
        with Cluster() as cluster:
            store = Store(Location.parse(cluster.new_database()))
            store.open()
            incident = Acting(store)
            cluster.stop(mode)
            for failing in (store.board, lambda: incident(Note, "bo", text="x"), store.open):
                assert told(failing).startswith(f"Nothing listens at {store.location.shown}.")
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
        told(lambda: incident.store.perform(command))
        assert incident.now.version == 1
        assert not incident.store.perform(command).already
        assert incident.now.version == 2

    def cut(self, incident: Acting, times: int, *, before: bool) -> None:
        """Have a colleague end the server's process at the next commits."""
        engine = incident.store._engine
        address = incident.store.location.url.replace("+psycopg", "")
        commit = engine.dialect.do_commit
        left = [times]

        def cut_off(connection: Any) -> None:
            raw = connection.driver_connection
            if not left[0]:
                commit(connection)
                return
            left[0] -= 1
            if not before:
                commit(connection)
            with psycopg.connect(address) as colleague:
                colleague.execute("SELECT pg_terminate_backend(%s, 5000)", [raw.info.backend_pid])
            if before:
                commit(connection)
            raw.execute("SELECT 1")

        self.monkeypatch.setattr(engine.dialect, "do_commit", cut_off)
