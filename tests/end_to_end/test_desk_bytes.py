"""How many bytes a key costs the line of a desk far away: what has changed, and little beside."""

import pytest

from models.kernel.location import Location
from tests.end_to_end.terminals import Seen, Window, Windows, windows
from tests.screens.busy import busy
from tests.screens.conftest import place
from tests.screens.desks import Place

__all__ = ["place", "windows"]

WHOLE = 12_000
"""A little more than what the whole screen costs, drawn once."""


@pytest.fixture
def desk(windows: Windows, place: Place) -> Window:
    """A busy one, at rest."""
    busy(place)
    return live(windows, place.location)


def live(windows: Windows, location: Location) -> Window:
    desk = windows(location, "ana")
    desk.wait_for_all("● live", "Checkout returns 502", "4 Status page")
    desk.rest()
    return desk


def cost(desk: Window, keys: str, seen: Seen) -> int:
    """How many bytes come after the keys until it is seen, and all that follows from them."""
    mark = desk.mark()
    desk.keys(keys)
    desk.wait_for(seen)
    desk.rest()
    return desk.mark() - mark


@pytest.mark.parametrize(
    ("key", "seen"),
    [
        ("n", "Add timeline entry"),
        ("s", "Change severity"),
        ("a", "Assign role"),
        ("d", "Declare incident"),
        ("?", "q close"),
        (":", "Find"),
        ("\r", "q close"),
    ],
)
def test_a_dialog_costs_less_than_the_screen_and_its_end_less_again(desk: Window, key: str, seen: str) -> None:
    assert cost(desk, key, seen) <= 12_000
    assert cost(desk, "\x1b", lambda lines: not any(seen in line for line in lines)) <= 12_000


def test_a_filter_costs_a_few_lines(desk: Window) -> None:
    before = desk.screen()
    assert cost(desk, "/", lambda lines: lines != before) <= 5_000


def test_a_move_of_the_focus_costs_a_few_lines(desk: Window) -> None:
    for key, head in (
        ("2", "2 Roster"),
        ("3", "3 Timeline"),
        ("4", "4 Status"),
        ("1", "1 Incidents"),
        ("\t", "2 Roster"),
    ):
        assert cost(desk, key, focused(desk, head)) <= 2_000


def focused(desk: Window, head: str) -> Seen:
    """Whether the head of that pane is drawn on another ground than that of the screen's first line."""

    def found(lines: list[str]) -> bool:
        with desk.looking() as screen:
            y, x = next((y, line.find(head)) for y, line in enumerate(lines) if head in line)
            return screen.buffer[y][x].bg != screen.buffer[0][0].bg

    return found


@pytest.mark.parametrize(("key", "seen"), [("1", "1 Incidents"), ("n", "Add timeline entry")])
def test_all_is_drawn_once_more_for_a_terminal_that_lost_it(desk: Window, key: str, seen: str) -> None:
    cost(desk, key, seen)
    shown = desk.screen()
    with desk.looking() as screen:
        screen.reset()
    mark = desk.mark()
    desk.keys("\x0c")
    desk.wait_for(lambda lines: lines == shown)
    desk.rest()
    assert desk.mark() - mark <= WHOLE


def test_the_first_screen_is_drawn_once(windows: Windows, place: Place) -> None:
    busy(place)
    assert live(windows, place.location).mark() <= 2 * WHOLE
