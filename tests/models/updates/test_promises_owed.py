"""Whom a promise, an approval and an answer wait for: who owes it, everybody where nobody does, and nobody else."""

from datetime import timedelta

import pytest

from models.board.board import read_board
from models.board.due_times import needs, overdue
from models.incident.phase import SetPhase
from models.kernel.store import Store
from models.policy.audience import Audience
from models.roles.commands import Take
from models.updates.agreement import agree
from models.updates.editing import EditDraft
from models.updates.publishing import Approve, Publish, RequestApproval, RequestChanges
from models.updates.snoozing import Snooze
from tests.conftest import Clock
from tests.models.acting import Acting, told

EVERYBODY = ("ana", "bo", "cy", "di")


def waiting(incident: Acting, person: str, **later: float) -> list[str]:
    """What waits for them on the pane of what people are told."""
    board = read_board(incident.store, incident.id)
    now = board.read_at + timedelta(**later)
    return [need.words for need in needs(board, person, now) if need.pane == "status"]


def reached(incident: Acting, words: str) -> list[str]:
    return [person for person in EVERYBODY if words in waiting(incident, person)]


class TestWhoOwesTheUpdate:
    def test_where_nobody_does_everybody_is_told(self, store: Store) -> None:
        incident = Acting(store, manager="nobody")
        assert incident.now.updater is None
        for person in EVERYBODY:
            assert waiting(incident, person, minutes=7) == ["update 2m overdue"]

    def test_where_somebody_does_nobody_else_is(self, store: Store) -> None:
        incident = Acting(store, manager="nobody")
        incident(Take, "bo", role="communications-manager")
        assert incident.now.updater == "bo"
        assert [person for person in EVERYBODY if waiting(incident, person, minutes=7)] == ["bo"]

    def test_it_waits_from_the_moment_on_which_it_is_due(self, store: Store) -> None:
        incident = Acting(store)
        board = read_board(incident.store)
        (due, *_) = board.incidents[0].promises

        def words(late: timedelta) -> list[str]:
            return [need.words for need in needs(board, "ana", due.due_at + late) if need.pane == "status"]

        assert words(timedelta(seconds=-1)) == []
        assert words(timedelta(0)) == ["update due now"]
        assert words(timedelta(seconds=59)) == ["update due now"]
        assert words(timedelta(minutes=1)) == ["update 1m overdue"]
        assert words(timedelta(minutes=99, seconds=59))[0] == "update 1h overdue"
        assert words(timedelta(minutes=100))[0] == "update 1h overdue"
        assert overdue(board, due.due_at - timedelta(seconds=1)) is None
        late = overdue(board, due.due_at)
        assert late
        assert late[1] == due

    def test_what_is_most_overdue_of_the_most_severe_is_named(self, store: Store, clock: Clock) -> None:
        later = Acting(store, severity="P2")
        sooner = Acting(store)
        clock.now += timedelta(hours=1)
        late = overdue(read_board(store), clock.now)
        assert late
        assert (late[0].ref, late[1].audience) == (sooner.ref, Audience.CUSTOMERS)
        for audience in (Audience.CUSTOMERS, Audience.EXECUTIVES):
            sooner(Snooze, "cy", audience=audience, minutes=60)
        late = overdue(read_board(store), clock.now)
        assert late
        assert (late[0].ref, late[1].audience) == (later.ref, Audience.CUSTOMERS)

    def test_what_waits_longest_comes_first(self, store: Store, clock: Clock) -> None:
        incident = Acting(store)
        clock.now += timedelta(minutes=40)
        assert waiting(incident, "ana") == ["update 35m overdue", "update for executives 10m overdue"]
        incident(Snooze, "cy", minutes=1)
        assert waiting(incident, "ana", minutes=3) == ["update for executives 13m overdue", "update 2m overdue"]


class TestAnAnswer:
    @pytest.fixture
    def incident(self, store: Store) -> Acting:
        """Of a team that follows the program's own rules, whose draft cy wrote."""
        agree(store, None)
        incident = Acting(store)
        incident(EditDraft, "cy", title="Payments fail", text="We know")
        return incident

    def test_an_approval_reaches_its_author_and_nobody_else(self, incident: Acting) -> None:
        incident(RequestApproval, "cy")
        incident(Approve, "bo")
        assert reached(incident, "publish your update, approved by bo") == ["cy"]

    def test_of_two_who_worked_on_it_the_one_who_asked_is_told(self, incident: Acting) -> None:
        incident(RequestApproval, "di")
        incident(Approve, "bo")
        assert reached(incident, "publish your update, approved by bo") == ["di"]

    def test_what_is_sent_back_reaches_who_wrote_it_and_nobody_else(self, incident: Acting) -> None:
        incident(RequestApproval, "di")
        incident(RequestChanges, "bo", word="Say since when")
        assert reached(incident, "bo requested changes to your update") == ["cy"]

    def test_neither_does_once_it_is_told(self, incident: Acting) -> None:
        incident(RequestApproval, "cy")
        incident(Approve, "bo")
        incident(Publish, "cy")
        assert reached(incident, "publish your update, approved by bo") == []
        incident(EditDraft, "cy", text="We know more")
        assert not any(waiting(incident, person) for person in EVERYBODY)

    def test_what_waits_for_approval_waits_for_nobody_once_it_has_it(self, incident: Acting) -> None:
        incident(RequestApproval, "cy")
        assert reached(incident, "review cy's update") == ["ana"]
        incident(Approve, "bo")
        assert reached(incident, "review cy's update") == []


class TestWhatNobodyWillKeep:
    def test_what_is_not_late_yet_is_not_held_against_a_resolved_incident(self, store: Store) -> None:
        incident = Acting(store)
        entry = incident(SetPhase, "ana", phase="resolved")
        assert told(entry) == "ana changed phase: triage → resolved"

    def test_what_the_pace_promised_is_not_held_against_a_canceled_one(self, store: Store) -> None:
        incident = Acting(store)
        incident(EditDraft, "cy", title="Payments fail", text="A drill", phase="resolved")
        incident(Publish, "cy")
        entry = incident(SetPhase, "ana", phase="canceled")
        assert told(entry) == "ana changed phase: triage → canceled"

    def test_a_snooze_that_nobody_was_told_of_is_not_either(self, store: Store) -> None:
        incident = Acting(store)
        incident(Snooze, "cy", minutes=45)
        entry = incident(SetPhase, "ana", phase="canceled")
        assert told(entry) == "ana changed phase: triage → canceled"
