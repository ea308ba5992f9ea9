"""An offer to hand a role over, where the role has moved since: what undoing does, and how long it waits."""

from datetime import timedelta

import pytest

from models.board.board import read_board
from models.board.due_times import PATIENCE, needs, waits_long
from models.kernel.command import IncidentCommand
from models.kernel.failures import Refused
from models.kernel.store import Store
from models.roles.commands import Assign, Release, Take
from models.roles.handover import Accept, Decline, Offer, Withdraw
from models.timeline.commands import Undo
from tests.models.acting import Acting, count

ONE, MANY = "tech-lead", "subject-matter-expert"


@pytest.fixture
def incident(store: Store) -> Acting:
    """bo is its tech lead and one of its experts, ana manages it."""
    incident = Acting(store)
    for role in (ONE, MANY):
        incident(Take, "bo", role=role)
    return incident


def waiting(incident: Acting) -> list[tuple[str, str, str]]:
    return [(offer.role, offer.holder, offer.to) for offer in incident.now.offers]


class TestUndoingAWithdrawal:
    @pytest.mark.parametrize("role", [ONE, MANY])
    def test_the_offer_waits_again(self, incident: Acting, role: str) -> None:
        incident(Offer, "bo", role=role, person="cy", brief="The pool is exhausted")
        before = incident.now.offers
        incident(Withdraw, "bo", role=role)
        incident(Undo, "bo")
        assert incident.now.offers == before
        incident(Accept, "cy", role=role)
        assert incident.holders(role) == ("cy",)

    @pytest.mark.parametrize("role", [ONE, MANY])
    def test_not_after_its_receiver_got_the_role(self, incident: Acting, role: str) -> None:
        incident(Offer, "bo", role=role, person="cy")
        incident(Withdraw, "bo", role=role)
        incident(Assign, "ana", role=role, person="cy")
        assert "cy" in incident.holders(role)
        with pytest.raises(Refused, match=r"has been reassigned or offered again\. Offer it again"):
            incident(Undo, "bo")
        assert waiting(incident) == []

    @pytest.mark.parametrize("role", [ONE, MANY])
    def test_not_after_its_holder_let_go_of_the_role(self, incident: Acting, role: str) -> None:
        incident(Offer, "bo", role=role, person="cy")
        incident(Withdraw, "bo", role=role)
        incident(Release, "ana", role=role)
        assert incident.holders(role) == ()
        with pytest.raises(Refused, match="has been reassigned or offered again"):
            incident(Undo, "bo")
        assert waiting(incident) == []

    def test_not_after_it_was_offered_to_the_same_person_again(self, incident: Acting) -> None:
        incident(Offer, "bo", role=ONE, person="cy")
        incident(Withdraw, "bo", role=ONE)
        incident(Offer, "ana", role=ONE, person="cy")
        with pytest.raises(Refused, match="has been reassigned or offered again"):
            incident(Undo, "bo")
        assert waiting(incident) == [(ONE, "bo", "cy")]

    def test_another_holders_offer_is_no_hindrance(self, incident: Acting) -> None:
        incident(Take, "dee", role=MANY)
        incident(Offer, "bo", role=MANY, person="cy")
        incident(Withdraw, "bo", role=MANY)
        incident(Offer, "dee", role=MANY, person="cy")
        incident(Undo, "bo")
        assert sorted(waiting(incident)) == [(MANY, "bo", "cy"), (MANY, "dee", "cy")]


class TestUndoingAnAcceptance:
    def test_not_after_the_former_holder_got_it_again(self, incident: Acting) -> None:
        incident(Offer, "bo", role=MANY, person="cy")
        incident(Accept, "cy", role=MANY)
        incident(Take, "bo", role=MANY)
        with pytest.raises(Refused, match="has been reassigned: it is now assigned to cy, bo"):
            incident(Undo, "cy")
        assert sorted(incident.holders(MANY)) == ["bo", "cy"]

    def test_not_after_the_receiver_let_go_of_it(self, incident: Acting) -> None:
        incident(Offer, "bo", role=ONE, person="cy")
        incident(Accept, "cy", role=ONE)
        incident(Release, "ana", role=ONE)
        with pytest.raises(Refused, match="Tech Lead has been reassigned: it is now unassigned"):
            incident(Undo, "cy")
        assert incident.holders(ONE) == ()

    def test_other_holders_keep_theirs(self, incident: Acting) -> None:
        incident(Take, "dee", role=MANY)
        incident(Offer, "bo", role=MANY, person="cy")
        incident(Accept, "cy", role=MANY)
        assert sorted(incident.holders(MANY)) == ["cy", "dee"]
        incident(Undo, "cy")
        assert sorted(incident.holders(MANY)) == ["bo", "dee"]
        assert waiting(incident) == [(MANY, "bo", "cy")]


class TestUndoingAnOffer:
    @pytest.mark.parametrize(
        ("answer", "by", "more", "said"),
        [
            (Accept, "cy", {}, "accepted"),
            (Decline, "cy", {"word": "asleep soon"}, "declined"),
            (Withdraw, "bo", {}, "withdrawn"),
        ],
    )
    def test_not_after_it_was_answered(
        self, incident: Acting, answer: type[IncidentCommand], by: str, more: dict[str, str], said: str
    ) -> None:
        incident(Offer, "ana", role=ONE, person="cy")
        incident(answer, by, role=ONE, **more)
        held = incident.holders(ONE)
        with pytest.raises(Refused, match=f"The offer has been {said}"):
            incident(Undo, "ana")
        assert incident.holders(ONE) == held

    def test_it_is_on_record_as_withdrawn_by_who_undid_it(self, incident: Acting) -> None:
        incident(Offer, "bo", role=ONE, person="cy")
        incident(Undo, "bo")
        query = (
            "SELECT count(*) FROM offers JOIN people ON people.id = answered_by"
            " WHERE answer = 'withdrawn' AND answered_at IS NOT NULL AND people.name = 'bo'"
        )
        assert count(incident.store, query) == 1


class TestHowLongItWaits:
    def test_who_offered_it_and_who_holds_it_are_told_after_a_while_and_its_receiver_at_once(
        self, incident: Acting
    ) -> None:
        incident(Offer, "ana", role=ONE, person="cy")
        board = read_board(incident.store)
        (offer,) = board.incidents[0].offers

        def told(person: str, later: timedelta) -> list[str]:
            found = needs(board, person, offer.at + later)
            return [need.words for need in found if need.row == ONE and len(need.names) < 2]

        soon, long = PATIENCE - timedelta(seconds=1), PATIENCE
        assert (waits_long(offer, offer.at + soon), waits_long(offer, offer.at + long)) == (False, True)
        for later in (timedelta(0), soon, long):
            assert told("cy", later) == ["Tech Lead offered to you by ana"]
            assert told("dee", later) == []
        for person in ("ana", "bo"):
            assert told(person, soon) == []
            assert told(person, long) == ["cy has not answered the Tech Lead offer"]
