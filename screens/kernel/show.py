"""Makes user text safe to draw; everything that is drawn goes through here.

Everything is cleaned again, because another tool may have written a row. What terminals disagree about is drawn in a
form whose width they agree on: each part of a joined emoji for itself, a flag as its two letters, a sign without
variation selectors or skin tone, and � for what has no agreed width. Only the drawing changes, never what is stored.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from functools import cache, lru_cache
from typing import Literal

import rich.cells
from rich._unicode_data import load
from rich.cells import CellTable, cell_len, get_character_cell_size
from rich.cells import _is_single_cell_widths as _all_narrow
from textual.content import Content

from models.kernel import times
from models.kernel.text import clean

UNKNOWN = "\ufffd"
"""What stands for a character that cannot be drawn."""

NOTHING = "\u200b"
"""What stands `in_place` of a character that is not drawn."""

CUT = "…"
"""What ends a text that did not fit."""

_MOST = 100_000
"""Of a longer text, which only another tool can have written, this much is drawn."""

_SHORT = 300

_KEPT = 1_000
"""So many texts of at most so many characters are kept as they are drawn: most of a screen is drawn again and again."""

_NARROWEST = 6
"""The widest that one character can be, with the vowel signs that stand on it."""

age = times.age

_NO_BREAK = "\u00a0\u2007\u202f"


@cache
def _cells(unicode_version: str = "auto") -> CellTable:
    """Rich's table of widths, with vowel signs such as the one in की one cell wide."""
    table = load(unicode_version)
    widths: list[tuple[int, int, int]] = []
    for start, end, cells in table.widths:
        if cells or end < 0x900:
            widths.append((start, end, cells))
            continue
        for code in range(start, end + 1):
            wide = 1 if unicodedata.category(chr(code)) == "Mc" else 0
            if widths and widths[-1][1:] == (code - 1, wide):
                widths[-1] = (widths[-1][0], code, wide)
            else:
                widths.append((code, code, wide))
    return table._replace(widths=widths)


def _cell_len(text: str, unicode_version: str = "auto") -> int:
    if _all_narrow(text):
        return len(text)
    return sum(get_character_cell_size(character, unicode_version) for character in text)


# Rich takes spacing vowel signs for zero cells where tmux and glibc take one: a Hindi title would push the next pane.
rich.cells.load_cell_table = _cells  # type: ignore[attr-defined]

# It takes a joined emoji for two cells: it is drawn in its parts, so what somebody types is as wide as those.
rich.cells._cell_len = _cell_len

rich.cells.cached_cell_len.cache_clear()

rich.cells.get_character_cell_size.cache_clear()


class _Drawn(dict[int, str | None]):
    """What each character is drawn as, found at its first use."""

    def __missing__(self, code: int) -> str | None:
        self[code] = drawn = _drawn(chr(code))
        return drawn


def _drawn(character: str) -> str | None:
    code = ord(character)
    if code < 0x300 or character == "\u200c":
        return character
    if 0x1F1E6 <= code <= 0x1F1FF:
        return chr(ord("A") + code - 0x1F1E6)
    if code == 0x200D or 0xFE00 <= code <= 0xFE0F or 0x1F3FB <= code <= 0x1F3FF or 0xE0000 <= code <= 0xE0FFF:
        return None
    kind = unicodedata.category(character)
    if kind in ("Cs", "Cn"):
        return UNKNOWN
    if kind[0] not in "MZ" and kind != "Cf" and not 0x1160 <= code <= 0x11FF:
        wide = 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if get_character_cell_size(character) != wide:
            return UNKNOWN
    # Some characters come apart for good: the marks among their parts have to be there when marks are counted.
    return unicodedata.normalize("NFC", character)


_DRAWN = _Drawn()


def safe(text: str) -> str:
    """The text as one line that is safe to draw. It never raises."""
    return _safe(text, lines=False)


def safe_lines(text: str) -> str:
    """The text as lines that are safe to draw, divided by newlines. It never raises."""
    return _safe(text, lines=True)


def _safe(text: str, *, lines: bool) -> str:
    if len(text) > _MOST:
        text = text[:_MOST] + CUT
    if text.isascii():
        return clean(text, lines=lines)
    return _harmless(text, lines) if len(text) <= _SHORT else _harmless.__wrapped__(text, lines)


@lru_cache(_KEPT)
def _harmless(text: str, lines: bool) -> str:
    return unicodedata.normalize("NFC", clean(text.translate(_DRAWN), lines=lines))


