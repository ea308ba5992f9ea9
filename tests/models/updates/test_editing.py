"""The status-page draft, who has it open, and telling customers."""

from itertools import pairwise

import pytest

from models.board.board import read_board
from models.board.reader import Reader
from models.incident.phase import SetPhase
from models.kernel.failures import Conflict, Refused
from models.kernel.store import Store
from models.policy.phase import PUBLIC, Phase
from models.timeline.commands import Note, Undo
from models.updates.editing import EditDraft, HoldDraft
from models.updates.publishing import Publish
from tests.models.acting import Acting, told


@pytest.fixture
def incident(store: Store) -> Acting:
    return Acting(store)


def shown(incident: Acting) -> tuple[int, str, str, dict[str, str]]:
    draft = incident.now.draft
    return draft.revision, draft.text, draft.phase, dict(draft.components)


class TestEdit:
    def test_piece_by_piece(self, incident: Acting) -> None:
        assert shown(incident) == (0, "", "investigating", {})
        entry = incident(EditDraft, "cy", title="Payments fail", text="We know", saw=0)
        assert (told(entry), shown(incident)) == (
            "cy edited draft r1: We know",
            (1, "We know", "investigating", {}),
        )
        incident(EditDraft, "cy", phase="identified", saw=1)
        incident(EditDraft, "cy", components={"API": "degraded"})
        assert shown(incident) == (3, "We know", "identified", {"API": "degraded"})
        assert (incident.now.draft.edited_by, incident.now.draft.edited_at) == ("cy", incident.timeline[0].recorded_at)

    def test_the_phase_follows_the_incident_until_somebody_says_otherwise(self, incident: Acting) -> None:
        incident(EditDraft, "cy", title="Payments fail", text="We know")
        incident(SetPhase, "ana", phase="monitoring")
        assert incident.now.draft.phase == "monitoring"
        incident(EditDraft, "cy", phase="identified")
        assert incident.now.draft.phase == "identified"

    @pytest.mark.parametrize("phase", [phase for phase in Phase if phase not in PUBLIC])
    def test_phases_that_customers_are_not_told(self, incident: Acting, phase: Phase) -> None:
        with pytest.raises(Refused, match=f"“{phase}” cannot be published. Allowed: investigating, "):
            incident(EditDraft, "cy", phase=phase)

    def test_nothing_new(self, incident: Acting) -> None:
        with pytest.raises(Refused, match="already has this text"):
            incident(EditDraft, "cy")
        incident(EditDraft, "cy", title="Payments fail", text="We know")
        with pytest.raises(Refused, match="already has this text"):
            incident(EditDraft, "bo", text="We know")
        incident(EditDraft, "bo", text="")
        assert incident.now.draft.text == ""

    def test_somebody_was_faster(self, incident: Acting) -> None:
        incident(EditDraft, "cy", title="Payments fail", text="one", saw=0)
        with pytest.raises(Conflict, match=r"it is now r1, not r0 \(cy changed it at 14:00:02Z\)") as told_so:
            incident(EditDraft, "bo", text="mine", saw=0)
        incident(EditDraft, "bo", text="mine", saw=told_so.value.now)
        assert shown(incident)[:2] == (2, "mine")

    def test_what_one_writes_in_a_row_is_one_line(self, incident: Acting) -> None:
        for text in ("a", "ab", "abc"):
            incident(EditDraft, "cy", title="Payments fail", text=text)
        incident(Note, "cy", text="meanwhile")
        incident(EditDraft, "cy", title="Payments fail", text="abcd")
        assert [(entry.n, entry.root, entry.text) for entry in incident.timeline if entry.kind == "draft"] == [
            (6, 2, "abcd")
        ]
        assert len(incident.recorded) == 6

    def test_a_run_ends_with_another_author_and_with_publishing(self, incident: Acting) -> None:
        incident(EditDraft, "cy", title="Payments fail", text="a")
        incident(EditDraft, "bo", text="ab")
        incident(EditDraft, "cy", title="Payments fail", text="abc")
        incident(Publish, "cy")
        incident(EditDraft, "cy", title="Payments fail", text="x")
        roots = [entry.root for entry in reversed(incident.timeline) if entry.kind == "draft"]
        assert roots == [2, 3, 4, 6]

    def test_undo_takes_the_whole_run_back(self, incident: Acting) -> None:
        incident(EditDraft, "bo", text="before", components={"API": "degraded"})
        for text in ("a", "ab", "abc"):
            incident(EditDraft, "cy", title="Payments fail", text=text, phase="identified")
        undone = incident(Undo, "cy")
        assert told(undone) == "cy reverted “edited draft r4: abc”"
        assert shown(incident) == (5, "before", "investigating", {"API": "degraded"})
        with pytest.raises(Refused, match="nothing"):
            incident(Undo, "cy")
        with pytest.raises(Refused, match=r"The draft has changed, so this cannot be undone"):
            incident(Undo, "bo")

    def test_writing_after_an_undo_is_another_run(self, incident: Acting) -> None:
        incident(EditDraft, "cy", title="Payments fail", text="a")
        incident(Undo, "cy")
        incident(EditDraft, "cy", title="Payments fail", text="b")
        incident(Undo, "cy")
        assert incident.now.draft.text == ""
        assert incident.now.version == 5

    def test_undo_when_overtaken(self, incident: Acting) -> None:
        incident(EditDraft, "cy", title="Payments fail", text="a")
        incident(EditDraft, "bo", text="b")
        with pytest.raises(Refused, match="The draft has changed, so this cannot be undone"):
            incident(Undo, "cy")


