"""Incidents under different versions of a book, side by side on one desk."""

import pytest

from models.roles.book import shipped
from models.roles.book_check import check
from models.roles.book_versions import import_book
from tests.screens.desks import Place, Sitting

CHRONICLER = """
[[roles]]
key = "chronicler"
holders = "one"
name.en = "Chronicler"
name.fr = "Chroniqueur"
primary = ["chronicle"]
secondary = []

[[tasks]]
key = "begin-chronicle"
role = "chronicler"
severities = ["P1"]
title.en = "Begin the chronicle"

[duties.chronicle]
en = "Writes the chronicle"
"""


@pytest.fixture
def place(place: Place) -> Place:
    """INC-1 goes by the book as it is shipped, INC-2 by a version that bo imported meanwhile."""
    place.declare("Checkout returns 502")
    changed = shipped("high-velocity").replace('P1 = ["incident-manager", ', 'P1 = ["incident-manager", "chronicler", ')
    import_book(place.store, check((changed + CHRONICLER).encode(), "own.toml"), "bo")
    place.declare("Search is slow")
    return place


async def look_at(at: Sitting, ref: str) -> None:
    await at.press("1", "g" if ref == "INC-2" else "G")
    await at.until(lambda: at.desk.shown is not None and at.desk.shown.ref == ref)


@pytest.mark.parametrize("size", [(120, 60), (80, 50)])
async def test_each_shows_its_own_roster_and_tasks(place: Place, size: tuple[int, int]) -> None:
    async with place.desk(size) as at:
        for ref, has in (("INC-1", False), ("INC-2", True), ("INC-1", False)):
            await look_at(at, ref)
            await at.press("2")
            assert any("Chronicler" in row for row in at.rows("roster")) == has
            assert ("chronicler" in at.shown.unfilled) == has
            await at.press("5")
            assert any("Begin the chronicle" in row for row in at.rows("tasks")) == has


async def test_who_does_what_goes_by_its_own(place: Place) -> None:
    place.act("take", "cy", ref="INC-2", role="chronicler")
    async with place.desk() as at:
        await look_at(at, "INC-2")
        await at.press("w", *"chronicle")
        assert at.options.rows
        assert "Writes the chronicle" in at.text
        assert "cy, as Chronicler" in at.text
        await at.press("escape")
        await look_at(at, "INC-1")
        await at.press("w", *"chronicle")
        assert "Writes the chronicle" not in at.text


async def test_its_names_are_in_the_readers_language_where_there_are_any(place: Place) -> None:
    async with place.desk(language="fr") as at:
        await look_at(at, "INC-2")
        assert any("Chroniqueur" in row for row in at.rows("roster"))
    async with place.desk(language="pl") as at:
        await look_at(at, "INC-2")
        assert any("Chronicler" in row for row in at.rows("roster"))


async def test_the_card_says_which_version_it_is(place: Place) -> None:
    async with place.desk() as at:
        await look_at(at, "INC-2")
        await at.press("enter")
        assert "high-velocity, version 2" in at.text


async def test_another_copy_of_a_role_that_only_one_of_them_has(place: Place) -> None:
    place.act("add-role", "ana", ref="INC-2", name="chronicler", label="night")
    async with place.desk((120, 60)) as at:
        await look_at(at, "INC-2")
        assert any("Chronicler · night" in row for row in at.rows("roster"))


async def test_a_book_imported_under_an_open_desk_holds_for_what_it_declares(place: Place) -> None:
    async with place.desk((120, 60)) as at:
        other = shipped("high-velocity").replace('name.en = "Scribe"', 'name.en = "Recorder"')
        import_book(place.store, check(other.encode(), "own.toml"), "bo")
        place.declare("Mail is late")
        await at.until(lambda: at.desk.board and len(at.desk.board.incidents) == 3)
        await at.press("1", "g")
        await at.until(lambda: at.shown.ref == "INC-3")
        assert any("Recorder" in row for row in at.rows("roster"))
        await look_at(at, "INC-1")
        assert any("Scribe" in row for row in at.rows("roster"))
