"""What the terminal shows: only the words that it does not show yet are written, so that a far desk is a quick one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple, cast

from rich.cells import split_graphemes
from rich.color import Color, ColorSystem
from rich.console import Console, RenderableType
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.geometry import Size
from textual.strip import Strip

_ATTRIBUTES = {
    "bold": "1",
    "dim": "2",
    "italic": "3",
    "underline": "4",
    "blink": "5",
    "blink2": "6",
    "reverse": "7",
    "conceal": "8",
    "strike": "9",
    "underline2": "21",
    "overline": "53",
}

_UNSEEN = {"bold", "dim", "italic", "blink", "blink2", "conceal"}
"""What does not change how a blank looks."""

_NARROW = frozenset(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0xAD), *range(0xAE, 0x300), *range(0x2500, 0x25FD))))
"""The usual characters of one cell, which need not be measured."""

_WORDS = re.compile(r"\S+(?: \S+)*|\s+")
"""Words with single blanks between them, or the blanks between such: what is written whole or not at all."""


class Pen(NamedTuple):
    """How a cell is drawn: names of attributes, and codes of the terminal for its colors and its link."""

    attributes: frozenset[str]
    front: str | None
    """None for a blank, which shows none: any will do."""
    back: str
    link: str


PLAIN = Pen(frozenset(), "39", "49", "")

Cell = tuple[str, Pen]
"""What stands there, with what combines with it, and how; the second half of a wide one is empty."""

Line = list[Cell | None]
"""Cells; None where it is not known what the terminal shows."""


@lru_cache(maxsize=1024)
def _taking(wanted: Pen, before: Pen) -> tuple[str, Pen]:
    """What to write to draw with another pen, and the one that is then in the hand."""
    if wanted.front is None:
        seen = before.link or not before.attributes <= _UNSEEN
        wanted = wanted._replace(front=before.front) if seen else before._replace(back=wanted.back)
    if wanted == before:
        return "", before
    codes = []
    kept = before
    if wanted == PLAIN or not before.attributes <= wanted.attributes:
        codes.append("0")
        kept = PLAIN
    codes += (_ATTRIBUTES[name] for name in sorted(wanted.attributes - kept.attributes))
    if wanted.front != kept.front:
        codes.append(str(wanted.front))
    if wanted.back != kept.back:
        codes.append(wanted.back)
    link = f"\x1b]8;{wanted.link}\x1b\\" if wanted.link != before.link else ""
    return link + (f"\x1b[{';'.join(codes)}m" if codes else ""), wanted


class Picture:
    """What one terminal shows."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._size = Size(0, 0)

    def forget(self) -> None:
        """The terminal may show anything: what is drawn next is written whole."""
        self._size = Size(0, 0)

    def changes(self, update: LayoutUpdate | ChopsUpdate) -> RenderableType:
        """The update without what the terminal shows already; it counts as shown once it is rendered."""
        return cast(RenderableType, _Changes(self, update))

    def draw(self, update: LayoutUpdate | ChopsUpdate, system: ColorSystem) -> str:
        """What to write so that the terminal shows the update."""
        size, pieces = _whole(update) if isinstance(update, LayoutUpdate) else _parts(update)
        if size != self._size:
            self._lines = [[None] * size.width for _ in range(size.height)]
            self._size = size
        fresh: dict[int, Line] = {}
        for y, x, strip in pieces:
            if y < size.height:
                _put(fresh.setdefault(y, self._lines[y].copy()), x, _cells(tuple(strip), system))
        hand = _Hand()
        for y, line in fresh.items():
            if line != self._lines[y]:
                hand.change(y, self._lines[y], line)
                self._lines[y] = line
        return hand.written()


class _Changes(CompositorUpdate):
    def __init__(self, picture: Picture, update: LayoutUpdate | ChopsUpdate) -> None:
        self._picture = picture
        self._update = update

    def render_segments(self, console: Console) -> str:
        return self._picture.draw(self._update, console._color_system or ColorSystem.TRUECOLOR)


