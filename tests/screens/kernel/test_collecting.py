"""What dialogs leave behind is collected when nothing happens, and now and then even if something always does."""

import gc
from unittest.mock import patch
from weakref import ref

import pytest
from textual.widget import Widget

from tests.screens.desks import Place
from tui.app import MOST_LEFT


@pytest.mark.parametrize(
    ("left", "in_traffic", "in_quiet"),
    [
        ((99, 0, 0), 0, 0),
        ((0, 1, 0), 0, 1),
        ((0, 0, 1), 0, 1),
        ((0, 9, MOST_LEFT - 1), 0, 1),
        ((0, 0, MOST_LEFT), 1, 1),
    ],
)
async def test_it_waits_for_quiet_unless_much_was_left(
    place: Place, left: tuple[int, int, int], in_traffic: int, in_quiet: int
) -> None:
    place.declare()
    async with place.desk() as at:
        with patch.object(gc, "collect") as collect, patch.object(gc, "get_count", return_value=left):
            await at.press("down")
            collect.reset_mock()
            at.app.collect()
            assert collect.call_count == in_traffic
            collect.reset_mock()
            at.app.collect()
            assert collect.call_count == in_quiet


async def test_nothing_is_left_of_a_closed_dialog(place: Place) -> None:
    async with place.desk() as at:
        await at.press("question_mark")
        widgets = [at.screen, *at.screen.query(Widget)]
        assert widgets[0] is not at.desk
        left = [ref(each) for widget in widgets for each in (widget, widget._styles_cache)]
        del widgets
        await at.press("escape", "down")
        gc.unfreeze()  # a dialog that was open before all was loaded stays
        with patch.object(gc, "get_count", return_value=(0, 0, MOST_LEFT)):
            at.app.collect()
        assert [each() for each in left if each() is not None] == []
