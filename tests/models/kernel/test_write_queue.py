"""Writers of an SQLite file have their turn in the order in which they came, whatever becomes of one of them."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

import models.kernel.sqlite.write_queue
from models.kernel.failures import Unreachable
from models.kernel.location import Location
from models.kernel.sqlite.write_queue import in_turn
from tests.watching import LONG, ROOT

WAIT = """
import sys
import models.kernel.sqlite.write_queue as queue
from models.kernel.location import Location

follow = queue.lock_place

def lock(line, place, how, **more):
    follow(line, place, how, **more)
    if (place, how, more) == (queue.COUNTER, queue.fcntl.F_UNLCK, {}):
        print("has a place", flush=True)

queue.lock_place = lock
with queue.in_turn(Location.parse(sys.argv[1])):
    print("has the turn", flush=True)
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there are no places to wait at")


@pytest.fixture
def location(tmp_path: Path) -> Location:
    path = tmp_path / "bridgewatch.db"
    path.touch()
    return Location.file(path)


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch) -> threading.Semaphore:
    """Released whenever a thread of this program has taken a place in a line."""
    taken = threading.Semaphore(0)
    real = models.kernel.sqlite.write_queue.lock_place

    def lock(line: int, place: int, how: int, **more: Any) -> None:
        real(line, place, how, **more)
        if (place, how, more) == (models.kernel.sqlite.write_queue.COUNTER, fcntl.F_UNLCK, {}):
            taken.release()

    monkeypatch.setattr(models.kernel.sqlite.write_queue, "lock_place", lock)
    return taken


class Line:
    """Threads that wait for a turn, and the names of those who have had theirs."""

    def __init__(self, location: Location, places: threading.Semaphore) -> None:
        self._location, self._places = location, places
        self._threads: list[threading.Thread] = []
        self.turns: list[str] = []

    def join(self, name: str) -> None:
        """Returns when it has a place."""
        while self._places.acquire(blocking=False):
            pass
        self._threads.append(threading.Thread(target=self._wait, args=(name,), daemon=True))
        self._threads[-1].start()
        assert self._places.acquire(timeout=LONG)

    def _wait(self, name: str) -> None:
        with in_turn(self._location):
            self.turns.append(name)

    def all_had(self, *names: str) -> bool:
        """Wait for everybody; whether it was in this order."""
        for thread in self._threads:
            thread.join(LONG)
        return self.turns == [*names]


@pytest.fixture
def line(location: Location, places: threading.Semaphore) -> Line:
    return Line(location, places)


def file_of(location: Location) -> Path:
    return Path(f"{location.path}.lock")


def said(program: subprocess.Popen[str]) -> str:
    assert program.stdout is not None
    return program.stdout.readline().strip()


@contextmanager
def another_program(location: Location) -> Iterator[subprocess.Popen[str]]:
    """One that has a place in the line."""
    command = [sys.executable, "-c", WAIT, location.url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as program:
        try:
            assert said(program) == "has a place"
            yield program
        finally:
            program.kill()


def test_who_has_just_had_a_turn_goes_to_the_end_of_the_line(location: Location, line: Line) -> None:
    with in_turn(location):
        for name in ("ana", "bo", "cy"):
            line.join(name)
    with in_turn(location):
        line.turns.append("again")
    assert line.all_had("ana", "bo", "cy", "again")


def test_who_is_killed_in_the_line_holds_nobody_up(location: Location, line: Line) -> None:
    with in_turn(location):
        with another_program(location) as killed:
            line.join("behind")
            killed.kill()
            killed.wait()
        assert line.turns == []  # what is free is the place of the killed one, not the turn
    assert line.all_had("behind")


def test_who_is_stopped_in_the_line_is_named_and_then_passed(
    location: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ExitStack() as stack:
        with in_turn(location):
            stopped = stack.enter_context(another_program(location))
            stopped.send_signal(signal.SIGSTOP)
            os.waitid(os.P_PID, stopped.pid, os.WSTOPPED | os.WNOWAIT)
        monkeypatch.setattr(models.kernel.sqlite.write_queue, "BUSY_SECONDS", 0.05)
        with (
            pytest.raises(
                Unreachable, match=r"Check for a suspended bridgewatch \(Ctrl-Z\) on this machine, then try again"
            ),
            in_turn(location),
        ):
            pass
        with in_turn(location):
            pass
        stopped.send_signal(signal.SIGCONT)
        assert said(stopped) == "has the turn"


@pytest.mark.parametrize("content", [b"\xff" * 8, (2**62 - 2).to_bytes(8), b"Dear diary"])
def test_whatever_the_file_says_there_is_an_order(location: Location, line: Line, content: bytes) -> None:
    file_of(location).write_bytes(content)
    test_who_has_just_had_a_turn_goes_to_the_end_of_the_line(location, line)


@pytest.mark.parametrize(
    ("call", "error"),
    [((os, "pwrite"), errno.ENOSPC), ((fcntl, "fcntl"), errno.EINVAL), ((fcntl, "fcntl"), errno.EBADF)],
)
def test_where_no_place_can_be_taken_there_is_still_one_turn(
    location: Location, monkeypatch: pytest.MonkeyPatch, call: tuple[object, str], error: int
) -> None:
    def fails(*_: object) -> int:
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(*call, fails)
    monkeypatch.setattr(models.kernel.sqlite.write_queue, "BUSY_SECONDS", 0.05)
    with in_turn(location), pytest.raises(Unreachable), in_turn(location):
        pass
    with in_turn(location):
        pass


def test_an_earlier_version_beside_this_one_has_its_turn_alone(
    location: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models.kernel.sqlite.write_queue, "BUSY_SECONDS", 0.05)
    with in_turn(location), file_of(location).open() as earlier, pytest.raises(BlockingIOError):
        fcntl.flock(earlier, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with file_of(location).open() as earlier:
        fcntl.flock(earlier, fcntl.LOCK_EX)
        with pytest.raises(Unreachable), in_turn(location):
            pass
