"""The outbox while several have their hands in it: a sender whose lease is over, and a command at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from models import outbox
from models.commands.drafts import EditDraft
from models.commands.publishing import Publish
from models.location import Location
from models.place_setup import add
from models.places import NewPlace
from models.sending import Outcome
from models.store import Store
from tests.conftest import Clock
from tests.models.acting import Acting, count
from tests.models.waiting import until_somebody_waits

FAILED = Outcome(sent=False, said="Nothing answers at its address.", lasting=True)
ARRIVED = Outcome(sent=True, remote_id="their-7")
SLOW, QUICK = "the slow sender", "the quick sender"


def waiting(store: Store) -> Acting:
    """An incident of which one update is to be sent to one place."""
    incident = Acting(store)
    with store.acting("ana") as tx:
        add(tx, NewPlace(key="hook", kind="webhook", address="https://hook.example.com/in"))
    incident(EditDraft, "ana", title="Some payments fail", text="We know.")
    incident(Publish, "ana")
    return incident


def lease(store: Store, sender: str) -> bool:
    delivery = the_one(store)
    with store.writing() as (connection, now):
        return outbox.lease(connection, delivery, sender, now)


def settle(store: Store, sender: str, outcome: Outcome) -> datetime | None:
    delivery = the_one(store)
    with store.writing() as (connection, now):
        return outbox.settle(connection, delivery, sender, outcome, now)


def the_one(store: Store) -> int:
    """The only delivery that there is."""
    return count(store, "SELECT id FROM deliveries")


@pytest.fixture
def taken_over(store: Store, clock: Clock) -> Acting:
    """The slow sender took too long, and the quick one has it now."""
    incident = waiting(store)
    assert lease(store, SLOW)
    clock.now += outbox.LEASE
    assert lease(store, QUICK)
    return incident


class TestALeaseThatIsOver:
    def test_a_late_failure_is_not_believed(self, taken_over: Acting) -> None:
        store, before = taken_over.store, taken_over.now.deliveries
        settle(store, SLOW, FAILED)
        assert taken_over.now.deliveries == before
        assert before[0].said == ""
        assert not lease(store, SLOW)  # it is still the quick one's

    def test_the_one_who_has_it_is_believed_whatever_came_late(self, taken_over: Acting) -> None:
        settle(taken_over.store, SLOW, FAILED)
        settle(taken_over.store, QUICK, ARRIVED)
        assert [each.state for each in taken_over.now.deliveries] == ["sent"]
        settle(taken_over.store, SLOW, FAILED)
        assert [each.state for each in taken_over.now.deliveries] == ["sent"]

    def test_what_arrived_late_has_arrived(self, taken_over: Acting) -> None:
        settle(taken_over.store, SLOW, ARRIVED)
        assert [each.state for each in taken_over.now.deliveries] == ["sent"]

    def test_what_arrived_twice_is_as_it_arrived_first(self, taken_over: Acting) -> None:
        store = taken_over.store
        settle(store, QUICK, ARRIVED)
        ticket = store.board().ticket
        assert settle(store, SLOW, Outcome(sent=True, remote_id="their-8")) is None
        assert count(store, "SELECT count(*) FROM deliveries WHERE remote_id = 'their-7'") == 1
        assert store.board().ticket == ticket

    def test_the_one_who_has_it_may_fail(self, taken_over: Acting, clock: Clock) -> None:
        again = settle(taken_over.store, QUICK, FAILED)
        (late,) = taken_over.now.deliveries
        assert (late.state, late.said, late.next_at) == ("failed", FAILED.said, again)
        assert late.next_at > clock.now
        assert not lease(taken_over.store, SLOW)  # it is not due again yet


def test_a_command_and_a_sender_never_block_each_other(postgres_location: Location) -> None:
    """The sender's outcome waits for a command that has begun, and holds nothing meanwhile that the command needs."""
    store, sending = Store(postgres_location), Store(postgres_location)
    for each in (store, sending):
        each.open(create=False)
    incident = waiting(store)
    assert lease(sending, QUICK)
    with ThreadPoolExecutor(1) as pool:
        with store.acting("bo") as tx:
            tx.lock(incident.id)
            settled = pool.submit(settle, sending, QUICK, FAILED)
            until_somebody_waits(postgres_location)
            assert outbox.hasten(tx.connection, incident.id, tx.now) == ["hook"]
        settled.result()
    assert [each.state for each in incident.now.deliveries] == ["failed"]
    store.close()
    sending.close()
