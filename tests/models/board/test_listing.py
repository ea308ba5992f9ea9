"""What is not over is listed: by the board, however it was read, and by the command line, which asks the same."""

from datetime import timedelta

import pytest

from models.board.board import read_board
from models.board.listing import Wanted, listed
from models.board.reader import Reader
from models.incident.phase import SetPhase
from models.kernel.store import Store
from models.policy.phase import Phase
from models.policy.severity import Severity
from models.roles.commands import Take
from models.roles.handover import Offer
from models.tasks.commands import AddTask, CompleteTask
from models.updates.editing import EditDraft
from models.updates.publishing import Publish
from tests.conftest import Clock
from tests.models.acting import Acting


def on_board(store: Store) -> list[str]:
    """Read in every way there is, all of which agree."""
    with store.reading(Reader) as read:
        now = store.now()
        asked = [row.ref for row in listed(read.on_the_board(now), now)]
        everything = [row.ref for row in listed(read.all_incidents(), now)]
    assert asked == everything == [row.ref for row in read_board(store).incidents]
    return asked


def publish(incident: Acting, text: str, **more: object) -> None:
    incident(EditDraft, "ana", title="Checkout fails", text=text, **more)
    incident(Publish, "ana")


def test_resolved_ones_stay_for_a_day(store: Store, clock: Clock) -> None:
    still, quiet = Acting(store), Acting(store)
    quiet(SetPhase, "ana", phase="resolved")
    assert on_board(store) == [still.ref, quiet.ref]
    clock.now += timedelta(hours=25)
    assert on_board(store) == [still.ref]


def test_one_whose_customers_do_not_know_that_it_is_over_stays(store: Store, clock: Clock) -> None:
    waited, told = Acting(store), Acting(store)
    for incident in (waited, told):
        publish(incident, "We look into it.")
        incident(SetPhase, "ana", phase="resolved")
    before = read_board(store)
    publish(told, "It works again.", phase="resolved")
    assert told.now.told == Phase.RESOLVED
    clock.now += timedelta(days=30)
    assert on_board(store) == [waited.ref]
    assert [row.ref for row in read_board(store, before=before).incidents] == [waited.ref]
    publish(waited, "It works again.", phase="resolved")
    assert on_board(store) == []


def test_what_was_promised_and_is_owed_stays_however_long(store: Store, clock: Clock) -> None:
    incident = Acting(store)
    incident(SetPhase, "ana", phase="resolved")
    publish(incident, "It works again. More tomorrow.", phase="resolved", next_in=1_440)
    before = read_board(store)
    clock.now += timedelta(days=20)
    assert on_board(store) == [incident.ref]
    assert [row.ref for row in read_board(store, before=before).incidents] == [incident.ref]
    publish(incident, "All is well.", phase="resolved", next_in=0)
    assert on_board(store) == []


@pytest.mark.parametrize("phase", ["canceled", "closed"])
def test_what_is_closed_is_over(store: Store, phase: str) -> None:
    incident = Acting(store)
    if phase == "closed":
        incident(SetPhase, "ana", phase="resolved")
        incident(SetPhase, "ana", phase="closed", force_reason="It was small")
    else:
        incident(SetPhase, "ana", phase=phase)
    assert on_board(store) == []


def test_mine_are_those_with_a_role_a_task_or_an_offer(store: Store) -> None:
    role, task, offer, none = (Acting(store, by="di") for _ in range(4))
    role(Take, "bo", role="scribe")
    task(AddTask, "di", title="Call the bank", person="bo")
    offer(Offer, "di", role="incident-manager", person="bo")
    with store.reading(Reader) as read:
        rows = read.all_incidents()
    assert {row.ref for row in rows if Wanted(person="BO").has(row)} == {role.ref, task.ref, offer.ref}
    assert {row.ref for row in rows if Wanted(person="di").has(row)} == {role.ref, task.ref, offer.ref, none.ref}
    task(CompleteTask, "bo", number=task.now.tasks[-1].number)
    with store.reading(Reader) as read:
        assert task.ref not in {row.ref for row in read.all_incidents() if Wanted(person="bo").has(row)}


def test_each_thing_that_is_asked_for_has_to_be_so(store: Store, clock: Clock) -> None:
    Acting(store, severity="P1")(SetPhase, "ana", phase="identified")
    clock.now += timedelta(hours=1)
    later = clock.now
    Acting(store, severity="P2")
    Acting(store, severity="P1")
    with store.reading(Reader) as read:
        rows = read.all_incidents()

    def has(**wanted: object) -> list[int]:
        return [row.id for row in rows if Wanted(**wanted).has(row)]  # type: ignore[arg-type]

    assert has() == [3, 2, 1]
    assert has(severities=(Severity.P1,)) == [3, 1]
    assert has(severities=(Severity.P1,), since=later) == [3]
    assert has(phases=(Phase.TRIAGE, Phase.IDENTIFIED), severities=(Severity.P1,)) == [3, 1]
    assert has(phases=(Phase.IDENTIFIED,)) == [1]
    assert not Wanted(phases=(Phase.RESOLVED,)).over
    assert Wanted(phases=(Phase.CLOSED,)).over
