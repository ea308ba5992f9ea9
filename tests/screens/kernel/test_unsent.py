"""Text that is not sent: leaving the desk asks, what is pasted is taken whole, and a chosen kind is not kept."""

import pytest

from tests.screens.desks import Place


@pytest.fixture
def place(place: Place) -> Place:
    place.declare()
    return place


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
async def test_leaving_asks_while_something_is_not_sent(place: Place, key: str) -> None:
    async with place.desk() as at:
        await at.press("n", *"half a thought", "escape", key)
        assert at.dialog == "Text that is not sent"
        assert "half a thought" in at.text
        await at.press("b")
        assert at.screen is at.desk
        await at.press("n")
        assert "half a thought" in at.text
        await at.press("escape", key)
        assert await at.leave("q") in (0, None)


async def test_what_was_sent_is_not_asked_about(place: Place) -> None:
    async with place.desk() as at:
        await at.press("n", *"a thought", "enter", "n", "escape")
        assert await at.leave("q") in (0, None)


async def test_several_pasted_lines_are_joined_in_a_field_of_one_line(place: Place) -> None:
    async with place.desk() as at:
        await at.press("d")
        await at.paste("Checkout returns 502\r\n\r\n  in Europe\nand Asia\n")
        await at.press("enter")
        await at.until(lambda: at.shown.ref == "INC-2")
    assert place.incident("INC-2").title == "Checkout returns 502 in Europe and Asia"


async def test_a_paste_takes_the_place_of_what_is_selected(place: Place) -> None:
    async with place.desk() as at:
        await at.press("T", "home", "shift+end")
        await at.paste("Payments\nfail")
        await at.press("enter")
        await at.until(lambda: at.shown.title == "Payments fail")


async def test_escape_keeps_the_words_and_not_the_kind(place: Place) -> None:
    async with place.desk() as at:
        await at.press("n", *"it is DNS", "tab", "2", "escape", "n", "enter")
        await at.caught_up()
    assert (place.last().kind, place.last().text) == ("note", "it is DNS")


async def test_a_form_that_only_shows_hostile_words_safely_is_not_unsent(place: Place) -> None:
    place.by_hand("UPDATE incidents SET title = ?, changed = changed + 1", "Checkout \x1b]0;owned\x07 \u202e")
    async with place.desk() as at:
        await at.press("T", "escape")
        assert await at.leave("q") in (0, None)
