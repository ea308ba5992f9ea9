"""Announcing maintenance, moving it, ending it early; each is one entry, and told to customers in the same moment."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from models.board.board import read_board
from models.board.due_times import maintenance_stage
from models.board.reader import Reader
from models.board.views import IncidentView
from models.incident.phase import SetPhase
from models.kernel.entry import Done
from models.kernel.failures import Conflict, Refused
from models.kernel.store import Store
from models.kernel.wording import sentence
from models.policy.phase import Phase
from models.status_page.read import read_published
from models.updates.maintenance import EndMaintenance, Reschedule, Schedule
from tests import reads
from tests.conftest import Clock
from tests.models.acting import Acting, count
from tests.rows import write_rows

STARTS = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.fixture
def announce(store: Store) -> Callable[..., Done]:
    def announce(**fields: Any) -> Done:
        known = {"by": "ana", "title": "New cables", "text": "We replace cables.", "starts_at": STARTS, "lasts": 90}
        return store.perform(Schedule.make(**{**known, **fields}))

    return announce


def now(store: Store, ref: str) -> IncidentView:
    return reads.incident(store, int(ref.removeprefix("INC-")))


def told(store: Store) -> list[tuple[str, str, str]]:
    with store.reading(Reader) as read:
        return [
            (one.name, str(update.phase), update.text)
            for one in read_published(read, None).incidents
            for update in one.updates
        ]


def test_it_is_one_entry_and_told_at_once(store: Store, announce: Callable[..., Done]) -> None:
    done = announce(affects=("API", "Web", "API"))
    row = now(store, done.ref)
    assert row.maintenance is not None
    assert (row.maintenance.starts_at, row.maintenance.ends_at) == (STARTS, STARTS + timedelta(minutes=90))
    assert row.maintenance.components == ("API", "Web")
    assert (row.version, row.phase, row.category, row.manager) == (1, "resolved", "maintenance", "ana")
    words = sentence(done.entry.kind, done.entry.data, done.entry.text)
    assert words == "scheduled maintenance 2026-03-02 02:00Z – 03:30Z: New cables: We replace cables."
    assert told(store) == [("New cables", "identified", "We replace cables.")]
    with store.reading(Reader) as read:
        assert [(part.name, part.state) for part in read.components()] == [
            ("API", "operational"),
            ("Web", "operational"),
        ]


def test_by_itself_it_starts_ends_and_leaves_the_board(
    store: Store, announce: Callable[..., Done], clock: Clock
) -> None:
    announce()

    def stages() -> list[str]:
        return [maintenance_stage(row, clock.now) for row in read_board(store).incidents]

    assert stages() == ["scheduled"]
    clock.now = STARTS
    assert stages() == ["in progress"]
    clock.now = STARTS + timedelta(minutes=90)
    assert stages() == ["completed"]
    clock.now = STARTS + timedelta(hours=26)
    assert stages() == []
    assert count(store, "SELECT count(*) FROM entries") == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"starts_at": datetime(2026, 2, 28, tzinfo=UTC)}, "The start time is in the past"),
        ({"starts_at": datetime(2027, 9, 1, tzinfo=UTC)}, "more than 366 days ahead"),
        ({"lasts": 0}, "greater than 0"),
        ({"lasts": 31 * 24 * 60 + 1}, "less than or equal to 44640"),
        ({"title": " "}, "The title is empty"),
        ({"text": "\n"}, "The draft is empty"),
    ],
)
def test_what_cannot_be_announced(
    store: Store, announce: Callable[..., Done], fields: dict[str, Any], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        announce(**fields)
    assert count(store, "SELECT count(*) FROM incidents") == 0


def test_moving_it(store: Store, announce: Callable[..., Done]) -> None:
    ref = announce().ref
    later = STARTS + timedelta(days=1)
    move = {"by": "bo", "ref": ref, "text": "A day later.", "starts_at": later, "lasts": 30}
    done = store.perform(Reschedule(**move, saw=STARTS))
    assert sentence(done.entry.kind, done.entry.data, "") == (
        "rescheduled maintenance: 2026-03-02 02:00Z – 03:30Z → 2026-03-03 02:00Z – 02:30Z"
    )
    row = now(store, ref)
    assert row.maintenance is not None
    assert (row.maintenance.starts_at, row.resolved_at) == (later, later + timedelta(minutes=30))
    assert told(store)[-1] == ("New cables", "identified", "A day later.")
    with pytest.raises(Refused, match="This maintenance already has these times"):
        store.perform(Reschedule(**move))
    with pytest.raises(Conflict, match="bo rescheduled maintenance") as conflict:
        store.perform(Reschedule(**{**move, "lasts": 60}, saw=STARTS))
    assert conflict.value.now == later


def test_what_has_started_keeps_its_start(store: Store, announce: Callable[..., Done], clock: Clock) -> None:
    ref = announce().ref
    clock.now = STARTS + timedelta(minutes=30)
    move = {"by": "ana", "ref": ref, "text": "It takes longer."}
    with pytest.raises(Refused, match="This maintenance has already started"):
        store.perform(Reschedule(**move, starts_at=STARTS + timedelta(hours=1), lasts=90))
    with pytest.raises(Refused, match="The new end is in the past"):
        store.perform(Reschedule(**move, starts_at=STARTS, lasts=10))
    store.perform(Reschedule(**move, starts_at=STARTS, lasts=300))
    row = now(store, ref)
    assert row.maintenance is not None
    assert row.maintenance.ends_at == STARTS + timedelta(minutes=300)


def test_calling_it_off(store: Store, announce: Callable[..., Done], clock: Clock) -> None:
    ref = announce().ref
    done = store.perform(EndMaintenance(by="ana", ref=ref, text="Not needed."))
    assert sentence(done.entry.kind, done.entry.data, "").startswith("canceled maintenance 2026-03-02")
    assert maintenance_stage(now(store, ref), clock.now) == "canceled"
    assert told(store)[-1] == ("New cables", "resolved", "Not needed.")
    for again in (
        EndMaintenance(by="bo", ref=ref, text="Off."),
        Reschedule(by="bo", ref=ref, text="On?", starts_at=STARTS, lasts=9),
    ):
        with pytest.raises(Refused, match=r"was canceled: ana canceled .*Not needed"):
            store.perform(again)


def test_ending_it_early(store: Store, announce: Callable[..., Done], clock: Clock) -> None:
    ref = announce().ref
    clock.now = STARTS + timedelta(minutes=30)
    done = store.perform(EndMaintenance(by="ana", ref=ref, text="Done."))
    assert sentence(done.entry.kind, done.entry.data, "").startswith("ended maintenance 2026-03-02")
    assert maintenance_stage(now(store, ref), clock.now) == "completed"
    with pytest.raises(Refused, match="ended at 2026-03-02 02:30Z"):
        store.perform(EndMaintenance(by="ana", ref=ref, text="Again."))


def test_one_that_goes_wrong_is_an_open_incident_until_people_say_otherwise(
    store: Store, announce: Callable[..., Done], clock: Clock
) -> None:
    ref = announce().ref
    clock.now = STARTS + timedelta(minutes=30)
    store.perform(SetPhase(by="ana", ref=ref, phase=Phase.INVESTIGATING))
    clock.now = STARTS + timedelta(days=3)
    (row,) = read_board(store).incidents
    assert (row.phase, maintenance_stage(row, clock.now)) == ("investigating", "")
    with store.reading(Reader) as read:
        (published,) = read_published(read, None).incidents
    assert published.window is not None
    assert published.window.went_wrong


def test_only_a_maintenance_can_be_moved(store: Store, announce: Callable[..., Done]) -> None:
    incident = Acting(store)
    with pytest.raises(Refused, match=f"{incident.ref} is not a maintenance"):
        incident(EndMaintenance, "ana", text="Done.")


def test_the_database_itself_refuses_a_window_that_ends_before_it_starts(
    store: Store, announce: Callable[..., Done]
) -> None:
    announce()
    with pytest.raises(Exception, match="ends_after_it_starts"), write_rows(store) as connection:
        connection.execute(text("UPDATE maintenances SET ends_at = starts_at"))
