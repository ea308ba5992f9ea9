"""What dialogs leave behind is collected when nothing happens, and now and then even if something always does."""

import gc
from unittest.mock import patch
from weakref import ref

from textual.widget import Widget

from tests.screens.desks import Place
from tui.app import MOST_RESTLESS


async def test_it_waits_for_quiet_but_not_for_ever(place: Place) -> None:
    place.declare()
    async with place.desk() as at:
        with patch.object(gc, "collect") as collect, patch.object(gc, "get_count", return_value=(0, 1, 0)):
            at.app.collect()  # quiet or not: from now on it is known
            collect.reset_mock()
            at.app._restless = 0
            at.app.collect()
            assert collect.call_count == 1
            for _ in range(2 * MOST_RESTLESS):
                await at.press("down")
                at.app.collect()
            assert collect.call_count == 3


async def test_nothing_is_collected_where_nothing_was_left(place: Place) -> None:
    async with place.desk() as at:
        with patch.object(gc, "collect") as collect, patch.object(gc, "get_count", return_value=(99, 0, 0)):
            at.app.collect()
            at.app.collect()
        assert not collect.called


async def test_nothing_is_left_of_a_closed_dialog(place: Place) -> None:
    async with place.desk() as at:
        await at.press("question_mark")
        widgets = [at.screen, *at.screen.query(Widget)]
        assert widgets[0] is not at.desk
        left = [ref(each) for widget in widgets for each in (widget, widget._styles_cache)]
        del widgets
        await at.press("escape", "down")
        gc.unfreeze()  # a dialog that was open before all was loaded stays
        at.app._restless = MOST_RESTLESS - 1
        at.app.collect()
        assert [each() for each in left if each() is not None] == []
