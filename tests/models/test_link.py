"""A desk's line to the database: what it tells while the database comes and goes."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import models
from models.commands.incidents import Declare, SetSeverity
from models.commands.roles import Take
from models.commands.timeline import Note
from models.engine import connect
from models.failures import Conflict, ReadOnly, Refused, Unreachable
from models.link import State
from models.location import Location
from models.memory import Memory
from models.store import Store
from models.views import Board
from tests.models.acting import Acting
from tests.models.listening import LONG, Desk
from tests.postgres import Cluster

NOTE = """
import sys
from models.commands.timeline import Note
from models.location import Location
from models.store import Store
store = Store(Location.parse(sys.argv[1]))
store.open(create=False)
store.perform(Note(by="cy", ref=sys.argv[2], text="from another process"))
"""


Open = Callable[..., Desk]


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens desks; they are gone at the end of the test, with their threads."""
    monkeypatch.setattr("models.link.RETRY_SECONDS", (0.05,))
    before = set(threading.enumerate())
    desks: list[Desk] = []

    def open_desk(location: Location, memory: Memory | None = None) -> Desk:
        desks.append(Desk(location, memory))
        desks[-1].link.start()
        return desks[-1]

    yield open_desk
    for opened in desks:
        opened.link.stop()
    left = set(threading.enumerate()) - before
    assert not {thread.name for thread in left if thread.name.startswith("bridgewatch")}


@pytest.fixture
def incident(store: Store) -> Acting:
    return Acting(store)


class TestLive:
    def test_the_first_news_is_the_board(self, incident: Acting, desk: Open) -> None:
        board = desk(incident.store.location).live()
        assert [row.ref for row in board.incidents] == [incident.ref]
        assert board.shown == incident.now

    def test_an_empty_place_is_made_a_database(self, tmp_path: Path, desk: Open) -> None:
        location = Location.file(tmp_path / "new.db")
        mine = desk(location)
        assert mine.live().incidents == ()
        ref = mine.link.perform(Declare(by="ana", title="First", severity="P1")).result(LONG).ref
        assert mine.live(lambda board: bool(board.incidents)).incidents[0].ref == ref

    def test_looking_at_an_incident(self, incident: Acting, desk: Open) -> None:
        mine = desk(incident.store.location)
        mine.link.look_at(incident.id)
        board = mine.live(lambda board: board.shown is not None)
        assert board.shown == incident.now
        mine.link.look_at(99)
        assert mine.live(lambda board: board.shown is None).incidents == board.incidents

    def test_an_incident_that_is_not_there_at_the_start(self, incident: Acting, desk: Open) -> None:
        opened = Desk(incident.store.location)
        opened.link.look_at(99)
        opened.link.start()
        assert opened.live().shown is None
        opened.link.stop()

    def test_another_process_wrote(self, incident: Acting, desk: Open) -> None:
        mine = desk(incident.store.location)
        mine.link.look_at(incident.id)
        mine.live(lambda board: board.shown is not None)
        location = incident.store.location
        address = str(location.path) if location.path else location.url
        environment = {**os.environ, "PYTHONPATH": str(Path(models.__file__).parents[1])}
        subprocess.run([sys.executable, "-c", NOTE, address, incident.ref], check=True, env=environment)
        board = mine.live(lambda board: board.timeline.version == 2)
        assert board.timeline.entries[0].text == "from another process"

    def test_two_desks_see_each_other(self, incident: Acting, desk: Open) -> None:
        mine, theirs = desk(incident.store.location), desk(incident.store.location)
        for one in (mine, theirs):
            one.link.look_at(incident.id)
            one.live(lambda board: board.shown is not None)
        for number, (one, other) in enumerate([(mine, theirs), (theirs, mine)] * 5, start=2):
            done = one.link.perform(Note(by="bo", ref=incident.ref, text=f"note {number}")).result(LONG)
            assert done.entry.n == number

            def has_it(board: Board, version: int = number) -> bool:
                return board.timeline.version == version

            assert one.live(has_it).timeline == other.live(has_it).timeline

    def test_what_is_refused(self, incident: Acting, desk: Open) -> None:
        mine = desk(incident.store.location)
        mine.live()
        incident(Take, "bo", role="scribe")
        with pytest.raises(Conflict, match="bo took Scribe"):
            mine.link.perform(Take(by="cy", ref=incident.ref, role="scribe", saw=())).result(LONG)
        with pytest.raises(Refused, match="already P1"):
            mine.link.perform(SetSeverity(by="cy", ref=incident.ref, severity="P1")).result(LONG)
        assert mine.link.read(lambda store: store.board().people).result(LONG) == ("ana", "bo")

    def test_a_question_that_fails(self, incident: Acting, desk: Open) -> None:
        mine = desk(incident.store.location)
        with pytest.raises(ZeroDivisionError):
            mine.link.read(lambda store: 1 / 0).result(LONG)
        mine.live()

    def test_older_pages(self, incident: Acting, desk: Open) -> None:
        for number in range(150):
            incident(Note, "bo", text=f"note {number}")
        mine = desk(incident.store.location)
        mine.link.look_at(incident.id)
        board = mine.live(lambda board: board.shown is not None)
        assert (len(board.timeline.entries), board.timeline.complete) == (100, False)
        mine.link.older()
        board = mine.live(lambda board: board.timeline.complete)
        assert board.timeline.entries == incident.timeline

    def test_nothing_new_is_not_told(self, incident: Acting, desk: Open) -> None:
        mine = desk(incident.store.location)
        mine.live()
        for _ in range(3):
            mine.link.refresh()
            mine.link.read(lambda store: None).result(LONG)
        assert mine.told.qsize() <= 1  # what the watch says at first may be told before or after

    def test_read_only(self, incident: Acting, desk: Open) -> None:
        with incident.store._writer.begin() as connection:
            connection.exec_driver_sql("UPDATE meta SET schema = 99, min_writer = 99")
        mine = desk(incident.store.location)
        news = mine.until(lambda news: news.board is not None)
        assert news.state is State.READ_ONLY
        with pytest.raises(ReadOnly, match="newer Bridgewatch"):
            mine.link.perform(Note(by="bo", ref=incident.ref, text="x")).result(LONG)
        assert mine.told.qsize() <= 1


