"""A desk's line to the database: what it tells while the database is there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import models
from models.board.views import Board
from models.incident.declare import Declare
from models.incident.fields import SetSeverity
from models.kernel.engine import connect
from models.kernel.failures import Conflict, ReadOnly, Refused
from models.kernel.location import Location
from models.kernel.store import Store
from models.live.news import State
from models.roles.commands import Take
from models.timeline.commands import Note
from tests.models.acting import Acting
from tests.models.live.listening import LONG, Desk, Open, desk
from tests.rows import write_rows

__all__ = ["desk"]

NOTE = """
import sys
from models.timeline.commands import Note
from models.kernel.location import Location
from models.kernel.store import Store
store = Store(Location.parse(sys.argv[1]))
store.open(create=False)
store.perform(Note(by="cy", ref=sys.argv[2], text="from another process"))
"""


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
        with pytest.raises(Conflict, match="bo took over Scribe"):
            mine.link.perform(Take(by="cy", ref=incident.ref, role="scribe", saw=())).result(LONG)
        with pytest.raises(Refused, match="already P1"):
            mine.link.perform(SetSeverity(by="cy", ref=incident.ref, severity="P1")).result(LONG)
        assert mine.link.read(lambda read: read.people()).result(LONG) == ("ana", "bo")

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
        mine.link.older(board.timeline)
        board = mine.live(lambda board: board.timeline.complete)
        assert board.timeline.entries == incident.timeline

    def test_asked_twice_for_the_same_page_it_reads_one(self, incident: Acting, desk: Open) -> None:
        for number in range(350):
            incident(Note, "bo", text=f"note {number}")
        mine = desk(incident.store.location)
        mine.link.look_at(incident.id)
        board = mine.live(lambda board: board.shown is not None)
        for _ in range(2):
            mine.link.older(board.timeline)
        mine.link.perform(Note(by="bo", ref=incident.ref, text="the last")).result(LONG)
        board = mine.live(lambda board: board.timeline.version == incident.now.version)
        assert len(board.timeline.entries) == 201

    def test_nothing_new_is_not_told(self, incident: Acting, desk: Open) -> None:
        mine = desk(incident.store.location)
        mine.live()
        for _ in range(3):
            mine.link.refresh()
            mine.link.read(lambda store: None).result(LONG)
        assert mine.told.qsize() <= 1  # what the watch says at first may be told before or after

    def test_read_only(self, incident: Acting, desk: Open) -> None:
        with write_rows(incident.store) as connection:
            connection.exec_driver_sql("UPDATE meta SET schema = 99, min_writer = 99")
        mine = desk(incident.store.location)
        news = mine.until(lambda news: news.board is not None)
        assert news.state is State.READ_ONLY
        with pytest.raises(ReadOnly, match="was upgraded by a newer version of Bridgewatch"):
            mine.link.perform(Note(by="bo", ref=incident.ref, text="x")).result(LONG)
        assert mine.told.qsize() <= 1


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


def test_a_book_that_this_program_cannot_read_is_named_and_does_not_end_the_link(desk: Open, incident: Acting) -> None:
    at = desk(incident.store.location)
    at.live()
    engine = connect(incident.store.location)
    with engine.execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO books (key, version, text, digest, added_at)"
            " SELECT 'from-tomorrow', 1, 'key = 1', digest, added_at FROM books"
        )
        connection.exec_driver_sql("UPDATE incidents SET book = 'from-tomorrow', changed = changed + 100")
        connection.exec_driver_sql("UPDATE head SET ticket = ticket + 100")
    at.link.refresh()
    assert at.live(lambda board: bool(board.incidents[0].damaged)).incidents[0].damaged == ("books.text",)
    with engine.execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql("UPDATE incidents SET book = 'high-velocity', changed = changed + 100")
        connection.exec_driver_sql("UPDATE head SET ticket = ticket + 100")
    engine.dispose()
    at.link.refresh()
    assert [row.ref for row in at.live(lambda board: not board.incidents[0].damaged).incidents] == [incident.ref]
