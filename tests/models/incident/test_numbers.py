"""What is refused uses up no number: neither an incident's, nor an entry's, nor one that a server's sequence counts."""

from datetime import timedelta

import pytest

from models.kernel.failures import Refused
from models.kernel.store import Store
from models.roles.commands import Assign
from models.timeline.commands import Note
from models.updates.agreement import agree
from models.updates.maintenance import Schedule
from models.updates.rules import plain, validated
from tests.conftest import Clock
from tests.models.acting import Acting, count
from tests.team import Team, team

__all__ = ["team"]

LAST = "SELECT last_value FROM incidents_id_seq WHERE is_called"


def test_a_maintenance_that_somebody_may_not_publish(store: Store, clock: Clock) -> None:
    agree(store, lambda before: validated({**plain(before), "publishers": ("kim",)}))
    wanted = {"title": "Move the database", "starts_at": clock.now + timedelta(days=1), "lasts": 60, "text": "Soon."}
    for _ in range(3):
        with pytest.raises(Refused):
            store.perform(Schedule.make(by="ana", **wanted))
    assert Acting(store).ref == "INC-1"
    assert store.perform(Schedule.make(by="kim", **wanted)).ref == "INC-2"


def test_an_entry(store: Store) -> None:
    incident = Acting(store)
    for _ in range(3):
        with pytest.raises(Refused):
            incident(Assign, "ana", role="no such role", person="bo")
    incident(Note, "ana", text="the second entry")
    assert incident.now.version == 2


def test_another_persons_name_on_a_server(team: Team) -> None:
    store = team.responder("ana")
    for _ in range(3):
        with pytest.raises(Refused, match="belongs to ana"):
            Acting(store, by="bo")
    assert Acting(store, by="ana").ref == "INC-1"
    assert count(team.above, LAST) == 1


def test_a_program_that_takes_them_from_the_sequence_goes_on_from_there(team: Team) -> None:
    for number in (1, 2):
        assert Acting(team.above).ref == f"INC-{number}"
        assert count(team.above, LAST) == number
