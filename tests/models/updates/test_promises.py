"""When each audience is told next: by the pace that was agreed on, by what was promised, or put off."""

from datetime import timedelta

import pytest

from models.board.board import read_board
from models.board.due_times import needs, next_update, overdue
from models.incident.fields import SetSeverity
from models.incident.merge import Merge
from models.incident.phase import SetPhase
from models.kernel.failures import Conflict, Refused
from models.kernel.store import Store
from models.policy.audience import Audience
from models.policy.severity import Severity
from models.tasks.commands import AddTask
from models.timeline.commands import Undo
from models.updates.editing import EditDraft
from models.updates.publishing import Publish
from models.updates.rules import Rules
from models.updates.snoozing import Snooze
from tests.conftest import Clock
from tests.models.acting import Acting, told


@pytest.fixture
def incident(store: Store) -> Acting:
    return Acting(store)


def minutes(incident: Acting, to: Audience = Audience.CUSTOMERS) -> float | None:
    """Until then, from when it was declared."""
    due = next_update(incident.now, to)
    return None if due is None else (due - incident.now.declared_at) / timedelta(minutes=1)


def tell(incident: Acting, to: str = "customers", **more: object) -> None:
    incident(EditDraft, "cy", audience=to, title="Payments fail", text="We know", **more)
    incident(Publish, "cy", audience=to)


def test_the_first_and_the_further_ones(incident: Acting, clock: Clock) -> None:
    assert (minutes(incident), minutes(incident, Audience.EXECUTIVES), minutes(incident, Audience.TEAM)) == (
        5,
        30,
        None,
    )
    assert [promise.audience for promise in incident.now.promises] == ["customers", "executives"]
    tell(incident)
    first = incident.now.published_at
    assert first
    assert next_update(incident.now) == first + timedelta(minutes=20)
    tell(incident, "executives")
    assert incident.now.published_at == first
    clock.now += timedelta(hours=2)
    tell(incident)
    later = incident.now.published_at
    assert later is not None
    assert next_update(incident.now) == later + timedelta(minutes=60)


def test_what_the_update_promises_holds(incident: Acting) -> None:
    tell(incident, next_in=45)
    update = incident.now.last_update
    assert update
    assert next_update(incident.now) == update.next_update_at
    assert update.next_update_at
    assert update.next_update_at - update.published_at > timedelta(minutes=44)
    incident(SetSeverity, "ana", severity="P3", reason="less")
    assert next_update(incident.now) == update.next_update_at


def test_a_raised_severity_hastens_it(store: Store) -> None:
    incident = Acting(store, severity="P2")
    tell(incident)
    told_at = incident.now.published_at
    assert told_at
    assert next_update(incident.now) == told_at + timedelta(minutes=60)
    incident(SetSeverity, "ana", severity="P1")
    assert next_update(incident.now) == told_at + timedelta(minutes=20)


def test_nothing_is_promised_once_it_is_resolved(incident: Acting) -> None:
    incident(SetPhase, "ana", phase="resolved")
    assert incident.now.promises == ()
    with pytest.raises(Refused, match="No update to customers is due"):
        incident(Snooze, "cy", minutes=10)


def test_what_was_promised_with_words_is_owed_until_it_is_told(incident: Acting, clock: Clock) -> None:
    tell(incident)
    tell(incident, "executives", next_in=90)
    due = next_update(incident.now)
    incident(SetPhase, "ana", phase="resolved")
    assert next_update(incident.now) == due
    clock.now += timedelta(minutes=30)
    words = [need.words for need in needs(read_board(incident.store), "ana", clock.now)]
    assert words == ["update 10m overdue"]
    assert told(incident(Snooze, "cy", minutes=10)).startswith("cy snoozed the update to customers: 14:20Z")
    tell(incident)
    assert [promise.audience for promise in incident.now.promises] == ["executives"]
    tell(incident, "executives")
    assert incident.now.promises == ()


