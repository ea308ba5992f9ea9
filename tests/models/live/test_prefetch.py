"""The first board, seen by a process of its own that is sent ahead."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

import models
from models.board.board import read_board
from models.kernel.location import Location
from models.kernel.store import Store
from models.live import prefetch as ahead
from models.live.prefetch import Prefetch, Prefetched, prefetch
from models.live.remembered import RememberedBoard
from tests.models.acting import Acting

ASK = """
import sys
from pathlib import Path
from models.live import prefetch as ahead
from models.kernel.location import Location
from models.live.remembered import RememberedBoard
location = Location.parse(sys.argv[1])
ahead.PATIENCE_SECONDS = ahead.MOST_SECONDS = 60  # all that a slow machine needs
sent = ahead.prefetch(location, sys.argv[3], RememberedBoard(Path(sys.argv[2]), location, "ana"))
assert sent is not None and not {"sqlalchemy", "pydantic", "msgspec"} & set(sys.modules)
seen = sent.result()
print(seen and (seen.why is None, seen.board.shown and seen.board.shown.ref,
      [row.title for row in seen.board.incidents], seen.board.shown and seen.board.shown.roles[0].name))
"""


def asked(location: Location, cache: Path, language: str = "en") -> str:
    environment = {**os.environ, "PYTHONPATH": str(Path(models.__file__).parents[1])}
    address = str(location.path) if location.path else location.url
    told = subprocess.run(
        [sys.executable, "-c", ASK, address, str(cache), language], capture_output=True, text=True, env=environment
    )
    assert told.returncode == 0, told.stderr
    assert told.stderr == ""
    return told.stdout.strip()


def test_it_sees_what_the_store_sees(store: Store, tmp_path: Path) -> None:
    incident = Acting(store)
    assert asked(store.location, tmp_path) == str((True, incident.ref, ["Checkout returns 502"], "Incident Manager"))
    assert "Gestionnaire d'incident" in asked(store.location, tmp_path, "fr")


def test_it_looks_at_what_was_looked_at_last(store: Store, tmp_path: Path) -> None:
    first = Acting(store, severity="P3")
    second = Acting(store, severity="P1")
    assert f"'{second.ref}'" in asked(store.location, tmp_path)
    memory = RememberedBoard(tmp_path, store.location, "ana")
    memory.note(read_board(store, first.id))
    memory.save()
    assert f"'{first.ref}'" in asked(store.location, tmp_path)


def test_it_says_nothing_of_what_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "gone.db"
    assert asked(Location.file(path), tmp_path) == "None"
    assert not path.exists()


def test_it_changes_no_older_shape(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    path.touch()
    assert asked(Location.file(path), tmp_path) == "None"
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)


class TestTheAnswer:
    @pytest.fixture
    def board(self, store: Store) -> bytes:
        return msgspec.json.encode((read_board(store), ("You may only look.", "Ask."), "ana"))

    @pytest.fixture
    def pipe(self) -> Iterator[tuple[int, int]]:
        here, there = os.pipe()
        yield here, there
        for end in (here, there):
            try:
                os.close(end)
            except OSError:
                continue  # it was closed already, as it should be

    def back(self, pipe: tuple[int, int], *parts: bytes, ends: bool = True) -> Prefetched | None:
        here, there = pipe
        process = os.posix_spawn(sys.executable, [sys.executable, "-c", "input()"], os.environ)
        for part in parts:
            os.write(there, part)
        if ends:
            os.close(there)
        seen = Prefetch(process, here).result()
        with pytest.raises(ChildProcessError):
            os.waitpid(process, 0)  # nothing of it is left
        return seen

    def test_whole(self, pipe: tuple[int, int], board: bytes) -> None:
        seen = self.back(pipe, board[:10], board[10:])
        assert seen is not None
        assert (seen.why, seen.owner, seen.board.incidents) == (("You may only look.", "Ask."), "ana", ())

    @pytest.mark.parametrize("told", [b"", b"w", b"{}", b"\xff", b'{"board": 1'])
    def test_broken(self, pipe: tuple[int, int], told: bytes) -> None:
        assert self.back(pipe, told) is None

    def test_late(self, pipe: tuple[int, int], board: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(ahead, "PATIENCE_SECONDS", 0.0)
        assert self.back(pipe, board, ends=False) is None


def test_with_one_processor_nobody_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    location = Location.file(tmp_path / "desk.db")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: {0}, raising=False)
    assert prefetch(location, "en", RememberedBoard(tmp_path, location, "ana")) is None
