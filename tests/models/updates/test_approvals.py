"""A second pair of eyes: what customers read is what somebody other than its author approved."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from models.board.board import read_board
from models.board.due_times import needs
from models.incident.declare import Declare
from models.incident.phase import SetPhase
from models.kernel.failures import Conflict, Refused
from models.kernel.store import Store
from models.roles.commands import Release, Take
from models.timeline.commands import Note, Undo
from models.updates.agreement import agree
from models.updates.editing import EditDraft
from models.updates.publishing import Approve, Publish, RequestApproval, RequestChanges
from models.updates.rules import plain, validated
from tests.models.acting import Acting, told
from tests.rows import write_rows


@pytest.fixture
def incident(store: Store) -> Acting:
    """Of a team that follows the program's own rules, with a draft of cy's."""
    agree(store, None)
    incident = Acting(store)
    incident(EditDraft, "cy", title="Payments fail", text="We know")
    return incident


def waiting(incident: Acting, person: str) -> list[str]:
    board = read_board(incident.store, incident.id)
    return [need.words for need in needs(board, person, board.read_at) if need.pane == "status"]


class TestPublishing:
    def test_it_is_approved_first_and_published_as_approved(self, incident: Acting) -> None:
        with pytest.raises(
            Refused,
            match=r"need approval from another responder\. Request approval: `bridgewatch request-approval INC-1`",
        ):
            incident(Publish, "cy")
        assert told(incident(RequestApproval, "cy", saw=1)) == "cy requested approval of draft r1"
        with pytest.raises(Refused, match=r"approval from another responder\. cy requested approval at 14:00Z"):
            incident(Publish, "cy")
        assert told(incident(Approve, "bo", saw=1)) == "bo approved cy's draft r1"
        assert incident.now.draft.approved_by == "bo"
        assert (
            told(incident(Publish, "cy", saw=1))
            == "cy published a status update [investigating], approved by bo; completed task 3: We know"
        )
        update = incident.now.last_update
        assert update
        assert (update.title, update.text, update.approved_by) == ("Payments fail", "We know", "bo")
        published = incident.now.draft
        assert published.asked_by is None
        assert published.approved_by is None

    def test_the_all_clear_waits_for_a_second_pair_of_eyes_too(self, incident: Acting) -> None:
        incident(SetPhase, "ana", phase="resolved")
        incident(EditDraft, "cy", phase="resolved")
        incident(RequestApproval, "cy")
        assert waiting(incident, "ana") == ["review cy's update"]
        incident(RequestChanges, "ana", word="Say since when")
        assert waiting(incident, "cy") == ["ana requested changes to your update"]

    def test_a_later_edit_asks_again_in_words(self, incident: Acting) -> None:
        incident(RequestApproval, "cy")
        incident(Approve, "bo")
        edit = incident(EditDraft, "cy", text="We know why")
        assert told(edit) == "cy edited draft r2; bo's approval is no longer valid: We know why"
        assert (incident.now.draft.asked_by, incident.now.draft.approved_by) == ("cy", None)
        with pytest.raises(Refused, match="incidents need approval from another responder"):
            incident(Publish, "cy")
        with pytest.raises(Conflict, match=r"The draft has changed: it is now r2, not r1"):
            incident(Approve, "bo", saw=1)

    def test_whoever_edits_it_becomes_its_author(self, incident: Acting) -> None:
        incident(RequestApproval, "cy")
        incident(EditDraft, "bo", text="We know it")
        with pytest.raises(Refused, match="You wrote this draft"):
            incident(Approve, "bo")
        incident(Approve, "cy")
        assert incident.now.draft.approved_by == "cy"

    def test_nobody_approves_their_own(self, incident: Acting) -> None:
        incident(RequestApproval, "cy")
        with pytest.raises(Refused, match=r"You wrote this draft. Someone else must approve it"):
            incident(Approve, "cy")
        with pytest.raises(Refused, match="cy requested approval at"):
            incident(RequestApproval, "bo")

    def test_nobody_approves_their_own_when_a_colleague_asked(self, incident: Acting) -> None:
        incident(RequestApproval, "bo")
        with pytest.raises(Refused, match=r"You wrote this draft\. Someone else"):
            incident(Approve, "cy")
        with pytest.raises(Refused, match=r"You requested approval of this draft\. Someone else"):
            incident(Approve, "bo")
        assert waiting(incident, "cy") == waiting(incident, "bo") == []
        assert waiting(incident, "ana") == ["review bo's update"]
        assert incident.now.draft.authors == ("cy", "bo")
        assert told(incident(Approve, "ana")) == "ana approved bo's draft r1"

    def test_only_where_the_rules_want_it(self, incident: Acting) -> None:
        incident(EditDraft, "cy", audience="executives", text="It is bad")
        assert (
            told(incident(Publish, "cy", audience="executives"))
            == "cy sent an update to executives [investigating]; completed task 4: It is bad"
        )
        other = Acting(incident.store, severity="P2")
        other(EditDraft, "cy", title="Search is slow", text="We look")
        with pytest.raises(Refused, match="P2 updates need no approval"):
            other(RequestApproval, "cy")
        assert other(Publish, "cy").kind == "published"

    def test_the_database_keeps_it(self, incident: Acting) -> None:
        incident(RequestApproval, "cy")
        incident(Approve, "bo")
        for statement in (
            "UPDATE drafts SET revision = revision + 1",
            "UPDATE drafts SET approved_by = asked_by",
            "UPDATE drafts SET edited_by = approved_by",
            "UPDATE drafts SET approved_revision = NULL",
        ):
            with pytest.raises(IntegrityError), write_rows(incident.store) as connection:
                connection.execute(text(statement))


class TestAnswers:
    def test_sent_back_with_a_word(self, incident: Acting) -> None:
        incident(RequestApproval, "cy")
        entry = incident(RequestChanges, "bo", word="Say since when")
        assert told(entry) == "bo requested changes to cy's draft r1: Say since when"
        draft = incident.now.draft
        assert (draft.asked_by, draft.returned_by, draft.returned) == (None, "bo", "Say since when")
        incident(EditDraft, "cy", text="We know since noon")
        assert incident.now.draft.returned_by is None
        with pytest.raises(Refused, match="No approval has been requested"):
            incident(Approve, "bo")

    def test_undoing(self, incident: Acting) -> None:
        incident(RequestApproval, "cy")
        incident(Undo, "cy")
        taken_back = incident.now.draft
        assert taken_back.asked_by is None
        incident(RequestApproval, "cy")
        incident(Approve, "bo")
        with pytest.raises(Refused, match="The request has been answered, so this cannot be undone"):
            incident(Undo, "cy")
        incident(Undo, "bo")
        draft = incident.now.draft
        assert (draft.asked_by, draft.approved_by) == ("cy", None)

    def test_who_is_told(self, incident: Acting) -> None:
        assert waiting(incident, "bo") == []
        incident(Take, "bo", role="tech-lead")
        incident(RequestApproval, "cy")
        assert "review cy's update" in waiting(incident, "bo")
        assert waiting(incident, "di") == waiting(incident, "cy") == []
        incident(Approve, "bo")
        assert waiting(incident, "cy") == ["publish your update, approved by bo"]
        incident(EditDraft, "cy", text="More")
        incident(RequestChanges, "bo", word="Less")
        assert waiting(incident, "cy") == ["bo requested changes to your update"]

    def test_anybody_is_told_where_nobody_else_responds(self, store: Store) -> None:
        agree(store, None)
        incident = Acting(store, manager="cy")
        incident(EditDraft, "cy", title="Payments fail", text="We know")
        incident(RequestApproval, "cy")
        assert "review cy's update" in waiting(incident, "di")


class TestWhoMayPublish:
    def agree(self, store: Store, **agreed: object) -> None:
        agree(store, lambda before: validated({**plain(before), **agreed}))

    def test_people_and_holders_of_roles(self, store: Store) -> None:
        self.agree(store, publishers=("Di",), publishing_roles=("communications-manager",))
        incident = Acting(store)
        incident(EditDraft, "bo", title="Payments fail", text="We know")
        with pytest.raises(
            Refused, match=r"bo is not allowed to publish to customers. Allowed: Di, communications-manager"
        ):
            incident(Publish, "bo")
        incident(Take, "bo", role="communications-manager")
        with pytest.raises(Refused, match="ana is not allowed to publish"):
            incident(Publish, "ana")
        incident(Publish, "bo")
        incident(EditDraft, "bo", text="We know more")
        incident(Publish, "di")

    def test_the_manager_stands_in_for_a_role_that_nobody_holds(self, store: Store) -> None:
        self.agree(store, publishing_roles=("communications-manager",))
        incident = Acting(store)
        incident(EditDraft, "bo", title="Payments fail", text="We know")
        incident(Publish, "ana")
        incident(Take, "bo", role="communications-manager")
        incident(Release, "bo", role="communications-manager")
        incident(EditDraft, "bo", text="We know more")
        incident(Publish, "ana")

    def test_who_may_not_publish_may_not_approve(self, store: Store) -> None:
        self.agree(store, approval="P1", publishers=("di", "cy"))
        incident = Acting(store)
        incident(EditDraft, "cy", title="Payments fail", text="We know")
        incident(RequestApproval, "cy")
        with pytest.raises(Refused, match="bo is not allowed to approve"):
            incident(Approve, "bo")
        assert "review cy's update" in waiting(incident, "di")
        assert not any("review" in words for words in waiting(incident, "ana"))
        incident(Approve, "di")

    def test_an_approval_comes_between_the_lines_of_a_run(self, incident: Acting) -> None:
        incident(Note, "cy", text="meanwhile")
        incident(RequestApproval, "cy")
        incident(EditDraft, "cy", text="More")
        assert [entry.root for entry in incident.timeline if entry.kind == "draft"] == [5, 2]


def test_a_change_of_the_rules_reaches_the_board(store: Store) -> None:
    ref = store.perform(Declare(by="ana", title="Slow", severity="P3")).ref
    before = read_board(store, 1)
    assert before.incidents[0].promises == ()
    pace = {"first": 10, "further": 20, "later": 30}
    agree(store, lambda rules: validated({**plain(rules), "cadence": {"customers": {"P3": pace}}}))
    (row,) = read_board(store, 1, before).incidents
    assert row.ref == ref
    assert [(promise.audience, promise.due_at - row.declared_at) for promise in row.promises] != []
