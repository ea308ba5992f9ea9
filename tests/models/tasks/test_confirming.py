"""Who was given a role or a task says that they have it, on both databases."""

from datetime import timedelta

import pytest

from models.board.board import read_board
from models.board.due_times import needs
from models.doctor.examine import examine
from models.incident.declare import Declare
from models.kernel.failures import Refused
from models.kernel.store import Store
from models.roles.commands import Assign, Release, Take
from models.roles.handover import Accept, Offer
from models.tasks.commands import AddTask, AssignTask, BlockTask, ClaimTask, CompleteTask
from models.tasks.confirming import Confirm
from models.timeline.commands import Undo
from tests.models.acting import Acting, told


@pytest.fixture
def incident(store: Store) -> Acting:
    return Acting(store)


def waiting(incident: Acting) -> list[tuple[str, str, str]]:
    """What nobody has confirmed: which row, who, to whom."""
    return [(given.row, given.to, given.by) for given in incident.now.given]


def needed(incident: Acting, person: str, minutes: int = 0) -> list[str]:
    board = read_board(incident.store)
    later = board.read_at + timedelta(minutes=minutes)
    return [need.words for need in needs(board, person, later) if "confirm" in need.words]


class TestRoles:
    def test_being_given_one_asks_and_the_giver_reads_whether(self, incident: Acting) -> None:
        incident(Assign, "ana", role="scribe", person="bo")
        assert waiting(incident) == [("scribe", "bo", "ana")]
        assert not incident.role("scribe").holders[0].confirmed
        assert needed(incident, "bo") == ["confirm Scribe, assigned to you by ana"]
        assert needed(incident, "ana") == []
        assert needed(incident, "ana", 11) == ["bo has not confirmed Scribe"]
        entry = incident(Confirm, "bo")
        assert told(entry) == "bo confirmed Scribe"
        assert (waiting(incident), needed(incident, "bo")) == ([], [])
        assert incident.role("scribe").holders[0].confirmed

    def test_taking_or_accepting_one_asks_nothing(self, incident: Acting) -> None:
        incident(Take, "bo", role="scribe")
        incident(Offer, "bo", role="scribe", person="cy")
        incident(Accept, "cy", role="scribe")
        incident(Assign, "dee", role="tech-lead", person="dee")
        assert waiting(incident) == []

    def test_being_declared_manager_asks(self, store: Store) -> None:
        incident = Acting(store, manager="bo")
        assert waiting(incident) == [("incident-manager", "bo", "ana")]

    def test_undo_gives_back_what_was_confirmed_without_asking_again(self, incident: Acting) -> None:
        incident(Assign, "ana", role="scribe", person="bo")
        incident(Confirm, "bo")
        incident(Assign, "ana", role="scribe", person="cy")
        incident(Undo, "ana")
        assert (incident.holders("scribe"), waiting(incident)) == (("bo",), [])
        incident(Release, "ana", role="scribe")
        incident(Undo, "ana")
        assert (incident.holders("scribe"), waiting(incident)) == (("bo",), [])

    def test_undo_gives_back_the_question_too(self, incident: Acting) -> None:
        incident(Assign, "ana", role="scribe", person="bo")
        incident(Assign, "ana", role="scribe", person="cy")
        incident(Undo, "ana")
        assert waiting(incident) == [("scribe", "bo", "ana")]
        incident(Offer, "bo", role="scribe", person="cy")
        incident(Accept, "cy", role="scribe")
        incident(Undo, "cy")
        assert [(row, to) for row, to, _ in waiting(incident)] == [("scribe", "bo")]


