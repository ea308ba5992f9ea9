"""The last known board, kept between runs."""

from pathlib import Path

import pytest

from models.board.board import read_board
from models.kernel.location import Location
from models.kernel.store import Store
from models.live.remembered import RememberedBoard
from tests.models.acting import Acting


@pytest.fixture
def incident(store: Store) -> Acting:
    return Acting(store)


def test_each_person_and_database_has_its_own(incident: Acting, tmp_path: Path) -> None:
    location = incident.store.location
    memory = RememberedBoard(tmp_path, location, "ana")
    assert memory.recall() is None
    memory.save()
    assert not list(tmp_path.glob("*.json"))
    board = read_board(incident.store, incident.id)
    memory.note(board)
    memory.save()
    assert RememberedBoard(tmp_path, location, "ana").recall() == board
    assert RememberedBoard(tmp_path, location, "bo").recall() is None
    assert RememberedBoard(tmp_path, Location.file(tmp_path / "other.db"), "ana").recall() is None


def test_only_its_owner_may_read_it(incident: Acting, tmp_path: Path) -> None:
    memory = RememberedBoard(tmp_path / "cache", incident.store.location, "ana")
    memory.note(read_board(incident.store))
    memory.save()
    (file,) = (tmp_path / "cache").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("content", [b"", b"{}", b"null", b"\xff\xfe", b'{"ticket": 1'])
def test_a_board_of_another_version(incident: Acting, tmp_path: Path, content: bytes) -> None:
    memory = RememberedBoard(tmp_path, incident.store.location, "ana")
    memory.note(read_board(incident.store))
    memory.save()
    (file,) = tmp_path.glob("board-*.json")
    file.write_bytes(content)
    assert memory.recall() is None


def test_a_folder_that_cannot_be(incident: Acting, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    memory = RememberedBoard(tmp_path / "file" / "cache", incident.store.location, "ana")
    memory.note(read_board(incident.store))
    memory.save()
    assert memory.recall() is None