class TestHold:
    def test_everybody_sees_who_has_it_open(self, incident: Acting) -> None:
        incident(HoldDraft, "cy", open=True)
        draft = incident.now.draft
        assert (draft.open_by, draft.revision, draft.text, draft.edited_by) == ("cy", 0, "", None)
        assert draft.open_at is not None
        first = draft.open_at
        incident(HoldDraft, "cy", open=True)
        again = incident.now.draft.open_at
        assert again is not None
        assert again > first
        incident(HoldDraft, "cy", open=False)
        assert (incident.now.draft.open_by, incident.now.draft.open_at) == (None, None)
        assert incident.now.version == 1

    def test_desks_are_told(self, incident: Acting) -> None:
        board = read_board(incident.store, incident.id)
        incident(HoldDraft, "cy", open=True)
        after = read_board(incident.store, incident.id, board)
        assert after.ticket > board.ticket
        assert after.shown
        assert after.shown.draft.open_by == "cy"

    def test_only_ones_own_hold_is_let_go(self, incident: Acting) -> None:
        incident(HoldDraft, "bo", open=False)
        incident(HoldDraft, "cy", open=True)
        incident(HoldDraft, "bo", open=False)
        assert incident.now.draft.open_by == "cy"
        incident(HoldDraft, "bo", open=True)
        assert incident.now.draft.open_by == "bo"

    def test_editing_and_publishing_go_on_meanwhile(self, incident: Acting) -> None:
        incident(HoldDraft, "cy", open=True)
        incident(EditDraft, "cy", title="Payments fail", text="We know", saw=0)
        incident(HoldDraft, "cy", open=True)
        incident(Publish, "bo", saw=1)
        assert incident.now.draft.open_by == "cy"


class TestPublish:
    def test_what_the_draft_says(self, incident: Acting) -> None:
        incident(
            EditDraft, "cy", title="Payments fail", text="We know", components={"API": "degraded", "Web": "operational"}
        )
        entry = incident(Publish, "bo", saw=1)
        assert told(entry) == "bo published a status update [investigating]; completed task 3: We know"
        now = incident.now
        assert now.published_at == entry.recorded_at
        assert now.last_update
        assert (now.last_update.text, now.last_update.phase, now.last_update.published_by) == (
            "We know",
            "investigating",
            "bo",
        )
        assert now.last_update.components == {"API": "degraded", "Web": "operational"}
        board = read_board(incident.store)
        assert [(part.name, part.state) for part in board.components] == [("API", "degraded"), ("Web", "operational")]
        assert shown(incident) == (2, "", "investigating", {"API": "degraded", "Web": "operational"})

    def test_each_is_kept(self, incident: Acting) -> None:
        for text, phase in (("one", "identified"), ("two", "resolved")):
            incident(EditDraft, "cy", title="Payments fail", text=text, phase=phase, components={"API": "operational"})
            incident(Publish, "cy")
        with incident.store.reading(Reader) as read:
            updates = read.updates(incident.id)
        assert [(update.text, update.phase) for update in updates] == [("two", "resolved"), ("one", "identified")]
        assert all(later.published_at > earlier.published_at for later, earlier in pairwise(updates))
        assert incident.now.phase == "triage"

    @pytest.mark.parametrize(
        ("phase", "told_phase"), [("triage", "investigating"), ("monitoring", "monitoring"), ("closed", "resolved")]
    )
    def test_the_phase_that_customers_are_told(self, incident: Acting, phase: str, told_phase: str) -> None:
        for step in () if phase == "triage" else ("resolved", "closed") if phase == "closed" else (phase,):
            incident(SetPhase, "ana", phase=step, force_reason="A drill")
        incident(EditDraft, "cy", title="Payments fail", text="x")
        assert incident(Publish, "cy").data["phase"] == told_phase

    @pytest.mark.parametrize("text", ["", "  \n "])
    def test_empty(self, incident: Acting, text: str) -> None:
        if text:
            incident(EditDraft, "cy", title="Payments fail", text=text)
        with pytest.raises(Refused, match=r"The draft is empty\. Write it first"):
            incident(Publish, "cy")

    def test_only_what_its_author_saw(self, incident: Acting) -> None:
        incident(EditDraft, "cy", title="Payments fail", text="one")
        incident(EditDraft, "bo", text="two")
        with pytest.raises(Conflict, match=r"The draft has changed: it is now r2, not r1 \(bo changed it") as told_so:
            incident(Publish, "cy", saw=1)
        assert told_so.value.now == 2
        assert incident.now.last_update is None

    def test_twice_by_two_people_is_once(self, incident: Acting) -> None:
        incident(EditDraft, "cy", title="Payments fail", text="one")
        incident(Publish, "cy", saw=1)
        with pytest.raises(Conflict):
            incident(Publish, "bo", saw=1)
        with pytest.raises(Refused, match="empty"):
            incident(Publish, "bo")

    def test_it_cannot_be_unsaid(self, incident: Acting) -> None:
        incident(EditDraft, "cy", title="Payments fail", text="one")
        incident(Publish, "cy")
        with pytest.raises(Refused, match=r"A published update cannot be undone\. Publish a correction"):
            incident(Undo, "cy")
