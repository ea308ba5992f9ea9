"""Maintenance on the desk: announced with what customers will read, and counted down to its start and its end."""

from datetime import timedelta
from functools import partial

from tests.screens.desks import NOW, Place, Sitting

FORM = ("New cables", "We replace cables.", "in 2h", "1h30m", "API, Web")


def fill(*words: str) -> list[str]:
    keys: list[str] = []
    for field in words:
        keys += [*field, "tab"]
    return [key if len(key) > 1 else {" ": "space"}.get(key, key) for key in keys[:-1]]


def shows(at: Sitting, *words: str) -> bool:
    """Whether a row of the incidents has them all."""
    return any(all(word in row for word in words) for row in at.rows("incidents"))


async def test_announcing_one_shows_what_leaves_the_house_before_it_does(place: Place) -> None:
    async with place.desk() as at:
        await at.press(":", *"schedule", "enter", *fill(*FORM))
        assert at.dialog == "Schedule maintenance"
        assert "= Sun 01 Mar 16:32Z" in at.text
        await at.press("enter")
        assert at.dialog == "Confirm · Schedule maintenance"
        for words in ("New cables", "2026-03-01 16:32Z – 2026-03-01 18:02Z", "API, Web", "We replace cables."):
            assert words in at.body
        await at.press("n")
        assert at.dialog == "Schedule maintenance"
        assert "Nothing was published." in at.text
        await at.press("enter", "y")
        await at.until(lambda: "New cables" in at.rows("incidents")[0])
    maintenance = place.incident().maintenance
    assert maintenance is not None
    assert (maintenance.starts_at, maintenance.components) == (NOW + timedelta(hours=2), ("API", "Web"))
    assert place.last().text == "We replace cables."


async def test_words_that_should_stay_inside_are_named_before(place: Place) -> None:
    place.declare()
    async with place.desk() as at:
        await at.press(":", *"schedule", "enter", *fill("New cables", "Ask ana.", "in 2h", "1h"), "enter")
        assert "▲ ana: a person's name, in the text" in at.body
        assert "Publish anyway" in at.text
        await at.press("n")
        place.lose()
        await at.press("enter")
        await at.until(lambda: "is missing" in at.text)
        place.bring_back()


async def test_words_that_are_no_time_are_kept_and_told(place: Place) -> None:
    async with place.desk() as at:
        await at.press(":", *"schedule", "enter", *fill("New cables", "Soon.", "whenever", "1h"), "enter")
        assert "is not a valid future time" in at.text
        await at.press("escape", ":", *"schedule", "enter")
        assert "whenever" in at.text


async def test_the_row_goes_with_the_clock(place: Place) -> None:
    place.act(
        "schedule", "bo", title="New cables", text="We replace cables.", starts_at=NOW + timedelta(hours=2), lasts=90
    )
    async with place.desk() as at:
        for hours, stage in ((0, "scheduled"), (2, "in progress"), (1.5, "completed")):
            place.clock.forward(hours=hours)
            place.declare(f"Beside it at {hours}")
            await at.until(partial(shows, at, "New cables", stage))


async def test_moving_it_and_calling_it_off(place: Place) -> None:
    place.act(
        "schedule", "bo", title="New cables", text="We replace cables.", starts_at=NOW + timedelta(hours=2), lasts=90
    )
    async with place.desk() as at:
        await at.press(":", *"reschedule", "enter")
        assert at.dialog == "Reschedule maintenance · INC-1"
        assert "2026-03-01 16:32Z" in at.text
        await at.press("tab", "tab", *fill("A bit later."), "enter", "y")
        await at.until(lambda: "This maintenance already has these times" in at.text)
        await at.press("escape", ":", *"end-maintenance", "enter", *fill("Not needed."), "enter")
        assert at.dialog == "Confirm · Cancel maintenance · INC-1"
        await at.press("y")
        await at.until(lambda: "canceled" in at.rows("incidents")[0])
    assert place.last().kind == "maintenance-ended"


async def test_an_incident_is_no_maintenance(place: Place) -> None:
    place.declare()
    async with place.desk() as at:
        await at.press(":", *"reschedule", "enter")
        assert any("INC-1 is not upcoming or active maintenance." in told for told in at.told)
