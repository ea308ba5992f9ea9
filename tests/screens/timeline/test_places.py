"""Going to another place of a timeline: its ends, a time; and reading it from the other end."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from models.kernel.location import Location
from tests.screens.desks import Place, Sitting


@pytest.fixture(scope="module")
def long(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """An incident with 350 entries, a minute apart."""
    folder = tmp_path_factory.mktemp("long")
    place = Place(Location.file(Path(shutil.copy(sqlite_template, folder / "bridgewatch.db"))), folder / "cache")
    place.declare()
    for n in range(349):
        place.clock.forward(minutes=1)
        place.act("note", "bo", ref="INC-1", text=f"note {n}")
    place.store.close()
    return place


@pytest.fixture
def place(place: Place, long: Place) -> Place:
    """A copy of it."""
    assert long.location.path is not None
    assert place.location.path is not None
    place.store.close()
    shutil.copy(long.location.path, place.location.path)
    place.clock.now = long.clock.now
    place.store.open(create=False)
    return place


def under(at: Sitting) -> str:
    """The entry under the cursor."""
    entry = at.desk.entry()
    return "" if entry is None else entry.text or entry.kind


async def test_G_goes_to_the_first_entry_of_all_and_g_back_to_the_newest(place: Place) -> None:
    async with place.desk() as at:
        await at.press("3", "G")
        await at.until(lambda: under(at) == "declared")
        assert len(at.pane("timeline").rows) == 100
        timeline = at.pane("timeline")
        assert "declared P1" in at.lines[timeline.region.bottom - 2] + at.lines[timeline.region.bottom - 3]
        assert "g goes to the newest" in at.text
        await at.press("g")
        await at.until(lambda: under(at) == "note 348")
        assert "goes to the newest" not in at.text


async def test_from_the_first_entry_one_reads_up_to_the_newest(place: Place) -> None:
    async with place.desk() as at:
        timeline = at.pane("timeline")
        await at.press("3", "G")
        await at.until(lambda: under(at) == "declared")
        while at.desk.board and not at.desk.board.timeline.newest:
            await at.press("pageup")
        await at.until(lambda: len(timeline.rows) == 350)
        assert [row.key for row in timeline.rows] == [*range(350, 0, -1)]


async def test_what_comes_in_meanwhile_moves_nobody(place: Place) -> None:
    async with place.desk() as at:
        await at.press("3", "G")
        await at.until(lambda: under(at) == "declared")
        before = at.drawn("#timeline")
        place.act("note", "cy", ref="INC-1", text="now")
        await at.caught_up()
        assert at.drawn("#timeline") == before
        await at.press("g")
        await at.until(lambda: under(at) == "now")


@pytest.mark.parametrize(
    ("typed", "entry"),
    [
        ("17:05", "note 152"),
        ("14:32", "declared"),
        ("14:35 utc", "note 2"),
        ("20:00 local", "note 267"),
        ("20 minutes ago", "note 328"),
        ("2026-03-01 16:00Z", "note 87"),
        ("10:00", "declared"),
        ("just now", "note 348"),
    ],
)
async def test_a_time_leads_to_the_first_entry_from_then_on(place: Place, typed: str, entry: str) -> None:
    async with place.desk() as at:
        await at.press("J", *typed)
        assert at.dialog == "Go to a time · INC-1"
        await at.press("enter")
        await at.until(lambda: under(at) == entry)
        assert at.desk.focused_pane == "timeline"


async def test_a_time_of_day_is_of_the_day_that_one_reads(place: Place) -> None:
    place.clock.now += timedelta(days=3)
    async with place.desk() as at:
        await at.press("J", *"17:05")
        assert "= 01 Mar 17:05Z" in at.text
        await at.press("enter")
        await at.until(lambda: under(at) == "note 152")


async def test_a_time_that_is_none_says_so(place: Place) -> None:
    async with place.desk() as at:
        await at.press("J", *"teatime", "enter")
        assert "'teatime' is not a valid time." in at.text
        await at.press("escape")
        assert at.screen is at.desk


@pytest.mark.parametrize("size", [(120, 40), (50, 24)])
async def test_the_order_turns_around_the_entry_under_the_cursor(place: Place, size: tuple[int, int]) -> None:
    async with place.desk(size) as at:
        timeline = at.pane("timeline")
        await at.press("3", *["j"] * 30)
        assert under(at) == "note 318"
        await at.press("F")
        assert under(at) == "note 318"
        assert "note 318" in at.drawn("#timeline")
        keys = [row.key for row in timeline.rows]
        assert keys == sorted(keys)  # type: ignore[type-var]
        await at.press("j")
        assert under(at) == "note 319"
        await at.press("g")
        await at.until(lambda: under(at) == "declared")
        await at.press("G")
        await at.until(lambda: under(at) == "note 348")
        await at.press("F")
        assert under(at) == "note 348"
        assert timeline.rows[0].key == 350


async def test_oldest_first_what_comes_in_is_seen_at_the_end(place: Place) -> None:
    async with place.desk() as at:
        await at.press("3", "g", "F", "G", "1")
        place.act("note", "cy", ref="INC-1", text="just now")
        await at.until(lambda: "just now" in at.text)


async def test_another_incident_begins_with_its_newest_entry(place: Place) -> None:
    place.declare("Search is slow", severity="P2")
    async with place.desk() as at:
        await at.press("3", "G")
        await at.until(lambda: under(at) == "declared")
        await at.press("1", "j")
        await at.until(lambda: at.shown.ref == "INC-2")
        await at.press("k")
        await at.until(lambda: "note 348" in at.rows("timeline")[0])


@pytest.mark.parametrize("turned", [False, True])
async def test_a_day_is_named_where_it_begins(place: Place, turned: bool) -> None:
    place.clock.now += timedelta(days=1)
    place.act("note", "cy", ref="INC-1", text="the day after")
    async with place.desk() as at:
        await at.press("3", *(["F"] if turned else []))
        days = [row for row in at.rows("timeline") if row.startswith("──")]
        assert len(days) == (2 if turned else 1)
        assert days[0].startswith("── Sunday 01 March 2026 ──")
        assert ("the day after" in at.rows("timeline")[-1]) == turned


async def test_a_database_that_is_away_leaves_what_is_loaded(place: Place) -> None:
    async with place.desk() as at:
        place.lose()
        at.desk.link.refresh()
        await at.until(lambda: not at.desk.current)
        await at.press("3", "G")
        assert under(at) == "note 249"
