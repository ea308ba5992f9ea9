"""The outbox while several have their hands in it: a sender whose lease is over, and a command at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from models.board.board import read_board
from models.delivery import outbox
from models.delivery.commands import Retry, SkipDelivery
from models.delivery.destinations import NewDestination
from models.delivery.sending import Outcome
from models.delivery.setup import add, remove, switch
from models.kernel.location import Location
from models.kernel.store import Store
from models.timeline.commands import Undo
from models.updates.editing import EditDraft
from models.updates.publishing import Publish
from tests.conftest import Clock
from tests.models.acting import Acting, count
from tests.models.kernel.waiting import until_somebody_waits

FAILED = Outcome(sent=False, said="Nothing answers at its address.", lasting=True)
PASSING = Outcome(sent=False, said="It cannot take it now.")
ARRIVED = Outcome(sent=True, remote_id="their-7")
SLOW, QUICK = "the slow sender", "the quick sender"


def set_up(store: Store, key: str) -> None:
    with store.acting("ana") as tx:
        add(tx, NewDestination(key=key, kind="webhook", address=f"https://{key}.example.com/in"))


def tell(incident: Acting, words: str) -> None:
    incident(EditDraft, "ana", title="Some payments fail", text=words)
    incident(Publish, "ana")


def waiting(store: Store) -> Acting:
    """An incident of which one update is to be sent to one place."""
    incident = Acting(store)
    set_up(store, "hook")
    tell(incident, "We know.")
    return incident


def lease(store: Store, sender: str, place: str = "hook") -> bool:
    delivery = the_last(store, place)
    with store.writing() as (connection, now):
        return outbox.lease(connection, delivery, sender, now)


def settle(store: Store, sender: str, outcome: Outcome, place: str = "hook") -> datetime | None:
    delivery = the_last(store, place)
    with store.writing() as (connection, now):
        return outbox.settle(connection, delivery, sender, outcome, now)


def the_last(store: Store, place: str) -> int:
    """The newest delivery to that place."""
    last = "SELECT max(d.id) FROM deliveries d JOIN places p ON p.id = d.place_id WHERE p.key = :place"
    return count(store, last, place=place)


def try_once(store: Store, clock: Clock, outcome: Outcome, place: str = "hook") -> datetime | None:
    """Lease what was last put there once it is due, and write down what came of it."""
    clock.now += timedelta(hours=2)
    assert lease(store, QUICK, place)
    return settle(store, QUICK, outcome, place)


@pytest.fixture
def taken_over(store: Store, clock: Clock) -> Acting:
    """The slow sender took too long, and the quick one has it now."""
    incident = waiting(store)
    assert lease(store, SLOW)
    clock.now += outbox.LEASE
    assert lease(store, QUICK)
    return incident


class TestALeaseThatIsOver:
    def test_a_late_failure_is_not_believed(self, taken_over: Acting, clock: Clock) -> None:
        store, before = taken_over.store, taken_over.now.deliveries
        assert settle(store, SLOW, FAILED) == clock.now  # somebody is at it already
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
        ticket = read_board(store).ticket
        assert settle(store, SLOW, Outcome(sent=True, remote_id="their-8")) is None
        assert count(store, "SELECT count(*) FROM deliveries WHERE remote_id = 'their-7'") == 1
        assert read_board(store).ticket == ticket

    def test_the_one_who_has_it_may_fail(self, taken_over: Acting, clock: Clock) -> None:
        again = settle(taken_over.store, QUICK, FAILED)
        (late,) = taken_over.now.deliveries
        assert (late.state, late.said, late.next_at) == ("failed", FAILED.said, again)
        assert late.next_at > clock.now
        assert not lease(taken_over.store, SLOW)  # it is not due again yet


class TestTryingAtOnce:
    def test_it_begins_anew(self, store: Store, clock: Clock) -> None:
        """What failed for long is not told again as failed at the first slip after somebody had it tried."""
        incident = waiting(store)
        for _ in range(4):
            try_once(store, clock, PASSING)
        assert incident.now.deliveries[0].state == "failed"
        incident(Retry, "bo")
        (anew,) = incident.now.deliveries
        assert (anew.state, anew.attempts) == ("waiting", 0)
        again = try_once(store, clock, PASSING)
        assert incident.now.deliveries[0].state == "waiting"
        assert again is not None
        assert again - clock.now <= timedelta(seconds=outbox.PAUSES[0])

    def test_a_place_that_is_paused_stays_as_it_is(self, store: Store, clock: Clock) -> None:
        incident = Acting(store)
        for place in ("hook", "other"):
            set_up(store, place)
        tell(incident, "We know.")
        for place in ("hook", "other"):
            try_once(store, clock, FAILED, place)
        with store.acting("ana") as tx:
            switch(tx, "other", active=False)
        incident(Retry, "bo")
        assert {each.place: each.state for each in incident.now.deliveries} == {"hook": "waiting", "other": "failed"}


class TestWhatIsPut:
    def test_a_removed_place_gets_nothing_of_what_was_told_meanwhile(self, store: Store) -> None:
        incident = waiting(store)
        with store.acting("ana") as tx:
            remove(tx, "hook")
        tell(incident, "We know more.")
        assert count(store, "SELECT count(*) FROM deliveries") == 1

    def test_what_was_left_out_is_sent_after_all_although_something_before_it_was_sent(
        self, store: Store, clock: Clock
    ) -> None:
        incident = waiting(store)
        try_once(store, clock, ARRIVED)
        tell(incident, "We know more.")
        try_once(store, clock, FAILED)
        incident(SkipDelivery, "bo", place="hook", reason="it is too long")
        incident(Undo, "bo")
        try_once(store, clock, ARRIVED)
        assert count(store, "SELECT count(*) FROM deliveries WHERE state = 'sent'") == 2


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
