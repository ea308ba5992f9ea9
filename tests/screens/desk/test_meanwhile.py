"""A new P1 and whatever is taken ring and wait until they are seen; who comes back reads what they have missed."""

from datetime import timedelta

import pytest

from models.live.news import State
from screens.desk import meanwhile
from tests.screens.desks import Place, Sitting, sit


def rings(at: Sitting, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often the bell rang, as the number of items."""
    rung: list[int] = []
    monkeypatch.setattr(at.app, "bell", lambda: rung.append(1))
    return rung


@pytest.fixture
def place(place: Place) -> Place:
    """INC-1 is ana's, a P2 on which bo is Scribe."""
    place.declare(severity="P2")
    place.act("take", "bo", ref="INC-1", role="scribe")
    return place


async def test_a_new_p1_rings_and_one_key_goes_there(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    async with place.desk(me="dee") as at:
        rung = rings(at, monkeypatch)
        place.declare("Payments fail", by="cy", severity="P1")
        await at.until(lambda: "▲ INC-2 declared P1 by cy: Payments fail · ! next" in at.lines[0])
        assert len(rung) == 1
        await at.press("!")
        assert at.shown.ref == "INC-2"
        assert "declared" not in at.lines[0]
        assert at.told[-1] == "INC-2: declared P1 by cy: Payments fail"


async def test_going_there_in_the_list_is_seeing_it(place: Place) -> None:
    async with place.desk(me="dee") as at:
        place.declare("Payments fail", by="cy", severity="P1")
        await at.until(lambda: "declared P1" in at.lines[0])
        await at.press("1", "g")
        await at.until(lambda: at.shown.ref == "INC-2")
        assert "declared" not in at.lines[0]


async def test_whoever_declares_it_is_not_rung(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    async with place.desk(me="cy") as at:
        rung = rings(at, monkeypatch)
        place.declare("Payments fail", by="cy", severity="P1")
        await at.caught_up()
        await at.until(lambda: "P1 1" in at.lines[0])
        assert "declared" not in at.lines[0]
        assert len(rung) <= 1  # its empty roles wait for whoever manages it


async def test_what_is_taken_waits_until_it_is_seen(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    async with place.desk(me="bo") as at:
        rung = rings(at, monkeypatch)
        place.act("take", "cy", ref="INC-1", role="scribe")
        await at.until(lambda: "INC-1 cy took Scribe from you" in at.lines[0])
        assert len(rung) == 1
        await at.press("!")
        assert at.desk.focused_pane == "roster"
        assert at.pane("roster").chosen == "scribe"
        assert "cy took Scribe" not in at.lines[0]
        assert at.told[-1] == "INC-1: cy took Scribe from you"


async def test_what_was_not_looked_at_waits_while_one_looks_elsewhere(place: Place) -> None:
    place.declare("Search is slow", by="cy", severity="P2")
    async with place.desk(me="bo") as at:
        await at.press("1", "G")
        await at.until(lambda: at.shown.ref == "INC-1")
        place.act("take", "cy", ref="INC-1", role="scribe")
        await at.until(lambda: "INC-1 cy took Scribe from you" in at.lines[0])
        await at.press("g")
        await at.until(lambda: at.shown.ref == "INC-2")
        assert "INC-1 cy took Scribe from you" in at.lines[0]


async def test_one_is_merged_away_from_under_me(place: Place) -> None:
    place.declare("The same", by="cy", severity="P2")
    async with place.desk(me="bo") as at:
        place.act("merge", "cy", ref="INC-1", into="INC-2")
        await at.until(lambda: "INC-1 merged into INC-2 by cy" in at.lines[0])


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (50, 24)])
async def test_what_needs_me_opens_as_a_list(place: Place, size: tuple[int, int]) -> None:
    place.act("add-task", "cy", ref="INC-1", title="Restart the pool", person="ana")
    place.act("add-task", "cy", ref="INC-1", title="Call the bank", person="ana")
    place.declare("Payments fail", by="cy", severity="P1", manager="nobody")
    async with place.desk(size) as at:
        await at.press("W")
        assert at.dialog.startswith("Needs you · ")
        count = int(at.dialog.rpartition(" ")[2])
        assert count == len(at.options.rows) >= 3
        assert "INC-2 no incident manager" in at.text
        await at.press(*"task 5", "enter")
        assert at.shown.ref == "INC-1"
        assert at.desk.focused_pane == "tasks"
        assert at.pane("tasks").chosen == "5"


async def test_with_nothing_to_list_it_says_so(place: Place) -> None:
    async with place.desk(me="dee") as at:
        await at.press("W")
        assert at.screen is at.desk
        assert "Nothing is waiting for you." in at.told[-1]


class TestAway:
    async def test_offline(self, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
        async with place.desk(me="bo") as at:
            rung = rings(at, monkeypatch)
            place.lose()
            await at.until(lambda: at.desk.news.state is State.LOST)
            place.clock.forward(minutes=2)
            place.act_where_it_is("take", "cy", ref="INC-1", role="scribe")
            place.act_where_it_is("phase", "ana", ref="INC-1", phase="identified")
            place.bring_back()
            await at.until(lambda: at.told and "While you were away" in at.told[-1])
            assert at.told[-1].endswith(
                "While you were away, 2m: INC-1 cy took Scribe from you; INC-1 is identified (ana); "
                "2 new timeline entries"
            )
            assert len(rung) == 1
            await at.press("m")
            assert at.dialog == "Messages"
            assert "2 new timeline entries" in at.text

    async def test_for_a_moment_with_nothing_new(self, place: Place) -> None:
        async with place.desk(me="bo") as at:
            place.lose()
            await at.until(lambda: at.desk.news.state is State.LOST)
            place.bring_back()
            await at.until(lambda: at.told and "Reconnected. The board is up to date." in at.told[-1])

    async def test_since_the_desk_was_left(self, place: Place) -> None:
        async with place.desk(me="bo"):
            pass
        place.clock.forward(hours=14)
        place.act("take", "cy", ref="INC-1", role="scribe")
        async with place.desk(me="bo") as at:
            await at.until(lambda: at.told)
            assert "While you were away, 14h: INC-1 cy took Scribe from you; 1 new timeline entry" in at.told[0]
            assert "INC-1 cy took Scribe from you" in at.lines[0]

    async def test_a_terminal_out_of_sight(self, place: Place) -> None:
        async with place.desk(me="bo") as at:
            at.app.app_focus = False
            await at.quiet()
            place.act("note", "ana", ref="INC-1", text="It began at noon")
            await at.until(lambda: "It began at noon" in at.text)
            assert at.told == []
            place.clock.forward(minutes=10)
            at.app.app_focus = True
            await at.until(lambda: at.told)
            assert "While you were away, 10m: 1 new timeline entry" in at.told[0]

    async def test_a_machine_that_slept(self, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
        async with place.desk(me="bo") as at:
            slept = meanwhile._asleep_seconds() + timedelta(hours=1).total_seconds()
            monkeypatch.setattr(meanwhile, "_asleep_seconds", lambda: slept)
            place.clock.forward(hours=1)
            at.desk.tick()
            place.act("note", "ana", ref="INC-1", text="It began at noon")
            await at.until(lambda: at.told)
            assert "While you were away, 1h: 1 new timeline entry" in at.told[0]

    async def test_before_there_was_anything_to_see(self, place: Place) -> None:
        async with sit(place, place.app(me="bo"), (120, 40), live=False) as at:
            at.app.app_focus = False
            await at.live()
            at.app.app_focus = True
            await at.quiet()
            assert at.told == []
