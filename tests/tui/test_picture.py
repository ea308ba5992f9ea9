"""What is written is less than the whole, and the terminal shows the same."""

from collections.abc import Sequence
from itertools import pairwise

import pyte
from hypothesis import given
from hypothesis import strategies as st
from pyte.screens import Char
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from tui.picture import Picture

CUTS = (0, 7, 8, 20)
LINES = 3

Pieces = list[list[Strip]]
"""For each line, what stands between the cuts."""

styles = st.builds(
    Style,
    color=st.sampled_from([None, "#102030", "#a0b0c0"]),
    bgcolor=st.sampled_from([None, "#000011", "red"]),
    bold=st.booleans(),
    underline=st.booleans(),
    reverse=st.booleans(),
    italic=st.booleans(),
)
GLYPHS = ["a", "b", " ", " ", "│", "é", "検", "出", "●"]
COMBINED = "e\u0301"


@st.composite
def strips(draw: st.DrawFn, start: int, end: int) -> Strip:
    """Of exactly this width, in a few styles."""
    width = left = end - start
    segments = []
    # the emulator scrolls for what combines in the last column, as no terminal does
    glyphs = st.sampled_from([*GLYPHS, COMBINED] if end < CUTS[-1] else GLYPHS)
    for _ in range(3):
        text = ""
        for glyph in draw(st.lists(glyphs, max_size=left)):
            if Segment(glyph).cell_length <= left:
                text, left = text + glyph, left - Segment(glyph).cell_length
        segments.append(Segment(text, draw(styles)))
    return Strip([*segments, Segment(" " * left, draw(styles))], width)


rows = st.tuples(*(strips(start, end) for start, end in pairwise(CUTS))).map(list)
places = st.tuples(st.integers(0, LINES - 1), st.integers(0, len(CUTS) - 2))


def whole(pieces: Sequence[Sequence[Strip]]) -> LayoutUpdate:
    return LayoutUpdate([*pieces], Region(0, 0, CUTS[-1], len(pieces)))


def parts(pieces: Pieces, changed: Sequence[tuple[int, int]]) -> ChopsUpdate:
    spans = sorted((y, CUTS[at], CUTS[at + 1]) for y, at in changed)
    chops = [dict(zip(CUTS, line, strict=False)) for line in pieces]
    return ChopsUpdate(chops, spans, [[*CUTS[1:]]] * len(pieces))


class Emulated:
    def __init__(self) -> None:
        self.screen = pyte.Screen(CUTS[-1], LINES)
        self._stream = pyte.Stream(self.screen)

    def feed(self, text: str) -> None:
        self._stream.feed(text)

    def cells(self) -> list[list[Char]]:
        """What can be seen: a blank without lines through it has no color of its own."""
        found = [[self.screen.buffer[y][x] for x in range(CUTS[-1])] for y in range(LINES)]
        return [[seen(cell) for cell in line] for line in found]


def seen(cell: Char) -> Char:
    unseen = cell.data in (" ", "") and not (cell.underscore or cell.reverse)
    return cell._replace(fg="default", bold=False, italics=False) if unseen else cell


@given(st.data())
def test_the_terminal_shows_what_it_would_if_all_were_written(data: st.DataObject) -> None:
    picture, terminal = Picture(), Emulated()
    frames = st.lists(rows, min_size=LINES, max_size=LINES)
    pieces = data.draw(frames)
    terminal.feed(picture.draw(whole(pieces), ColorSystem.TRUECOLOR))
    for _ in range(data.draw(st.integers(1, 4))):
        if data.draw(st.booleans()):
            pieces = data.draw(frames)
            update: LayoutUpdate | ChopsUpdate = whole(pieces)
        else:
            changed = data.draw(st.lists(places, min_size=1, max_size=4, unique=True))
            for y, at in changed:
                pieces[y][at] = data.draw(strips(CUTS[at], CUTS[at + 1]))
            update = parts(pieces, changed)
        terminal.feed(picture.draw(update, ColorSystem.TRUECOLOR))
        anew = Emulated()
        anew.feed(whole(pieces).render_segments(Console()))
        assert terminal.cells() == anew.cells()


def drawn(picture: Picture, *lines: Strip) -> str:
    return picture.draw(whole([[line] for line in lines]), ColorSystem.TRUECOLOR)


def plain(text: str, style: Style | None = None) -> Strip:
    return Strip([Segment(text, style)], CUTS[-1])


def test_what_is_shown_already_is_not_written() -> None:
    picture = Picture()
    line = plain("the same as before  ", Style(bold=True))
    assert "the same as before" in drawn(picture, line)
    assert drawn(picture, line) == ""


def test_words_are_written_whole_and_the_others_are_not() -> None:
    picture = Picture()
    drawn(picture, plain("2 min old  other  ab"))
    assert drawn(picture, plain("3 min old  other  ab")) == "\x1b[1;1H3 min old"


def test_a_color_is_said_once() -> None:
    green = Style(color="#00ff00")
    said = drawn(Picture(), plain("a" * 20, green), plain("b" * 20, green))
    assert said.count("38;2;0;255;0") == 1
    assert said.endswith("b\x1b[0m")


def test_all_is_written_to_a_terminal_that_forgot_it() -> None:
    picture = Picture()
    line = plain("the same as before  ")
    first = drawn(picture, line)
    picture.forget()
    assert drawn(picture, line) == first


def test_another_size_is_another_picture() -> None:
    picture = Picture()
    line = plain("the same as before  ")
    drawn(picture, line)
    assert "the same as before" in drawn(picture, line, line)


def test_what_covers_half_of_a_wide_character_leaves_a_blank() -> None:
    picture, terminal = Picture(), Emulated()
    terminal.feed(drawn(picture, *[plain("検" * 10)] * LINES))
    update = ChopsUpdate([{0: None, 3: Strip([Segment("ab")], 2), 5: None}] * LINES, [(1, 3, 5)], [[3, 5, 20]] * LINES)
    terminal.feed(picture.draw(update, ColorSystem.TRUECOLOR))
    assert terminal.screen.display[1].startswith("検 ab 検")


def test_what_terminals_measure_differently_moves_nothing_behind_it() -> None:
    family = "👨\u200d👩\u200d👧"
    said = drawn(Picture(), plain(f"{family} and what follows"[: CUTS[-1] + 3]))
    assert said.startswith(f"\x1b[1;1H  \x1b[1G{family}\x1b[3G and")
