"""How far back a filter looks."""

import pytest

from models.board import incidents
from models.policy.phase import Phase
from screens.desk import filtering
from screens.incident.pane import Incidents
from tests.screens.desks import Place, Sitting


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


def hits(at: Sitting) -> int:
    return sum(row.key is not None for row in at.pane("timeline").rows)


async def test_a_filtered_timeline_is_searched_as_a_whole_and_counted(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A screenful is read at once, the others as somebody goes on; none of what lies between them."""
    monkeypatch.setattr(filtering, "PAGE", 30)
    for n in range(350):
        place.act("note", "bo", ref="INC-1", text=f"{'needle' if n % 7 == 0 else 'hay'} {n}")
    async with place.desk() as at:
        await at.press("3", "/", *"needle")
        await at.until(lambda: "50 found" in at.text)
        assert hits(at) == 30
        assert "needle 343" in at.rows("timeline")[0]
        await at.press("enter", "G")
        await at.until(lambda: hits(at) == 50)
        await at.press("G")
        assert at.desk.entry() == place.entries()[1]
        assert at.desk.board is not None
        assert len(at.desk.board.timeline.entries) == 100


async def test_what_is_written_meanwhile_is_found_as_well(place: Place) -> None:
    for n in range(120):
        place.act("note", "bo", ref="INC-1", text=f"hay {n}")
    async with place.desk() as at:
        await at.press("3", "/", *"needle")
        await at.until(lambda: "0 found" in at.text)
        place.act("note", "cy", ref="INC-1", text="the needle")
        await at.until(lambda: "1 found" in at.text)
        place.act("edit", "cy", ref="INC-1", n=5, text="another needle, edited")
        await at.until(lambda: "2 found" in at.text)
        assert sorted("edited" in row for row in at.rows("timeline")) == [False, True]


async def test_an_entry_that_was_found_is_shown_among_its_neighbors_without_the_filter(place: Place) -> None:
    for n in range(300):
        place.act("note", "bo", ref="INC-1", text=f"note {n}")
        place.clock.forward(minutes=1)
    async with place.desk() as at:
        await at.press("3", "/", *"note 37", "enter")
        await at.until(lambda: hits(at) == 1)
        await at.press("escape")
        await at.until(lambda: "note 36" in at.text and "note 38" in at.text)
        entry = at.desk.entry()
        assert entry is not None
        assert entry.text == "note 37"


async def test_a_filter_goes_with_the_incident_and_finds_that_ones_entries(place: Place) -> None:
    place.act("note", "bo", ref="INC-1", text="the needle")
    place.declare("Search is slow", severity="P2")
    place.act("note", "bo", ref="INC-2", text="another needle")
    async with place.desk() as at:
        await at.press("3", "/", *"needle", "enter")
        await at.until(lambda: "the needle" in at.rows("timeline")[0])
        await at.press("1", "j")
        await at.until(lambda: "another needle" in at.rows("timeline")[0])


async def test_without_a_database_what_is_loaded_is_searched_and_it_says_so(place: Place) -> None:
    for n in range(120):
        place.act("note", "bo", ref="INC-1", text=f"{'needle' if n in (5, 110) else 'hay'} {n}")
    async with place.desk() as at:
        place.lose()
        at.desk.link.refresh()
        await at.until(lambda: not at.desk.current)
        await at.press("3", "/", *"needle")
        await at.until(lambda: "searched 100 of 121 entries" in at.text)
        assert hits(at) == 1
        place.bring_back()
        await at.until(lambda: "2 found" in at.text)


async def test_days_stay_where_they_begin_however_it_is_filtered(place: Place) -> None:
    for n in range(4):
        place.clock.forward(hours=20)
        place.act("note", "bo", ref="INC-1", text=f"{'needle' if n % 2 else 'hay'} {n}")
    async with place.desk() as at:
        await at.press("3", "/", *"needle")
        await at.until(lambda: "2 found" in at.text)
        assert [row.split("\n")[0][:12] for row in at.rows("timeline")] == ["22:32 bo nee", "── Tuesday 0"]
