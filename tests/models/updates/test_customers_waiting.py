"""Nobody is left waiting: what customers read of an incident is over before people are done with it; both databases."""

import pytest

from models.incident.phase import SetPhase
from models.kernel.failures import Refused
from models.kernel.store import Store
from models.policy.phase import Phase
from models.timeline.commands import Undo
from models.updates.editing import EditDraft
from models.updates.publishing import Publish
from tests.models.acting import Acting

WAITING = "status of INC-1 is “identified”. Customers expect more updates. Publish a resolved update first; then"


@pytest.fixture
def incident(store: Store) -> Acting:
    return Acting(store, severity="P3")


def tell(incident: Acting, phase: str) -> None:
    incident(EditDraft, "cy", title="Payments fail", text=f"It is {phase}.", phase=phase)
    incident(Publish, "cy")


def test_what_customers_know_of_is_not_canceled_under_them(incident: Acting) -> None:
    tell(incident, "identified")
    with pytest.raises(Refused, match=f"{WAITING} cancel the incident"):
        incident(SetPhase, "ana", phase="canceled")
    assert incident.now.phase == "triage"
    tell(incident, "resolved")
    incident(SetPhase, "ana", phase="canceled")
    assert incident.now.phase == "canceled"


def test_nor_closed_whatever_the_reason(incident: Acting) -> None:
    tell(incident, "identified")
    incident(SetPhase, "ana", phase="resolved")
    with pytest.raises(Refused, match=f"{WAITING} close the incident"):
        incident(SetPhase, "ana", phase="closed", force_reason="It is late")
    tell(incident, "resolved")
    incident(SetPhase, "ana", phase="closed", force_reason="It is late")


@pytest.mark.parametrize("phase", ["canceled", "closed"])
def test_nor_by_undoing_what_opened_it_again(incident: Acting, phase: str) -> None:
    if phase == "closed":
        incident(SetPhase, "ana", phase="resolved")
    incident(SetPhase, "ana", phase=phase, force_reason="A drill")
    incident(SetPhase, "bo", phase="investigating")
    tell(incident, "identified")
    with pytest.raises(Refused, match=WAITING):
        incident(Undo, "bo")
    tell(incident, "resolved")
    incident(Undo, "bo")
    assert incident.now.phase == phase


def test_nor_told_of_what_nobody_works_on_any_more(incident: Acting) -> None:
    incident(EditDraft, "cy", title="Payments fail", text="We look", phase=Phase.INVESTIGATING)
    incident(SetPhase, "ana", phase="canceled")
    with pytest.raises(
        Refused, match=r"INC-1 is canceled\. An update with status “investigating” would leave customers waiting"
    ):
        incident(Publish, "cy")
    incident(EditDraft, "cy", text="A false alarm", phase=Phase.RESOLVED)
    incident(Publish, "cy")
    incident(EditDraft, "cy", text="One more word")
    incident(Publish, "cy")
    update = incident.now.last_update
    assert update
    assert (update.phase, update.next_update_at) == (Phase.RESOLVED, None)


def test_what_customers_never_heard_of_is_canceled_at_once(incident: Acting) -> None:
    incident(EditDraft, "cy", audience="team", text="Join us")
    incident(Publish, "cy", audience="team")
    incident(SetPhase, "ana", phase="canceled")
    assert incident.now.phase == "canceled"
