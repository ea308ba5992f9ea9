"""One deadline for one duty: the playbook's task of a first update is due when the update cadence says so."""

from datetime import timedelta

import pytest

from models.board.board import read_board
from models.board.due_times import needs
from models.board.handover_brief import brief
from models.board.reader import Reader
from models.kernel.store import Store
from models.policy.audience import Audience
from models.roles.commands import Take
from models.roles.views import OfferView
from models.tasks.commands import AddTask, ClaimTask
from models.updates.editing import EditDraft
from models.updates.publishing import Publish
from models.updates.snoozing import Snooze
from tests.conftest import Clock
from tests.models.acting import Acting


@pytest.fixture
def incident(store: Store) -> Acting:
    """Task 3 is the first update to customers."""
    incident = Acting(store)
    assert incident.now.tasks[2].update_for == "customers"
    return incident


def waiting(incident: Acting, person: str) -> list[str]:
    board = read_board(incident.store)
    return [need.words for need in needs(board, person, board.read_at) if need.words != "confirm task 3"]


def test_it_is_due_with_the_update(incident: Acting) -> None:
    promise = incident.now.promises[0]
    assert incident.now.tasks[2].due_at == promise.due_at
    assert next(each for each in incident.now.due if each.number == 3).due_at == promise.due_at
    incident(Snooze, "ana", minutes=40)
    promised = {each.audience: each.due_at for each in incident.now.promises}
    assert incident.now.tasks[2].due_at == promised[Audience.CUSTOMERS] != promise.due_at


def test_of_one_person_it_is_one_thing(incident: Acting, clock: Clock) -> None:
    clock.now += timedelta(minutes=8)
    assert [words for words in waiting(incident, "ana") if "update" in words or "task 3" in words] == [
        "update 3m overdue"
    ]


def test_somebody_else_who_has_the_task_is_told_of_it(incident: Acting, clock: Clock) -> None:
    incident(Take, "bo", role="communications-manager")
    incident(ClaimTask, "cy", number=3)
    clock.now += timedelta(minutes=8)
    assert waiting(incident, "cy") == ["task 3: 3m overdue"]
    assert "update 3m overdue" in waiting(incident, "bo")


def test_a_brief_never_has_both(incident: Acting) -> None:
    at = incident.now.declared_at
    offer = OfferView(role="tech-lead", name="Tech Lead", holder="bo", to="cy", by="bo", at=at, brief="")
    with incident.store.reading(Reader) as read:
        said = brief(read.known(incident.id, at), offer)
    assert "The next update to customers is due at 14:05Z" in said
    assert "First public update" not in said


def test_publishing_finishes_it(incident: Acting) -> None:
    incident(EditDraft, "ana", title="Payments fail", text="We know")
    incident(Publish, "ana")
    assert incident.now.tasks[2].state == "done"


def test_where_nothing_is_promised_it_has_its_own_time(store: Store) -> None:
    incident = Acting(store, severity="P3")
    incident(AddTask, "ana", title="Tell them all the same", due=30, update_for="customers")
    added = incident.now.tasks[-1]
    assert added.due_at is not None
    assert (added.due_at - added.added_at) == timedelta(minutes=30)


def test_what_somebody_added_keeps_the_time_that_they_gave(incident: Acting) -> None:
    incident(AddTask, "ana", title="Tell them of the vouchers, too", due=30, update_for="customers")
    added = incident.now.tasks[-1]
    assert added.due_at == added.added_at + timedelta(minutes=30)
    assert added.update_for is None
