"""A desk's line to the database while the database comes and goes."""

from pathlib import Path

import pytest

from models.incident.declare import Declare
from models.kernel.failures import Unreachable
from models.kernel.location import Location
from models.kernel.store import Store
from models.live.news import State
from models.live.remembered import RememberedBoard
from models.timeline.commands import Note
from tests.models.acting import Acting
from tests.models.live.listening import LONG, Open, desk
from tests.postgres import Cluster
from tests.rows import write_rows

__all__ = ["desk"]


@pytest.fixture
def incident(store: Store) -> Acting:
    return Acting(store)


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
        with pytest.raises(Unreachable, match="is missing"):
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
            with pytest.raises(Unreachable, match="Connection refused by"):
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
                mine.link.read(lambda read: read.people()).result(LONG)
        assert mine.told.empty()
        (tmp_path / "no").mkdir()
        assert mine.live().incidents == ()

    def test_a_database_of_another_program(self, sqlite_location: Location, desk: Open) -> None:
        store = Store(sqlite_location)
        store.open()
        with write_rows(store) as connection:
            connection.exec_driver_sql("DROP TABLE meta")
        store.close()
        news = desk(sqlite_location).until(lambda news: news.failure is not None)
        assert (news.state, str(news.failure)) == (
            State.REFUSED,
            "This database contains tables of another program. Choose another database with --database.",
        )


class TestMemory:
    def test_down_at_the_start(self, incident: Acting, desk: Open, tmp_path: Path) -> None:
        memory = RememberedBoard(tmp_path / "cache", incident.store.location, "ana")
        first = desk(incident.store.location, memory)
        first.link.look_at(incident.id)
        known = first.live(lambda board: board.shown is not None)
        first.link.stop()
        unreachable = Location(path=None, url="postgresql+psycopg://ana:x@127.0.0.1:1/desk")
        again = RememberedBoard(tmp_path / "cache", incident.store.location, "ana")
        second = desk(unreachable, again)
        news = second.told.get(timeout=LONG)
        assert news.state is State.OPENING
        assert news.board is not None
        assert (news.board.shown, news.board.timeline) == (known.shown, known.timeline)
        lost = second.lost()
        assert lost.board == news.board
        assert lost.failure
        assert str(lost.failure).startswith("Connection refused by postgresql://ana@127.0.0.1:1/desk.")

    def test_a_file_that_an_earlier_run_has_met_is_not_made_anew(
        self, sqlite_location: Location, desk: Open, tmp_path: Path
    ) -> None:
        """Such as one on a disk that is not mounted today."""
        path = sqlite_location.path
        assert path
        first = desk(sqlite_location, RememberedBoard(tmp_path / "cache", sqlite_location, "ana"))
        ref = first.link.perform(Declare(by="ana", title="First", severity="P1")).result(LONG).ref
        first.live(lambda board: bool(board.incidents))
        first.link.stop()
        away = path.with_name("away.db")
        path.rename(away)
        second = desk(sqlite_location, RememberedBoard(tmp_path / "cache", sqlite_location, "ana"))
        news = second.lost()
        assert news.board
        assert [row.ref for row in news.board.incidents] == [ref]
        assert str(news.failure).startswith(f"{path} is missing. It may have been moved, or its disk is not mounted.")
        assert not path.exists()
        away.rename(path)
        assert [row.ref for row in second.live().incidents] == [ref]
