"""The newest entry is never hidden without a word."""

import pytest

from tests.screens.desks import Place, Sitting


@pytest.fixture
def place(place: Place) -> Place:
    place.declare()
    for n in range(40):
        place.act("note", "bo", ref="INC-1", text=f"before {n}")
    return place


async def write(at: Sitting, count: int = 14) -> None:
    for n in range(count):
        at.place.act("note", "bo", ref="INC-1", text=f"new {n}")
    await at.caught_up()


def top(at: Sitting) -> str:
    return at.drawn("#timeline").splitlines()[0]


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (50, 24)])
async def test_a_cursor_on_the_newest_entry_follows(place: Place, size: tuple[int, int]) -> None:
    async with place.desk(size) as at:
        await at.press("3")
        await write(at)
        await at.until(lambda: "new 13" in top(at))
        assert "newer" not in at.head("timeline")


async def test_it_follows_while_tasks_stand_in_its_place(place: Place) -> None:
    async with place.desk((80, 24)) as at:
        await at.press("3", "5")
        await write(at)
        await at.press("3")
        await at.until(lambda: "new 13" in top(at))


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (50, 24)])
async def test_elsewhere_those_out_of_sight_are_counted(place: Place, size: tuple[int, int]) -> None:
    async with place.desk(size) as at:
        await at.press("3", *["j"] * 38)
        above = at.pane("timeline").scroll_offset.y
        before = at.drawn("#timeline")
        assert f"{above} newer ↑ (g)" in at.head("timeline") or f"[3 Timeline {above}↑]" in at.text
        await write(at)
        now = above + 14
        await at.until(lambda: f"{now} newer ↑ (g)" in at.head("timeline") or f"[3 Timeline {now}↑]" in at.text)
        assert at.drawn("#timeline") == before
        await at.press("g")
        assert "new 13" in top(at)
        assert "newer" not in at.head("timeline")


async def test_reading_further_down_counts_what_is_above(place: Place) -> None:
    async with place.desk((80, 24)) as at:
        await at.press("3", "G")
        await at.until(lambda: "newer ↑ (g)" in at.head("timeline"))


async def test_oldest_first_they_are_below(place: Place) -> None:
    async with place.desk((80, 24)) as at:
        await at.press("3", "F", "G", "k", "k")
        await write(at)
        await at.until(lambda: "newer ↓ (G)" in at.head("timeline"))
        await at.press("G")
        await at.until(lambda: "new 13" in at.drawn("#timeline"))
        assert "newer" not in at.head("timeline")
        await write(at, 2)
        await at.until(lambda: at.drawn("#timeline").count("new 1") >= 1)
        assert "newer" not in at.head("timeline")
