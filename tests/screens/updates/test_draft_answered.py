"""What becomes of an answer to somebody's draft, where something else has happened to it since it was shown."""

import pytest

from models.policy.audience import Audience
from models.updates.agreement import agree
from models.updates.rules import plain, validated
from tests.screens.desks import Place


@pytest.fixture
def place(place: Place) -> Place:
    """Of a team that follows the program's own rules; ana asks for an approval of her draft."""
    agree(place.store, None)
    place.declare()
    place.act("draft", "ana", ref="INC-1", title="Payments fail", text="We know.")
    place.act("request-approval", "ana", ref="INC-1", saw=1)
    return place


async def test_an_approval_that_is_refused_publishes_nothing(place: Place) -> None:
    async with place.desk(me="bo") as at:
        await at.press("O")
        assert at.dialog == "Review ana's update r1 · INC-1"
        place.act("approve", "cy", ref="INC-1", saw=1)
        await at.press("y")
        await at.until(lambda: at.told)
        assert "Action failed: cy has already approved this draft." in at.told[0]
        await at.caught_up()
    assert place.incident().last_update is None
    assert place.last().kind == "approved"


async def test_an_approval_of_what_needs_none_any_more_publishes_nothing(place: Place) -> None:
    async with place.desk(me="bo") as at:
        await at.press("O")
        place.act("request-changes", "cy", ref="INC-1", saw=1, word="Say since when")
        agree(place.store, lambda before: validated({**plain(before), "approval": None}))
        await at.press("y")
        await at.until(lambda: at.told)
        assert "No approval has been requested." in at.told[0]
        await at.caught_up()
    assert place.incident().last_update is None


async def test_approving_alone_publishes_nothing(place: Place) -> None:
    async with place.desk(me="bo") as at:
        await at.press("O", "a")
        await at.until(lambda: at.shown.draft.approved_by == "bo")
    assert place.incident().last_update is None
    assert place.last().kind == "approved"


async def test_leaving_the_question_answers_nothing(place: Place) -> None:
    async with place.desk(me="bo") as at:
        await at.press("O", "escape")
        assert at.screen is at.desk
    assert place.last().kind == "approval-asked"


async def test_what_is_approved_waits_for_nobodys_answer(place: Place) -> None:
    place.act("approve", "cy", ref="INC-1", saw=1)
    async with place.desk(me="bo") as at:
        await at.press("4", "M", "O")
        assert at.told == ["Review: No draft is awaiting approval."]
        assert at.desk.drafting.audience is Audience.TEAM


async def test_what_waits_for_somebody_elses_approval_is_not_published(place: Place) -> None:
    async with place.desk() as at:
        await at.press("P")
        assert at.screen is at.desk
        assert at.told == [
            "INC-1: r1 has been waiting for approval since 14:32Z."
            " If no one can approve now, press : and find Emergency publish."
        ]
        await at.press("O")
        assert "You wrote this draft. Someone else must approve it." in at.told[-1]
    assert place.last().kind == "approval-asked"
