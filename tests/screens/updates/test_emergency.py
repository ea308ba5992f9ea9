"""Alone at night on the desk: publishing without approval, and looking at it in the morning."""

import pytest

from models.updates.agreement import agree
from models.updates.rules import validated
from tests.screens.desks import Place


@pytest.fixture
def place(place: Place) -> Place:
    place.declare()
    agree(place.store, None)
    place.act("draft", "ana", ref="INC-1", title="Payments fail", text="We know.")
    return place


async def test_from_the_key_that_publishes(place: Place) -> None:
    async with place.desk() as at:
        await at.press("P")
        assert at.dialog == "Request approval of r1 · INC-1"
        assert "Emergency publish" in at.text
        await at.press("x")
        assert at.dialog == "Emergency publish · INC-1"
        await at.type("no one is awake")
        await at.press("enter")
        await at.until(lambda: at.shown.last_update)
    entry = place.last()
    assert (entry.kind, entry.data["reason"], entry.text) == ("emergency-published", "no one is awake", "We know.")


async def test_whoever_waits_is_told_of_it(place: Place) -> None:
    place.act("request-approval", "ana", ref="INC-1")
    async with place.desk() as at:
        await at.press("P")
        await at.until(lambda: at.told)
        assert "If no one can approve now, press : and find Emergency publish." in at.told[0]


@pytest.mark.parametrize(
    ("size", "keys"),
    [((120, 40), ("O",)), ((80, 24), ("O",)), ((50, 24), ("colon", *"acknowledge u", "enter"))],
    ids=["120", "80", "50"],
)
async def test_the_approver_looks_at_it(place: Place, size: tuple[int, int], keys: tuple[str, ...]) -> None:
    place.act("emergency-publish", "ana", ref="INC-1", reason="no one is awake")
    async with place.desk(me="bo", size=size) as at:
        await at.press("!")
        assert at.desk.focused_pane == "status"
        await at.press(*keys)
        assert at.dialog == "Published without approval · INC-1"
        assert "ana published this without approval" in at.text
        assert "We know." in at.text
        await at.press("y")
        await at.until(lambda: not at.shown.reviews)
    assert place.last().kind == "update-acknowledged"


async def test_what_another_incident_still_says_is_read_before_publishing(place: Place) -> None:
    agree(place.store, lambda _: validated({"approval": None}))
    for ref in ("INC-1", place.declare(severity="P3")):
        place.act("draft", "ana", ref=ref, title="Down", text="Down.", components={"API": "major outage"})
        place.act("publish", "ana", ref=ref)
    place.act("draft", "ana", ref="INC-1", text="Up.", components={"API": "operational"})
    async with place.desk() as at:
        await at.press("P")
        assert at.dialog == "Publish r4 for customers · INC-1"
        assert "INC-2 still says “major outage” for API" in at.text
