"""Whose desk is open is known of desks that tell it, and of no others."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import sql
from sqlalchemy import make_url

from models.board.board import read_board
from models.board.guidance import hints
from models.board.views import Board
from models.kernel.location import Location
from models.kernel.online import desks
from models.kernel.presence import LISTENER, Desks, label
from models.kernel.sqlite.change_signal import Doorbell, bells_of, listening
from models.kernel.store import Store
from models.kernel.watching import watch
from models.live.news import State
from models.live.remembered import RememberedBoard
from models.roles.commands import Take
from models.roles.handover import Accept, Offer
from tests.between import Between
from tests.models.acting import Acting
from tests.models.live.listening import LONG, Desk, Open, desk
from tests.postgres import Cluster
from tests.watching import ROOT

__all__ = ["desk"]

OPENS_A_DESK = """
import sys
from models.live.link import Link
from models.kernel.location import Location
link = Link(Location.parse(sys.argv[1]), lambda news: None, person=sys.argv[2])
link.start()
while not link.desks().result().open(sys.argv[2]):
    pass
print("open", flush=True)
sys.stdin.read()
"""


def address(location: Location) -> str:
    return str(location.path) if location.path else location.url


def until(holds: Callable[[], object]) -> None:
    end = monotonic() + LONG
    while not holds():
        assert monotonic() < end, "It never came."


@contextmanager
def in_another_process(location: Location, person: str) -> Iterator[subprocess.Popen[str]]:
    """That person's desk, open."""
    program = [sys.executable, "-c", OPENS_A_DESK, address(location), person]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(program, cwd=ROOT, text=True, **pipes) as process:  # type: ignore[call-overload]
        try:
            assert process.stdout.readline() == "open\n"
            yield process
        finally:
            process.kill()


