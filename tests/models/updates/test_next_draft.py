"""What the next draft begins with, which of its lines stand apart, and who may tell whom of what."""

import pytest

from models.board.board import read_board
from models.incident.phase import SetPhase
from models.kernel.failures import Refused
from models.kernel.store import Store
from models.policy.audience import Audience, ComponentState
from models.policy.phase import Phase
from models.timeline.commands import Undo
from models.updates.agreement import agree
from models.updates.editing import EditDraft
from models.updates.publishing import Approve, Publish, RequestApproval, RequestChanges
from models.updates.rules import plain, validated
from models.updates.views import DraftView
from tests.models.acting import Acting, count, told


@pytest.fixture
def incident(store: Store) -> Acting:
    return Acting(store)


def tell(incident: Acting, **says: object) -> None:
    incident(EditDraft, "cy", **{"title": "Payments fail", "text": "We know", **says})
    incident(Publish, "cy")


def lines(incident: Acting, kind: str = "draft") -> list[tuple[str, str]]:
    """The drafts on the timeline, the first one first: who wrote what."""
    return [(entry.author, entry.text) for entry in reversed(incident.timeline) if entry.kind == kind]


class TestTheNextOne:
    def test_it_follows_the_incidents_phase_again_not_the_one_told_last(self, incident: Acting) -> None:
        tell(incident, phase=Phase.MONITORING)
        assert incident.now.draft.phase == "investigating"
        incident(SetPhase, "ana", phase=Phase.IDENTIFIED)
        tell(incident)
        update = incident.now.last_update
        assert update
        assert update.phase == "identified"

    def test_it_promises_nothing_by_itself(self, incident: Acting) -> None:
        tell(incident, next_in=45)
        assert incident.now.draft.next_update_at is None

    def test_it_keeps_what_is_still_so(self, incident: Acting) -> None:
        broken = {"Checkout": ComponentState.MAJOR_OUTAGE}
        tell(incident, components=broken, expected_in=90)
        update, draft = incident.now.last_update, incident.now.draft
        assert update
        assert (draft.title, draft.text, draft.components) == ("Payments fail", "", broken)
        assert draft.expected_at == update.expected_at
        assert draft.expected_at is not None

    def test_nobody_was_asked_to_approve_it(self, store: Store) -> None:
        agree(store, None)
        incident = Acting(store)
        incident(EditDraft, "cy", title="Payments fail", text="We know")
        incident(RequestApproval, "cy")
        incident(Approve, "bo")
        incident(Publish, "cy")
        incident(EditDraft, "cy", text="We know why")
        draft = incident.now.draft
        assert (draft.asked_by, draft.approved_by, draft.returned_by) == (None, None, None)
        with pytest.raises(Refused, match="need approval from another responder"):
            incident(Publish, "cy")


class TestWhoWouldWaitForMore:
    def test_customers_would_of_an_incident_that_is_over(self, incident: Acting) -> None:
        incident(SetPhase, "ana", phase=Phase.CANCELED)
        incident(EditDraft, "cy", title="Payments fail", text="We look", phase=Phase.MONITORING)
        with pytest.raises(Refused, match="An update with status “monitoring” would leave customers waiting"):
            incident(Publish, "cy")

    @pytest.mark.parametrize("audience", [Audience.TEAM, Audience.EXECUTIVES])
    def test_those_inside_would_not(self, incident: Acting, audience: Audience) -> None:
        incident(SetPhase, "ana", phase=Phase.CANCELED)
        incident(EditDraft, "cy", audience=audience, text="We look once more", phase=Phase.MONITORING)
        entry = incident(Publish, "cy", audience=audience)
        assert "[monitoring]" in told(entry)
        assert told(entry).endswith(": We look once more")
        assert incident.now.last_updates[audience].next_update_at is None

    def test_nobody_would_of_what_is_resolved_for_now(self, incident: Acting) -> None:
        incident(SetPhase, "ana", phase=Phase.RESOLVED)
        tell(incident, phase=Phase.MONITORING)
        update = incident.now.last_update
        assert update
        assert (update.phase, update.next_update_at) == ("monitoring", None)


