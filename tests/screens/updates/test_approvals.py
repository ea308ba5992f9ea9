"""Who may publish from the desk, and a second pair of eyes between two desks."""

import pytest

from models.policy.audience import Audience
from models.updates.agreement import agree
from models.updates.rules import validated
from tests.screens.desks import Place


@pytest.fixture
def place(place: Place) -> Place:
    place.declare()
    return place


def write(place: Place, by: str = "ana", **fields: object) -> None:
    place.act("draft", by, ref="INC-1", **{"title": "Payments fail", "text": "We know.", **fields})


async def test_who_may_not_publish_reads_so_before_anything_is_asked(place: Place) -> None:
    agree(place.store, lambda _: validated({"publishers": ("cy",), "approval": None}))
    write(place)
    write(place, audience="team")
    async with place.desk() as at:
        await at.press("P")
        await at.until(lambda: at.told)
        assert "ana is not allowed to publish to customers. Allowed: cy." in at.told[0]
        assert at.screen is at.desk
        await at.press("4", "M", "P")  # who is told inside, the rules leave to everybody
        assert at.dialog == "Publish r1 for the team · INC-1"
    async with place.desk(me="cy") as at:
        await at.press("P")
        assert at.dialog == "Publish r1 for customers · INC-1"


async def test_who_may_not_approve_can_still_send_it_back(place: Place) -> None:
    agree(place.store, lambda _: validated({"publishers": ("cy",)}))
    write(place)
    place.act("request-approval", "ana", ref="INC-1", saw=1)
    async with place.desk(me="bo") as at:
        await at.press("O")
        assert at.dialog == "Review ana's update r1 · INC-1"
        assert "Request changes" in at.text
        assert "bo is not allowed to publish to customers. Allowed: cy." in at.text
        assert "Approve" not in at.text


async def test_an_approval_goes_from_desk_to_desk(place: Place) -> None:
    agree(place.store, None)
    write(place)
    async with place.desk() as mine, place.desk(me="bo") as theirs:
        await mine.press("P")
        assert mine.dialog == "Request approval of r1 · INC-1"
        await mine.press("y")
        await theirs.until(lambda: "review ana's update" in theirs.text)
        await theirs.press("M", "!")
        assert theirs.desk.focused_pane == "status"
        assert theirs.desk.drafting.audience is Audience.CUSTOMERS
        await theirs.press("O")
        assert theirs.dialog == "Review ana's update r1 · INC-1"
        assert "+ Payments fail" in theirs.body
        await theirs.press("r")
        await theirs.type("say since when")
        await theirs.press("enter")
        await mine.until(lambda: "bo requested changes to your update" in mine.text)
        write(place, text="We know since noon.")
        await mine.caught_up()
        await mine.press("P", "y")
        await theirs.until(lambda: theirs.shown.draft.asked_by == "ana")
        await theirs.press("O", "y")
        await mine.until(lambda: mine.shown.last_update)
    update = place.incident().last_update
    assert update
    assert (update.text, update.approved_by, update.published_by) == ("We know since noon.", "bo", "bo")


async def test_nobody_approves_what_they_have_not_seen(place: Place) -> None:
    agree(place.store, None)
    write(place)
    place.act("request-approval", "ana", ref="INC-1")
    async with place.desk(me="bo") as at:
        await at.press("4", "O")
        write(place, text="Something else.")
        await at.press("y")
        await at.until(lambda: at.told)
        assert "The draft has changed: it is now r2, not r1 (ana changed it" in at.told[0]
    draft = place.incident().draft
    assert (draft.asked_by, draft.approved_by) == ("ana", None)
    assert place.incident().last_update is None


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (50, 24)], ids=["120", "80", "50"])
async def test_whoever_approves_can_read_all_of_it(place: Place, size: tuple[int, int]) -> None:
    agree(place.store, None)
    write(place, text="\n".join(f"This is line {n}." for n in range(60)))
    place.act("request-approval", "ana", ref="INC-1")
    async with place.desk(me="bo", size=size) as at:
        await at.press("O")
        seen = at.text
        assert "space scroll · ⏎ select" in at.text
        for _ in range(60):
            if "space scroll" not in at.text:
                break
            await at.press("space")
            seen += at.text
        assert all(f"+ This is line {n}." in seen for n in range(60))
        await at.press("pageup")
        assert "space scroll" in at.text
        await at.press("y")
        await at.until(lambda: at.shown.last_update)


async def test_what_is_approved_elsewhere_is_published_with_two_keys(place: Place) -> None:
    agree(place.store, None)
    write(place)
    place.act("request-approval", "ana", ref="INC-1")
    async with place.desk() as at:
        await at.press("P")
        assert any("has been waiting for approval since" in told for told in at.told)
        place.act("approve", "bo", ref="INC-1")
        await at.until(lambda: "Approved by bo. Press P to publish." in at.text)
        await at.press("P", "y")
        await at.until(lambda: at.shown.last_update)
    assert place.last().data["approved_by"] == "bo"


@pytest.mark.parametrize("keys", [("2",), ("4", "M", "1"), ("4", "M")], ids=["roster", "incidents", "team's draft"])
async def test_an_approval_is_given_from_wherever_one_is(place: Place, keys: tuple[str, ...]) -> None:
    agree(place.store, None)
    write(place)
    place.act("request-approval", "ana", ref="INC-1")
    async with place.desk(me="bo") as at:
        await at.press(*keys, "O")
        assert at.dialog == "Review ana's update r1 · INC-1"
        assert at.desk.drafting.audience is Audience.CUSTOMERS
        await at.press("y")
        await at.until(lambda: at.shown.last_update)
