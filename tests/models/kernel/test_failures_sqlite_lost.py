"""An SQLite file that was emptied, and one that a limit of the account keeps from growing."""

import errno
import os
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from models.board.board import read_board
from models.kernel.errors import in_words
from models.kernel.failures import ReadOnly, Unusable
from models.kernel.location import Location
from models.kernel.sqlite.backup import back_up
from models.kernel.store import Store
from models.timeline.commands import Note
from tests import reads
from tests.models.acting import Acting, failure


@pytest.fixture
def path(sqlite_location: Location) -> Path:
    assert sqlite_location.path
    return sqlite_location.path


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with closing(Store(Location.file(path))) as store:
        store.open()
        yield store


@pytest.mark.parametrize("create", [True, False])
@pytest.mark.parametrize("header", [True, False])
def test_one_that_was_emptied_is_not_begun_anew(store: Store, path: Path, create: bool, header: bool) -> None:
    Acting(store)
    store.close()
    for each in path.parent.glob(f"{path.name}-*"):
        each.unlink()
    path.write_bytes(b"")
    if header:  # as a connection leaves a file that has no table
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
    for _ in range(2):
        assert failure(lambda: store.open(create=create), Unusable) == (
            f"{path} is empty: something has taken away all that was in it. "
            "Restore it from a backup. (`bridgewatch init` begins an empty database.)"
        )
    store.open(anew=True)
    assert read_board(store).incidents == ()


def test_an_empty_file_that_was_no_database_becomes_one(tmp_path: Path) -> None:
    (tmp_path / "new.db").touch()
    with closing(Store(Location.file(tmp_path / "new.db"))) as store:
        store.open()
        assert read_board(store).incidents == ()


@contextmanager
def limited(size: int) -> Iterator[None]:
    """The most bytes that a file of this process may have."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def fill(incident: Acting) -> None:
    for _ in range(99):
        incident(Note, "ana", text="x" * 3_000)


@pytest.mark.parametrize("room", [-300_000, -50_000, 0, 6_000, 60_000])
def test_a_limit_of_the_account_is_no_damage(store: Store, path: Path, room: int) -> None:
    incident = Acting(store)
    size = path.stat().st_size + room
    with limited(size):
        said = failure(lambda: fill(incident), ReadOnly)
        assert reads.newest(store, 1)
    assert said == (
        f"{path} cannot be written: the limit of your account for the size of a file is reached ({size // 1024} kB;"
        " `ulimit -f` shows it). What is in it is unharmed."
        " Raise the limit in the shell that starts Bridgewatch, then try again."
    )
    incident(Note, "ana", text="goes on")
    assert reads.newest(store, 1)[0].text == "goes on"


def test_a_limit_that_leaves_no_room_to_begin(store: Store, path: Path) -> None:
    """SQLite says then that the disk is full."""
    Acting(store)
    store.close()
    with limited(4_096):
        assert "the limit of your account for the size of a file is reached (4 kB;" in failure(store.open, Unusable)
    store.open()
    Acting(store)


def test_a_copy_that_is_larger_than_the_limit(path: Path, tmp_path: Path) -> None:
    with limited(100_000), pytest.raises(Unusable, match="the limit of your account for the size of a file"):
        back_up(path, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()
    back_up(path, tmp_path / "copy.db")


def test_a_new_file_whose_tables_find_no_room_leaves_nothing(tmp_path: Path) -> None:
    """The next start took it for a file that somebody had emptied, and sent its reader to a backup."""
    with closing(Store(Location.file(tmp_path / "new.db"))) as store:
        with limited(100_000):
            assert "is reached (97 kB;" in failure(store.open, ReadOnly)
        assert not (tmp_path / "new.db").exists()
        store.open()
        Acting(store)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EDQUOT, "cannot be written: the disk quota of your account is used up. What is in it is unharmed."),
        (errno.EIO, "cannot be written: its disk reports errors. Check the disk, then run `bridgewatch doctor`."),
        (errno.ENOSPC, "is full. Free some disk space."),
        (errno.EACCES, "a limit of your account (file size or disk quota) is reached, or the disk has errors. What"),
    ],
)
def test_what_the_system_says_is_named(path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str) -> None:
    """SQLite has the same error for all of these; the system's own answer to a few bytes beside the file differs."""

    def refuse(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_WRITE
    monkeypatch.setattr(os, "write", refuse)
    with pytest.raises(ReadOnly) as told, in_words(Location.file(path)):
        raise OperationalError("INSERT", {}, error)
    assert words in str(told.value)
    assert "backup" not in str(told.value)
    assert sorted(each.name for each in path.parent.iterdir() if "room" in each.name) == []
