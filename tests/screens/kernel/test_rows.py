"""Of a line that changed, only the cells that did are sent to the terminal."""

from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from screens.kernel.rows import Line, cells, changed
from tests.screens.desks import Place

WIDTH = 60

parts = st.tuples(st.text("ab 漢é", max_size=6), st.sampled_from(["", "dim", "bad"]))
lines = st.lists(parts, max_size=6).map(tuple)


def drawn(line: Line) -> list[tuple[str, str]]:
    """Each cell, with its tone; a wide character has two."""
    shown = [(f"{char}{half}", tone) for text, tone in line for char in text for half in range(cell_len(char))]
    return (shown + [(" ", "")] * WIDTH)[:WIDTH]


@given(old=lines, new=lines)
def test_what_is_left_is_as_it_was(old: Line, new: Line) -> None:
    start, end = changed(old, new)
    before, after = drawn(old), drawn(new)
    assert before[:start] + after[start:end] + before[end:] == after


def test_one_part_of_many() -> None:
    old = (("INC-1", "strong"), (" Checkout ", ""), ("  58m", "dim"), (" -3m", "bad"))
    new = (*old[:2], ("  59m", "dim"), old[3])
    assert changed(old, new) == (15, 20)
    assert changed(old, old) == (cells(old), cells(old))


async def test_a_minute_later_little_is_sent(place: Place) -> None:
    place.declare()
    async with place.desk() as at:
        place.clock.forward(seconds=20)
        at.desk.tick()
        await at.pilot.pause()
        place.clock.forward(seconds=60)
        with patch.object(at.pane("incidents"), "refresh") as refresh:
            at.desk.tick()
        ((row,), _) = refresh.call_args
        assert row.height == 1
        assert row.width < 20
