"""A clock that is set forward and back: entries stay in order, nothing is refused, published times never run back."""

from datetime import timedelta

import pytest

from bench import outside
from models.board.board import read_board
from models.board.due_times import age, editing
from models.kernel.failures import Refused
from models.kernel.store import Store
from models.kernel.times import age as told
from models.policy.audience import Audience
from models.roles.commands import Assign, Release, Take
from models.timeline.commands import EditNote, Note, Undo
from models.updates.editing import EditDraft, HoldDraft
from models.updates.publishing import Publish
from tests.conftest import Clock
from tests.models.acting import Acting


@pytest.fixture
def incident(store: Store) -> Acting:
    return Acting(store)


@pytest.fixture(params=[timedelta(seconds=30), timedelta(hours=1), timedelta(days=400)], ids=str)
def jump(request: pytest.FixtureRequest) -> timedelta:
    found: timedelta = request.param
    return found


def nothing_is_wrong(incident: Acting) -> None:
    with outside.outside(incident.store.location) as base:
        checks = (outside.gaps, outside.tickets, outside.holders, outside.replayed)
        assert [check(base) for check in checks] == [[]] * len(checks)
        assert outside.order(base, []) == []


def test_back_and_forth(incident: Acting, clock: Clock, jump: timedelta) -> None:
    words = []
    for number, step in enumerate((jump, -jump, -jump, jump, jump)):
        clock.now += step
        words.append(f"note {number}")
        incident(Note, "bo", text=words[-1])
        incident(Take, "bo", role="scribe")
        incident(Assign, "ana", role="scribe", person="cy")
        incident(Release, "cy", role="scribe", person="cy")
        incident(Undo, "cy")
        incident(Release, "cy", role="scribe", person="cy")
    assert [entry.text for entry in incident.timeline if entry.kind == "note"] == words[::-1]
    nothing_is_wrong(incident)


def test_a_time_that_has_been_is_no_future(incident: Acting, clock: Clock, jump: timedelta) -> None:
    note = incident(Note, "bo", text="before")
    clock.now -= jump
    incident(Note, "bo", text="at the same time", occurred_at=note.occurred_at)
    assert incident(EditNote, "bo", n=note.n, text="revised").occurred_at == note.occurred_at
    with pytest.raises(Refused, match="in the future"):
        incident(Note, "bo", text="x", occurred_at=note.occurred_at + jump + timedelta(minutes=5))
    nothing_is_wrong(incident)


def test_a_promise_counts_from_its_publication(incident: Acting, clock: Clock, jump: timedelta) -> None:
    clock.now += jump
    incident(Note, "bo", text="with a wrong clock")
    clock.now -= jump
    incident(EditDraft, "cy", title="Payments fail", text="We know")
    incident(Publish, "cy")
    (due,) = (row.due_at for row in incident.now.promises if row.audience is Audience.CUSTOMERS)
    told = incident.now.last_update
    assert told
    assert told.published_at >= incident.now.declared_at + jump
    assert due - told.published_at in (timedelta(minutes=20), timedelta(hours=1))  # the first hours, and later


def test_ages_are_never_negative(incident: Acting, clock: Clock, jump: timedelta) -> None:
    (row,) = read_board(incident.store).incidents
    assert told(age(row, clock.now - jump).total_seconds()) == "0s"


def test_nobody_edits_for_an_hour_after_the_clock_was_set_back(incident: Acting, clock: Clock) -> None:
    incident(HoldDraft, "bo", open=True)
    draft = incident.now.drafts[Audience.CUSTOMERS]
    assert editing(draft, clock.now) == "bo"
    assert editing(draft, clock.now - timedelta(hours=1)) is None
