"""A task that changes hands: nobody takes it, gives it or undoes it over a colleague; the book's come back anew."""

from datetime import timedelta

import pytest

from models.board.board import read_board
from models.board.due_times import needs
from models.incident.fields import SetSeverity
from models.kernel.command import IncidentCommand
from models.kernel.failures import Conflict, Refused
from models.kernel.store import Store
from models.policy.task import TaskState
from models.tasks.commands import AddTask, AssignTask, BlockTask, CancelTask, ClaimTask, CompleteTask
from models.tasks.views import TaskView
from models.timeline.commands import Undo
from tests.conftest import Clock
from tests.models.acting import Acting, told


@pytest.fixture
def incident(store: Store) -> Acting:
    """With task 1, which bo has claimed."""
    incident = Acting(store, severity="P3")
    incident(AddTask, "ana", title="Call the bank")
    incident(ClaimTask, "bo", number=1)
    return incident


def task(incident: Acting, number: int = 1) -> TaskView:
    return next(task for task in incident.now.tasks if task.number == number)


class TestUndoing:
    @pytest.mark.parametrize(
        ("command", "fields"),
        [(AssignTask, {"person": "di"}), (ClaimTask, {"saw": "bo"})],
        ids=["given away", "taken"],
    )
    def test_a_claim_leaves_what_a_colleague_did_with_it_later(
        self, incident: Acting, command: type[IncidentCommand], fields: dict[str, str]
    ) -> None:
        incident(command, "cy", number=1, **fields)
        later = task(incident)
        assert later.owner != "bo"
        with pytest.raises(Refused, match="Task 1 has changed, so this cannot be undone: cy"):
            incident(Undo, "bo")
        assert task(incident) == later

    def test_a_giving_leaves_why_it_was_blocked_later(self, incident: Acting) -> None:
        incident(AssignTask, "ana", number=1, person="cy")
        incident(BlockTask, "cy", number=1, reason="no line")
        with pytest.raises(Refused, match="Task 1 has changed, so this cannot be undone: cy blocked"):
            incident(Undo, "ana")
        assert (task(incident).owner, task(incident).reason) == ("cy", "no line")

    def test_blocking_leaves_a_later_reason(self, incident: Acting) -> None:
        incident(BlockTask, "bo", number=1, reason="no line")
        incident(BlockTask, "cy", number=1, reason="no money")
        with pytest.raises(Refused, match="Task 1 has changed, so this cannot be undone: cy blocked"):
            incident(Undo, "bo")
        assert task(incident).reason == "no money"

    def test_adding_takes_away_no_task_that_somebody_has_by_now(self, incident: Acting) -> None:
        with pytest.raises(Refused, match="Task 1 has changed, so this cannot be undone: bo claimed"):
            incident(Undo, "ana")
        assert task(incident).owner == "bo"

    def test_what_is_undone_is_undone_for_that_task_alone(self, incident: Acting) -> None:
        incident(AddTask, "ana", title="Call them back")
        incident(ClaimTask, "bo", number=2)
        incident(Undo, "bo")
        assert (task(incident, 1).owner, task(incident, 2).owner) == ("bo", None)

    def test_an_ending_that_is_undone_has_not_been(self, incident: Acting) -> None:
        incident(CompleteTask, "bo", number=1)
        assert task(incident).ended_at
        incident(Undo, "bo")
        assert (task(incident).state, task(incident).ended_at) == (TaskState.OPEN, None)


class TestGiving:
    def test_what_was_claimed_meanwhile_is_not_given_away_without_asking(self, incident: Acting) -> None:
        with pytest.raises(
            Conflict, match="The assignee of task 1 has changed since you opened this: bo claimed task 1"
        ) as so:
            incident(AssignTask, "ana", number=1, person="cy", saw="nobody")
        assert so.value.now == "bo"
        assert task(incident).owner == "bo"

    def test_nor_what_was_let_go_meanwhile(self, incident: Acting) -> None:
        incident(Undo, "bo")
        with pytest.raises(Conflict) as so:
            incident(AssignTask, "ana", number=1, person="cy", saw="bo")
        assert so.value.now == "nobody"
        assert task(incident).owner is None

    def test_a_blocked_one_to_its_owner_lets_it_go_on(self, incident: Acting) -> None:
        incident(BlockTask, "bo", number=1, reason="no line")
        incident(AssignTask, "ana", number=1, person="bo", saw="bo")
        now = task(incident)
        assert (now.state, now.owner, now.reason) == (TaskState.OPEN, "bo", "")

    def test_a_blocked_one_to_somebody_else_lets_it_go_on_too(self, incident: Acting) -> None:
        incident(BlockTask, "bo", number=1, reason="no line")
        incident(AssignTask, "ana", number=1, person="cy")
        now = task(incident)
        assert (now.state, now.owner, now.reason) == (TaskState.OPEN, "cy", "")

    def test_an_open_one_to_its_owner_changes_nothing(self, incident: Acting) -> None:
        with pytest.raises(Refused, match="Task 1 is already assigned to bo"):
            incident(AssignTask, "ana", number=1, person="bo")


