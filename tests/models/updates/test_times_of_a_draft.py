"""The times of a draft are no promise and no fact until it is published, and count from then on; both databases."""

from datetime import timedelta

import pytest

from models.board.due_times import next_update
from models.board.handover_brief import brief
from models.board.reader import Reader
from models.board.summary import one_page
from models.incident.phase import SetPhase
from models.kernel.failures import Refused
from models.kernel.store import Store
from models.policy.audience import Audience
from models.roles.views import OfferView
from models.timeline.commands import Undo
from models.updates.agreement import agree
from models.updates.editing import EditDraft
from models.updates.publishing import Approve, Publish, RequestApproval
from tests.conftest import Clock
from tests.models.acting import Acting, told


@pytest.fixture
def incident(store: Store) -> Acting:
    return Acting(store, severity="P3")


def write(incident: Acting, **more: object) -> None:
    incident(EditDraft, "cy", title="Payments fail", text="We know", **more)


def test_they_count_from_publication(incident: Acting, clock: Clock) -> None:
    write(incident, next_in=30, expected_in=60)
    clock.now += timedelta(hours=3)
    at = incident(Publish, "cy").recorded_at
    update = incident.now.last_update
    assert update
    assert (update.next_update_at, update.expected_at) == (at + timedelta(minutes=30), at + timedelta(hours=1))
    assert next_update(incident.now) == at + timedelta(minutes=30)


def test_before_that_nobody_was_promised_anything(incident: Acting, clock: Clock) -> None:
    for audience in Audience:
        write(incident, audience=audience, next_in=5, expected_in=60, components={"API": "major outage"})
    assert incident.now.promises == ()
    clock.now += timedelta(minutes=20)
    page = one_page(incident.now, incident.timeline, clock.now)
    assert "- **Expected resolution:** unknown" in page
    assert "outage" not in page
    offer = OfferView(role="scribe", name="Scribe", holder="ana", to="cy", by="ana", at=clock.now, brief="")
    with incident.store.reading(Reader) as read:
        assert "The next update" not in brief(read.known(incident.id, clock.now), offer)
    entry = incident(SetPhase, "ana", phase="canceled")
    assert told(entry) == "ana changed phase: triage → canceled"


def test_what_the_cadence_wanted_is_not_called_a_promise_where_nobody_was_told(store: Store, clock: Clock) -> None:
    incident = Acting(store)
    write(incident, next_in=5)
    page = one_page(incident.now, incident.timeline, clock.now)
    assert "- **Customers:** no update sent; first update due at 14:05Z" in page
    clock.now += timedelta(hours=1)
    entry = incident(SetPhase, "ana", phase="resolved")
    assert "owed" not in entry.data
    assert told(entry).endswith("; no update to customers (cadence: 14:05Z); no update to executives (cadence: 14:30Z)")


def test_a_fixed_time_stays_as_it_is(incident: Acting, clock: Clock) -> None:
    at = incident.now.declared_at + timedelta(hours=2)
    write(incident, next_at=at, expected_at=at)
    clock.now += timedelta(hours=1)
    incident(Publish, "cy")
    update = incident.now.last_update
    assert update
    assert (update.next_update_at, update.expected_at) == (at, at)


@pytest.mark.parametrize("which", ["next", "expected"])
def test_a_fixed_time_that_has_passed_is_not_published(incident: Acting, clock: Clock, which: str) -> None:
    write(incident, **{f"{which}_at": incident.now.declared_at + timedelta(minutes=30)})
    clock.now += timedelta(hours=1)
    with pytest.raises(Refused, match=rf"by 14:30Z, which has passed\. Set another time: .* --{which}-in MINUTES"):
        incident(Publish, "cy")
    incident(EditDraft, "cy", **{f"{which}_in": 10})
    incident(Publish, "cy")


def test_a_resolution_that_was_expected_is_not_promised_once_it_is_there(incident: Acting, clock: Clock) -> None:
    write(incident, expected_in=30)
    incident(Publish, "cy")
    assert incident.now.draft.expected_at
    clock.now += timedelta(hours=1)
    write(incident, phase="resolved")
    incident(Publish, "cy")
    update = incident.now.last_update
    assert update
    assert update.expected_at is None
    assert incident.now.draft.expected_at is None


def test_a_time_is_given_once_and_lies_ahead(incident: Acting) -> None:
    soon = incident.now.declared_at + timedelta(hours=1)
    with pytest.raises(Refused, match="A time was given twice"):
        write(incident, next_in=5, next_at=soon)
    with pytest.raises(Refused, match="2026-03-01 13:00Z is in the past"):
        write(incident, expected_at=soon - timedelta(hours=2))


def test_the_last_one_given_counts_and_undoing_brings_the_other_back(incident: Acting) -> None:
    soon = incident.now.declared_at + timedelta(hours=1)
    write(incident, next_at=soon)
    incident(EditDraft, "bo", next_in=10)
    draft = incident.now.draft
    assert draft.next_update_at is None
    assert draft.next_in == 10
    incident(Undo, "bo")
    before = incident.now.draft
    assert (before.next_update_at, before.next_in) == (soon, None)


def test_an_approved_cadence_is_the_one_that_was_approved(store: Store, clock: Clock) -> None:
    agree(store, None)
    incident = Acting(store)
    write(incident)
    incident(RequestApproval, "cy")
    clock.now += timedelta(minutes=119)
    incident(Approve, "bo")
    clock.now += timedelta(minutes=5)  # past the two hours after which the cadence is slower
    at = incident(Publish, "cy").recorded_at
    assert next_update(incident.now) == at + timedelta(minutes=20)


def test_an_approved_phase_is_the_one_that_was_approved(store: Store) -> None:
    agree(store, None)
    incident = Acting(store)
    write(incident)
    incident(RequestApproval, "cy")
    incident(Approve, "bo")
    incident(SetPhase, "ana", phase="monitoring")
    assert incident.now.draft.phase == "investigating"
    assert incident(Publish, "cy").data["phase"] == "investigating"
    assert incident.now.draft.phase == "monitoring"
