"""Handing a role over: offered, then accepted, declined, withdrawn or overtaken."""

from typing import Any

import pytest

from models.board.board import read_board
from models.incident.declare import Declare
from models.kernel.command import IncidentCommand
from models.kernel.failures import Conflict, Refused
from models.kernel.store import Store
from models.roles.commands import AddRole, Assign, Release, Take
from models.roles.handover import Accept, Decline, Offer, Withdraw
from models.timeline.commands import Undo
from tests.models.acting import Acting, told


@pytest.fixture
def incident(store: Store) -> Acting:
    """bo is its tech lead, ana manages it."""
    incident = Acting(store)
    incident(Take, "bo", role="tech-lead")
    return incident


def waiting(incident: Acting) -> list[tuple[str, str, str]]:
    return [(offer.role, offer.holder, offer.to) for offer in incident.now.offers]


class TestOffer:
    def test_the_holder_holds_until_it_is_accepted(self, incident: Acting) -> None:
        entry = incident(Offer, "bo", role="tech-lead", person="cy", brief="The pool\nis exhausted", saw=("bo",))
        assert told(entry) == "bo offered Tech Lead to cy; bo stays assigned until they accept"
        assert incident.holders("tech-lead") == ("bo",)
        (offer,) = incident.now.offers
        assert (offer.role, offer.name, offer.holder, offer.to, offer.by) == (
            "tech-lead",
            "Tech Lead",
            "bo",
            "cy",
            "bo",
        )
        assert (offer.brief, offer.at) == ("The pool\nis exhausted", entry.recorded_at)
        (row,) = read_board(incident.store).incidents
        assert row.offers == (offer,)

    def test_the_incident_manager_offers_for_the_holder(self, incident: Acting) -> None:
        assert told(incident(Offer, "ana", role="tech-lead", person="cy")) == (
            "ana offered Tech Lead to cy; bo stays assigned until they accept"
        )
        assert [(offer.holder, offer.by) for offer in incident.now.offers] == [("bo", "ana")]

    def test_nobody_else_offers_it(self, incident: Acting) -> None:
        with pytest.raises(
            Refused, match=r"Tech Lead is assigned to bo\. Only bo or the incident manager can offer it"
        ):
            incident(Offer, "dee", role="tech-lead", person="cy")

    def test_to_who_holds_it(self, incident: Acting) -> None:
        for author in ("bo", "ana"):
            with pytest.raises(Refused, match="Tech Lead is already assigned to bo"):
                incident(Offer, author, role="tech-lead", person="bo")

    def test_what_nobody_holds(self, incident: Acting) -> None:
        with pytest.raises(Refused, match="Scribe is unassigned"):
            incident(Offer, "ana", role="scribe", person="cy")

    def test_one_at_a_time(self, incident: Acting) -> None:
        incident(Offer, "bo", role="tech-lead", person="cy")
        with pytest.raises(Refused, match=r"Tech Lead has already been offered to cy\. Withdraw that offer first"):
            incident(Offer, "ana", role="tech-lead", person="dee")
        assert waiting(incident) == [("tech-lead", "bo", "cy")]

    def test_of_what_changed_hands_meanwhile(self, incident: Acting) -> None:
        incident(Take, "dee", role="tech-lead")
        with pytest.raises(Conflict, match=r"it was assigned to bo\. dee took over Tech Lead"):
            incident(Offer, "bo", role="tech-lead", person="cy", saw=("bo",))

    def test_each_holder_of_a_role_for_many_offers_their_own(self, incident: Acting) -> None:
        for person in ("bo", "cy"):
            incident(Take, person, role="subject-matter-expert")
            incident(Offer, person, role="subject-matter-expert", person="dee")
        assert [offer.holder for offer in incident.now.offers] == ["bo", "cy"]
        with pytest.raises(Refused, match=r"You have several offers of this role, from bo and cy\. Name one of them"):
            incident(Accept, "dee", role="subject-matter-expert")
        incident(Accept, "dee", role="subject-matter-expert", holder="cy")
        assert incident.holders("subject-matter-expert") == ("bo", "dee")
        assert waiting(incident) == []  # dee holds it, so bo's offer to dee is overtaken

    def test_for_several_holders_the_manager_says_whose(self, incident: Acting) -> None:
        for person in ("bo", "cy"):
            incident(Take, person, role="subject-matter-expert")
        with pytest.raises(Refused, match=r"Subject Matter Expert is assigned to bo, cy\. Name one"):
            incident(Offer, "ana", role="subject-matter-expert", person="dee")
        incident(Offer, "ana", role="subject-matter-expert", person="dee", holder="cy")
        assert waiting(incident) == [("subject-matter-expert", "cy", "dee")]

    def test_of_a_labelled_copy(self, incident: Acting) -> None:
        incident(AddRole, "ana", name="Tech Lead", label="database")
        incident(Take, "dee", role="tech-lead/database")
        incident(Offer, "dee", role="tech-lead/database", person="cy")
        assert incident.now.offers[0].name == "Tech Lead · database"

    def test_is_named_in_the_readers_language(self, incident: Acting) -> None:
        incident(Offer, "bo", role="tech-lead", person="cy")
        french = Store(incident.store.location, language="fr")
        french.open(create=False)
        assert read_board(french).incidents[0].offers[0].name == "Responsable technique"
        french.close()

    def test_undo_withdraws_it(self, incident: Acting) -> None:
        incident(Offer, "bo", role="tech-lead", person="cy")
        assert told(incident(Undo, "bo")).startswith("bo reverted “offered Tech Lead to cy")
        assert waiting(incident) == []
        with pytest.raises(
            Refused, match=r"not been offered to you\. Last change: bo reverted “offered Tech Lead to cy"
        ):
            incident(Accept, "cy", role="tech-lead")

    def test_undo_of_what_was_answered(self, incident: Acting) -> None:
        incident(Offer, "bo", role="tech-lead", person="cy")
        incident(Decline, "cy", role="tech-lead", word="asleep soon")
        with pytest.raises(Refused, match="The offer has been declined"):
            incident(Undo, "bo")

    def test_undo_of_what_was_overtaken(self, incident: Acting) -> None:
        incident(Offer, "bo", role="tech-lead", person="cy")
        incident(Take, "dee", role="tech-lead")
        incident(Undo, "bo")
        assert incident.holders("tech-lead") == ("dee",)


