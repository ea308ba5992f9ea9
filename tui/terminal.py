"""The terminal itself: what is pasted made harmless, keys typed while the program loads, and its state put back."""

from __future__ import annotations

import os
import signal
import sys
import termios
from array import array
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fcntl import ioctl
from threading import Thread
from types import FrameType
from typing import Any

from models.kernel.text import clean

ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)
"""The signals that end a desk."""

CLEAN = "".join(
    f"\x1b[{code}"
    for code in (
        "?2026l",  # whole frames
        "?2004l",  # bracketed paste
        "?2048l",  # sizes in the input
        *(f"?{mode}l" for mode in (1000, 1002, 1003, 1015, 1006, 1016)),  # the mouse, and in pixels
        "?1004l",  # who has the focus
        "<u",  # keys as kitty tells them
        "?7h",  # lines wrap
        "0m",
        "?1049l",  # the other screen
        "?25h",  # the cursor
    )
)
"""Undoes all that a desk asks of a terminal; what a terminal does not know, it ignores."""

_SECONDS = 0.5
"""How long the terminal may take to hear `CLEAN`: it may be stopped."""


def harmless(pasted: str) -> str:
    """Pasted text without what the terminal would obey, because fields draw what they hold."""
    return clean(pasted.encode(errors="replace").decode(), lines=True)


class TypedAhead:
    """The terminal while the program loads: what is typed is not echoed, and waits as it was typed."""

    def __init__(self) -> None:
        self.before: list[Any] | None = None
        """The terminal's attributes before the program began; None: it has none."""
        self.early = 0
        """How many characters were typed before that, in which Enter is a line feed."""

    def begin(self) -> None:
        with suppress(termios.error):
            self.before = termios.tcgetattr(0)
            raw = termios.tcgetattr(0)
            raw[0] &= ~(termios.ICRNL | termios.INLCR | termios.IGNCR)
            raw[3] &= ~(termios.ECHO | termios.ICANON)
            raw[6][termios.VMIN], raw[6][termios.VTIME] = 1, 0
            termios.tcsetattr(0, termios.TCSANOW, raw)
            waiting = array("i", [0])
            with suppress(OSError):
                ioctl(0, termios.FIONREAD, waiting)
            self.early = waiting[0]

    def end(self) -> None:
        if self.before is not None:
            with suppress(termios.error):
                termios.tcsetattr(0, termios.TCSANOW, self.before)


typed_ahead = TypedAhead()
"""Of this process, which has one terminal."""


@contextmanager
def loading() -> Iterator[None]:
    """Keep what is typed from now on for the desk; at the end, the terminal is as it was before."""

    def end(number: int, _frame: FrameType | None) -> None:
        typed_ahead.end()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    before = {number: signal.signal(number, end) for number in ENDING if number != signal.SIGINT}
    typed_ahead.begin()
    try:
        yield
    finally:
        typed_ahead.end()
        for number, handler in before.items():
            signal.signal(number, handler)


def let_go() -> None:
    """The terminal is gone: what is still read or written goes nowhere, and nothing fails or waits for it."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


def end_now(code: int) -> None:
    """End at once, whatever the program is waiting for, and leave the terminal clean."""

    def write() -> None:
        with suppress(OSError):
            os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, CLEAN.encode())

    writing = Thread(target=write, daemon=True)
    writing.start()
    writing.join(_SECONDS)
    typed_ahead.end()
    os._exit(code)
