"""A program in a pseudo-terminal of its own, and every byte that it has written there, with the moment it came."""

from __future__ import annotations

import fcntl
import os
import pty
import signal
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

DEADLINE = 60.0
"""Nobody waits this long: it only bounds how a failure hangs."""

# The shell opens the terminal by its name, which makes it the controlling one: SIGWINCH and hang-ups arrive.
_OPEN = 'tty=$0; exec "$@" <>"$tty" >&0 2>&0'


class Terminal:
    """Starts the program at once; as a context manager it kills what is left of it."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        folder: Path,
        columns: int = 120,
        lines: int = 40,
    ) -> None:
        self._master, inside = pty.openpty()
        self.columns, self.lines = columns, lines
        self._set_size(columns, lines)
        self.raw = bytearray()
        self._arrivals: list[tuple[int, float]] = []
        self._ended = False
        self._news = threading.Condition()
        self.started = time.perf_counter()
        """When it was started, as `perf_counter` has it."""
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", _OPEN, os.ttyname(inside), *command],
            stdin=inside,
            stdout=inside,
            stderr=inside,
            env=dict(environment),
            cwd=folder,
            start_new_session=True,
        )
        os.close(inside)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while True:
            try:
                part = os.read(self._master, 65_536)
            except OSError:
                part = b""
            now = time.perf_counter()
            with self._news:
                self.raw += part
                self._arrivals.append((len(self.raw), now))
                self._ended = not part
                self._news.notify_all()
            if not part:
                return

    def send(self, keys: bytes) -> float:
        """Type; returns when that was."""
        now = time.perf_counter()
        os.write(self._master, keys)
        return now

    def mark(self) -> int:
        """How many bytes have come so far."""
        with self._news:
            return len(self.raw)

    def until(self, found: Callable[[], bool], deadline: float = DEADLINE) -> bool:
        """Wait until it is so, asking whenever bytes came; False when the program ended or time is up."""
        end = time.monotonic() + deadline
        with self._news:
            while not found():
                if self._ended or not self._news.wait(max(0.0, end - time.monotonic())):
                    return found()
        return True

    def arrival(self, wanted: bytes, since: int = 0, deadline: float = DEADLINE) -> float:
        """Wait for these bytes behind the mark `since`; returns when the last of them came."""
        looked = since

        def found() -> bool:
            nonlocal looked
            at = self.raw.find(wanted, looked)
            looked = at if at >= 0 else max(since, len(self.raw) - len(wanted))
            return at >= 0

        if not self.until(found, deadline):
            raise TimeoutError(f"{wanted!r} did not come; the last was {bytes(self.raw[-2000:])!r}")
        end = looked + len(wanted)
        with self._news:
            return next(at for length, at in self._arrivals if length >= end)

    def rest(self, seconds: float = 1.0) -> None:
        """Wait until nothing has come for so long."""
        while self._heard_within(seconds):
            pass

    def _heard_within(self, seconds: float) -> bool:
        seen = self.mark()
        return self.until(lambda: len(self.raw) > seen, seconds)

    def resize(self, columns: int, lines: int) -> None:
        self.columns, self.lines = columns, lines
        self._set_size(columns, lines)

    def _set_size(self, columns: int, lines: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def give_way(self) -> None:
        """From now on it computes when nobody else wants to, as if it were on another machine; Linux only."""
        process = Path(f"/proc/{self.process.pid}")
        for thread in (process / "task").iterdir():
            os.sched_setscheduler(int(thread.name), os.SCHED_IDLE, os.sched_param(0))
        group = process / "autogroup"
        while group.exists():  # where terminals share the processor first, and only then what runs in them
            try:
                group.write_text("19")
                return
            except BlockingIOError:  # not so many within a tenth of a second, but for root
                time.sleep(0.1)

    def kill(self) -> None:
        """End it as a crash would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def exit_code(self) -> int:
        """Wait for its end."""
        return self.process.wait(DEADLINE)

    def close(self) -> None:
        """Kill what is left of it, and let go of the terminal."""
        if self.process.poll() is None:
            self.kill()
        self._reader.join(DEADLINE)
        os.close(self._master)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
