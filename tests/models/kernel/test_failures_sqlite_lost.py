"""An SQLite file that was emptied, and one that a limit of the account keeps from growing."""

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from models.board.board import read_board
from models.kernel.failures import ReadOnly, Unusable
from models.kernel.location import Location
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


def test_a_limit_of_the_account_is_no_damage(store: Store, path: Path) -> None:
    incident = Acting(store)
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 6_000, limit[1]))

    def write() -> None:
        for _ in range(99):
            incident(Note, "ana", text="x" * 3_000)

    try:
        said = failure(write, ReadOnly)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert said.startswith(f"{path} cannot be written: a limit of your account (file size or disk quota) is reached")
    assert "backup" not in said
    incident(Note, "ana", text="goes on")
    assert reads.newest(store, 1)[0].text == "goes on"