class TestLost:
    def test_a_file_is_moved_away_and_back(self, sqlite_location: Location, desk: Open) -> None:
        assert sqlite_location.path
        mine = desk(sqlite_location)
        ref = mine.link.perform(Declare(by="ana", title="First", severity="P1")).result(LONG).ref
        mine.live(lambda board: bool(board.incidents))
        away = sqlite_location.path.with_name("away.db")
        sqlite_location.path.rename(away)
        news = mine.lost()
        assert news.board
        assert [row.ref for row in news.board.incidents] == [ref]
        assert news.since
        assert isinstance(news.failure, Unreachable)
        assert str(sqlite_location.path) in str(news.failure)
        with pytest.raises(Unreachable, match="is gone"):
            mine.link.perform(Note(by="bo", ref=ref, text="x")).result(LONG)
        assert not sqlite_location.path.exists()
        away.rename(sqlite_location.path)
        mine.live()
        mine.link.perform(Note(by="bo", ref=ref, text="back")).result(LONG)
        mine.live(lambda board: board.incidents[0].version == 2)

    def test_nothing_is_missed_meanwhile(self, tmp_path: Path, desk: Open) -> None:
        """A disk that is mounted elsewhere for a while, and written to there."""
        here, there = tmp_path / "here", tmp_path / "there"
        here.mkdir()
        store = Store(Location.file(here / "desk.db"))
        store.open()
        incident = Acting(store)
        mine = desk(store.location)
        mine.link.look_at(incident.id)
        mine.live(lambda board: board.shown is not None)
        here.rename(there)
        mine.lost()
        elsewhere = Store(Location.file(there / "desk.db"))
        elsewhere.open(create=False)
        for number in range(5):
            elsewhere.perform(Note(by="bo", ref=incident.ref, text=f"meanwhile {number}"))
        there.rename(here)
        board = mine.live(lambda board: board.timeline.version == 6)
        assert [entry.text for entry in board.timeline.entries[:5]] == [f"meanwhile {n}" for n in (4, 3, 2, 1, 0)]
        elsewhere.close()
        store.close()

    def test_another_file_lies_there(self, sqlite_location: Location, sqlite_template: Path, desk: Open) -> None:
        assert sqlite_location.path
        mine = desk(sqlite_location)
        ref = mine.link.perform(Declare(by="ana", title="First", severity="P1")).result(LONG).ref
        mine.link.look_at(int(ref.removeprefix("INC-")))
        mine.live(lambda board: board.shown is not None)
        sqlite_location.path.rename(sqlite_location.path.with_name("away.db"))
        mine.lost()
        Store(sqlite_location).open()
        board = mine.live(lambda board: not board.incidents)
        assert board.shown is None

    @pytest.mark.parametrize("mode", ["fast", "immediate"])
    def test_a_server_stops_and_starts(self, mode: str, desk: Open) -> None:
        with Cluster() as cluster:
            location = Location.parse(cluster.new_database())
            mine = desk(location)
            ref = mine.link.perform(Declare(by="ana", title="First", severity="P1")).result(LONG).ref
            mine.live(lambda board: bool(board.incidents))
            cluster.stop("fast" if mode == "fast" else "immediate")
            news = mine.lost()
            assert news.board
            assert [row.ref for row in news.board.incidents] == [ref]
            with pytest.raises(Unreachable, match="Nothing listens at"):
                mine.link.perform(Note(by="bo", ref=ref, text="x")).result(LONG)
            cluster.start()
            mine.live()
            other = desk(location)
            other.link.perform(Note(by="bo", ref=ref, text="back")).result(LONG)
            mine.live(lambda board: board.incidents[0].version == 2)
            mine.link.stop()
            other.link.stop()

    def test_it_is_told_once_why(self, tmp_path: Path, desk: Open) -> None:
        mine = desk(Location.file(tmp_path / "no" / "desk.db"))
        news = mine.lost()
        assert str(news.failure).startswith(f"The folder {tmp_path / 'no'} does not exist.")
        assert news.board is None
        for _ in range(3):
            with pytest.raises(Unreachable):
                mine.link.read(lambda store: store.board()).result(LONG)
        assert mine.told.empty()
        (tmp_path / "no").mkdir()
        assert mine.live().incidents == ()

    def test_a_database_of_another_program(self, sqlite_location: Location, desk: Open) -> None:
        store = Store(sqlite_location)
        store.open()
        with store._writer.begin() as connection:
            connection.exec_driver_sql("DROP TABLE meta")
        store.close()
        news = desk(sqlite_location).until(lambda news: news.failure is not None)
        assert (news.state, str(news.failure)) == (
            State.REFUSED,
            "That database holds tables of another program. Choose another with --database.",
        )


