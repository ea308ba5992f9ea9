"""What has to be done: adding, claiming, giving, blocking, finishing and dropping it, and taking any of it back."""

from datetime import timedelta

import pytest

from models.board.board import read_board
from models.board.due_times import needs
from models.kernel.command import IncidentCommand
from models.kernel.failures import Conflict, Refused
from models.kernel.store import Store
from models.policy.task import TaskState
from models.roles.commands import AddRole, Assign, Release, Take
from models.tasks.commands import AddTask, AssignTask, BlockTask, CancelTask, ClaimTask, CompleteTask
from models.tasks.views import TaskView
from models.timeline.commands import Undo
from tests.conftest import Clock
from tests.models.acting import Acting, told


@pytest.fixture
def incident(store: Store) -> Acting:
    """One whose book has no task for its severity."""
    return Acting(store, severity="P3")


@pytest.fixture
def number(incident: Acting) -> int:
    """A task's that nobody has."""
    return added(incident)


def added(incident: Acting, **fields: object) -> int:
    number: int = incident(AddTask, "ana", **{"title": "Call the bank", **fields}).data["task"]
    return number


def task(incident: Acting, number: int) -> TaskView:
    return next(task for task in incident.now.tasks if task.number == number)


class TestAdding:
    def test_for_whoever_claims_it(self, incident: Acting) -> None:
        entry = incident(AddTask, "ana", title="Call the bank")
        assert told(entry) == "ana added task 1 “Call the bank”"
        (found,) = incident.now.tasks
        assert found == TaskView(
            number=1,
            title="Call the bank",
            state=TaskState.OPEN,
            owner=None,
            people=(),
            why="nobody",
            role=None,
            role_name=None,
            due_at=None,
            reason="",
            added_by="ana",
            added_at=entry.recorded_at,
            ended_at=None,
        )

    def test_for_a_person_in_so_many_minutes(self, incident: Acting) -> None:
        entry = incident(AddTask, "ana", title="Call the bank", person="cy", due=15)
        found = task(incident, 1)
        assert (found.owner, found.people, found.why) == ("cy", ("cy",), "owner")
        assert found.due_at == entry.recorded_at + timedelta(minutes=15)
        assert told(entry) == "ana added task 1 “Call the bank” for cy"

    def test_for_a_role_by_any_of_its_names(self, incident: Acting) -> None:
        entry = incident(AddTask, "ana", title="Call the bank", role="secrétaire")
        assert (task(incident, 1).role, task(incident, 1).role_name) == ("scribe", "Scribe")
        assert told(entry) == "ana added task 1 “Call the bank” for Scribe"

    @pytest.mark.parametrize("due", [0, -1, 7 * 24 * 60 + 1])
    def test_a_time_that_is_none(self, incident: Acting, due: int) -> None:
        with pytest.raises(Refused, match="The due is not valid"):
            AddTask.make(by="ana", ref=incident.ref, title="x", due=due)

    def test_no_such_role(self, incident: Acting) -> None:
        with pytest.raises(Refused, match="has no role 'chef'"):
            added(incident, role="chef")
        assert incident.now.tasks == ()

    def test_numbers_are_never_given_twice(self, incident: Acting) -> None:
        assert added(incident) == 1
        incident(Undo, "ana")
        assert incident.now.tasks == ()
        assert added(incident) == 2
        assert added(Acting(incident.store, severity="P3")) == 1
        with pytest.raises(Refused, match="has no task 1"):
            incident(ClaimTask, "bo", number=1)

    def test_who_does_them_stands_in_their_order(self, incident: Acting) -> None:
        """However they are read, and whichever changed last."""
        for title in ("Call the bank", "Call the shop"):
            incident(AddTask, "ana", title=title)
        first, second = (task.number for task in incident.now.tasks[-2:])
        incident(ClaimTask, "cy", number=second)
        incident(ClaimTask, "bo", number=first)
        board = read_board(incident.store, incident.id)
        assert board.incidents[0].doers[-2:] == incident.now.doers[-2:] == ("bo", "cy")

    def test_it_counts_on_the_board(self, incident: Acting) -> None:
        board = read_board(incident.store)
        for _ in range(3):
            added(incident)
        incident(CompleteTask, "bo", number=2)
        incident(BlockTask, "bo", number=3, reason="no line")
        for later in (read_board(incident.store, None, board), read_board(incident.store)):
            assert [row.tasks_open for row in later.incidents] == [2]


