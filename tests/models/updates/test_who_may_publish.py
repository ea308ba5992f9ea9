"""Who may tell customers, whom a draft waits for, and what would stay broken on the page; no database."""

import pytest

from models.policy.audience import Audience, ComponentState
from models.policy.phase import Phase
from models.roles.coverage import Holding
from models.updates.publishers import approvers, barred, left_broken, may_publish
from models.updates.rules import Rules
from models.updates.views import DraftView

SPEAKER = "communications-manager"
BOTH = Rules(publishers=("Di",), publishing_roles=(SPEAKER,))


def holding(person: str, role: str = SPEAKER) -> Holding:
    return Holding(role=role, person=person)


def drafted(audience: Audience, phase: Phase, **components: ComponentState) -> DraftView:
    return DraftView(
        audience=audience,
        revision=1,
        title="Payments fail",
        text="We know",
        phase=phase,
        components=components,
        next_update_at=None,
        expected_at=None,
        edited_by="cy",
        edited_at=None,
        open_by=None,
        open_at=None,
        needs_approval=False,
        asked_by=None,
        asked_at=None,
        approved_by=None,
        returned_by=None,
        returned="",
    )


class TestWhoMay:
    def test_everybody_where_nothing_is_agreed(self) -> None:
        assert may_publish(Rules(), "bo", (), None)

    @pytest.mark.parametrize("person", ["Di", "di", "ＤＩ"])
    def test_who_is_named_in_whatever_spelling(self, person: str) -> None:
        assert may_publish(Rules(publishers=("Di",)), person, (), None)
        assert not may_publish(Rules(publishers=("Di",)), "bo", (), None)

    def test_the_manager_is_not_named_by_managing(self) -> None:
        assert not may_publish(Rules(publishers=("Di",)), "ana", (), "ana")

    def test_who_holds_a_role_that_is_named(self) -> None:
        held = (holding("bo"), holding("cy", "tech-lead"))
        assert [person for person in ("ana", "bo", "cy", "Di") if may_publish(BOTH, person, held, "ana")] == [
            "bo",
            "Di",
        ]

    def test_the_manager_stands_in_for_a_role_that_nobody_holds(self) -> None:
        for held in ((), (holding("cy", "tech-lead"),)):
            assert [person for person in ("ana", "bo", "cy") if may_publish(BOTH, person, held, "ana")] == ["ana"]
            assert not may_publish(BOTH, "ana", held, None)

    def test_of_several_roles_any_one_will_do(self) -> None:
        rules = Rules(publishing_roles=(SPEAKER, "tech-lead"))
        held = (holding("bo"), holding("cy", "tech-lead"))
        assert [person for person in ("ana", "bo", "cy") if may_publish(rules, person, held, "ana")] == ["bo", "cy"]
        assert may_publish(rules, "ana", held[:1], "ana")  # for the tech lead, whom there is none of

    def test_who_may_not_reads_who_may(self) -> None:
        why = barred(BOTH, "bo", (), None, "approve what customers read")
        assert why is not None
        assert why.message == f"bo is not allowed to approve what customers read. Allowed: Di, {SPEAKER}."
        assert barred(BOTH, "di", (), None) is None


class TestWhomItWaitsFor:
    def test_those_who_respond_but_its_authors_each_once(self) -> None:
        assert approvers(Rules(), ("cy", None), ("ana", "bo", "cy", "bo"), (), None) == ("ana", "bo")

    def test_then_those_who_are_named(self) -> None:
        rules = Rules(publishers=("di", "bo"))
        assert approvers(rules, ("cy", "bo"), ("ana", "bo"), (), None) == ("di",)
        assert approvers(rules, ("cy",), ("ana", "bo"), (), None) == ("bo", "di")

    def test_nobody_who_may_not_publish_it(self) -> None:
        held = (holding("bo"), holding("cy", "tech-lead"))
        rules = Rules(publishing_roles=(SPEAKER,))
        assert approvers(rules, ("dee",), ("bo", "cy"), held, "ana") == ("bo",)


class TestWhatStaysBroken:
    def test_whatever_does_not_work_though_all_is_said_to_be_over(self) -> None:
        states = {state.name: state for state in ComponentState}
        draft = drafted(Audience.CUSTOMERS, Phase.RESOLVED, **states)
        del states["OPERATIONAL"]
        assert left_broken(draft) == states

    def test_nothing_while_it_goes_on_and_nothing_for_those_inside(self) -> None:
        web = ComponentState.DEGRADED
        assert left_broken(drafted(Audience.CUSTOMERS, Phase.MONITORING, web=web)) == {}
        assert left_broken(drafted(Audience.TEAM, Phase.RESOLVED, web=web)) == {}