class TestTasks:
    def test_being_given_one_asks(self, incident: Acting) -> None:
        incident(AddTask, "ana", title="Call the bank", person="bo")
        number = incident.now.tasks[-1].number
        assert waiting(incident) == [(str(number), "bo", "ana")]
        assert needed(incident, "bo") == [f"confirm task {number}, assigned to you by ana"]
        assert told(incident(Confirm, "bo", task=number)) == f"bo confirmed task {number} “Call the bank”"
        incident(AssignTask, "bo", number=number, person="cy")
        assert waiting(incident) == [(str(number), "cy", "bo")]

    @pytest.mark.parametrize(
        ("command", "fields"), [(ClaimTask, {}), (BlockTask, {"reason": "no line"}), (CompleteTask, {})]
    )
    def test_acting_on_it_confirms_it(self, incident: Acting, command: type[ClaimTask], fields: dict[str, str]) -> None:
        incident(AddTask, "ana", title="Call the bank", person="bo")
        number = incident.now.tasks[-1].number
        incident(command, "bo", number=number, **fields)
        assert waiting(incident) == []

    def test_taking_one_asks_nothing_and_undo_puts_back_the_question(self, incident: Acting) -> None:
        incident(AddTask, "ana", title="Call the bank", person="bo")
        number = incident.now.tasks[-1].number
        incident(ClaimTask, "cy", number=number, saw="bo")
        assert waiting(incident) == []
        incident(Undo, "cy")
        assert [(row, to) for row, to, _ in waiting(incident)] == [(str(number), "bo")]

    def test_a_late_one_is_told_once(self, incident: Acting) -> None:
        incident(AddTask, "ana", title="Call the bank", person="bo", due=5)
        board = read_board(incident.store)
        words = [need.words for need in needs(board, "bo", board.read_at + timedelta(minutes=7))]
        assert len(words) == 1
        assert words[0].endswith("overdue")


def test_all_at_once_and_undone(incident: Acting) -> None:
    incident(Assign, "ana", role="scribe", person="bo")
    incident(Assign, "ana", role="subject-matter-expert", person="bo")
    incident(Assign, "ana", role="subject-matter-expert", person="cy")
    incident(AddTask, "ana", title="Call the bank", person="bo")
    entry = incident(Confirm, "bo")
    assert told(entry).startswith("bo confirmed Subject Matter Expert, Scribe, task ")
    assert waiting(incident) == [("subject-matter-expert", "cy", "ana")]
    incident(Undo, "bo")
    assert len(waiting(incident)) == 4
    incident(Confirm, "bo", role="scribe")
    assert len(waiting(incident)) == 3
    now = incident.recorded[-1].recorded_at
    assert [found for found in examine(incident.store.location, now).findings if found.about == "replay"] == []


def test_what_was_not_given_cannot_be_confirmed(incident: Acting) -> None:
    with pytest.raises(Refused, match="Nothing on INC-1 is waiting for your confirmation"):
        incident(Confirm, "ana")
    incident(Assign, "ana", role="scribe", person="bo")
    with pytest.raises(Refused, match="Scribe was not assigned to you by someone else"):
        incident(Confirm, "cy", role="scribe")
    with pytest.raises(Refused, match="Task 99 was not assigned to you"):
        incident(Confirm, "bo", task=99)
    incident(Confirm, "bo")
    with pytest.raises(Refused, match="Nothing on INC-1 is waiting"):
        incident(Confirm, "bo", role="scribe")


def test_a_confirmation_is_not_undone_once_it_is_over(incident: Acting) -> None:
    incident(Assign, "ana", role="scribe", person="bo")
    incident(Confirm, "bo")
    incident(Assign, "ana", role="scribe", person="cy")
    with pytest.raises(Refused, match="You no longer have what you confirmed"):
        incident(Undo, "bo")


def test_what_is_over_waits_for_nobody(store: Store) -> None:
    ref = store.perform(Declare(by="ana", title="Slow", severity="P3", manager="bo")).ref
    board = read_board(store, int(ref.removeprefix("INC-")))
    assert (
        needs(board.but(incidents=tuple(row.but(phase="canceled") for row in board.incidents)), "bo", board.read_at)
        == ()
    )
