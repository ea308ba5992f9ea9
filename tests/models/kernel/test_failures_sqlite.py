"""SQLite files that cannot be used, each told in words with what to do, and never with a traceback."""

import fcntl
import os
import shutil
import sqlite3
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

import models.kernel.engine
import models.kernel.sqlite.write_queue
from models.board.board import read_board
from models.incident.declare import Declare
from models.kernel.failures import ReadOnly, Unusable
from models.kernel.location import Location
from models.kernel.sqlite.mounts import network_file_system
from models.kernel.store import Store
from models.timeline.commands import Note
from tests import reads
from tests.models.acting import Acting, failure


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
        assert failure(store.open, Unusable) == (
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
            read_board(store, 1)

        assert (
            failure(use, Unusable)
            == f"{path} is damaged. Restore it from a backup. Keep the damaged file for data recovery."
        )

    def test_no_folder(self, tmp_path: Path) -> None:
        store = Store(Location.file(tmp_path / "no" / "desk.db"))
        assert failure(store.open, Unusable) == (
            f"The folder {tmp_path / 'no'} does not exist. Create it, or choose another path."
        )

    def test_a_folder(self, tmp_path: Path) -> None:
        assert failure(Store(Location.file(tmp_path)).open, Unusable).startswith(f"{tmp_path} is not a file.")

    def test_a_file_for_a_folder(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        assert "cannot be opened: Not a directory." in failure(
            Store(Location.file(tmp_path / "file" / "x.db")).open, Unusable
        )

    def test_a_name_that_is_too_long(self, tmp_path: Path) -> None:
        assert "cannot be opened: File name too long." in failure(
            Store(Location.file(tmp_path / ("x" * 300))).open, Unusable
        )

    def test_it_was_deleted(self, store: Store, path: Path) -> None:
        store.open()
        incident = Acting(store)
        path.unlink()
        for failing in (lambda: read_board(store), lambda: incident(Note, "bo", text="x")):
            assert failure(failing).startswith(
                f"{path} is missing. It may have been moved, or its disk is not mounted. Restore the file;"
            )
        assert not path.exists()

    def test_it_was_replaced(self, store: Store, path: Path, sqlite_template: Path) -> None:
        store.open()
        incident = Acting(store)
        new = path.with_name("new.db")
        shutil.copy(sqlite_template, new)
        for left in ("-wal", "-shm"):  # whoever restores a database removes these, or SQLite reads the former one's
            path.with_name(path.name + left).unlink()
        new.replace(path)
        for failing in (lambda: read_board(store), lambda: incident(Note, "bo", text="x")):
            assert failure(failing) == f"{path} was moved or replaced. The desk opens the new file."
        store.open(create=False)
        assert read_board(store).incidents == ()

    def test_it_was_moved_while_a_command_was_performed(self, store: Store, path: Path) -> None:
        store.open()
        incident = Acting(store)
        moved = path.with_name("moved.db")

        class Moving(Note):
            def perform(self, tx: Any) -> int:
                path.rename(moved)
                return super().perform(tx)

        failure(lambda: incident(Moving, "bo", text="into the void"))
        moved.rename(path)
        assert incident.now.version == 1

    def test_it_came_back(self, store: Store, path: Path) -> None:
        store.open()
        Acting(store)
        store.close()
        away = path.with_name("away.db")
        path.rename(away)
        failure(lambda: read_board(store))
        away.rename(path)
        assert len(read_board(store).incidents) == 1

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
        monkeypatch.setattr(models.kernel.engine, "network_file_system", lambda path: "nfs4")
        assert failure(lambda: Store(Location.file(path)), Unusable) == (
            f"{path} is on a network file system (nfs4), where SQLite locks are not reliable. "
            "Move the file to a local disk, or use Postgres for a team."
        )

    def test_another_program_holds_it(self, store: Store, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(models.kernel.engine, "BUSY_SECONDS", 0.05)
        store.open()
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert failure(lambda: Acting(store)) == (
                f"{path} is locked by another program. Try again, or close the other program."
            )
            assert read_board(store).incidents == ()
        Acting(store)

    def test_a_stopped_desk_holds_the_line(self, store: Store, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        store.open()
        monkeypatch.setattr(models.kernel.sqlite.write_queue, "BUSY_SECONDS", 0.05)
        line = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT)
        fcntl.flock(line, fcntl.LOCK_EX)
        assert failure(lambda: Acting(store)).startswith(
            f"Another process has been writing to {path} for more than 0.05 seconds."
        )
        os.close(line)
        monkeypatch.setattr(models.kernel.sqlite.write_queue, "BUSY_SECONDS", 30)
        Acting(store)

    def test_a_table_is_gone(self, store: Store, path: Path) -> None:
        store.open()
        Acting(store)
        with closing(sqlite3.connect(path)) as other:
            other.execute("DROP TABLE promises")
        assert failure(lambda: reads.incident(store, 1), Unusable) == (
            f"A Bridgewatch table or column is missing in {path} (no such table: promises)."
            " Run `bridgewatch doctor` to see what is missing, then restore from a backup."
        )

    def test_a_full_disk(self, path: Path, request: pytest.FixtureRequest) -> None:
        store = Store(Location.file(path))
        store.open()
        store.close()

        def full(connection: sqlite3.Connection, _record: object) -> None:
            connection.execute("PRAGMA max_page_count = 1")

        event.listen(Engine, "connect", full)
        request.addfinalizer(lambda: event.remove(Engine, "connect", full))
        title = "x" * 200

        def fill() -> None:
            for _ in range(100):
                store.perform(Declare(by="ana", title=title, severity="P3"))

        assert failure(fill, ReadOnly).startswith(f"The disk of {path} is full.")
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
    ("journal", "file_mode", "folder_mode"),
    [
        ("wal", 0o444, 0o777),
        ("delete", 0o444, 0o555),
        ("wal", 0o444, 0o555),
        ("wal", 0o666, 0o555),
    ],
)
def test_a_file_that_may_only_be_read(sqlite_template: Path, journal: str, file_mode: int, folder_mode: int) -> None:
    """SQLite keeps its lists of readers beside a file in WAL mode; where it can't, the file is read without them."""
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
        path.chmod(file_mode)
        folder.chmod(folder_mode)

        def ask() -> str:
            store = Store(Location.file(path))
            titles = []
            try:
                store.open()
                titles = [row.title for row in read_board(store).incidents]
                Acting(store)
            except ReadOnly as read_only:
                return f"{titles} {read_only}"
            return "written"

        words = as_somebody_else(ask)
        folder.chmod(0o755)
        assert words == (
            f"['Checkout returns 502'] {path} is read-only for you. Ask for write access to the file and its folder."
        )
