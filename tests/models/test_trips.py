"""How often one waits for Postgres: what a key, a board and a verb may cost at most, wherever the server is.

Connecting itself is not counted. What is not asked ahead still works, and costs a trip: this is how that is noticed.
"""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from models.board.board import read_board
from models.board.views import Board
from models.incident.declare import Declare
from models.incident.fields import Rename, SetImpact, SetSeverity
from models.incident.phase import SetPhase
from models.kernel.command import Command
from models.kernel.location import Location
from models.kernel.store import Store
from models.live.news import State
from models.roles.commands import Take
from models.roles.handover import Accept, Offer, Withdraw
from models.timeline.commands import Note, Undo
from models.updates.publishing import Publish
from tests.models.live.listening import LONG, Desk, Open, desk
from tests.models.test_plans import all_clear, history
from tests.postgres import Cluster
from tests.trips import Trips, trips

__all__ = ["desk"]

MOST = 2
"""Of a key: the lock with all that is read behind it, and all that is written with the commit and the board."""

MORE: dict[type[Command], int] = {Undo: 3, Accept: 3, Withdraw: 3, Publish: 3, Declare: 4, Offer: 5}
"""Those whose questions hang on an answer: which entry was the last, which offer waits, which number a row got."""


@pytest.fixture
def counted() -> Iterator[Trips]:
    with trips() as found:
        yield found


@pytest.fixture
def store(postgres: Cluster) -> Iterator[Store]:
    with closing(Store(Location.parse(postgres.new_database()))) as store:
        store.open()
        for by in ("ana", "bo", "cy"):
            store.perform(Declare(by=by, title="Checkout returns 502", severity="P1"))
        yield store


def test_commands(store: Store, counted: Trips) -> None:
    declared = Declare(by="ana", title="Search is slow", severity="P1")
    ref = store.perform(declared).ref
    taken = {"Declare": counted.taken()}
    more: list[Command] = [
        Rename(by="ana", ref=ref, title="Search is very slow"),
        SetImpact(by="bo", ref=ref, impact="all"),
    ]
    for command in (*history(ref), *all_clear(ref), *more):
        store.perform(command)
        name = type(command).__name__
        theory = isinstance(command, Note) and command.as_kind == "theory"  # it asks whether there is one already
        taken[name] = max(taken.get(name, 0), counted.taken() - theory)
    allowed = {**dict.fromkeys(taken, MOST), **{command.__name__: most for command, most in MORE.items()}}
    assert {name: (count, allowed[name]) for name, count in taken.items() if count > allowed[name]} == {}


def test_a_verb_of_a_fresh_program(store: Store, counted: Trips) -> None:
    with closing(Store(store.location)) as fresh:
        fresh.open(create=False, people=True)
        fresh.admit(["ana"], new=False)
        fresh.perform(Note(by="ana", ref="INC-1", text="from a script"))
    assert counted.taken() == 3
    with closing(Store(store.location)) as fresh:
        fresh.open(create=False, people=True)
        fresh.admit(["bo"], new=False)
        fresh.perform(Take(by="bo", ref="INC-1", role="scribe"))
    assert counted.taken() == 3


def test_the_first_board(store: Store, counted: Trips) -> None:
    with closing(Store(store.location)) as fresh:
        fresh.open(create=False)
        assert counted.taken() == 1
        board = read_board(fresh, "first")
        assert counted.taken() == 2
        assert board.shown is not None
        fresh.close()
        fresh.open(create=False)
        assert read_board(fresh, board.shown.id).shown == board.shown
        assert counted.taken() == 2


@pytest.mark.parametrize("resolved", [False, True])
def test_boards(store: Store, counted: Trips, resolved: bool) -> None:
    if resolved:
        store.perform(SetPhase(by="ana", ref="INC-2", phase="resolved"))
    board = read_board(store, 1)
    counted.taken()
    for incident in (2, 1, 3):
        board = read_board(store, incident, board)
        assert board.shown is not None
        assert (counted.taken(), board.shown.id) == (1, incident)
    assert read_board(store, 3, board).ticket == board.ticket
    assert counted.taken() == 1


def test_what_somebody_else_did(store: Store, counted: Trips) -> None:
    before = read_board(store, 1)
    with closing(Store(store.location)) as other:
        other.open(create=False)
        other.perform(Note(by="bo", ref="INC-1", text="the pool is full"))
        other.perform(SetSeverity(by="bo", ref="INC-2", severity="P3", reason="it is small"))
    counted.taken()
    board = read_board(store, 1, before)
    assert counted.taken() == 1
    assert board == read_board(store, 1).but(read_at=board.read_at)


class TestDesk:
    @pytest.fixture
    def mine(self, store: Store, counted: Trips, desk: Open) -> Desk:
        mine = desk(store.location, person="ana")
        mine.link.look_at(1)
        mine.live(lambda board: board.shown is not None and board.shown.id == 1)
        for text in ("one", "two"):  # once it has heard the second, it has done all that it does at its start
            done = store.perform(Note(by="bo", ref="INC-1", text=text))
            mine.live(has(done.entry.n))
        quiet(mine)
        counted.taken()
        return mine

    def test_a_key_until_it_is_durable_and_visible(self, mine: Desk, counted: Trips) -> None:
        for command, most in (
            (Note(by="ana", ref="INC-1", text="one"), 2),
            (Note(by="ana", ref="INC-1", text="two"), 2),
            (Undo(by="ana", ref="INC-1"), 3),
            (Rename(by="ana", ref="INC-1", title="Checkout is slow"), 2),
        ):
            done = mine.link.perform(command).result(LONG)
            board = mine.live(has(done.entry.n))
            assert board.timeline.entries
            quiet(mine)  # its own bell has rung by now
            assert counted.taken() == most + QUIET

    def test_somebody_else_s_note(self, mine: Desk, store: Store, counted: Trips) -> None:
        done = store.perform(Note(by="bo", ref="INC-1", text="the pool is full"))
        mine.live(has(done.entry.n))
        assert counted.taken() == MOST + 1


QUIET = 2
"""What asking once more costs, and then letting go of the snapshot."""


def quiet(mine: Desk) -> None:
    """Return once the desk has done all that it was told of: the bell of its own last change among it."""
    assert mine.link.read(lambda read: read.ticket()).result(LONG)
    assert mine.latest is not None
    assert mine.latest.state is State.LIVE


def has(n: int) -> Callable[[Board], bool]:
    return lambda board: board.timeline.version == n
