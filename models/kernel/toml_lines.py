"""Where the parts of a TOML document stand: tomllib reads what they say, and forgets their lines."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable

Path = tuple[str | int, ...]
"""The keys and positions that lead to a part: ("roles", 1, "name", "fr")."""

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\])*"|\'[^\']*\'', re.DOTALL)
_PLAIN = re.compile(r"[^,\]}#\r\n]+")


def lines(text: str) -> dict[Path, int]:
    """The line, counted from one, on which each table, key and value of the document is first named.

    `text` must be a document that tomllib reads.
    """
    return _Scanner(text).scanned()


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._counted = (0, 1)
        """How far line ends have been counted, and the line there."""
        self._found: dict[Path, int] = {}
        self._tables: dict[Path, int] = {}
        """How many tables each array of tables has so far."""

    def scanned(self) -> dict[Path, int]:
        table: Path = ()
        self._skip()
        while self._at < len(self._text):
            if self._text.startswith("[[", self._at):
                self._at += 2
                *above, last = self._key()
                array = (*self._entered(tuple(above)), last)
                self._tables[array] = self._tables.get(array, 0) + 1
                table = (*array, self._tables[array] - 1)
                self._note(table)
                self._at += 2
            elif self._next() == "[":
                self._at += 1
                table = self._entered(self._key())
                self._note(table)
                self._at += 1
            else:
                self._pair(table)
            self._skip()
        return self._found

    def _entered(self, keys: tuple[str, ...]) -> Path:
        """The path that a header means: an array of tables on the way stands for its last table."""
        path: Path = ()
        for key in keys:
            path = (*path, key)
            if path in self._tables:
                path = (*path, self._tables[path] - 1)
        return path

    def _pair(self, table: Path) -> None:
        path = (*table, *self._key())
        self._note(path)
        self._at += 1
        self._value(path)

    def _key(self) -> tuple[str, ...]:
        """A dotted key; what follows it is next."""
        parts = []
        while True:
            self._skip()
            if self._next() in "\"'":
                parts.append(self._quoted())
            else:
                parts.append(self._taken(_BARE))
            self._skip()
            if self._next() != ".":
                return tuple(parts)
            self._at += 1

    def _value(self, path: Path) -> None:
        self._skip()
        self._note(path)
        if self._next() == "[":
            self._each("]", lambda number: self._value((*path, number)))
        elif self._next() == "{":
            self._each("}", lambda number: self._pair(path))
        elif self._next() in "\"'":
            self._taken(_STRING)
        else:
            self._taken(_PLAIN)

    def _each(self, end: str, read: Callable[[int], None]) -> None:
        number = 0
        self._at += 1
        self._skip()
        while self._next() != end:
            read(number)
            number += 1
            self._skip()
            if self._next() == ",":
                self._at += 1
                self._skip()
        self._at += 1

    def _quoted(self) -> str:
        return next(iter(tomllib.loads(f"{self._taken(_STRING)} = 0")))

    def _taken(self, form: re.Pattern[str]) -> str:
        found = form.match(self._text, self._at)
        if found is None:
            raise ValueError(f"invalid TOML at line {self._line()}")
        self._at = found.end()
        return found[0]

    def _next(self) -> str:
        return self._text[self._at : self._at + 1]

    def _skip(self) -> None:
        blank = _BLANK.match(self._text, self._at)
        self._at = blank.end() if blank else self._at

    def _note(self, path: Path) -> None:
        """The path, and what leads to it, stands here, unless it was named before."""
        while path and path not in self._found:
            self._found[path] = self._line()
            path = path[:-1]

    def _line(self) -> int:
        counted, line = self._counted
        self._counted = (self._at, line + self._text.count("\n", counted, self._at))
        return self._counted[1]
