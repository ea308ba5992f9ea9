"""An SQLite file in a folder that somebody may only read: it is read, and followed while others write to it."""

import multiprocessing
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Queue

import pytest

import models.live.connection
from models.board.board import read_board
from models.board.reader import Reader
from models.incident.declare import Declare
from models.kernel.failures import Failure, Unreachable
from models.kernel.location import Location
from models.kernel.store import Store
from models.live.link import Link
from models.live.news import News, State
from tests.models.acting import Acting, failure
from tests.models.live.listening import LONG

NOBODY = 65534


@pytest.fixture
def path(sqlite_template: Path) -> Iterator[Path]:
    """A file with an incident; nobody but its owner may write to it, or beside it."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        path = Path(name) / "desk.db"
        shutil.copy(sqlite_template, path)
        with closing(Store(Location.file(path))) as store:
            store.open()
            Acting(store)
        path.chmod(0o444)
        path.parent.chmod(0o555)
        yield path
        path.parent.chmod(0o755)


def look_on(path: Path, parent: Connection) -> None:
    """A desk of somebody whom root's rights do not help; tells how many incidents it sees, whenever that changes."""
    os.setresuid(NOBODY, NOBODY, NOBODY)
    vars(models.live.connection)["REST_SECONDS"] = 0.1
    told: Queue[News] = Queue()
    link = Link(Location.file(path), told.put)
    link.start()
    seen = 0
    while seen < 4:
        news = told.get(timeout=LONG)
        if news.board is not None and len(news.board.incidents) != seen:
            seen = len(news.board.incidents)
            parent.send((news.state, seen))
    try:
        link.perform(Declare(by="vera", title="Mine", severity="P3")).result(LONG)
    except Failure as failure:
        parent.send(str(failure))
    link.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_desk_follows_it_while_others_come_write_and_go(path: Path) -> None:
    processes = multiprocessing.get_context("fork")
    here, there = processes.Pipe()
    process = processes.Process(target=look_on, args=(path, there), daemon=True)
    process.start()
    there.close()

    def told() -> object:
        assert here.poll(LONG)
        return here.recv()

    assert told() == (State.READ_ONLY, 1)
    with closing(Store(Location.file(path))) as store:
        store.open()
        Acting(store)
        assert told() == (State.READ_ONLY, 2)
        Acting(store)
        assert told() == (State.READ_ONLY, 3)
    with closing(Store(Location.file(path))) as store:
        store.open()
        Acting(store)
    assert told() == (State.READ_ONLY, 4)
    assert told() == f"{path} is read-only for you. Ask for write access to the file and its folder."
    process.join(LONG)


def test_what_changes_under_a_reading_without_locks_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read then may be neither old nor new; the next reading begins anew."""
    may_write = False
    monkeypatch.setattr(os, "access", lambda *_: may_write)
    with closing(Store(Location.file(path))) as looking:
        looking.open()
        assert len(read_board(looking).incidents) == 1

        def disturbed() -> None:
            nonlocal may_write
            with looking.reading(Reader) as read:
                read.ticket()
                may_write = True
                path.parent.chmod(0o755)
                path.chmod(0o644)
                with closing(Store(Location.file(path))) as store:
                    store.open()
                    Acting(store)
                may_write = False

        assert failure(disturbed, Unreachable) == f"{path} was changed while it was read. Try again."
        assert len(read_board(looking).incidents) == 2
