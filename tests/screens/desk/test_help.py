"""Help, the list of everything, cards and themes: what somebody reads who does not know the keys."""

import pytest

from screens.kernel.verbs import ACTIONS, sign
from tests.screens.desks import Place

PANES = ("incidents", "roster", "timeline", "status")


@pytest.fixture
def place(place: Place) -> Place:
    place.declare()
    return place


async def test_help_lists_every_key_that_does_something_here(place: Place) -> None:
    async with place.desk((120, 60)) as at:
        for pane in PANES:
            at.desk.go_to(pane)
            await at.press("?")
            for verb in ACTIONS:
                if not verb.key or verb.pane in ("", pane):
                    assert f"{sign(verb.key)}" in at.body
                    assert verb.title in at.body
                    assert " ".join(verb.help.split()) in " ".join(at.body.split())
            await at.press("q")
            assert at.screen is at.desk


async def test_help_shows_the_users_own_keys(place: Place) -> None:
    async with place.desk(keys={"declare": "+", "note": "f3"}) as at:
        await at.press("?")
        assert "+ Declare" in " ".join(at.body.split())
        await at.press("q", "f3")
        assert at.dialog == "Add timeline entry · INC-1"
        await at.press("escape", "+")
        assert at.dialog == "Declare incident"
        await at.press("escape", "d", "n")
        assert at.screen is at.desk


async def test_the_palette_has_every_verb(place: Place) -> None:
    async with place.desk() as at:
        await at.press(":")
        titles = "\n".join("".join(text for text, _ in row.lines[0]) for row in at.options.rows)
        for verb in ACTIONS:
            assert verb.name == "palette" or verb.title in titles


async def test_the_palette_does_what_is_picked_and_finds_incidents(place: Place) -> None:
    place.declare("Search is slow", severity="P2")
    async with place.desk() as at:
        await at.press(":", *"severity", "enter")
        assert at.dialog == "Change severity · INC-1"
        await at.press("escape", ":", *"slow", "enter")
        await at.until(lambda: at.shown.ref == "INC-2")


async def test_another_theme(place: Place) -> None:
    async with place.desk() as at:
        await at.press(":", *"theme", "enter", *"light", "enter")
        assert at.app.theme == "bridgewatch-light"


@pytest.mark.parametrize(
    ("pane", "title", "words"),
    [
        ("1", "INC-1", ["Checkout returns 502", "P1 (high)", "not set", "nothing", "high-velocity"]),
        ("2", "Incident Manager", ["ana since 14:32Z, assigned by ana", "INC-1 incident-manager"]),
        ("3", "INC-1 · entry 1", ["ana declared P1", "2026-03-01 14:32:00Z"]),
    ],
)
async def test_enter_shows_the_row_in_full(place: Place, pane: str, title: str, words: list[str]) -> None:
    async with place.desk() as at:
        await at.press(pane, "g", "enter")
        assert at.dialog == title
        for word in words:
            assert word in at.body or word == "nothing"
        await at.press("enter")
        assert at.screen is at.desk
