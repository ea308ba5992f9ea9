"""What others do that somebody has to know of: a new P1, and whatever is taken from them."""

from collections.abc import Callable

import pytest

from models.board.board import read_board
from models.board.meanwhile import Look, changed, notices, summary, to_look_into
from models.board.reader import Reader
from models.board.views import Board
from models.incident.fields import SetSeverity
from models.incident.merge import Merge
from models.incident.phase import SetPhase
from models.kernel.entry import EntryView
from models.kernel.store import Store
from models.roles.commands import Assign, Release, Take
from models.roles.handover import Accept, Offer
from models.tasks.commands import AddTask, AssignTask, CancelTask, ClaimTask, CompleteTask
from models.timeline.commands import Note
from models.updates.editing import EditDraft
from models.updates.publishing import Publish
from tests.models.acting import Acting
from tests.rows import heard

Entries = dict[int, tuple[EntryView, ...]]


def read(store: Store, looks: tuple[Look, ...]) -> Entries:
    with store.reading(Reader) as reader:
        return reader.since_each({look.incident: look.since for look in looks})


def noticed(store: Store, before: Board, me: str) -> list[str]:
    looks = to_look_into(before, read_board(store), me)
    return [f"{need.ref} {need.words} @{need.pane} {need.row}".strip() for need in notices(read(store, looks), me)]


@pytest.fixture
def incident(store: Store) -> Acting:
    """A P2 of ana's, on which bo is Scribe and has task 4."""
    incident = Acting(store, severity="P2")
    incident(Take, "bo", role="scribe")
    incident(AddTask, "ana", title="Restart the pool", person="bo")
    return incident


TAKEN: list[tuple[Callable[[Acting], object], str]] = [
    (lambda i: i(Take, "cy", role="scribe"), "INC-1 cy took Scribe from you @roster scribe"),
    (
        lambda i: i(Assign, "ana", role="scribe", person="cy"),
        "INC-1 ana gave Scribe, which you had, to cy @roster scribe",
    ),
    (lambda i: i(Release, "ana", role="scribe", person="bo"), "INC-1 ana unassigned you as Scribe @roster scribe"),
    (lambda i: i(ClaimTask, "cy", number=4, saw="bo"), "INC-1 cy took task 4 from you @tasks 4"),
    (lambda i: i(AssignTask, "ana", number=4, person="cy"), "INC-1 ana gave your task 4 to cy @tasks 4"),
    (lambda i: i(CompleteTask, "cy", number=4), "INC-1 cy completed your task 4 @tasks 4"),
    (lambda i: i(CancelTask, "cy", number=4, reason="no use"), "INC-1 cy canceled your task 4 @tasks 4"),
]


@pytest.mark.parametrize(("act", "said"), TAKEN, ids=[said for _, said in TAKEN])
def test_what_is_taken_is_told_to_whoever_had_it(incident: Acting, act: Callable[[Acting], object], said: str) -> None:
    before = read_board(incident.store)
    act(incident)
    assert noticed(incident.store, before, "bo") == [said]
    assert noticed(incident.store, before, "dee") == []


def test_an_offer_that_was_accepted(incident: Acting) -> None:
    incident(Offer, "bo", role="scribe", person="cy")
    before = read_board(incident.store)
    incident(Accept, "cy", role="scribe")
    assert noticed(incident.store, before, "bo") == ["INC-1 cy accepted Scribe from you @roster scribe"]


def test_what_one_gives_away_oneself_is_no_news(incident: Acting) -> None:
    before = read_board(incident.store)
    incident(Release, "bo", role="scribe", person="bo")
    incident(CompleteTask, "bo", number=4)
    assert noticed(incident.store, before, "bo") == []


def test_of_one_thing_the_last_is_told(incident: Acting) -> None:
    before = read_board(incident.store)
    incident(Take, "cy", role="scribe")
    incident(Take, "bo", role="scribe")
    assert noticed(incident.store, before, "bo") == []
    incident(Take, "dee", role="scribe")
    assert noticed(incident.store, before, "bo") == ["INC-1 dee took Scribe from you @roster scribe"]


def test_a_new_p1_is_told_to_everybody_else(store: Store) -> None:
    before = read_board(store)
    Acting(store, title="Payments fail", by="bo")
    Acting(store, title="Search is slow", by="bo", severity="P2")
    assert noticed(store, before, "ana") == ["INC-1 declared P1 by bo: Payments fail @incidents"]
    assert noticed(store, before, "bo") == []


def test_one_that_becomes_a_p1_too(incident: Acting) -> None:
    before = read_board(incident.store)
    incident(SetSeverity, "bo", severity="P1")
    assert noticed(incident.store, before, "dee") == ["INC-1 raised to P1 by bo @incidents"]
    before = read_board(incident.store)
    incident(Note, "bo", text="It goes on")
    assert noticed(incident.store, before, "dee") == []


def test_one_that_is_merged_away_from_under_somebody(incident: Acting) -> None:
    Acting(incident.store, title="The same", by="cy", severity="P2")
    before = read_board(incident.store)
    incident(Merge, "cy", into="INC-2")
    assert noticed(incident.store, before, "bo") == ["INC-1 merged into INC-2 by cy @incidents"]
    assert noticed(incident.store, before, "dee") == []


def test_what_an_absence_has_missed(incident: Acting) -> None:
    before = read_board(incident.store)
    incident(Take, "cy", role="scribe")
    incident(AssignTask, "ana", number=4, person="dee")
    incident(EditDraft, "ana", title="Payments fail", text="We know")
    incident(Publish, "ana")
    incident(EditDraft, "ana", text="Over", phase="resolved")
    incident(Publish, "ana")
    incident(SetPhase, "ana", phase="resolved")
    Acting(incident.store, title="Search is slow", by="cy", severity="P1")
    found = read(incident.store, changed(before, read_board(incident.store)))
    assert list(summary(found, "bo")) == [
        "INC-2 declared P1 by cy: Search is slow",
        "INC-1 cy took Scribe from you",
        "INC-1 ana gave your task 4 to dee",
        "INC-1 is resolved (ana)",
        "INC-1 2 updates published",
        "8 new timeline entries",
    ]


def test_nothing_new_says_nothing(incident: Acting) -> None:
    before = read_board(incident.store)
    assert changed(before, read_board(incident.store)) == ()
    incident(Note, "bo", text="mine")
    assert list(summary(read(incident.store, changed(before, read_board(incident.store))), "bo")) == []


def test_all_of_it_is_read_in_one_statement(incident: Acting) -> None:
    before = read_board(incident.store)
    others = [Acting(incident.store, title=f"Search {n} is slow", by="cy") for n in range(3)]
    incident(Take, "cy", role="scribe")
    looks = changed(before, read_board(incident.store))
    told: list[str] = []
    with incident.store.reading(Reader) as reader:
        names = reader.names
        with heard(lambda *said: told.append(said[2])):
            found = reader.since_each({look.incident: look.since for look in looks})
    assert names is not None
    assert len(told) == 1
    assert sorted(found) == [incident.id, *(other.id for other in others)]
    assert [entry.kind for entry in found[incident.id]] == ["assigned"]


def test_nothing_to_look_into_asks_nothing(store: Store) -> None:
    with store.reading(Reader) as reader:
        assert reader.since_each({}) == {}
