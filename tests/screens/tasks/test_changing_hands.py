"""Giving and claiming a task on the desk, where a colleague was faster while it was asked to whom."""

import pytest

from models.policy.task import TaskState
from models.tasks.views import TaskView
from tests.screens.desks import Place


@pytest.fixture
def place(place: Place) -> Place:
    place.declare(severity="P3")
    place.act("add-task", "bo", ref="INC-1", title="Call the bank")
    return place


def task(place: Place) -> TaskView:
    (only,) = place.incident().tasks
    return only


@pytest.mark.parametrize(("answer", "owner"), [("k", "cy"), ("o", "bo")], ids=["left", "replaced"])
async def test_what_was_claimed_meanwhile_is_not_given_away_without_asking(
    place: Place, answer: str, owner: str
) -> None:
    async with place.desk() as at:
        await at.press("5", "g", "o")
        assert at.dialog == "Assign task 1 to"
        place.act("claim", "cy", ref="INC-1", number=1)
        await at.press(*"bo", "enter")
        assert at.dialog == "Changed by someone else"
        assert "cy claimed task 1 “Call the bank”" in at.body
        assert task(place).owner == "cy"
        await at.press(answer)
        assert at.screen is at.desk
    assert task(place).owner == owner


async def test_what_was_let_go_meanwhile_is_not_given_away_without_asking(place: Place) -> None:
    place.act("claim", "cy", ref="INC-1", number=1)
    async with place.desk() as at:
        await at.press("5", "g", "o")
        place.act("undo", "cy", ref="INC-1")
        await at.press(*"bo", "enter")
        assert at.dialog == "Changed by someone else"
        await at.press("k")
    assert task(place).owner is None


async def test_a_blocked_task_goes_on_with_its_owner(place: Place) -> None:
    place.act("assign-task", "bo", ref="INC-1", number=1, person="cy")
    place.act("block", "cy", ref="INC-1", number=1, reason="no line")
    async with place.desk() as at:
        await at.press("5", "g", "o", *"cy", "enter")
        await at.until(lambda: task(place).state is TaskState.OPEN)
        assert at.told == []
    assert (task(place).owner, task(place).reason) == ("cy", "")


async def test_a_claim_is_not_undone_over_a_later_giving(place: Place) -> None:
    async with place.desk() as at:
        await at.press("5", "g", "c")
        place.act("assign-task", "bo", ref="INC-1", number=1, person="cy")
        await at.press("u")
        await at.until(lambda: at.told)
        assert "Task 1 has changed, so this cannot be undone: bo assigned task 1" in at.told[-1]
    assert task(place).owner == "cy"