class TestAccept:
    def test_both_names_and_the_brief_are_in_the_entry(self, incident: Acting) -> None:
        incident(Offer, "bo", role="tech-lead", person="cy", brief="The pool is exhausted")
        entry = incident(Accept, "cy", role="tech-lead", word="on it")
        assert told(entry) == "cy accepted Tech Lead from bo: on it"
        assert {name: entry.data[name] for name in ("role", "from", "to", "brief")} == {
            "role": "tech-lead",
            "from": "bo",
            "to": "cy",
            "brief": "The pool is exhausted",
        }
        (holder,) = incident.role("tech-lead").holders
        assert (holder.person, holder.since, holder.given_by) == ("cy", entry.recorded_at, "bo")
        assert waiting(incident) == []

    def test_of_command_itself(self, incident: Acting) -> None:
        incident(Offer, "ana", role="incident-manager", person="bo")
        assert incident.now.manager == "ana"
        incident(Accept, "bo", role="incident-manager")
        assert incident.now.manager == "bo"

    def test_only_the_receiver_accepts(self, incident: Acting) -> None:
        incident(Offer, "bo", role="tech-lead", person="cy")
        for person in ("bo", "ana", "dee"):
            for answer, more in ((Accept, {}), (Decline, {"word": "no"})):
                with pytest.raises(Refused, match="Tech Lead has not been offered to you"):
                    incident(answer, person, role="tech-lead", **more)
        assert incident.holders("tech-lead") == ("bo",)

    def test_what_was_never_offered(self, incident: Acting) -> None:
        with pytest.raises(Refused, match=r"not been offered to you\. There was no offer"):
            incident(Accept, "cy", role="scribe")

    def test_undo_gives_it_back_and_the_offer_waits_again(self, incident: Acting) -> None:
        incident(Offer, "bo", role="tech-lead", person="cy")
        incident(Accept, "cy", role="tech-lead")
        assert told(incident(Undo, "cy")) == "cy reverted “accepted Tech Lead from bo”"
        assert incident.holders("tech-lead") == ("bo",)
        assert waiting(incident) == [("tech-lead", "bo", "cy")]
        incident(Accept, "cy", role="tech-lead")
        assert incident.holders("tech-lead") == ("cy",)

    def test_undo_when_overtaken(self, incident: Acting) -> None:
        incident(Offer, "bo", role="tech-lead", person="cy")
        incident(Accept, "cy", role="tech-lead")
        incident(Take, "dee", role="tech-lead")
        with pytest.raises(Refused, match="Tech Lead has been reassigned: it is now assigned to dee"):
            incident(Undo, "cy")

    def test_who_looked_before_is_told_who_accepted(self, incident: Acting) -> None:
        incident(Offer, "bo", role="tech-lead", person="cy")
        incident(Accept, "cy", role="tech-lead")
        with pytest.raises(Conflict, match=r"cy accepted Tech Lead from bo"):
            incident(Assign, "ana", role="tech-lead", person="dee", saw=("bo",))


