"""Publishing words of an earlier phase: the desk says so and asks which phase they tell of."""

import pytest

from tests.screens.desks import Place

ASKS = "Written when INC-1 was investigating; now resolved"


def resolved(place: Place) -> None:
    place.declare(severity="P3")
    place.act("draft", "ana", ref="INC-1", title="Payments fail", text="We still look")
    place.act("phase", "bo", ref="INC-1", phase="resolved")


@pytest.mark.parametrize(("key", "phase"), [("w", "investigating"), ("y", "resolved")])
async def test_what_is_chosen_is_published(place: Place, key: str, phase: str) -> None:
    resolved(place)
    async with place.desk() as at:
        await at.press("P")
        assert at.dialog == ASKS
        assert "We still look" in at.text
        await at.press(key)
        assert at.dialog == "Publish r2 for customers · INC-1"
        await at.press("y")
        await at.until(lambda: at.shown.last_update is not None)
    assert place.incident().told == phase


async def test_it_can_be_edited_first(place: Place) -> None:
    resolved(place)
    async with place.desk() as at:
        await at.press("P", "e")
        assert at.desk.focused is not None
        assert at.desk.focused.id == "editor"
        await at.press(*" at it. It is over.", "escape", "P")
        assert at.dialog == "Publish r2 for customers · INC-1"
    assert place.incident().draft.text == "We still look at it. It is over."


async def test_esc_publishes_nothing(place: Place) -> None:
    resolved(place)
    async with place.desk() as at:
        await at.press("P", "escape")
        assert at.screen is at.desk
    assert place.incident().last_update is None
    assert place.incident().draft.revision == 1
