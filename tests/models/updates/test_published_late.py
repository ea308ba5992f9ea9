"""What an update's entry says of how it came to be: late or in time, and with whose approval."""

from datetime import timedelta

import pytest

from models.board.due_times import next_update
from models.incident.fields import SetSeverity
from models.kernel.failures import Refused
from models.kernel.store import Store
from models.policy.audience import Audience
from models.updates.agreement import agree
from models.updates.editing import EditDraft
from models.updates.publishing import Approve, Publish, RequestApproval
from tests.conftest import Clock
from tests.models.acting import Acting


@pytest.mark.parametrize("late", [-1, 0, 1])
def test_it_is_late_only_after_the_moment_that_was_promised(store: Store, clock: Clock, late: int) -> None:
    incident = Acting(store)
    incident(EditDraft, "cy", title="Payments fail", text="We know")
    due = next_update(incident.now)
    assert due
    clock.now = due + timedelta(seconds=late - 1)  # the next look at it is a second later
    entry = incident(Publish, "cy")
    assert entry.recorded_at - due == timedelta(seconds=late)
    assert entry.data.get("due_at") == (due.isoformat() if late > 0 else None)


def test_what_nobody_was_promised_is_never_late(store: Store, clock: Clock) -> None:
    incident = Acting(store, severity="P3")
    clock.now += timedelta(days=1)
    incident(EditDraft, "cy", title="Payments fail", text="We know")
    assert "due_at" not in incident(Publish, "cy").data


def test_an_approval_that_is_needed_no_longer_is_told_all_the_same(store: Store) -> None:
    agree(store, None)
    incident = Acting(store)
    incident(EditDraft, "cy", title="Payments fail", text="We know")
    incident(RequestApproval, "cy")
    incident(Approve, "bo")
    incident(SetSeverity, "ana", severity="P3", reason="less")
    assert incident(Publish, "cy").data["approved_by"] == "bo"
    update = incident.now.last_update
    assert update
    assert update.approved_by == "bo"


def test_what_nobody_looked_at_names_nobody(store: Store) -> None:
    incident = Acting(store)
    incident(EditDraft, "cy", title="Payments fail", text="We know")
    assert "approved_by" not in incident(Publish, "cy").data


@pytest.mark.parametrize("audience", [Audience.TEAM, Audience.EXECUTIVES])
def test_those_inside_need_no_title_and_customers_do(store: Store, audience: Audience) -> None:
    incident = Acting(store)
    for to in (audience, Audience.CUSTOMERS):
        incident(EditDraft, "cy", audience=to, title=" ", text="We know")
    incident(Publish, "cy", audience=audience)
    with pytest.raises(Refused, match="The update has no title"):
        incident(Publish, "cy")
    assert [*incident.now.last_updates] == [audience]


def test_when_each_audience_was_told_is_its_own(store: Store) -> None:
    incident = Acting(store)
    incident(EditDraft, "cy", audience=Audience.EXECUTIVES, text="It is bad")
    incident(Publish, "cy", audience=Audience.EXECUTIVES)
    assert incident.now.published_at is None
    incident(EditDraft, "cy", title="Payments fail", text="We know")
    entry = incident(Publish, "cy")
    assert incident.now.published_at == entry.recorded_at
    assert incident.now.last_updates[Audience.EXECUTIVES].published_at < entry.recorded_at