class TestClaiming:
    def test_whose_it_was_is_said_in_any_spelling(self, incident: Acting) -> None:
        assert told(incident(ClaimTask, "cy", number=1, saw="BO")) == "cy took over task 1 “Call the bank” from bo"

    def test_what_nobody_has_any_more_is_claimed_whoever_had_it(self, incident: Acting) -> None:
        incident(Undo, "bo")
        assert told(incident(ClaimTask, "cy", number=1, saw="bo")) == "cy claimed task 1 “Call the bank”"


class TestEnding:
    def test_what_is_blocked_has_not_ended(self, incident: Acting) -> None:
        incident(BlockTask, "bo", number=1, reason="no line")
        assert task(incident).ended_at is None
        dropped = incident(CancelTask, "bo", number=1, reason="no use")
        assert task(incident).ended_at == dropped.recorded_at

    def test_what_is_done_is_not_blocked_any_more(self, incident: Acting) -> None:
        incident(BlockTask, "bo", number=1, reason="no line")
        incident(CompleteTask, "cy", number=1)
        assert (task(incident).state, task(incident).reason) == (TaskState.DONE, "")

    @pytest.mark.parametrize("command", [BlockTask, CancelTask])
    def test_what_has_ended_is_not_ended_in_another_way(self, incident: Acting, command: type[IncidentCommand]) -> None:
        incident(CompleteTask, "bo", number=1)
        with pytest.raises(Refused, match="Task 1 is done: bo completed task 1"):
            incident(command, "cy", number=1, reason="no use")


class TestTheBooks:
    @pytest.fixture
    def raised(self, store: Store) -> Acting:
        """Raised from P2, which brought tasks 4 to 6."""
        incident = Acting(store, severity="P2")
        incident(SetSeverity, "ana", severity="P1")
        return incident

    def test_one_that_comes_again_is_due_anew(self, raised: Acting, clock: Clock) -> None:
        before = {task.number: task.due_at for task in raised.now.tasks if task.number > 3}
        timed = [number for number, due_at in before.items() if due_at is not None]
        assert timed
        raised(Undo, "ana")
        clock.now += timedelta(hours=1)
        entry = raised(SetSeverity, "ana", severity="P1")
        for number in timed:
            due_at, earlier = task(raised, number).due_at, before[number]
            assert due_at is not None
            assert earlier is not None
            assert timedelta(hours=1) <= due_at - earlier < timedelta(hours=1, minutes=1)
            assert [each["due_at"] for each in entry.data["tasks"] if each["task"] == number] == [due_at.isoformat()]

    def test_one_that_comes_again_is_open_and_nobodys(self, raised: Acting) -> None:
        before = raised.now.tasks
        raised(Undo, "ana")
        assert [task.number for task in raised.now.tasks] == [1, 2, 3]
        raised(SetSeverity, "ana", severity="P1")
        for now, was in zip(raised.now.tasks, before, strict=True):
            assert (now.number, now.title, now.state, now.ended_at) == (was.number, was.title, TaskState.OPEN, None)
            assert (now.owner, now.role) == (was.owner, was.role)

    def test_one_that_is_there_keeps_its_time(self, raised: Acting, clock: Clock) -> None:
        """But for updates, which are due when their audience is."""
        before = raised.now.tasks
        raised(SetSeverity, "ana", severity="P2", reason="less")
        clock.now += timedelta(hours=1)
        raised(SetSeverity, "ana", severity="P1")
        own = [task for task in raised.now.tasks if task.update_for is None]
        assert own == [task for task in before if task.update_for is None]

    def test_what_somebody_blocked_or_did_stays_when_the_raising_is_undone(self, raised: Acting) -> None:
        raised(BlockTask, "bo", number=4, reason="no line")
        raised(CompleteTask, "bo", number=5)
        raised(Undo, "ana")
        assert [(task.number, task.state) for task in raised.now.tasks if task.number > 3] == [
            (4, TaskState.BLOCKED),
            (5, TaskState.DONE),
        ]


def test_a_task_waits_from_the_moment_on_which_it_is_due(incident: Acting) -> None:
    incident(AddTask, "ana", title="Look at the logs", person="bo", due=5)
    due_at = task(incident, 2).due_at
    assert due_at
    board = read_board(incident.store)

    def words(late: timedelta) -> list[str]:
        return [need.words for need in needs(board, "bo", due_at + late)]

    assert words(timedelta(seconds=-1)) == ["confirm task 2, assigned to you by ana"]
    assert words(timedelta(0)) == ["task 2 due now"]
    assert words(timedelta(minutes=1)) == ["task 2: 1m overdue"]