@pytest.fixture
def sqlite_location(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Location:
    """At a path that is short enough for bells."""
    path = tmp_path_factory.mktemp("b") / "b.db"
    shutil.copy(sqlite_template, path)
    return Location.file(path)


@pytest.fixture
def incident(store: Store) -> Acting:
    """bo has offered cy to be its tech lead; ana manages it."""
    incident = Acting(store)
    incident(Take, "bo", role="tech-lead")
    incident(Offer, "bo", role="tech-lead", person="cy")
    return incident


def sees(one: Desk, *away: str) -> Board:
    """The next board on which these are away, looked at until then."""

    def found() -> Board | None:
        one.link.refresh()
        one.link.desks().result(LONG)  # comes after the refresh
        board = one.latest.board if one.latest else None
        return board if board is not None and board.away == away else None

    until(found)
    board = found()
    assert board is not None
    return board


class TestLabels:
    def test_one_for_every_spelling(self) -> None:
        assert label("Ana") == label(" ANA ") != label("bo")
        assert label(None) == LISTENER

    @given(st.text(), st.sets(st.text(), max_size=3))
    def test_a_desk_is_open_if_its_label_is_there(self, person: str, others: set[str]) -> None:
        found = Desks.listening([LISTENER, *map(label, others)])
        assert found.open(person) == (label(person) in map(label, others))

    @given(st.sets(st.sampled_from(["ana", "bo"])), st.sampled_from(["4711", "watch", "", "listeners"]))
    def test_with_a_desk_that_does_not_tell_whose_it_is_nobody_is_known_to_be_away(
        self, known: set[str], older: str
    ) -> None:
        found = Desks.listening([older, *map(label, known)])
        assert {person: found.open(person) for person in ("ana", "bo")} == {
            person: person in known or None for person in ("ana", "bo")
        }


class TestDesks:
    def test_a_desk_is_seen_while_it_is_open(self, incident: Acting, desk: Open) -> None:
        location = incident.store.location
        mine = desk(location, person="bo")
        mine.link.look_at(incident.id)
        sees(mine, "cy")
        theirs = Desk(location, person="CY")
        theirs.link.start()
        sees(mine)
        theirs.link.stop()
        sees(mine, "cy")

    def test_a_desk_that_is_killed_is_closed(self, incident: Acting, desk: Open) -> None:
        location = incident.store.location
        mine = desk(location, person="bo")
        mine.link.look_at(incident.id)
        sees(mine, "cy")
        with in_another_process(location, "cy") as theirs:
            sees(mine)
            theirs.kill()
            sees(mine, "cy")
        if location.path is not None:
            assert len(listening(location.path)) == 1

    def test_a_change_is_told_without_anything_written(self, incident: Acting, desk: Open) -> None:
        mine = desk(incident.store.location, person="bo")
        mine.link.look_at(incident.id)
        before = mine.live(lambda board: board.away == ("cy",))
        with in_another_process(incident.store.location, "cy"):
            mine.link.refresh()
            after = mine.live(lambda board: board.away == ())
        assert (after.ticket, after.shown) == (before.ticket, before.shown)

    def test_who_is_offered_nothing_is_not_looked_for(self, incident: Acting, desk: Open) -> None:
        incident(Accept, "cy", role="tech-lead")
        mine = desk(incident.store.location, person="bo")
        mine.link.look_at(incident.id)
        until(lambda: mine.link.desks().result(LONG).open("cy") is False)
        assert sees(mine).away == ()

    def test_what_is_nobodys_desk_is_no_desk(self, incident: Acting) -> None:
        with watch(incident.store.location) as page:
            page.wait(LONG)
            found = desks(incident.store)
        assert found == Desks(frozenset({LISTENER}), complete=True)

    def test_nothing_of_it_is_kept(self, incident: Acting, desk: Open, tmp_path: Path) -> None:
        location = incident.store.location
        mine = desk(location, RememberedBoard(tmp_path, location, "bo"), "bo")
        mine.link.look_at(incident.id)
        mine.live(lambda board: board.away == ("cy",))
        mine.link.stop()
        kept = RememberedBoard(tmp_path, location, "bo").recall()
        assert kept is not None
        assert (kept.shown, kept.away) == (incident.now, ())

    def test_the_hint_is_for_who_offered_and_who_manages(self, incident: Acting) -> None:
        board = read_board(incident.store, incident.id).but(away=("cy",))
        assert board.shown is not None
        for reader in ("ana", "bo"):
            (hint,) = hints(board, board.shown, reader, board.read_at)
            assert (hint.role, hint.words) == ("tech-lead", "cy is offline, offer pending: Tech Lead")
            assert "Site Reliability Engineering" in hint.why
        for reader in ("cy", "di"):
            assert hints(board, board.shown, reader, board.read_at) == ()

    def test_one_hint_for_a_person_with_several_offers(self, incident: Acting) -> None:
        incident(Take, "bo", role="scribe")
        incident(Offer, "bo", role="scribe", person="cy")
        board = read_board(incident.store, incident.id).but(away=("cy",))
        assert board.shown is not None
        (hint,) = (one for one in hints(board, board.shown, "bo", board.read_at))
        assert hint.words == "cy is offline, offer pending: Tech Lead, Scribe"


class TestBells:
    """On SQLite."""

    @pytest.fixture
    def location(self, sqlite_location: Location) -> Location:
        return sqlite_location

    @pytest.fixture
    def path(self, sqlite_location: Location) -> Path:
        assert sqlite_location.path is not None
        return sqlite_location.path

    def test_a_label_makes_no_bell_longer(self, path: Path) -> None:
        with closing(Doorbell(path, "ana " * 16)) as longest, closing(Doorbell(path)) as nobodys:
            assert len(longest.address) == len(nobodys.address) == len(bells_of(path)) + len("/12345678-123456")

    def test_looking_wakes_nobody(self, path: Path) -> None:
        with closing(Doorbell(path, "ana")) as bell:
            assert listening(path) == [label("ana")]
            with pytest.raises(BlockingIOError):
                bell._socket.recv(1)

    def test_what_is_no_bell_is_left_alone(self, path: Path) -> None:
        with closing(Doorbell(path, "ana")):
            (Path(bells_of(path)) / "notes.txt").write_text("somebody's")
            assert listening(path) == [label("ana")]
        assert [left.name for left in Path(bells_of(path)).iterdir()] == ["notes.txt"]

    def test_where_no_bell_can_be_nobody_is_known_to_be_away(self, path: Path, incident: Acting, desk: Open) -> None:
        Path(bells_of(path)).write_text("in the way")
        mine = desk(incident.store.location, person="bo")
        mine.link.look_at(incident.id)
        board = mine.live(lambda board: board.shown is not None)
        assert mine.link.desks().result(LONG).open("cy") is None
        assert (board.away, sees(mine).away) == ((), ())

    def test_without_a_database_nobody_is_known_to_be_away(self, path: Path, incident: Acting, desk: Open) -> None:
        mine = desk(incident.store.location, person="bo")
        mine.link.look_at(incident.id)
        sees(mine, "cy")
        path.rename(path.with_name("away.db"))
        mine.link.refresh()
        lost = mine.until(lambda news: news.state is State.LOST)
        assert lost.board is not None
        assert (lost.board.shown is not None, lost.board.away) == (True, ())


class TestSessions:
    """On Postgres."""

    @pytest.fixture
    def location(self, postgres_location: Location) -> Location:
        return postgres_location

    def test_any_login_sees_whose_desks_are_open(self, postgres: Cluster, location: Location) -> None:
        postgres.administer(sql.SQL("CREATE ROLE plain LOGIN PASSWORD 'plain'"))
        plain = Store(
            Location.parse(postgres.url(make_url(location.url).database or "", user="plain", password="plain"))
        )
        with watch(location, "ana") as theirs, closing(plain):
            theirs.wait(LONG)
            found = desks(plain)
        assert (found.open("ana"), found.open("bo")) == (True, False)

    def test_desks_on_another_database_do_not_count(self, postgres: Cluster, location: Location, store: Store) -> None:
        with watch(location, "ana") as theirs:
            theirs.wait(LONG)
            other = Store(Location.parse(postgres.new_database()))
            with closing(other):
                assert desks(other).open("ana") is False
            assert desks(store).open("ana") is True

    def test_a_name_of_ones_own_for_connections_hides_no_desk(self, location: Location, store: Store) -> None:
        named = Location.parse(f"{location.url}?application_name=ours")
        with watch(named, "ana") as theirs:
            theirs.wait(LONG)
            assert desks(store).open("ana") is True

    def test_behind_a_pooler_nobody_is_known_to_be_away(self, location: Location, store: Store) -> None:
        with Between(location.url) as pooler, watch(Location.parse(pooler.url), "cy") as theirs:
            theirs.wait(LONG)
            found = desks(store)
            assert (found.open("cy"), found.open("bo")) == (None, None)