def test_it_stays_on_the_board_until_it_is_told(incident: Acting, clock: Clock) -> None:
    quiet = Acting(incident.store)
    quiet(SetPhase, "ana", phase="resolved")
    tell(incident, next_in=3 * 24 * 60)
    incident(SetPhase, "ana", phase="resolved")
    board = read_board(incident.store)
    clock.now += timedelta(days=4)
    for before in (None, board):
        assert [row.ref for row in read_board(incident.store, before=before).incidents] == [incident.ref]
    words = [need.words for need in needs(read_board(incident.store), "ana", clock.now)]
    assert words == ["update 1d overdue"]
    tell(incident)
    assert read_board(incident.store).incidents == ()


def test_what_nobody_will_keep_any_more_stays_on_record(store: Store, clock: Clock) -> None:
    other = Acting(store)
    for how in ("canceled", "closed", "merged"):
        incident = Acting(store)
        tell(incident, "executives", next_in=90)
        tell(incident, phase="resolved")
        if how == "merged":
            entry = incident(Merge, "ana", into=other.ref)
        else:
            if how == "closed":
                quiet = incident(SetPhase, "ana", phase="resolved")
                assert "is due" not in told(quiet)
            entry = incident(SetPhase, "ana", phase=how, force_reason="A drill")
        assert "; an update to executives is due at 15:3" in told(entry)


def test_what_is_late_when_it_is_resolved_stays_on_record(incident: Acting, clock: Clock) -> None:
    clock.now += timedelta(minutes=9)
    entry = incident(SetPhase, "ana", phase="resolved")
    assert told(entry) == "ana changed phase: triage → resolved; no update to customers (cadence: 14:05Z)"


def test_putting_it_off_leaves_a_trace(incident: Acting, clock: Clock) -> None:
    due = next_update(incident.now)
    assert due
    with pytest.raises(Refused, match="The update is already due later, at 14:05Z"):
        incident(Snooze, "cy", minutes=1)
    entry = incident(Snooze, "cy", minutes=30, reason="nothing new", saw=due)
    assert told(entry) == "cy snoozed the update to customers: 14:05Z → 14:30Z: nothing new"
    (promise, _) = sorted(incident.now.promises, key=lambda promise: promise.audience)
    assert (promise.snoozed, promise.due_at - due) == (True, timedelta(minutes=25, seconds=2))
    with pytest.raises(Conflict, match="The due time is now 14:30Z: cy snoozed"):
        incident(Snooze, "bo", minutes=60, saw=due)
    incident(Undo, "cy")
    assert next_update(incident.now) == due
    clock.now += timedelta(minutes=9)
    tell(incident)
    assert told(incident.timeline[0]) == (
        "cy published a status update [investigating] (was due at 14:05Z); completed task 3: We know"
    )


def test_undoing_what_has_changed_since(incident: Acting) -> None:
    incident(Snooze, "cy", minutes=30)
    incident(EditDraft, "bo", title="Payments fail", text="We know")
    incident(Publish, "bo")
    with pytest.raises(Refused, match="The due time has changed, so this cannot be undone"):
        incident(Undo, "cy")


def test_what_others_wait_for_comes_before_ones_own_tasks(incident: Acting, clock: Clock) -> None:
    incident(AddTask, "ana", title="Look at the logs", person="ana", due=1)
    clock.now += timedelta(minutes=9)
    words = [need.words for need in needs(read_board(incident.store), "ana", clock.now)]
    assert [each.split()[0] for each in words if "task" in each or "update" in each] == ["update", "task"]


def test_the_owner_of_the_duty_is_named(incident: Acting, clock: Clock) -> None:
    clock.now += timedelta(minutes=34)
    board = read_board(incident.store)
    words = [need.words for need in needs(board, "ana", clock.now) if need.pane == "status"]
    assert words == ["update 29m overdue", "update for executives 4m overdue"]
    assert [need for need in needs(board, "bo", clock.now) if need.pane == "status"] == []
    late = overdue(board, clock.now)
    assert late
    assert (late[0].ref, late[0].updater, late[1].audience) == ("INC-1", "ana", "customers")
    assert overdue(board, incident.now.declared_at) is None


@pytest.mark.parametrize("severity", Severity)
def test_the_shipped_pace_is_never_slower_for_what_is_worse(severity: Severity) -> None:
    for audience in Audience:
        paces = [Rules().pace(audience, each) for each in Severity if each <= severity]
        firsts = [pace.first if pace else 10**6 for pace in paces]
        assert firsts == sorted(firsts)
