"""The line in which the writers of an SQLite file wait their turn: SQLite's own waiting is unfair and starves some.

It is a file beside the database. A flock on it is the turn. Linux gives a flock to whoever asks first once it is free,
and who was woken for it may find that somebody else was faster, time after time. So each writer holds a byte of the
file, its place, and waits for the place before its own: on a release exactly one wakes, and nobody gets past it. What
a crash leaves open the kernel closes, and then there are two who ask for the flock.
"""

from __future__ import annotations

import fcntl
import os
import struct
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from models.kernel.failures import Unreachable
from models.kernel.location import Location
from models.kernel.sqlite import sharing

BUSY_SECONDS = 5
"""How long to wait for other writers before saying so."""

_PLACES = sys.platform == "linux"
"""Elsewhere the turn is whoever's asks first."""

_FLOCK = struct.Struct("hhqqi0q")
"""The kernel's `struct flock`: what to do, from where, at which byte, how many, whose."""

COUNTER = 0
"""The byte that is held while somebody takes a place; the file's content says which place was the last."""

_LAST = 2**62
"""The place after which they begin anew, whatever somebody has written into the file."""


@contextmanager
def in_turn(location: Location) -> Iterator[None]:
    """Wait in line with the other writers of an SQLite file, and have the turn.

    Raises Unreachable when somebody holds the line for too long.
    """
    if location.path is None:
        yield
        return
    try:
        line = _line(location.path)
    except OSError:  # a read-only folder: SQLite itself says what is wrong
        yield
        return
    try:
        _wait(line, location)
        yield
    finally:
        _leave(line)
        os.close(line)


def _line(path: Path) -> int:
    name = f"{path}.lock"
    how = os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        return os.open(name, os.O_RDWR | how)
    except PermissionError:
        return os.open(name, os.O_RDONLY | how)
    except FileNotFoundError:
        line = os.open(name, os.O_RDWR | os.O_CREAT | how, sharing.ALONE)
        sharing.like(line, path)
        return line


def _wait(line: int, location: Location) -> None:
    try:
        _stand(line, wait=False)
        return
    except BlockingIOError:
        _leave(line)
    # only a lock that blocks keeps its place, and it has no timeout of its own
    waiting = os.dup(line)
    waiter = threading.Thread(target=_hold, args=(waiting,), daemon=True)
    waiter.start()
    waiter.join(BUSY_SECONDS)
    if waiter.is_alive():
        raise Unreachable(
            f"Another process has been writing to {location.shown} for more than {BUSY_SECONDS} seconds.",
            "Check for a suspended bridgewatch (Ctrl-Z) on this machine, then try again.",
        )


def _hold(waiting: int) -> None:
    # the lock stays as long as the caller's own descriptor does: one that has given up leaves nobody locked out
    try:
        _stand(waiting, wait=True)
    finally:
        os.close(waiting)


def _stand(line: int, *, wait: bool) -> None:
    """Go to the end of the line, and take the turn; raises BlockingIOError where one may not `wait` for it."""
    try:
        if _PLACES:
            _follow(line, wait=wait)
    except BlockingIOError:
        raise
    except OSError:  # a full disk, a file that may only be read, no such locks: then it is whoever's asks first
        _leave(line)
    fcntl.flock(line, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))


def _follow(line: int, *, wait: bool) -> None:
    """Take the next place, and wait until nobody has the one before."""
    lock_place(line, COUNTER, fcntl.F_WRLCK, wait=wait)
    before = min(int.from_bytes(os.pread(line, 8, 0)), _LAST) or 1
    place = before % _LAST + 1
    if not wait:
        lock_place(line, before, fcntl.F_WRLCK)
    os.pwrite(line, place.to_bytes(8), 0)
    lock_place(line, place, fcntl.F_WRLCK)
    lock_place(line, COUNTER, fcntl.F_UNLCK)
    lock_place(line, before, fcntl.F_WRLCK, wait=wait)
    lock_place(line, before, fcntl.F_UNLCK)


def _leave(line: int) -> None:
    """Give back every place, also of a waiter who was given up and waits on."""
    if _PLACES:
        with suppress(OSError):  # where no place can be taken, either
            lock_place(line, 0, fcntl.F_UNLCK, count=0)


def lock_place(line: int, place: int, how: int, *, wait: bool = False, count: int = 1) -> None:
    """Lock or unlock these places of the file. Raises OSError where somebody has one, unless it is to `wait`."""
    # it is the open file's, not the process's: two threads of one program stand in line as two programs do
    command = fcntl.F_OFD_SETLKW if wait else fcntl.F_OFD_SETLK
    fcntl.fcntl(line, command, _FLOCK.pack(how, os.SEEK_SET, place, count, 0))
