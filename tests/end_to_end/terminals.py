"""The real program in a real pseudo-terminal, as the person in front of it sees it."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pyte
import pytest

from bench.terminal import Terminal
from models.kernel.location import Location

ROOT = Path(__file__).parents[2]

_FRAME, _FRAME_END = b"\x1b[?2026h", b"\x1b[?2026l"
_QUESTION, _ANSWER = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
"""Whether the terminal can draw whole frames at once: then the program says where they begin and end."""

Seen = str | Callable[[list[str]], bool]
"""Words on the screen, or what has to be true of its lines."""


class Window(Terminal):
    """Somebody's terminal window with the program in it, in a home of their own."""

    def __init__(
        self, program: Sequence[str], arguments: list[str], home: Path, size: tuple[int, int], **variables: str
    ) -> None:
        columns, lines = size
        self._emulated = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._emulated)
        self._fed = 0
        self._told = False
        super().__init__(
            [sys.executable, *program, *arguments],
            environment=environment(home, variables),
            folder=ROOT,
            columns=columns,
            lines=lines,
        )

    @contextmanager
    def looking(self) -> Iterator[pyte.Screen]:
        """The screen with its colours, after the last whole frame; it stands still meanwhile."""
        with self._news:
            if not self._told and _QUESTION in self.raw:
                self._told = True
                self.send(_ANSWER)
            begun, ended = (self.raw.rfind(mark, self._fed) for mark in (_FRAME, _FRAME_END))
            whole = begun if begun > ended else len(self.raw)
            self._stream.feed(bytes(self.raw[self._fed : whole]))
            self._fed = whole
            yield self._emulated

    def screen(self) -> list[str]:
        with self.looking() as screen:
            return list(screen.display)

    def keys(self, text: str) -> None:
        self.send(text.encode())

    def wait_for(self, seen: Seen) -> list[str]:
        """Wait until the screen shows it; returns the screen."""
        found = seen if callable(seen) else lambda lines: any(seen in line for line in lines)
        if not self.until(lambda: found(self.screen())):
            raise AssertionError("\n".join((f"{seen} was not seen:", *self.screen())))
        return self.screen()

    def press(self, key: str, seen: Callable[[list[str]], bool]) -> None:
        """Press a key until the screen shows what it does: in one breath with what was typed before, it is dropped."""
        for _ in range(30):
            self.keys(key)
            if self.until(lambda: seen(self.screen()), deadline=1.0):
                return
        self.wait_for(seen)

    def wait_for_all(self, *words: str) -> list[str]:
        """Wait until the screen shows all of them at once, also where a line ends within one of them."""

        def shown(lines: list[str]) -> bool:
            flowing = " ".join(" ".join(lines).split())
            return all(word in flowing or any(word in line for line in lines) for word in words)

        return self.wait_for(shown)

    def resize(self, columns: int, lines: int) -> None:
        with self.looking() as screen:
            screen.resize(lines, columns)
            super().resize(columns, lines)


def environment(home: Path, variables: dict[str, str]) -> dict[str, str]:
    dropped = ("BRIDGEWATCH_", "XDG_", "TEXTUAL", "LC_", "NO_COLOR", "COLUMNS", "LINES")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    home.mkdir(parents=True, exist_ok=True)
    places = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("DATA", "CONFIG", "CACHE")}
    terminal = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}
    return {**kept, "HOME": str(home), **places, **terminal, **variables}


class Windows:
    """Opens windows, and closes what is left of them."""

    def __init__(self, homes: Path, stack: ExitStack) -> None:
        self._homes = homes
        self._stack = stack

    def __call__(self, location: Location, person: str, size: tuple[int, int] = (120, 40), **variables: str) -> Window:
        """A desk; whoever opens another one comes back to the same home."""
        arguments = ["--database", location.url, "--as", person]
        return self.program(arguments, self._homes / person, size, **variables)

    def program(
        self,
        arguments: list[str],
        home: Path,
        size: tuple[int, int] = (120, 40),
        *,
        program: Sequence[str] = ("-m", "tui"),
        **variables: str,
    ) -> Window:
        """`program`: what Python runs."""
        return self._stack.enter_context(Window(program, arguments, home, size, **variables))


@pytest.fixture
def windows(tmp_path: Path) -> Iterator[Windows]:
    with ExitStack() as stack:
        yield Windows(tmp_path / "homes", stack)


def both(*words: str) -> Callable[[list[str]], bool]:
    """Whether one line has all of these words, in this order."""

    def found(lines: list[str]) -> bool:
        return any(_in_order(line, words) for line in lines)

    return found


def _in_order(line: str, words: tuple[str, ...]) -> bool:
    at = 0
    for word in words:
        at = line.find(word, at) + len(word)
        if at < len(word):
            return False
    return True
