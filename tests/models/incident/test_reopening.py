"""Reopening begins anew: nothing is late in its first second, and undo gives the old times back."""

from datetime import datetime, timedelta

import pytest

from models.board.board import read_board
from models.board.due_times import needs
from models.incident.phase import SetPhase
from models.kernel.store import Store
from models.policy.phase import Phase
from models.policy.task import OpenTasks, TaskState
from models.tasks.commands import AddTask, CompleteTask
from models.timeline.commands import Undo
from models.updates.editing import EditDraft
from models.updates.publishing import Publish
from models.updates.snoozing import Snooze
from tests.conftest import Clock
from tests.models.acting import Acting, told


@pytest.fixture
def incident(store: Store) -> Acting:
    return Acting(store, severity="P2")


def publish(incident: Acting, words: str, phase: str, **more: object) -> None:
    incident(EditDraft, "ana", title="Old mail", text=words, phase=phase, **more)
    incident(Publish, "ana")


def close(incident: Acting, clock: Clock, **more: object) -> None:
    """An hour after the declaration, then three days pass."""
    clock.now += timedelta(hours=1)
    publish(incident, "Over", "resolved")
    incident(SetPhase, "ana", phase="resolved")
    incident(SetPhase, "ana", phase="closed", force_reason="x", **more)
    clock.now += timedelta(days=3)


def late(incident: Acting, person: str = "ana") -> list[str]:
    board = read_board(incident.store)
    return [need.words for need in needs(board, person, board.read_at) if "overdue" in need.words]


def due(incident: Acting) -> list[datetime | None]:
    return [task.due_at for task in incident.now.tasks]


@pytest.mark.parametrize("told_first", [False, True])
def test_nothing_is_late_in_its_first_second(incident: Acting, clock: Clock, told_first: bool) -> None:
    if told_first:
        publish(incident, "We look", "investigating", next_in=30)
    close(incident, clock)
    before = due(incident)
    entry = incident(SetPhase, "bo", phase="investigating")
    assert "; new due time for tasks 1, 2" in told(entry)
    assert late(incident) == []
    now = incident.now
    assert now.reopened_at is not None
    assert [promise.due_at - now.reopened_at for promise in now.promises] == [timedelta(minutes=15)]
    clock.now += timedelta(minutes=16)
    assert any(words.startswith("update 1m overdue") or words == "update due now" for words in needs_of(incident))
    incident(Undo, "bo")
    assert due(incident) == before
    assert incident.now.reopened_at is None


def needs_of(incident: Acting) -> list[str]:
    board = read_board(incident.store)
    return [need.words for need in needs(board, "ana", board.read_at)]


def test_what_was_put_off_before_is_not_late_either(incident: Acting, clock: Clock) -> None:
    incident(Snooze, "ana", minutes=30)
    clock.now += timedelta(hours=1)
    incident(SetPhase, "ana", phase="canceled")
    clock.now += timedelta(days=3)
    incident(SetPhase, "ana", phase="triage")
    assert late(incident) == []
    incident(Undo, "ana")
    incident(Undo, "ana")
    assert late(incident) != []  # it is open as it was, and what was put off is due since


def test_what_customers_were_promised_stays_while_they_wait_for_it(incident: Acting, clock: Clock) -> None:
    publish(incident, "We look", "monitoring", next_in=30)
    incident(SetPhase, "ana", phase="resolved")
    clock.now += timedelta(hours=1)
    incident(SetPhase, "ana", phase="monitoring")
    assert [words for words in late(incident) if words.startswith("update")] == ["update 30m overdue"]


def test_a_second_reopening_and_its_undo(incident: Acting, clock: Clock) -> None:
    close(incident, clock)
    incident(SetPhase, "ana", phase="investigating")
    first = incident.now.reopened_at
    publish(incident, "Again over", "resolved")
    incident(SetPhase, "ana", phase="resolved")
    clock.now += timedelta(hours=1)
    incident(SetPhase, "ana", phase="investigating")
    assert incident.now.reopened_at != first
    incident(Undo, "ana")
    assert incident.now.reopened_at == first


def test_a_task_that_is_not_due_yet_keeps_its_time(incident: Acting, clock: Clock) -> None:
    incident(AddTask, "ana", title="Write the review", due=7 * 24 * 60)
    close(incident, clock)
    before = due(incident)[-1]
    entry = incident(SetPhase, "ana", phase="investigating")
    assert due(incident)[-1] == before
    assert max(task["task"] for task in entry.data["again"]) < len(due(incident))


@pytest.mark.parametrize("phase", [Phase.CLOSED, Phase.CANCELED])
def test_open_tasks_are_canceled_with_it(incident: Acting, phase: Phase) -> None:
    incident(AddTask, "ana", title="Restart the pool", person="bo")
    incident(CompleteTask, "ana", number=1)
    if phase is Phase.CLOSED:
        publish(incident, "Over", "resolved")
        incident(SetPhase, "ana", phase="resolved")
    before = [(task.number, task.state, task.people) for task in incident.now.tasks]
    more = {"force_reason": "x"} if phase is Phase.CLOSED else {}
    entry = incident(SetPhase, "ana", phase=phase, tasks=OpenTasks.CANCEL, **more)
    assert "; canceled tasks " in told(entry)
    now = {task.number: (task.state, task.reason) for task in incident.now.tasks}
    assert now[1] == (TaskState.DONE, "")
    assert now[2] == (TaskState.DROPPED, f"The incident was {phase}.")
    assert incident.now.tasks_open == 0
    incident(Undo, "ana")
    assert [(task.number, task.state, task.people) for task in incident.now.tasks] == before


def test_they_are_kept_otherwise(incident: Acting, clock: Clock) -> None:
    close(incident, clock)
    assert incident.now.tasks_open > 0
