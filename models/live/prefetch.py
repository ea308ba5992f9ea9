"""Reads the first board in a process of its own while the program is still loading.

Loading the program and loading the database's library take about as long; on two processors they go side by side.
Whatever goes wrong here costs nothing: the desk's own link then finds out, and says it in words.
"""

from __future__ import annotations

import os
import select
import signal
import time
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from models.kernel.location import Location

if TYPE_CHECKING:
    from models.board.views import Board
    from models.live.remembered import RememberedBoard


MOST_SECONDS = 5
"""How long it may take at all: its process ends itself then."""

PATIENCE_SECONDS = 1.0
"""How long a desk waits for it before it goes to look itself."""


class Prefetched(NamedTuple):
    """What was read."""

    board: Board
    why: tuple[str, str] | None
    """Why one may not write, and what to do about it; None: one may."""
    owner: str | None
    """Whose the login is, if the database knows."""


class Prefetch:
    """A process on its way, whose answer comes through a pipe."""

    def __init__(self, process: int, pipe: int) -> None:
        self._process = process
        self._pipe = pipe

    def result(self) -> Prefetched | None:
        """Wait for it; None when nothing was read, or takes too long. To be asked once."""
        import msgspec

        from models.board.views import Board

        try:
            told = self._heard()
        finally:
            self._end()
        if not told:
            return None
        try:
            return Prefetched(*msgspec.json.decode(told, type=tuple[Board, tuple[str, str] | None, str | None]))
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None

    def _heard(self) -> bytes:
        """All that it said, nothing if it did not come to an end."""
        end = time.monotonic() + PATIENCE_SECONDS
        parts: list[bytes] = []
        while select.select([self._pipe], [], [], max(0.0, end - time.monotonic()))[0]:
            part = os.read(self._pipe, 1 << 20)
            if not part:
                return b"".join(parts)
            parts.append(part)
        return b""

    def _end(self) -> None:
        os.close(self._pipe)
        with suppress(OSError):
            os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)


def prefetch(location: Location, language: str, remembered: RememberedBoard) -> Prefetch | None:
    """Send one off, to look at the incident that was looked at last.

    To be called before the program has threads. None where it would not be faster.
    """
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if processors < 2:
        return None
    here, there = os.pipe()
    try:
        process = os.fork()
    except OSError:
        os.close(here)
        os.close(there)
        return None
    if process:
        os.close(there)
        return Prefetch(process, here)
    try:
        os.close(here)
        signal.alarm(MOST_SECONDS)
        _look(location, language, remembered, there)
    finally:
        os._exit(0)  # nothing of the program that it was is to be done twice


def _look(location: Location, language: str, remembered: RememberedBoard, pipe: int) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for terminal in (0, 1, 2):
        os.dup2(nothing, terminal)
    import msgspec

    from models.board.board import read_board
    from models.kernel.store import Store

    store = Store(location, language=language)
    store.open(create=False, upgrade=False)  # one that has to be upgraded, or cannot be used, is left to the desk
    before = remembered.recall()
    board = read_board(store, before.shown.id if before and before.shown else "first")
    why = (store.read_only.message, store.read_only.remedy) if store.read_only else None
    told = msgspec.json.encode((board, why, store.person))
    store.close()
    while told:
        told = told[os.write(pipe, told) :]
