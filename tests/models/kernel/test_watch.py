"""What a watch hears on SQLite, from other processes."""

import contextlib
import os
import socket
import sqlite3
from pathlib import Path

import pytest

import models.kernel.sqlite.watch
from models.kernel.sqlite.change_signal import Doorbell, bells_of, ring
from models.kernel.sqlite.watch import SqliteWatch
from models.kernel.watch import Gone, Heard
from tests.watching import LONG, NEVER, beside_another_process, closed_while_waiting, in_another_process

SQLITE_WRITER = """
import sqlite3, sys
from models.kernel.sqlite.change_signal import ring
with sqlite3.connect(sys.argv[1], timeout=30) as connection:
    connection.execute("INSERT INTO notes VALUES ('from another process')")
connection.close()
if "ring" in sys.argv:
    ring(sys.argv[1])
"""

DIES_WITH_ITS_BELL_UP = """
import os, sys
from models.kernel.sqlite.change_signal import Doorbell
bell = Doorbell(sys.argv[1])
os._exit(0)
"""


class TestSqlite:
    @pytest.fixture
    def database(self, tmp_path: Path) -> Path:
        return make_sqlite(tmp_path / "b.db")

    @pytest.fixture
    def no_poll(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(models.kernel.sqlite.watch, "POLL", NEVER)

    def test_the_doorbell_alone_tells_of_another_process(self, database: Path, no_poll: None) -> None:
        with SqliteWatch(database) as watch:
            assert watch.doorbell
            assert watch.wait(LONG) is Heard.CHANGED
            in_another_process(SQLITE_WRITER, database, "ring")
            assert watch.wait(LONG) is Heard.CHANGED
            assert watch.wait(0) is Heard.NOTHING

    def test_polling_alone_tells_of_another_process(self, database: Path) -> None:
        with SqliteWatch(database) as watch:
            assert watch.wait(LONG) is Heard.CHANGED
            in_another_process(SQLITE_WRITER, database)
            assert watch.wait(LONG) is Heard.CHANGED

    def test_a_commit_wakes_a_desk_that_is_already_waiting(self, database: Path, no_poll: None) -> None:
        with SqliteWatch(database) as watch:
            assert watch.wait(LONG) is Heard.CHANGED
            with beside_another_process(SQLITE_WRITER, database, "ring"):
                assert watch.wait(LONG) is Heard.CHANGED

    def test_a_ring_without_a_change_is_nothing(self, database: Path) -> None:
        with SqliteWatch(database) as watch:
            assert watch.wait(LONG) is Heard.CHANGED
            ring(database)
            assert watch.wait(0) is Heard.NOTHING

    def test_what_is_rolled_back_is_nothing(self, database: Path) -> None:
        writer = sqlite3.connect(database, isolation_level=None)
        with contextlib.closing(writer), SqliteWatch(database) as watch:
            assert watch.wait(LONG) is Heard.CHANGED
            writer.execute("BEGIN IMMEDIATE")
            writer.execute("INSERT INTO notes VALUES ('x')")
            assert watch.wait(0) is Heard.NOTHING
            writer.execute("ROLLBACK")
            assert watch.wait(0) is Heard.NOTHING

    def test_many_commits_and_rings_are_one_change(self, database: Path) -> None:
        writer = sqlite3.connect(database, isolation_level=None)
        with contextlib.closing(writer), SqliteWatch(database) as watch:
            assert watch.wait(LONG) is Heard.CHANGED
            for _ in range(300):
                writer.execute("INSERT INTO notes VALUES ('x')")
                ring(database)
            assert watch.wait(LONG) is Heard.CHANGED
            assert watch.wait(0) is Heard.NOTHING

    def test_a_link_to_the_database_leads_to_the_same_bells(
        self, database: Path, tmp_path: Path, no_poll: None
    ) -> None:
        link = tmp_path / "link"
        link.symlink_to(database)
        with SqliteWatch(link) as watch:
            assert watch.wait(LONG) is Heard.CHANGED
            in_another_process(SQLITE_WRITER, database, "ring")
            assert watch.wait(LONG) is Heard.CHANGED

    @pytest.mark.parametrize("name", ["x" * 120, "% ?#ż.db"])
    def test_any_file_name(self, tmp_path: Path, name: str) -> None:
        database = make_sqlite(tmp_path / name)
        with SqliteWatch(database) as watch:
            assert watch.doorbell == (len(name) < 100)
            assert watch.wait(LONG) is Heard.CHANGED
            in_another_process(SQLITE_WRITER, database, "ring")
            assert watch.wait(LONG) is Heard.CHANGED

    def test_polls_where_no_folder_can_be(self, database: Path) -> None:
        Path(bells_of(database)).write_text("in the way")
        with SqliteWatch(database) as watch:
            assert not watch.doorbell
            assert watch.address is None
            assert watch.wait(LONG) is Heard.CHANGED
            in_another_process(SQLITE_WRITER, database, "ring")
            assert watch.wait(LONG) is Heard.CHANGED

    def test_a_deleted_file_is_gone(self, database: Path) -> None:
        with SqliteWatch(database) as watch:
            assert watch.wait(LONG) is Heard.CHANGED
            database.unlink()
            with pytest.raises(Gone, match="is missing"):
                watch.wait(LONG)

    def test_a_replaced_file_is_gone(self, database: Path, tmp_path: Path) -> None:
        other = make_sqlite(tmp_path / "other.db")
        with SqliteWatch(database) as watch:
            assert watch.wait(LONG) is Heard.CHANGED
            other.replace(database)
            with pytest.raises(Gone, match="replaced"):
                watch.wait(LONG)
        with SqliteWatch(database) as watch:
            assert watch.wait(LONG) is Heard.CHANGED

    def test_a_file_that_is_not_there_is_not_created(self, tmp_path: Path) -> None:
        with pytest.raises(Gone, match="is missing"):
            SqliteWatch(tmp_path / "none.db")
        assert not list(tmp_path.iterdir())

    def test_a_file_that_is_no_database_is_gone(self, tmp_path: Path) -> None:
        (tmp_path / "b.db").write_bytes(b"something else entirely" * 1000)
        with SqliteWatch(tmp_path / "b.db") as watch, pytest.raises(Gone, match="cannot be read"):
            watch.wait(LONG)

    def test_close_ends_a_wait_and_takes_the_bell_away(self, database: Path, no_poll: None) -> None:
        watch = SqliteWatch(database)
        assert closed_while_waiting(watch) is Heard.CLOSED
        assert watch.wait(NEVER) is Heard.CLOSED
        assert os.listdir(bells_of(database)) == []
        watch.close()

    def test_the_database_survives_its_watch(self, database: Path) -> None:
        SqliteWatch(database).close()
        in_another_process(SQLITE_WRITER, database)
        with contextlib.closing(sqlite3.connect(database)) as connection:
            assert connection.execute("SELECT count(*) FROM notes").fetchone() == (1,)


class TestDoorbell:
    @pytest.fixture
    def database(self, tmp_path: Path) -> Path:
        return make_sqlite(tmp_path / "b.db")

    def test_ringing_takes_away_dead_bells_only(self, database: Path) -> None:
        in_another_process(DIES_WITH_ITS_BELL_UP, database)
        folder = Path(bells_of(database))
        (folder / "notes.txt").write_text("somebody's")
        (dead,) = (path for path in folder.iterdir() if path.is_socket())
        with contextlib.closing(Doorbell(database)) as bell:
            ring(database)
            assert not dead.exists()
            assert {path.name for path in folder.iterdir()} == {"notes.txt", Path(bell.address).name}

    def test_rings_everybody_but_one(self, database: Path) -> None:
        with contextlib.closing(Doorbell(database)) as mine, contextlib.closing(Doorbell(database)) as theirs:
            ring(database, besides=mine.address)
            assert has_rung(theirs)
            assert not has_rung(mine)
            theirs.hush()
            assert not has_rung(theirs)

    def test_ringing_where_nobody_listens_is_quiet(self, database: Path, tmp_path: Path) -> None:
        ring(database)
        ring(tmp_path / "no" / "such" / "folder")
        Path(bells_of(database)).write_text("in the way")
        ring(database)

    def test_a_desk_that_does_not_listen_holds_nobody_up(self, database: Path) -> None:
        with contextlib.closing(Doorbell(database)) as bell:
            for _ in range(2000):
                ring(database)
            assert has_rung(bell)

    def test_who_shares_the_database_shares_the_bells(self, tmp_path: Path) -> None:
        shared = tmp_path / "shared"
        shared.mkdir()
        shared.chmod(0o2770)
        (shared / "b.db").touch()
        (shared / "b.db").chmod(0o660)
        before = os.umask(0o077)
        try:
            with contextlib.closing(Doorbell(shared / "b.db")) as bell:
                assert Path(bells_of(shared / "b.db")).stat().st_mode & 0o7777 == 0o2770
                assert Path(bell.address).stat().st_mode & 0o777 == 0o666
        finally:
            os.umask(before)


def make_sqlite(path: Path) -> Path:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE notes (text TEXT)")
    return path


def has_rung(bell: Doorbell) -> bool:
    with socket.socket(fileno=os.dup(bell.fileno())) as ear:
        try:
            ear.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
    return True
