"""What comes first where a key, a name or a row could mean two things, and who is not asked."""

import pytest

from models.board.board import read_board
from models.board.due_times import needs
from models.updates.agreement import agree
from tests.screens.desks import Place


@pytest.fixture
def place(place: Place) -> Place:
    place.declare()
    return place


class TestOffers:
    """bo and cy are experts; ana, who manages, offers cy's part to dee, and bo offers his to ana."""

    ROLE = "subject-matter-expert"

    @pytest.fixture
    def place(self, place: Place) -> Place:
        for person in ("bo", "cy"):
            place.act("take", person, ref="INC-1", role=self.ROLE)
        place.act("offer", "ana", ref="INC-1", role=self.ROLE, person="dee", holder="cy")
        place.act("offer", "bo", ref="INC-1", role=self.ROLE, person="ana", holder="bo")
        return place

    def point(self, place: Place) -> list[str]:
        """The keys that go to the role in the roster."""
        roles = [role.key for role in place.incident().roles]
        return ["2", "g", *["j"] * roles.index(self.ROLE), "h"]

    async def test_one_made_to_me_comes_before_mine(self, place: Place) -> None:
        async with place.desk() as at:
            await at.press(*self.point(place))
            assert at.pane("roster").chosen == self.ROLE
            assert at.dialog == "Subject Matter Expert on INC-1, offered by bo 0s ago"
            await at.press("a")
            await at.until(lambda: len(at.shown.offers) == 1)
            await at.press("h")
            assert at.dialog == "Withdraw offer of Subject Matter Expert to dee"
        assert place.holders(self.ROLE) == ["cy", "ana"]

    async def test_of_a_focused_role_only_its_own_count(self, place: Place) -> None:
        async with place.desk() as at:
            await at.press("2", "g", "h")
            assert at.dialog == "Hand over · INC-1"

    async def test_one_made_to_me_is_answered_from_any_pane(self, place: Place) -> None:
        async with place.desk() as at:
            await at.press("3", "h")
            assert at.dialog == "Subject Matter Expert on INC-1, offered by bo 0s ago"

    async def test_mine_is_withdrawn_on_its_row_only(self, place: Place) -> None:
        place.act("withdraw", "bo", ref="INC-1", role=self.ROLE, holder="bo")
        async with place.desk() as at:
            await at.press("3", "h")
            assert at.dialog == "Hand over · INC-1"


class TestByWhom:
    """Words that say by whom a task is done: somebody known by that name, else a role, else somebody new."""

    @pytest.mark.parametrize(
        ("known", "typed", "person", "role"),
        [
            ("Scribe", "scribe", "Scribe", None),
            ("Scribe", " SCRIBE ", "Scribe", None),
            ("Scrib", "scrib", "Scrib", None),
            ("Scribes", "scribe", None, "scribe"),
            ("bo", "scribe", None, "scribe"),
            ("bo", "Scriven", "Scriven", None),
        ],
    )
    async def test_a_known_person_comes_before_a_role(
        self, place: Place, known: str, typed: str, person: str | None, role: str | None
    ) -> None:
        place.act("note", known, ref="INC-1", text="here")
        async with place.desk() as at:
            await at.press("N", *"Call them", "tab", *typed, "enter")
            await at.press(*(("n",) if person == "Scriven" else ()))
            await at.caught_up()
        (task,) = (task for task in place.incident().tasks if task.title == "Call them")
        assert (task.owner, task.role) == (person, role)


class TestTheFirstRow:
    async def test_a_focused_one_stays_when_rows_come(self, place: Place) -> None:
        """Whoever is about to change a note does not get another one under their hands."""
        place.act("note", "ana", ref="INC-1", text="it is DNS")
        async with place.desk() as at:
            timeline = at.pane("timeline")
            await at.press("3", "g")
            mine = timeline.chosen
            place.act("note", "ana", ref="INC-1", text="it is not")
            await at.until(lambda: len(timeline.rows) == 3)
            assert (timeline.chosen, timeline.index) == (mine, 1)
            await at.press("r", *"!", "enter")
        assert (place.last().kind, place.last().text, place.last().root) == ("note", "it is DNS!", 2)

    async def test_one_out_of_focus_goes_with_what_comes(self, place: Place) -> None:
        async with place.desk() as at:
            timeline = at.pane("timeline")
            place.act("note", "bo", ref="INC-1", text="it is DNS")
            await at.until(lambda: len(timeline.rows) == 2)
            assert timeline.index == 0

    async def test_another_one_stays_out_of_focus_too(self, place: Place) -> None:
        place.act("note", "bo", ref="INC-1", text="it is DNS")
        async with place.desk() as at:
            timeline = at.pane("timeline")
            await at.press("3", "g", "j", "1")
            place.act("note", "bo", ref="INC-1", text="it is not")
            await at.until(lambda: len(timeline.rows) == 3)
            assert timeline.index == 2


class TestWhoApproves:
    """bo wrote it last, ana asked for an approval: neither of them is a second pair of eyes."""

    @pytest.fixture
    def place(self, place: Place) -> Place:
        agree(place.store, None)
        place.act("draft", "bo", ref="INC-1", title="Payments fail", text="We know.")
        place.act("request-approval", "ana", ref="INC-1", saw=1)
        return place

    @pytest.mark.parametrize(("me", "did"), [("ana", "requested approval of"), ("bo", "wrote")])
    async def test_its_authors_are_not_asked(self, place: Place, me: str, did: str) -> None:
        assert not [need for need in needs(read_board(place.store), me, place.clock()) if "review" in need.words]
        async with place.desk(me=me) as at:
            assert "review" not in at.lines[0]
            assert "Another responder must review it (O)." in " ".join(at.rows("status"))
            await at.press("O")
            await at.press("P")
            assert at.screen is at.desk
            assert f"You {did} this draft. Someone else must approve it." in at.told[0]
            assert "r1 has been waiting for approval since 14:32Z." in at.told[1]

    async def test_anybody_else_is(self, place: Place) -> None:
        async with place.desk(me="cy") as at:
            assert "review ana's update" in at.text
            assert "Press O to review." in " ".join(at.rows("status"))
            await at.press("P")
            assert at.dialog == "Review ana's update r1 · INC-1"