class TestMemory:
    def test_down_at_the_start(self, incident: Acting, desk: Open, tmp_path: Path) -> None:
        memory = Memory(tmp_path / "cache", incident.store.location, "ana")
        first = desk(incident.store.location, memory)
        first.link.look_at(incident.id)
        known = first.live(lambda board: board.shown is not None)
        first.link.stop()
        unreachable = Location(path=None, url="postgresql+psycopg://ana:x@127.0.0.1:1/desk")
        again = Memory(tmp_path / "cache", incident.store.location, "ana")
        second = desk(unreachable, again)
        news = second.told.get(timeout=LONG)
        assert news.state is State.OPENING
        assert news.board is not None
        assert (news.board.shown, news.board.timeline) == (known.shown, known.timeline)
        lost = second.lost()
        assert lost.board == news.board
        assert lost.failure
        assert str(lost.failure).startswith("Nothing listens at postgresql://ana@127.0.0.1:1/desk.")


class TestStop:
    def test_what_was_asked_for_is_finished(self, incident: Acting, desk: Open) -> None:
        mine = desk(incident.store.location)
        asked = [mine.link.perform(Note(by="bo", ref=incident.ref, text=f"last {n}")) for n in range(5)]
        mine.link.stop()
        assert [future.result(LONG).entry.n for future in asked] == [2, 3, 4, 5, 6]

    def test_before_it_was_started(self, sqlite_location: Location) -> None:
        Desk(sqlite_location).link.stop()

    def test_while_it_cannot_be_reached(self, tmp_path: Path, desk: Open) -> None:
        mine = desk(Location.file(tmp_path / "no" / "desk.db"))
        mine.lost()
        mine.link.stop()


def test_a_book_that_this_program_does_not_know_is_told_and_does_not_end_the_link(desk: Open, incident: Acting) -> None:
    at = desk(incident.store.location)
    at.live()
    engine = connect(incident.store.location)
    with engine.execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql("UPDATE incidents SET book = 'from-tomorrow', changed = changed + 100")
        connection.exec_driver_sql("UPDATE head SET ticket = ticket + 100")
    at.link.refresh()
    assert "cannot read" in str(at.until(lambda news: news.state is State.REFUSED).failure)
    with engine.execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql("UPDATE incidents SET book = 'high-velocity'")
    engine.dispose()
    assert [row.ref for row in at.live().incidents] == [incident.ref]
