"""Words that were written in one phase are not published as those of another without a question."""

import pytest

from models.incident.phase import SetPhase
from models.kernel.failures import Refused
from models.kernel.store import Store
from models.policy.phase import Phase
from models.timeline.commands import Undo
from models.updates.agreement import agree
from models.updates.editing import EditDraft
from models.updates.emergency import EmergencyPublish
from models.updates.publishing import Approve, Publish, RequestApproval
from tests.models.acting import Acting

ASKS = (
    "The draft was written when INC-1 was investigating. It is now resolved. Choose what it says: "
    "`bridgewatch draft INC-1 --phase investigating` or `--phase resolved`."
)


@pytest.fixture
def incident(store: Store) -> Acting:
    """With a draft that was written while it was investigated, and resolved since."""
    incident = Acting(store, severity="P3")
    incident(EditDraft, "ana", title="Payments fail", text="We still look")
    incident(SetPhase, "bo", phase="resolved")
    return incident


def worded(incident: Acting) -> Phase | None:
    return incident.now.draft.worded_phase


def test_it_says_so_and_asks(incident: Acting) -> None:
    draft = incident.now.draft
    assert (draft.phase, draft.worded_phase) == (Phase.RESOLVED, Phase.INVESTIGATING)
    with pytest.raises(Refused) as refused:
        incident(Publish, "ana")
    assert str(refused.value) == ASKS


@pytest.mark.parametrize("phase", ["investigating", "resolved"])
def test_what_is_chosen_is_published(incident: Acting, phase: str) -> None:
    incident(EditDraft, "ana", phase=phase)
    assert incident.now.draft.worded_phase is None
    incident(Publish, "ana")
    assert incident.now.last_update
    assert incident.now.last_update.phase == phase


def test_new_words_are_of_the_new_phase(incident: Acting) -> None:
    incident(EditDraft, "ana", title="Payments failed")
    assert worded(incident) is Phase.INVESTIGATING
    incident(EditDraft, "ana", text="It is over")
    assert worded(incident) is None
    incident(Publish, "ana")


def test_undoing_the_new_words_asks_again(incident: Acting) -> None:
    incident(SetPhase, "bo", phase="monitoring")
    incident(SetPhase, "bo", phase="resolved")
    incident(EditDraft, "cy", text="It is over")
    incident(Undo, "cy")
    assert incident.now.draft.worded_phase is Phase.INVESTIGATING


def test_the_phase_that_it_has_again_needs_no_question(incident: Acting) -> None:
    incident(SetPhase, "bo", phase="investigating")
    incident(Publish, "ana")


def test_triage_is_told_as_investigating(store: Store) -> None:
    incident = Acting(store, severity="P3")
    incident(EditDraft, "ana", title="Payments fail", text="We look")
    incident(SetPhase, "bo", phase="investigating")
    incident(Publish, "ana")


def test_approval_is_not_asked_for_before_it_is_chosen(store: Store) -> None:
    agree(store, None)
    incident = Acting(store)
    incident(EditDraft, "ana", title="Payments fail", text="We still look")
    incident(RequestApproval, "ana")
    incident(SetPhase, "bo", phase="resolved")
    for command, by, more in ((Approve, "bo", {}), (EmergencyPublish, "ana", {"reason": "alone"})):
        with pytest.raises(Refused, match="Choose what it says"):
            incident(command, by, **more)
    incident(EditDraft, "ana", phase="resolved")
    incident(Approve, "bo")
    incident(Publish, "ana")
    assert incident.now.draft.worded_phase is None
