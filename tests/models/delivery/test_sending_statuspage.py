"""Updates on a page at Statuspage."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from models.delivery import setup as place_setup
from models.delivery.destinations import NewDestination, statuspage
from models.delivery.secrets import variable
from models.delivery.sender import Sender
from models.delivery.sending import NotSent, kind
from models.kernel.store import Store
from models.updates.editing import EditDraft
from models.updates.maintenance import EndMaintenance, Reschedule, Schedule
from models.updates.publishing import Publish
from tests import reads
from tests.conftest import Clock
from tests.models.acting import Acting
from tests.models.delivery.serving import Answer, Arrived, Server, server
from tests.models.delivery.statuspages import KEY, Statuspage
from tests.rows import write_rows

__all__ = ["server"]


@pytest.fixture
def page(server: Server, store: Store, monkeypatch: pytest.MonkeyPatch) -> Statuspage:
    monkeypatch.setenv(variable("acme-key"), KEY)
    page = Statuspage(server, "API", "Web", "Mail")
    set_up(store, page)
    return page


def set_up(store: Store, page: Statuspage) -> None:
    address, headers = statuspage("acme", page.address, {})
    with store.acting("ana") as tx:
        place_setup.add(tx, NewDestination(key="acme", kind="statuspage", address=address, headers=headers))


@pytest.fixture
def sender(store: Store, clock: Clock) -> Iterator[Sender]:
    sender = Sender(store.location, clock=clock)
    yield sender
    sender.stop()


def tell(incident: Acting, words: str, phase: str, **fields: object) -> None:
    incident(EditDraft, "ana", text=words, title="Payments fail", phase=phase, **fields)
    incident(Publish, "ana")


def test_one_incident_from_its_first_update_to_the_last(store: Store, page: Statuspage, sender: Sender) -> None:
    incident = Acting(store, title="db-7 is on fire")
    tell(incident, "We know.", "investigating", components={"API": "major outage", "Mail": "degraded"})
    tell(incident, "Found.", "identified", components={"API": "partial outage"})
    tell(incident, "Watching.", "monitoring", components={"API": "operational", "Mail": "operational"})
    tell(incident, "Over.", "resolved")
    assert sender.once() == {"sent": 4, "not_sent": 0}
    (there,) = page.incidents
    assert there["name"] == "Payments fail"
    assert there["updates"] == [
        ("investigating", "We know.", {"c0x": "major_outage", "c2x": "degraded_performance"}),
        ("identified", "Found.", {"c0x": "partial_outage"}),
        ("monitoring", "Watching.", {"c0x": "operational", "c2x": "operational"}),
        ("resolved", "Over.", {"c0x": "operational", "c2x": "operational"}),
    ]
    assert "db-7" not in str(page.incidents)
    other = Acting(store)
    tell(other, "Another.", "investigating")
    sender.once()
    assert len(page.incidents) == 2


def test_a_component_that_the_page_does_not_have_is_told_of(store: Store, page: Statuspage, sender: Sender) -> None:
    incident = Acting(store)
    tell(incident, "We know.", "investigating", components={"API": "degraded", "Fax": "major outage"})
    sender.once()
    (sent,) = incident.now.deliveries
    assert (sent.state, sent.said) == ("sent", "Component not found on the page: Fax.")
    assert page.incidents[0]["component_ids"] == ["c0x"]


@pytest.mark.parametrize("told", [1, 2], ids=["the first", "a later one"])
def test_what_arrived_though_nobody_heard_the_answer_is_not_sent_again(
    store: Store, page: Statuspage, sender: Sender, server: Server, clock: Clock, told: int
) -> None:
    incident = Acting(store)
    for number in range(told - 1):
        tell(incident, f"Update {number}.", "investigating")
        sender.once()

    def take_it_and_break(asked: Arrived) -> Answer:
        answer = page.answer(asked)
        return answer if asked.method == "GET" else (502, b"bad gateway")

    server.answer = take_it_and_break
    tell(incident, "Once.", "identified")
    assert sender.once()["sent"] == 0
    server.answer = page.answer
    clock.now = incident.now.deliveries[-1].next_at
    sender.once()
    assert incident.now.deliveries[-1].state == "sent"
    (there,) = page.incidents
    assert [words for _, words, _ in there["updates"]] == [*(f"Update {n}." for n in range(told - 1)), "Once."]
    tell(incident, "And on.", "resolved")
    sender.once()
    assert len(page.incidents) == 1
    assert len(page.incidents[0]["updates"]) == told + 1


def test_it_is_found_again_after_the_place_was_set_up_anew(store: Store, page: Statuspage, sender: Sender) -> None:
    incident = Acting(store)
    tell(incident, "We know.", "investigating")
    sender.once()
    page.incidents[0]["metadata"]["theirs"] = {"ticket": "7"}
    with store.acting("ana") as tx:
        place_setup.remove(tx, "acme")
    set_up(store, page)
    tell(incident, "Over.", "resolved")
    sender.once()
    (there,) = page.incidents
    assert [status for status, *_ in there["updates"]] == ["investigating", "resolved"]
    assert there["metadata"]["theirs"] == {"ticket": "7"}


def test_one_that_was_removed_there_is_made_again(store: Store, page: Statuspage, sender: Sender) -> None:
    incident = Acting(store)
    tell(incident, "We know.", "investigating")
    sender.once()
    page.incidents.clear()
    tell(incident, "Over.", "resolved")
    sender.once()
    assert [each["updates"][0][1] for each in page.incidents] == ["Over."]


def test_one_that_was_imported_from_the_page_goes_on_there(store: Store, page: Statuspage, sender: Sender) -> None:
    incident = Acting(store)
    with write_rows(store) as connection:
        connection.execute(text("UPDATE incidents SET origin = 'statuspage:i77x'"))
    page.incidents.append({"id": "i77x", "name": "Theirs", "status": "investigating", "updates": []})
    tell(incident, "We know more.", "identified")
    sender.once()
    (there,) = page.incidents
    assert [words for _, words, _ in there["updates"]] == ["We know more."]


def test_a_maintenance(store: Store, page: Statuspage, sender: Sender, clock: Clock) -> None:
    starts = clock.now + timedelta(hours=2)
    fields = {"title": "New cables", "text": "We replace cables.", "affects": ("API", "Web")}
    ref = store.perform(Schedule(by="ana", starts_at=starts, lasts=60, **fields)).ref
    sender.once()
    (there,) = page.incidents
    assert (there["status"], there["name"], there["component_ids"]) == ("scheduled", "New cables", ["c0x", "c1x"])
    ends = starts + timedelta(minutes=60)
    assert there["scheduled_for"] == f"{starts:%Y-%m-%dT%H:%M:%SZ}"
    assert there["scheduled_until"] == f"{ends:%Y-%m-%dT%H:%M:%SZ}"
    assert there["scheduled_auto_in_progress"] is there["scheduled_auto_completed"] is True
    later = starts + timedelta(hours=1)
    store.perform(Reschedule(by="ana", ref=ref, starts_at=later, lasts=30, text="Later."))
    sender.once()
    assert there["scheduled_for"] == f"{later:%Y-%m-%dT%H:%M:%SZ}"
    clock.now = later
    store.perform(EndMaintenance(by="ana", ref=ref, text="Done early."))
    sender.once()
    assert [status for status, *_ in there["updates"]] == ["scheduled", "scheduled", "completed"]
    assert len(page.incidents) == 1


def test_a_wrong_key_is_told(store: Store, page: Statuspage, sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable("acme-key"), "another-one")
    incident = Acting(store)
    tell(incident, "We know.", "investigating")
    sender.once()
    assert incident.now.deliveries[0].said == "Rejected (401 Unauthorized): Could not authenticate."


def test_the_address_is_made_of_the_page(store: Store, page: Statuspage) -> None:
    assert statuspage("acme", "abc", {}) == (
        "https://api.statuspage.io/v1/pages/abc",
        {"Authorization": "OAuth {acme-key}"},
    )
    (place,) = reads.places(store)
    found = kind(place.kind).test(place, {"acme-key": KEY})
    assert found == "The page has 3 components; nothing was published."
    assert page.asked == ["GET /components"]
    with pytest.raises(NotSent, match="401"):
        kind(place.kind).test(place, {"acme-key": "wrong"})


@pytest.mark.parametrize("said", [b"<html>", {"incidents": []}, [{"metadata": {"bridgewatch": 7}}], [7]])
def test_what_is_no_statuspage(store: Store, page: Statuspage, sender: Sender, server: Server, said: object) -> None:
    server.answer = lambda asked: (200, said)
    incident = Acting(store)
    tell(incident, "We know.", "investigating")
    sender.once()
    assert incident.now.deliveries[0].said == "The response is not from a Statuspage page."


def test_a_component_that_another_incident_still_calls_down_stays_down(
    store: Store, page: Statuspage, sender: Sender
) -> None:
    one, other = Acting(store), Acting(store)
    for incident in (one, other):
        tell(incident, "Down.", "investigating", components={"API": "major outage"})
    tell(one, "Up.", "resolved", components={"API": "operational"})
    sender.once()
    sender.once()
    last = [there["updates"][-1] for there in page.incidents]
    assert ("resolved", "Up.", {"c0x": "major_outage"}) in last