class TestWhoMayNotTellCustomers:
    @pytest.fixture
    def incident(self, store: Store) -> Acting:
        """Of a team in which di alone publishes to customers."""
        agree(store, lambda before: validated({**plain(before), "publishers": ("di",)}))
        return Acting(store)

    @pytest.mark.parametrize("audience", [Audience.TEAM, Audience.EXECUTIVES])
    def test_they_may_tell_those_inside(self, incident: Acting, audience: Audience) -> None:
        incident(EditDraft, "bo", audience=audience, text="Join the call")
        incident(Publish, "bo", audience=audience)
        assert incident.now.last_updates[audience].published_by == "bo"

    def test_they_may_not_tell_customers(self, incident: Acting) -> None:
        incident(EditDraft, "bo", title="Payments fail", text="We know")
        with pytest.raises(Refused, match="bo is not allowed to publish to customers"):
            incident(Publish, "bo")
        assert incident.now.last_update is None
        incident(Publish, "di")
        assert incident.now.last_update


class TestLinesOfTheTimeline:
    @pytest.fixture
    def approved(self, store: Store) -> Acting:
        """A draft of cy's that bo has approved."""
        agree(store, None)
        incident = Acting(store)
        incident(EditDraft, "cy", title="Payments fail", text="We know")
        incident(RequestApproval, "cy")
        incident(Approve, "bo")
        return incident

    def test_an_edit_that_voids_an_approval_is_a_line_of_its_own(self, approved: Acting) -> None:
        approved(EditDraft, "cy", text="We know why")
        assert lines(approved) == [("cy", "We know"), ("cy", "We know why")]
        approved(EditDraft, "cy", text="We know why now")
        assert lines(approved) == [("cy", "We know"), ("cy", "We know why now")]
        assert "voids" not in approved.timeline[0].data

    def test_undoing_that_edit_leaves_the_line_that_was_approved(self, approved: Acting) -> None:
        approved(EditDraft, "cy", text="We know why")
        approved(Undo, "cy")
        assert lines(approved) == [("cy", "We know")]
        draft = approved.now.draft
        assert (draft.text, draft.asked_by, draft.approved_by) == ("We know", "cy", None)

    def test_what_is_done_to_one_audiences_draft_ends_no_line_of_anothers(self, approved: Acting) -> None:
        for text in ("a", "ab"):
            approved(EditDraft, "cy", audience=Audience.TEAM, text=text)
            approved(EditDraft, "di", audience=Audience.EXECUTIVES, text=text)
            approved(EditDraft, "ana", text=f"We know {text}")
        assert lines(approved) == [("cy", "We know"), ("ana", "We know ab")]
        assert sorted(lines(approved, "inside-draft")) == [("cy", "ab"), ("di", "ab")]

    def test_being_sent_back_ends_a_line(self, store: Store) -> None:
        agree(store, None)
        incident = Acting(store)
        incident(EditDraft, "cy", title="Payments fail", text="We know")
        incident(RequestApproval, "cy")
        incident(EditDraft, "cy", text="We know it")
        incident(RequestChanges, "bo", word="Say since when")
        incident(EditDraft, "cy", text="We know since noon")
        assert lines(incident) == [("cy", "We know"), ("cy", "We know it"), ("cy", "We know since noon")]

    def test_so_does_an_approval_of_what_was_edited_after_it_was_asked_for(self, approved: Acting) -> None:
        approved(EditDraft, "cy", text="We know it")
        approved(Approve, "bo")
        approved(EditDraft, "cy", text="We know since noon")
        assert lines(approved) == [("cy", "We know"), ("cy", "We know it"), ("cy", "We know since noon")]


class TestComponents:
    def test_a_new_one_comes_last_and_those_that_are_there_stay_where_they_are(self, incident: Acting) -> None:
        for named in ({"Web": "degraded"}, {"API": "degraded"}, {"Mail": "degraded"}, {"API": "operational"}):
            tell(incident, components=named)
        board = read_board(incident.store)
        assert [(part.name, part.state) for part in board.components] == [
            ("Web", "degraded"),
            ("API", "operational"),
            ("Mail", "degraded"),
        ]
        assert count(incident.store, "SELECT count(DISTINCT position) FROM components") == 3

    def test_what_those_inside_are_told_changes_none(self, incident: Acting) -> None:
        tell(incident, components={"Web": "degraded"})
        incident(EditDraft, "cy", audience=Audience.TEAM, text="It is over", components={"Web": "operational"})
        incident(Publish, "cy", audience=Audience.TEAM)
        assert [(part.name, part.state) for part in read_board(incident.store).components] == [("Web", "degraded")]


def test_whose_words_a_draft_is_counts_from_the_revision(incident: Acting) -> None:
    def shown() -> DraftView:
        return incident.now.drafts[Audience.TEAM]

    assert (shown().edited_by, shown().edited_at) == (None, None)
    entry = incident(EditDraft, "cy", audience=Audience.TEAM, text="Join the call")
    assert (shown().edited_by, shown().edited_at) == ("cy", entry.recorded_at)
