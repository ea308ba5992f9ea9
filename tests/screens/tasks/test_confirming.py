"""Being given something is news: it rings once, says so, and is confirmed with one key."""

import pytest

from tests.screens.desks import Place


async def test_a_role_rings_once_and_is_confirmed_with_one_key(place: Place) -> None:
    place.declare()
    async with place.desk(me="bo") as at:
        rung = []
        at.app.bell = lambda: rung.append(True)  # type: ignore[method-assign]
        place.act("assign", "ana", ref="INC-1", role="tech-lead", person="bo")
        await at.caught_up()
        await at.until(lambda: rung)
        assert "confirm Tech Lead, assigned to you by ana" in at.text
        assert "press H to confirm" in at.text
        assert " H" in [text for text, _ in at.footer]
        place.act("note", "ana", ref="INC-1", text="look")
        await at.caught_up()
        await at.press("H")
        await at.until(lambda: not at.shown.given)
        assert "confirm" not in at.text.replace("confirmed", "")
        assert " H" not in [text for text, _ in at.footer]
        assert rung == [True]
        assert place.last().kind == "confirmed"
        await at.press("u")
        assert place.incident().given


async def test_the_giver_reads_whether_it_was_confirmed(place: Place) -> None:
    place.declare()
    place.act("assign", "ana", ref="INC-1", role="tech-lead", person="bo")
    place.clock.forward(minutes=2)
    async with place.desk() as at:
        assert "bo " in at.rows("roster")[1]
        assert " not confirmed 2m" in at.text
        await at.press("2", "g", "j", "enter")
        assert "assigned by ana, not confirmed" in at.body
        await at.press("q")
        place.act("confirm", "bo", ref="INC-1")
        await at.caught_up()
        assert "not confirmed" not in at.text


@pytest.mark.parametrize("size", [(80, 24), (50, 24)])
async def test_it_is_told_in_narrow_panes_too(place: Place, size: tuple[int, int]) -> None:
    place.declare()
    place.act("assign", "ana", ref="INC-1", role="communications-manager", person="bo")
    place.clock.forward(minutes=2)
    async with place.desk(size) as at:
        await at.press("2")
        (row,) = [row for row in at.lines if "bo " in row and "Communications" in row]
        assert "?2m" in row or "not confirmed 2m" in row


async def test_the_row_in_use_is_confirmed_alone_and_elsewhere_everything(place: Place) -> None:
    place.declare()
    for role in ("tech-lead", "scribe"):
        place.act("assign", "ana", ref="INC-1", role=role, person="bo")
    place.act("add-task", "ana", ref="INC-1", title="Call the bank", person="bo")
    async with place.desk(me="bo") as at:
        await at.press("2", "g", "j", "H")
        await at.until(lambda: len(at.shown.given) == 2)
        assert place.last().data["have"] == {"roles": [{"role": "tech-lead", "name": "Tech Lead"}], "tasks": []}
        await at.press("1", "H")
        await at.until(lambda: not at.shown.given)


async def test_a_task_says_so_in_its_row(place: Place) -> None:
    place.declare(severity="P3")
    place.act("add-task", "ana", ref="INC-1", title="Call the bank", person="bo")
    place.clock.forward(minutes=3)
    async with place.desk() as at:
        await at.press("5")
        assert "bo, not confirmed 3m" in at.text
        assert "Call the bank" in at.text
        await at.press("H")
        assert at.told == ["I have it: Nothing on INC-1 is waiting for your confirmation."]
    async with place.desk(me="bo") as at:
        await at.press("5", "H")
        await at.until(lambda: not at.shown.given)
    assert place.last().data["have"]["tasks"][0]["title"] == "Call the bank"


async def test_claiming_what_one_was_given_confirms_it(place: Place) -> None:
    place.declare(severity="P3")
    place.act("add-task", "ana", ref="INC-1", title="Call the bank", person="bo")
    async with place.desk(me="bo") as at:
        await at.press("5", "c")
        await at.until(lambda: not at.shown.given)
    assert place.last().kind == "task-claimed"