def content(text: str, style: str = "") -> Content:
    """The text as one line of Content, in one style; markup in the text is drawn as it was typed."""
    return Content.styled(safe(text), style)


def content_lines(text: str, style: str = "") -> Content:
    """The text as lines of Content, in one style; markup in the text is drawn as it was typed."""
    return Content.styled(safe_lines(text), style)


def in_place(text: str) -> str:
    """What somebody types in a field, character for character and of the same width."""
    return text if text.isascii() else "".join(map(_one_for, text))


def _one_for(character: str) -> str:
    drawn = _DRAWN[ord(character)]
    if drawn is None:
        return NOTHING
    same = len(drawn) == 1 and get_character_cell_size(drawn) == get_character_cell_size(character)
    return drawn if same else character


def width(text: str) -> int:
    """How many cells the text takes when it is drawn as one line."""
    return cell_len(safe(text))


def fit(text: str, cells: int, *, align: Literal["left", "right"] = "left") -> str:
    """The text as one line of exactly that many cells: cut with … between whole characters, or padded."""
    if cells <= 0:
        return ""
    return _fit(text, cells, align) if len(text) <= _SHORT else _fit.__wrapped__(text, cells, align)


@lru_cache(_KEPT)
def _fit(text: str, cells: int, align: str) -> str:
    text = safe(text)
    taken = cell_len(text)
    if taken > cells:
        text = _start(text, cells - 1) + CUT
        taken = cell_len(text)
    padding = " " * (cells - taken)
    return padding + text if align == "right" else text + padding


def wrap(text: str, cells: int) -> list[str]:
    """The text as lines of at most that many cells (never fewer than 6), broken between words where they fit.

    Newlines stay, and blanks at the start of a line; at its end blanks are lost, and nothing else is.
    """
    cells = max(cells, _NARROWEST)
    return [part for line in safe_lines(text).split("\n") for part in _wrapped(line, cells)]


def _wrapped(line: str, cells: int) -> Iterator[str]:
    if cell_len(line) <= cells or line.isspace():
        yield line.rstrip()
        return
    row: list[tuple[str, int]] = []
    taken = after_blank = 0
    broken = False
    for part, wide in _characters(line):
        blank = part.isspace() and part not in _NO_BREAK
        if taken + wide > cells:
            at = len(row) if blank or not _joined(row[:after_blank]) else after_blank
            if words := _joined(row[:at]):
                yield words
            row = row[at:]
            taken = sum(size for _, size in row)
            after_blank = 0
            broken = True
        if blank and broken and not row:
            continue
        row.append((part, wide))
        taken += wide
        if blank:
            after_blank = len(row)
    if row:
        yield _joined(row)


def _joined(row: list[tuple[str, int]]) -> str:
    return "".join(part for part, _ in row).rstrip()


def _start(text: str, cells: int) -> str:
    """The longest start of a drawn text that takes at most that many cells and splits no character from its marks."""
    end = taken = 0
    for part, wide in _characters(text):
        taken += wide
        if taken > cells:
            break
        end += len(part)
    return text[:end]


def _characters(text: str) -> Iterator[tuple[str, int]]:
    """What a reader takes for one character each, with its cells: a base and all that stands on it."""
    start = taken = 0
    for index, character in enumerate(text):
        wide = get_character_cell_size(character)
        stands_on_base = wide == 0 or (character >= "\u0300" and unicodedata.category(character)[0] == "M")
        if index > start and not stands_on_base:
            yield text[start:index], taken
            start, taken = index, 0
        taken += wide
    if text:
        yield text[start:], taken


def about(seconds: float) -> str:
    """How long, as `age` has it, but minutes in fives from a quarter of an hour on, where nobody counts them."""
    return age(seconds // 300 * 300 if seconds >= 900 else seconds)


def countdown(seconds: float) -> str:
    """How long until then, in at most four cells: 12m, or -3m when that was three minutes ago."""
    return f"-{age(-seconds)}" if seconds <= -1 else age(seconds)


def clock(at: datetime, zone: tzinfo = UTC) -> str:
    """The time of day, such as 14:31."""
    return f"{at.astimezone(zone):%H:%M}"


def stamp(at: datetime, now: datetime | None = None) -> str:
    """The time of day in UTC, saying so: 14:32Z. `now`: of another day, it carries that day: 28 Feb 14:32Z."""
    return times.moment(at, now or at)
