"""An approval stands until its giver takes it back: what others do with it, and which draft waits for one."""

from collections.abc import Mapping

import pytest

from models.kernel.failures import Refused
from models.kernel.store import Store
from models.policy.audience import Audience
from models.policy.severity import Severity
from models.timeline.commands import Undo
from models.updates.agreement import agree
from models.updates.editing import EditDraft
from models.updates.publishers import to_answer
from models.updates.publishing import Approve, RequestApproval, RequestChanges
from models.updates.rules import plain, validated
from models.updates.views import DraftView
from tests.models.acting import Acting


@pytest.fixture
def incident(store: Store) -> Acting:
    """Of a team that follows the program's own rules; cy asks for an approval of their draft."""
    agree(store, None)
    incident = Acting(store)
    incident(EditDraft, "cy", title="Payments fail", text="We know")
    incident(RequestApproval, "cy")
    return incident


class TestUndoing:
    def test_ones_own_approval(self, incident: Acting) -> None:
        incident(Approve, "bo")
        incident(Undo, "bo")
        draft = incident.now.draft
        assert (draft.asked_by, draft.approved_by) == ("cy", None)
        incident(Approve, "di")
        assert incident.now.draft.approved_by == "di"

    def test_not_where_it_is_somebody_elses_by_now(self, incident: Acting) -> None:
        incident(Approve, "bo")
        incident(RequestChanges, "ana", word="Wait for the vendor")
        incident(RequestApproval, "cy")
        incident(Approve, "di")
        with pytest.raises(Refused, match=r"The approval is no longer valid\."):
            incident(Undo, "bo")
        assert incident.now.draft.approved_by == "di"

    def test_not_where_it_was_sent_back_since(self, incident: Acting) -> None:
        incident(Approve, "bo")
        incident(RequestChanges, "ana", word="Wait for the vendor")
        before = incident.now.draft
        with pytest.raises(Refused, match="The approval is no longer valid"):
            incident(Undo, "bo")
        assert incident.now.draft == before
        assert (before.returned_by, before.returned) == ("ana", "Wait for the vendor")

    def test_not_where_the_draft_says_something_else_since(self, incident: Acting) -> None:
        incident(Approve, "bo")
        incident(EditDraft, "cy", text="We know why")
        incident(Approve, "di")
        with pytest.raises(Refused, match="The draft has changed"):
            incident(Undo, "bo")
        assert incident.now.draft.approved_by == "di"

    def test_not_a_question_that_was_asked_of_other_words(self, incident: Acting) -> None:
        incident(EditDraft, "bo", text="We know why")
        with pytest.raises(Refused, match="The draft has changed"):
            incident(Undo, "cy")
        assert incident.now.draft.asked_by == "bo"

    def test_not_a_question_that_was_answered_with_a_word(self, incident: Acting) -> None:
        incident(RequestChanges, "bo", word="Say since when")
        with pytest.raises(Refused, match="The request has been answered"):
            incident(Undo, "cy")
        assert incident.now.draft.returned == "Say since when"


class TestOnce:
    def test_of_two_approvals_the_first_counts(self, incident: Acting) -> None:
        incident(Approve, "bo")
        with pytest.raises(Refused, match="bo has already approved this draft"):
            incident(Approve, "di")
        assert incident.now.draft.approved_by == "bo"

    def test_what_is_approved_is_not_asked_about_again(self, incident: Acting) -> None:
        incident(Approve, "bo")
        with pytest.raises(Refused, match="bo has already approved this draft"):
            incident(RequestApproval, "cy")
        assert incident.now.draft.approved_by == "bo"

    def test_what_was_sent_back_can_be_asked_about_again_as_it_is(self, incident: Acting) -> None:
        incident(RequestChanges, "bo", word="Say since when")
        incident(RequestApproval, "di")
        draft = incident.now.draft
        assert (draft.asked_by, draft.returned_by, draft.returned) == ("di", None, "")


class TestWhatWaits:
    def drafts(self, incident: Acting) -> Mapping[Audience, DraftView]:
        return incident.now.drafts

    def test_it_is_gone_to_from_another_audiences(self, incident: Acting) -> None:
        for shown in Audience:
            assert to_answer(self.drafts(incident), shown).audience is Audience.CUSTOMERS

    def test_what_is_approved_waits_no_longer(self, incident: Acting) -> None:
        incident(Approve, "bo")
        for shown in Audience:
            assert to_answer(self.drafts(incident), shown).audience is shown

    def test_what_was_sent_back_neither(self, incident: Acting) -> None:
        incident(RequestChanges, "bo", word="Say since when")
        for shown in Audience:
            assert to_answer(self.drafts(incident), shown).audience is shown


@pytest.mark.parametrize("agreed", [*Severity, None])
def test_from_the_agreed_severity_upwards_somebody_looks_first(store: Store, agreed: Severity | None) -> None:
    agree(store, lambda before: validated({**plain(before), "approval": agreed}))
    for severity in Severity:
        drafts = Acting(store, severity=severity).now.drafts
        looked_at = agreed is not None and severity in [*Severity][: [*Severity].index(agreed) + 1]
        assert drafts[Audience.CUSTOMERS].needs_approval == looked_at
        assert not drafts[Audience.TEAM].needs_approval
        assert not drafts[Audience.EXECUTIVES].needs_approval
