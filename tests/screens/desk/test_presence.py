"""Whose desk is open, where that helps: when a role is offered, and while the offer waits."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from models.kernel.location import Location
from models.live.link import Link
from tests.screens.desks import LONG, Place, Sitting

HINT = "hint: cy is offline, offer pending: Tech Lead"


@pytest.fixture
def place(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """bo is the tech lead of INC-1, which ana manages; its path is short enough for bells."""
    folder = tmp_path_factory.mktemp("p")
    shutil.copy(sqlite_template, folder / "b.db")
    place = Place(Location.file(folder / "b.db"), folder / "cache")
    place.declare()
    place.act("take", "bo", ref="INC-1", role="tech-lead")
    yield place
    place.store.close()


@pytest.fixture
def open_desk(place: Place) -> Iterator[Callable[[str], Link]]:
    """Opens a colleague's desk; returns when others can see it."""
    links: list[Link] = []

    def opened(person: str) -> Link:
        links.append(Link(place.location, lambda news: None, person=person))
        links[-1].start()
        while not links[-1].desks().result(LONG).open(person):
            pass
        return links[-1]

    yield opened
    for link in links:
        link.stop()


def offer(place: Place, by: str = "bo", to: str = "cy") -> None:
    place.act("offer", by, ref="INC-1", role="tech-lead", person=to)


@pytest.mark.parametrize("me", ["ana", "bo"])
async def test_who_offers_and_who_manages_read_it_with_the_reason(place: Place, me: str) -> None:
    offer(place)
    async with place.desk(me=me) as at:
        await at.until(lambda: HINT in at.text)
        await at.press("2", "g", "j", "enter")
        assert "cy is offline, offer pending: Tech Lead" in at.body
        assert "A handover needs a clear acknowledgment: Google, Site Reliability Engineering, chapter 14" in " ".join(
            at.body.split()
        )
        assert not any("offline" in need.words for need in at.desk.waiting)


async def test_others_do_not_read_it(place: Place) -> None:
    offer(place)
    async with place.desk(me="di") as at:
        await at.until(lambda: at.desk.board and at.desk.board.away == ("cy",))
        assert "hint" not in at.text


async def test_a_desk_that_opens_or_closes_is_noticed_by_itself(
    place: Place, open_desk: Callable[[str], Link], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screens.desk.desk.TICK_SECONDS", 0.05)
    offer(place)
    async with place.desk(me="bo") as at:
        await at.until(lambda: HINT in at.text)
        theirs = open_desk("cy")
        await at.until(lambda: "hint" not in at.text)
        theirs.stop()
        await at.until(lambda: HINT in at.text)


async def test_nothing_is_looked_for_while_no_offer_of_the_readers_waits(place: Place) -> None:
    async with place.desk(me="bo") as at:
        looked = watched(at)
        at.desk.tick()
        place.act("offer", "ana", ref="INC-1", role="incident-manager", person="cy")
        await at.caught_up()
        looked.clear()
        at.desk.tick()
        assert looked == []
        offer(place)
        await at.caught_up()
        looked.clear()
        at.desk.tick()
        assert looked == [True]


def watched(at: Sitting) -> list[bool]:
    looked: list[bool] = []
    refresh = at.desk.link.refresh

    def noted() -> None:
        looked.append(True)
        refresh()

    at.desk.link.refresh = noted  # type: ignore[method-assign]
    return looked


async def test_who_offers_sees_whose_desks_are_open(place: Place, open_desk: Callable[[str], Link]) -> None:
    place.act("take", "cy", ref="INC-1", role="scribe")
    place.act("note", "di", ref="INC-1", text="hello")
    open_desk("cy")
    async with place.desk(me="bo") as at:
        await at.press("h", "enter")
        rows = ["".join(text for text, _ in row.lines[0]).rstrip() for row in at.options.rows]
        assert [row for row in rows if "online" in row] == [next(row for row in rows if " cy " in row)]


async def test_where_nobodys_desk_is_open_no_column_tells_of_desks(place: Place) -> None:
    place.act("note", "di", ref="INC-1", text="hello")
    async with place.desk(me="bo") as at:
        await at.press("h", "enter")
        rows = ["".join(text for text, _ in row.lines[0]).rstrip() for row in at.options.rows]
        assert sorted(" ".join(row.split()[1:]) for row in rows) == ["ana Incident Manager", "di"]