class _Hand:
    """Writes cells, and knows where it is and which pen it has."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._pen = PLAIN
        self._line: int | None = None
        self._at: int | None = None

    def change(self, y: int, old: Line, new: Line) -> None:
        """Write the words of a line that read or look otherwise."""
        glyphs = "".join([(cell[0][:1] or "_") if cell else " " for cell in new])
        for found in _WORDS.finditer(glyphs):
            first, end = found.span()
            if old[first:end] == new[first:end]:
                continue
            if glyphs[first] == " ":
                while old[first] == new[first]:
                    first += 1
                while old[end - 1] == new[end - 1]:
                    end -= 1
            self._write(first, y, new[first:end])

    def _write(self, x: int, y: int, cells: Line) -> None:
        out, taken = self._out, None
        here = self._at if self._line == y else None
        for at, cell in enumerate(cells, x):
            if not cell:
                continue
            glyph, pen = cell
            if not glyph:
                here = at + 1 if here == at else None
                continue
            if here != at:
                self._move(at, y)
            if pen is not taken:
                codes, self._pen = _taking(pen, self._pen)
                out.append(codes)
                taken = pen
            if len(glyph) == 1 and glyph <= "\uffff":
                out.append(glyph)
                here = at + 1
            else:  # terminals do not agree how wide it is
                if at + 1 < x + len(cells) and (cells[at + 1 - x] or " ")[0] == "":
                    out.append("  ")
                    self._move(at, y)
                out.append(glyph)
                here = None
        self._at = here

    def _move(self, x: int, y: int) -> None:
        self._out.append(f"\x1b[{x + 1}G" if self._line == y else f"\x1b[{y + 1};{x + 1}H")
        self._line = y

    def written(self) -> str:
        codes, _ = _taking(PLAIN, self._pen)
        return "".join((*self._out, codes))


Pieces = Iterator[tuple[int, int, Strip]]
"""Lines and columns, and what is drawn from there on."""


def _whole(update: LayoutUpdate) -> tuple[Size, Pieces]:
    def pieces() -> Pieces:
        for y, strips in enumerate(update.strips, update.region.y):
            x = update.region.x
            for strip in strips:
                yield y, x, strip
                x += strip.cell_length

    return update.region.size, pieces()


def _parts(update: ChopsUpdate) -> tuple[Size, Pieces]:
    """As Textual's own `ChopsUpdate.render_segments` chooses them."""

    def pieces() -> Pieces:
        for y, first, last in update.spans:
            for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                if strip is not None and x <= last and end > first:
                    yield y, x, strip if first <= x and end <= last else strip.crop(0, min(end, last) - x)

    return Size(update.chop_ends[0][-1], len(update.chops)), pieces()


def _put(line: Line, x: int, cells: Sequence[Cell]) -> None:
    """Draw cells on a line; a wide character of which one half is covered becomes a blank, as in the terminal."""
    cells = cells[: max(0, len(line) - x)]
    if not cells:
        return
    end = x + len(cells)
    for at, half in ((x - 1, x), (end, end)):
        cell = line[half] if half < len(line) else None
        if cell is not None and cell[0] == "" and at >= 0 and (whole := line[at]) is not None:
            line[at] = " ", whole[1]
    line[x:end] = cells


@lru_cache(maxsize=512)
def _cells(segments: tuple[Segment, ...], system: ColorSystem) -> list[Cell]:
    """Of a part of a line, which is drawn again and again while little changes; not to be changed."""
    cells: list[Cell] = []
    for text, style, _ in segments:
        pen, blank = _pens(style or Style.null(), system)
        if _NARROW.issuperset(text):
            cells += [_cell(glyph, blank if glyph == " " else pen) for glyph in text]
            continue
        for glyph, width in _glyphs(text):
            if width:
                cells.append(_cell(glyph, blank if glyph == " " else pen))
                cells += [("", pen)] * (width - 1)
            elif cells and cells[-1][0]:
                cells[-1] = cells[-1][0] + glyph, pen
    return cells


@lru_cache(maxsize=4096)
def _cell(glyph: str, pen: Pen) -> Cell:
    """One for all that look the same: a screen has thousands."""
    return glyph, pen


@lru_cache(maxsize=1024)
def _glyphs(text: str) -> tuple[tuple[str, int], ...]:
    return tuple((text[start:end], width) for start, end, width in split_graphemes(text)[0])


@lru_cache(maxsize=1024)
def _pens(style: Style, system: ColorSystem) -> tuple[Pen, Pen]:
    """For what stands in a cell, and for a blank."""
    attributes = frozenset(name for name in _ATTRIBUTES if getattr(style, name))
    front, back = _codes(style.color, system, front=True), _codes(style.bgcolor, system, front=False)
    link = f"id={style.link_id};{style.link}" if style.link else ""
    pen = Pen(attributes, front, back, link)
    unseen = attributes <= _UNSEEN and not link
    return pen, Pen(frozenset(), None, back, "") if unseen else pen


def _codes(color: Color | None, system: ColorSystem, *, front: bool) -> str:
    if color is None:
        return PLAIN.front or "" if front else PLAIN.back
    return ";".join(color.downgrade(system).get_ansi_codes(foreground=front))