class TestDecline:
    def test_the_holder_keeps_it(self, incident: Acting) -> None:
        incident(Offer, "bo", role="tech-lead", person="cy")
        assert told(incident(Decline, "cy", role="tech-lead", word="asleep soon")) == (
            "cy declined Tech Lead; bo stays assigned: asleep soon"
        )
        assert incident.holders("tech-lead") == ("bo",)
        assert waiting(incident) == []
        with pytest.raises(Refused, match="cannot be undone"):
            incident(Undo, "cy")

    def test_then_it_is_offered_to_another(self, incident: Acting) -> None:
        incident(Offer, "bo", role="tech-lead", person="cy")
        incident(Decline, "cy", role="tech-lead", word="asleep soon")
        incident(Offer, "bo", role="tech-lead", person="dee")
        assert waiting(incident) == [("tech-lead", "bo", "dee")]


class TestWithdraw:
    @pytest.mark.parametrize("person", ["bo", "ana"])
    def test_by_who_offered_it_or_holds_it(self, incident: Acting, person: str) -> None:
        incident(Offer, "ana", role="tech-lead", person="cy")
        assert told(incident(Withdraw, person, role="tech-lead")) == (
            f"{person} withdrew the offer of Tech Lead to cy; bo stays assigned"
        )
        assert waiting(incident) == []
        incident(Undo, person)
        assert waiting(incident) == [("tech-lead", "bo", "cy")]

    def test_by_nobody_else(self, incident: Acting) -> None:
        incident(Offer, "bo", role="tech-lead", person="cy")
        for person in ("cy", "dee", "ana"):
            with pytest.raises(Refused, match="You have no pending offer of Tech Lead"):
                incident(Withdraw, person, role="tech-lead")

    def test_undo_when_it_was_offered_anew(self, incident: Acting) -> None:
        incident(Offer, "bo", role="tech-lead", person="cy")
        incident(Withdraw, "bo", role="tech-lead")
        incident(Offer, "ana", role="tech-lead", person="dee")
        with pytest.raises(Refused, match="has been reassigned or offered again"):
            incident(Undo, "bo")


class TestOvertaken:
    def test_any_other_move_of_the_role_answers_it(self, incident: Acting) -> None:
        moves: tuple[tuple[type[IncidentCommand], str, dict[str, Any]], ...] = (
            (Assign, "ana", {"person": "dee", "reason": "bo is asleep"}),
            (Take, "dee", {}),
            (Take, "cy", {}),
            (Release, "bo", {}),
        )
        for move, author, more in moves:
            incident(Offer, "bo", role="tech-lead", person="cy")
            incident(move, author, role="tech-lead", **more)
            assert waiting(incident) == []
            incident(Undo, author)
            assert incident.holders("tech-lead") == ("bo",)
            assert waiting(incident) == []

    def test_who_accepts_too_late_is_told_why(self, incident: Acting) -> None:
        incident(Offer, "bo", role="tech-lead", person="cy")
        assert told(incident(Assign, "ana", role="tech-lead", person="dee", reason="bo is asleep")) == (
            "ana assigned Tech Lead to dee (previously bo): bo is asleep"
        )
        with pytest.raises(
            Refused, match=r"not been offered to you\. Last change: ana assigned Tech Lead to dee .*: bo is asleep at "
        ):
            incident(Accept, "cy", role="tech-lead")
        assert incident.holders("tech-lead") == ("dee",)

    def test_moves_of_other_roles_and_incidents_leave_it(self, incident: Acting) -> None:
        incident(Offer, "bo", role="tech-lead", person="cy")
        incident(Take, "bo", role="scribe")
        incident(Release, "bo", role="scribe")
        other = incident.store.perform(Declare(by="bo", title="Another", severity="P2")).ref
        incident.store.perform(Take(by="cy", ref=other, role="tech-lead"))
        assert waiting(incident) == [("tech-lead", "bo", "cy")]
