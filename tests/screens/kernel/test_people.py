"""Naming somebody new on the desk, and keeping people from its palette."""

import pytest

from models.kernel import people
from tests.screens.desks import Place


@pytest.fixture
def place(place: Place) -> Place:
    place.declare(severity="P3")
    place.act("take", "robert", ref="INC-1", role="scribe")
    return place


async def test_a_slip_is_asked_about_and_the_right_person_is_one_key_away(place: Place) -> None:
    async with place.desk() as at:
        await at.press("a", *"tech", "enter", *"roberto", "enter")
        assert at.dialog == "Who is meant?"
        assert at.body == "roberto is new here. Did you mean robert?"
        await at.press("1")
        await at.until(lambda: place.holders("tech-lead"))
        assert "roberto" not in (at.desk.board.people if at.desk.board else ())
    assert place.holders("tech-lead") == ["robert"]


async def test_a_new_person_is_added_once_that_is_said(place: Place) -> None:
    async with place.desk() as at:
        await at.press("a", *"tech", "enter", *"roberto", "enter")
        await at.press("n")
        await at.until(lambda: place.holders("tech-lead"))
    assert place.holders("tech-lead") == ["roberto"]


async def test_nothing_is_saved_where_nobody_is_meant(place: Place) -> None:
    async with place.desk() as at:
        await at.press("a", *"tech", "enter", *"roberto", "enter")
        await at.press("escape")
        assert "roberto is new here. Did you mean robert? Nothing was saved." in at.told[-1]
    assert place.holders("tech-lead") == []


async def test_a_field_of_a_form_asks_likewise_and_keeps_what_was_typed(place: Place) -> None:
    async with place.desk() as at:
        await at.press("N")
        await at.type("Call the bank")
        await at.press("tab")
        await at.type("roberto")
        await at.press("enter")
        assert at.dialog == "Who is meant?"
        await at.press("escape")
        assert "Nothing was saved" in at.text
        await at.press("enter")
        await at.press("1")
        await at.until(lambda: at.screen is at.desk)
    assert place.incident().tasks[-1].owner == "robert"


async def test_who_has_left_is_named_on_purpose_only(place: Place) -> None:
    people.retire(place.store, "robert", "ana")
    async with place.desk() as at:
        await at.press("a", *"tech", "enter")
        await at.press(*"robert", "enter")
        assert at.body.startswith("robert has left: retired on")
        await at.press("n")
        await at.until(lambda: place.holders("tech-lead"))
    assert place.holders("tech-lead") == ["robert"]


async def test_the_first_desk_of_somebody_asks_nothing_and_a_slip_does(place: Place) -> None:
    async with place.desk(me="Dimitri") as at:
        await at.press("t", "enter")
        await at.until(lambda: place.holders("tech-lead"))
    async with place.desk(me="roberto") as at:
        await at.press("2", "j", "j", "t", "enter")
        assert at.dialog == "Who is meant?"


async def test_renaming_from_the_palette_is_seen_at_once(place: Place) -> None:
    async with place.desk() as at:
        await at.press("colon", *"people", "enter")
        assert at.dialog == "People"
        await at.press(*"robert", "enter", "r")
        await at.press("ctrl+u")
        await at.type("Robert Roe")
        await at.press("enter")
        await at.until(lambda: "Robert Roe" in (at.desk.board.people if at.desk.board else ()))
        assert any("Robert Roe" in row for row in at.rows("roster"))
    assert place.holders("scribe") == ["Robert Roe"]


async def test_merging_asks_once_more(place: Place) -> None:
    place.act("take", "@rob", ref="INC-1", role="tech-lead")
    async with place.desk() as at:
        await at.press("colon", *"people", "enter", *"rob", "enter", "m", *"robert", "enter")
        assert "cannot be undone" in at.body
        await at.press("y")
        await at.until(lambda: place.holders("tech-lead") == ["robert"])


async def test_a_renamed_person_s_own_desk_goes_on_under_the_new_name(place: Place) -> None:
    async with place.desk(me="robert") as at:
        people.rename(place.store, "robert", "Robert Roe", "ana")
        await at.until(lambda: at.desk.me == "Robert Roe")
        await at.press("2", "j", "t", "enter")
        await at.until(lambda: place.holders("tech-lead"))
    assert place.holders("tech-lead") == ["Robert Roe"]
