"""Where a filter stops looking further back."""

import pytest

from models.board import incidents
from models.policy.phase import Phase
from screens.desk import filtering
from screens.incident.pane import Incidents
from tests.screens.desks import Place


@pytest.fixture
def place(place: Place) -> Place:
    place.declare()
    return place


async def test_as_many_earlier_incidents_as_are_enough(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """They come two by two, and four are enough."""
    monkeypatch.setattr(incidents, "SEARCHED", 2)
    monkeypatch.setattr(filtering, "FOUND", 4)
    for number in range(9):
        ref = place.declare(f"Long ago {number}", severity="P2")
        place.act("phase", "bo", ref=ref, phase=Phase.CANCELED)
    async with place.desk() as at:
        await at.press("/", *"ago")
        await at.until(lambda: not at.desk.query_one(Incidents).looking)
        assert [row.split()[1] for row in at.rows("incidents")] == ["INC-10", "INC-9", "INC-8", "INC-7"]


async def test_a_timeline_that_lacks_the_words_is_not_read_to_its_end(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is read a hundred entries, then as many more, by itself; who wants to look further presses G."""
    monkeypatch.setattr(filtering, "SEARCHED", 200)
    for n in range(449):
        place.act("note", "bo", ref="INC-1", text=f"hay {n}")
    async with place.desk() as at:
        await at.press("3", "/", *"needle")
        await at.until(lambda: at.desk.board and len(at.desk.board.timeline.entries) >= 200)
        place.act("note", "cy", ref="INC-1", text="one more")
        await at.caught_up()
        assert at.desk.board is not None
        assert len(at.desk.board.timeline.entries) == 201
        assert not at.desk.board.timeline.complete


async def test_a_timeline_that_fills_its_pane_is_not_read_on(place: Place) -> None:
    for n in range(249):
        place.act("note", "bo", ref="INC-1", text=f"hay {n}")
    async with place.desk() as at:
        await at.press("3", "/", *"hay")
        place.act("note", "cy", ref="INC-1", text="more hay")
        await at.caught_up()
        assert at.desk.board is not None
        assert len(at.desk.board.timeline.entries) == 101