class TestWhoDoesIt:
    def doers(self, incident: Acting) -> tuple[tuple[str, ...], str]:
        (found,) = incident.now.tasks
        return found.people, found.why

    def test_it_follows_the_roles_holder_then_who_stands_in_for_them(self, incident: Acting) -> None:
        added(incident, role="scribe")
        assert self.doers(incident) == (("ana",), "stand-in")
        incident(Take, "bo", role="scribe")
        assert self.doers(incident) == (("bo",), "role")
        incident(Assign, "ana", role="scribe", person="cy")
        assert self.doers(incident) == (("cy",), "role")
        incident(Release, "cy", role="scribe")
        assert self.doers(incident) == (("ana",), "stand-in")
        incident(Release, "ana", role="incident-manager")
        assert self.doers(incident) == ((), "nobody")

    def test_every_holder_of_a_role_for_many(self, incident: Acting) -> None:
        added(incident, role="subject-matter-expert")
        for name in ("bo", "cy"):
            incident(Take, name, role="subject-matter-expert")
        assert self.doers(incident) == (("bo", "cy"), "role")

    def test_an_owner_keeps_it_whoever_holds_the_role(self, incident: Acting) -> None:
        number = added(incident, role="scribe")
        incident(ClaimTask, "dee", number=number)
        incident(Take, "bo", role="scribe")
        assert self.doers(incident) == (("dee",), "owner")

    def test_a_role_that_is_owed_tasks_stays(self, incident: Acting) -> None:
        incident(AddRole, "bo", name="Dark magic")
        added(incident, role="dark-magic")
        with pytest.raises(Refused, match="Dark magic has tasks, so it cannot be removed"):
            incident(Undo, "bo")
        incident(Undo, "ana")
        incident(Undo, "bo")

    def test_what_is_overdue_needs_who_does_it(self, incident: Acting, clock: Clock) -> None:
        added(incident, role="scribe", due=5)
        added(incident, person="bo", due=10)
        incident(BlockTask, "bo", number=added(incident, person="bo", due=1), reason="no line")
        board, later = read_board(incident.store), clock.now + timedelta(minutes=7, seconds=30)
        assert [need.words for need in needs(board, "ana", later)] == ["task 1: 2m overdue"]
        assert [need.words for need in needs(board, "bo", later)] == ["confirm task 2, assigned to you by ana"]
        later += timedelta(hours=3)
        assert [(need.words, need.pane) for need in needs(board, "bo", later)] == [("task 2: 2h overdue", "tasks")]


class TestClaiming:
    def test_a_free_one(self, incident: Acting, number: int) -> None:
        assert told(incident(ClaimTask, "bo", number=number)) == "bo claimed task 1 “Call the bank”"
        assert task(incident, number).owner == "bo"

    def test_twice(self, incident: Acting, number: int) -> None:
        incident(ClaimTask, "bo", number=number)
        with pytest.raises(Refused, match=r"Task 1 is already assigned to you\."):
            incident(ClaimTask, "BO", number=number)

    def test_somebody_elses_names_them_and_when(self, incident: Acting, number: int) -> None:
        entry = incident(ClaimTask, "bo", number=number)
        with pytest.raises(Conflict) as conflict:
            incident(ClaimTask, "cy", number=number)
        assert conflict.value.now == "bo"
        assert str(conflict.value) == (
            f"Task 1 is assigned to bo: bo claimed task 1 “Call the bank” at {entry.recorded_at:%H:%M:%S}Z. "
            "Overwriting assigns it to you."
        )
        assert told(incident(ClaimTask, "cy", number=number, saw="bo")) == "cy took over task 1 “Call the bank” from bo"
        with pytest.raises(Conflict, match="Task 1 is assigned to cy: cy took"):
            incident(ClaimTask, "dee", number=number, saw="bo")

    def test_what_was_given(self, incident: Acting) -> None:
        number = added(incident, person="bo")
        with pytest.raises(Conflict, match="Task 1 is assigned to bo: ana added task 1 “Call the bank” for bo"):
            incident(ClaimTask, "cy", number=number)

    @pytest.mark.parametrize("who", ["bo", "cy"])
    def test_what_was_blocked_goes_on(self, incident: Acting, number: int, who: str) -> None:
        incident(ClaimTask, "bo", number=number)
        incident(BlockTask, "bo", number=number, reason="no line")
        said = told(incident(ClaimTask, who, number=number, saw="bo"))
        assert (
            said
            == {"bo": "bo resumed task 1 “Call the bank”", "cy": "cy took over task 1 “Call the bank” from bo"}[who]
        )
        assert (task(incident, number).state, task(incident, number).reason) == ("open", "")

    def test_none_of_that_number(self, incident: Acting) -> None:
        with pytest.raises(Refused, match=r"INC-1 has no task 7\. See the list: `bridgewatch show INC-1`"):
            incident(ClaimTask, "bo", number=7)


