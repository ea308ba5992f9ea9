"""Alone at night: an update without approval, with its reason on the timeline, and its approvers told."""

from datetime import timedelta

import pytest

from models.board.board import read_board
from models.board.due_times import needs
from models.incident.fields import SetSeverity
from models.incident.phase import SetPhase
from models.kernel.failures import Refused
from models.kernel.store import Store
from models.roles.commands import Take
from models.timeline.commands import Undo
from models.updates.agreement import agree
from models.updates.editing import EditDraft
from models.updates.emergency import AcknowledgeUpdate, EmergencyPublish
from models.updates.publishing import Approve, Publish, RequestApproval
from models.updates.rules import plain, validated
from tests.conftest import Clock
from tests.models.acting import Acting, told

WAITS = "acknowledge ana's update, published without approval"


@pytest.fixture
def incident(store: Store) -> Acting:
    """Of a team that follows the program's own rules; ana is alone, with a draft of her own."""
    agree(store, None)
    incident = Acting(store)
    incident(EditDraft, "ana", title="Payments fail", text="We know")
    return incident


def waiting(incident: Acting, person: str) -> list[str]:
    board = read_board(incident.store)
    return [need.words for need in needs(board, person, board.read_at) if need.pane == "status"]


def test_the_refusal_names_it(incident: Acting) -> None:
    with pytest.raises(Refused, match="If no one can approve now: `bridgewatch emergency-publish INC-1 REASON`"):
        incident(Publish, "ana")
    incident(RequestApproval, "ana")
    with pytest.raises(Refused, match=r"ana requested approval at 14:00Z\. If no one can approve now"):
        incident(Publish, "ana")


def test_it_is_recorded_as_what_it_is(incident: Acting) -> None:
    entry = incident(EmergencyPublish, "ana", reason="no one is awake")
    assert entry.kind == "emergency-published"
    assert told(entry).startswith("ana published a status update [investigating] without approval (no one is awake)")
    assert told(entry).endswith(": We know")
    update = incident.now.last_update
    assert update
    assert (update.text, update.published_by, update.approved_by) == ("We know", "ana", None)
    assert incident.now.draft.text == ""


@pytest.mark.parametrize("reason", ["", "  "])
def test_it_needs_a_reason(incident: Acting, reason: str) -> None:
    with pytest.raises(Refused):
        incident.store.perform(EmergencyPublish.make(by="ana", ref=incident.ref, reason=reason))
    assert incident.now.last_update is None


def test_where_nobody_else_responds_everybody_is_told(incident: Acting) -> None:
    incident(EmergencyPublish, "ana", reason="no one is awake")
    assert WAITS not in waiting(incident, "ana")
    assert WAITS in waiting(incident, "bo")


def test_whoever_should_have_approved_is_told(incident: Acting) -> None:
    incident(Take, "bo", role="scribe")
    incident(EmergencyPublish, "ana", reason="no one is awake")
    assert [person for person in ("ana", "bo", "cy") if WAITS in waiting(incident, person)] == ["bo"]
    entry = incident(AcknowledgeUpdate, "bo", comment="fine")
    assert told(entry) == "bo acknowledged the update that ana published without approval: fine"
    assert WAITS not in waiting(incident, "bo")
    incident(Undo, "bo")
    assert WAITS in waiting(incident, "bo")


def test_they_are_told_days_later_of_an_incident_that_is_over(incident: Acting, clock: Clock) -> None:
    incident(EditDraft, "ana", phase="resolved")
    incident(EmergencyPublish, "ana", reason="no one is awake")
    incident(SetPhase, "ana", phase="canceled")
    board = read_board(incident.store)
    clock.now += timedelta(days=30)
    for before in (None, board):
        listed = read_board(incident.store, before=before)
        assert [need.words for need in needs(listed, "bo", clock.now)] == [WAITS]
    incident(AcknowledgeUpdate, "bo")
    assert read_board(incident.store, before=board).incidents == ()


def test_nobody_acknowledges_their_own(incident: Acting) -> None:
    with pytest.raises(Refused, match="No update of INC-1 was published without approval"):
        incident(AcknowledgeUpdate, "bo")
    incident(EmergencyPublish, "ana", reason="no one is awake")
    with pytest.raises(Refused, match="Someone else must acknowledge it"):
        incident(AcknowledgeUpdate, "ana")
    incident(AcknowledgeUpdate, "bo")
    with pytest.raises(Refused, match="or it is acknowledged"):
        incident(AcknowledgeUpdate, "cy")


def test_it_is_published_and_not_undone(incident: Acting) -> None:
    incident(EmergencyPublish, "ana", reason="no one is awake")
    with pytest.raises(Refused, match=r"A published update cannot be undone\. Publish a correction"):
        incident(Undo, "ana")


def test_an_acknowledgement_is_not_undone_into_a_later_emergency(incident: Acting) -> None:
    incident(EmergencyPublish, "ana", reason="no one is awake")
    incident(AcknowledgeUpdate, "bo")
    incident(EditDraft, "ana", text="We know more")
    incident(EmergencyPublish, "ana", reason="still alone")
    with pytest.raises(Refused, match="Another update was published without approval since"):
        incident(Undo, "bo")


def test_it_is_for_what_needs_an_approval_and_has_none(incident: Acting) -> None:
    incident(RequestApproval, "ana")
    incident(Approve, "bo")
    with pytest.raises(Refused, match="bo has already approved this draft"):
        incident(EmergencyPublish, "ana", reason="no one is awake")
    incident(Publish, "ana")
    incident(EditDraft, "ana", text="We know more")
    incident(SetSeverity, "ana", severity="P3", reason="less")
    incident(EmergencyPublish, "ana", reason="no one is awake")
    incident(EditDraft, "ana", text="We know all")
    with pytest.raises(Refused, match="This update needs no approval"):
        incident(EmergencyPublish, "ana", reason="no one is awake")
    incident(EditDraft, "ana", audience="team", text="Join us")
    with pytest.raises(Refused, match="This update needs no approval"):
        incident(EmergencyPublish, "ana", audience="team", reason="no one is awake")


def test_who_may_publish_at_all_stays_a_rule(incident: Acting) -> None:
    agree(incident.store, lambda before: validated({**plain(before), "publishers": ["cy"]}))
    with pytest.raises(Refused, match=r"ana is not allowed to publish to customers\. Allowed: cy"):
        incident(EmergencyPublish, "ana", reason="no one is awake")
    incident(EmergencyPublish, "cy", reason="no one is awake")
