"""Tells, at once, that another process wrote to the database."""

from __future__ import annotations

import selectors
import socket
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from enum import Enum
from types import TracebackType
from typing import Self

POLL = 0.25
"""Seconds between two looks where nothing announces a write."""


class Heard(Enum):
    NOTHING = "nothing"
    CHANGED = "changed"
    CLOSED = "closed"


class Gone(Exception):
    """The database cannot be watched any more (or not at all); `reason` says why, in words and without credentials."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Watch(ABC):
    """One desk's ear on the database.

    Opening one may block for seconds and raises Gone where there is nothing to watch. One thread calls `wait` in a
    loop; any thread may call `close`. After Gone, close it and open another.
    """

    doorbell: bool
    """Whether writes announce themselves; where they cannot, they are found by polling."""

    ticket: int | None = None
    """The number of the last change that was announced, once `wait` has said CHANGED; None: it is not known."""

    def __init__(self) -> None:
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        """By which `unchanged_at` is told."""
        self.unchanged_at: datetime | None = None
        """When nothing had changed since CHANGED was reported last, as far as is known; None: that is not known yet."""
        self._closing = False
        self._released = False
        self._waiting = threading.Lock()
        self._selector = selectors.DefaultSelector()
        self._poke, self._poked = socket.socketpair()
        self._selector.register(self._poked, selectors.EVENT_READ)

    def wait(self, timeout: float) -> Heard:
        """Block until somebody wrote, the watch is closed or `timeout` seconds are over; raise Gone when it is lost.

        The first call reports CHANGED: whoever has just connected has to read everything anew. CHANGED may also come
        without a change, never a change without it.
        """
        deadline = time.monotonic() + timeout
        with self._waiting:
            while not self._closing:
                if self._look():
                    return Heard.CHANGED
                left = deadline - time.monotonic()
                if left <= 0:
                    return Heard.NOTHING
                self._selector.select(max(0.0, min(left, self._patience())))
            return Heard.CLOSED

    def close(self) -> None:
        """Let go of everything; a `wait` in another thread returns CLOSED at once, and so does every later one."""
        self._closing = True
        with suppress(OSError):
            self._poke.send(b".")
        with self._waiting:
            if not self._released:
                self._released = True
                self._selector.close()
                self._poke.close()
                self._poked.close()
                self._release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @abstractmethod
    def _look(self) -> bool:
        """Whether something changed since the last look; never blocks."""

    @abstractmethod
    def _patience(self) -> float:
        """Seconds until the next look is due although nothing was announced."""

    @abstractmethod
    def _release(self) -> None: ...


RETRY_SECONDS = (0.25, 0.5, 1.0, 2.0, 5.0)
"""How long to wait before each further try to reach the database; the last one repeats."""


REJECTED_SECONDS = 900.0
"""How long to wait after a login was rejected: servers lock accounts after a few wrong passwords within minutes."""


def retry_seconds(failed: int) -> float:
    """How long to wait before the next try, after so many that failed."""
    return RETRY_SECONDS[min(failed, len(RETRY_SECONDS)) - 1]