class TestGiving:
    def test_it(self, incident: Acting, number: int) -> None:
        said = told(incident(AssignTask, "ana", number=number, person="cy", saw="nobody"))
        assert said == "ana assigned task 1 “Call the bank” to cy (previously unassigned)"
        with pytest.raises(Refused, match="Task 1 is already assigned to cy"):
            incident(AssignTask, "ana", number=number, person="CY")

    def test_somebody_was_faster(self, incident: Acting, number: int) -> None:
        incident(ClaimTask, "bo", number=number)
        with pytest.raises(
            Conflict, match="The assignee of task 1 has changed since you opened this: bo claimed task 1"
        ) as conflict:
            incident(AssignTask, "ana", number=number, person="cy", saw="nobody")
        incident(AssignTask, "ana", number=number, person="cy", saw=conflict.value.now)
        assert task(incident, number).owner == "cy"


class TestEnding:
    def test_one_of_somebody_else_is_recorded(self, incident: Acting, number: int) -> None:
        incident(ClaimTask, "bo", number=number)
        entry = incident(CompleteTask, "cy", number=number)
        assert told(entry) == "cy completed task 1 “Call the bank” (assigned to bo)"
        found = task(incident, number)
        assert (found.state, found.owner, found.ended_at) == ("done", "bo", entry.recorded_at)

    def test_ones_own(self, incident: Acting, number: int) -> None:
        incident(ClaimTask, "bo", number=number)
        assert told(incident(CompleteTask, "bo", number=number)) == "bo completed task 1 “Call the bank”"

    @pytest.mark.parametrize("command", [ClaimTask, CompleteTask])
    def test_it_ends_once(self, incident: Acting, number: int, command: type[IncidentCommand]) -> None:
        incident(CompleteTask, "bo", number=number)
        with pytest.raises(Refused, match="Task 1 is done: bo completed task 1 “Call the bank” at"):
            incident(command, "cy", number=number)

    def test_dropping_needs_a_reason(self, incident: Acting, number: int) -> None:
        with pytest.raises(Refused, match="The reason is empty"):
            CancelTask.make(by="bo", ref=incident.ref, number=number, reason=" ")
        assert (
            told(incident(CancelTask, "bo", number=number, reason="no use"))
            == "bo canceled task 1 “Call the bank”: no use"
        )
        assert (task(incident, number).state, task(incident, number).reason) == ("dropped", "no use")

    def test_blocking_again_for_another_reason(self, incident: Acting, number: int) -> None:
        incident(BlockTask, "bo", number=number, reason="no line")
        with pytest.raises(Refused, match="is already blocked for this reason"):
            incident(BlockTask, "cy", number=number, reason="no line")
        incident(BlockTask, "cy", number=number, reason="no money")
        assert task(incident, number).reason == "no money"


class TestUndo:
    @pytest.mark.parametrize(
        ("command", "fields"),
        [
            (ClaimTask, {"saw": "ana"}),
            (AssignTask, {"person": "cy"}),
            (BlockTask, {"reason": "no line"}),
            (CompleteTask, {}),
            (CancelTask, {"reason": "no use"}),
        ],
    )
    def test_it_puts_back_what_was(
        self, incident: Acting, command: type[IncidentCommand], fields: dict[str, str]
    ) -> None:
        number = added(incident, person="ana")
        before = incident.now.tasks
        incident(command, "bo", number=number, **fields)
        assert incident.now.tasks != before
        incident(Undo, "bo")
        assert incident.now.tasks == before

    def test_not_what_somebody_changed_since(self, incident: Acting, number: int) -> None:
        incident(ClaimTask, "bo", number=number)
        incident(CompleteTask, "cy", number=number)
        with pytest.raises(Refused, match="Task 1 has changed, so this cannot be undone: cy completed task 1"):
            incident(Undo, "bo")
        with pytest.raises(Refused, match="Task 1 has changed, so this cannot be undone: cy completed task 1"):
            incident(Undo, "ana")
