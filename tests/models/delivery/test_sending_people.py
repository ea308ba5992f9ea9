"""Updates to people, through Apprise."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

import pytest

from models.delivery import setup as place_setup
from models.delivery.destinations import NewDestination
from models.delivery.people import words
from models.delivery.secrets import variable
from models.delivery.sender import Sender
from models.delivery.sending import InternalDetails, Message, kind
from models.kernel.store import Store
from models.policy.audience import Audience, ComponentState
from models.policy.phase import Phase
from models.updates.public import PublishedWindow
from tests import reads
from tests.models.acting import Acting
from tests.models.delivery.serving import Server, server
from tests.models.delivery.test_sender import tell

__all__ = ["server"]

pytestmark = pytest.mark.filterwarnings("ignore:.imghdr. is deprecated:DeprecationWarning")  # Apprise imports it

AT = datetime(2026, 3, 1, 14, 0, tzinfo=UTC)


def message(**fields: Any) -> Message:
    known: dict[str, Any] = {
        "key": "k",
        "audience": Audience.CUSTOMERS,
        "incident": "i",
        "update": "u",
        "title": "Payments fail",
        "phase": Phase.IDENTIFIED,
        "text": "We know.",
        "components": {},
        "next_update_at": None,
        "expected_at": None,
        "published_at": AT,
        "window": None,
        "inside": None,
        "remote_id": None,
    }
    return Message(**{**known, **fields})


def test_what_people_read() -> None:
    assert words(message()) == ("[identified] Payments fail", "We know.")
    told = message(components={"API": ComponentState.MAJOR_OUTAGE}, next_update_at=AT, expected_at=AT)
    assert words(told)[1] == "We know.\nAPI: major outage\nNext update by 14:00 UTC\nExpected resolution by 14:00 UTC"
    window = PublishedWindow(starts_at=AT, ends_at=AT, components=(), canceled_at=None, went_wrong=False)
    assert words(message(window=window))[1] == "We know.\nFrom 2026-03-01 14:00 to 2026-03-01 14:00 UTC"
    inside = InternalDetails(ref="INC-4", title="db-7 burns", severity="P1", published_by="ana", approved_by=None)
    assert words(message(title="", inside=inside))[0] == "INC-4 P1 [identified] db-7 burns"


@pytest.fixture
def place(store: Store, server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    monkeypatch.setenv(variable("crew"), "s3cret-path")
    address = server.address.replace("http://", "json://") + "/{crew}"
    with store.acting("ana") as tx:
        place_setup.add(tx, NewDestination(key="crew", kind="apprise", address=address, audiences=("team",)))
    return server


def test_it_arrives(store: Store, place: Server) -> None:
    incident = Acting(store)
    tell(incident, "Come to the bridge.", to="team")
    sender = Sender(store.location)
    assert sender.once() == {"sent": 1, "not_sent": 0}
    sender.stop()
    (arrived,) = place.arrived
    assert arrived.path.strip("/") == "s3cret-path"
    assert arrived.body["title"] == f"{incident.ref} P1 [investigating] Some payments fail"
    assert arrived.body["message"] == "Come to the bridge."
    (found,) = reads.places(store)
    assert kind(found.kind).test(found, {"crew": "s3cret-path"}) == "Test message sent."


def test_a_failure_tells_why_and_no_secret(store: Store, place: Server, capfd: pytest.CaptureFixture[str]) -> None:
    place.answer = lambda asked: (403, {})
    incident = Acting(store)
    tell(incident, "Come.", to="team")
    sender = Sender(store.location)
    sender.once()
    sender.stop()
    (late,) = incident.now.deliveries
    assert "403" in late.said or "Forbidden" in late.said
    assert "s3cret" not in late.said
    assert "".join(capfd.readouterr()) == ""
    assert logging.getLogger("apprise").propagate is False


def test_an_address_of_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable("crew"), "nonsense")
    with store.acting("ana") as tx:
        place_setup.add(tx, NewDestination(key="crew", kind="apprise", address="{crew}"))
    incident = Acting(store)
    tell(incident, "Come.")
    sender = Sender(store.location)
    sender.once()
    sender.stop()
    assert incident.now.deliveries[0].said.startswith("Apprise does not know this URL")
