"""Desks and servers are killed while they write: nothing that was acknowledged is lost, and nobody is held up."""

import os
import signal
from contextlib import closing
from multiprocessing.connection import Connection
from random import Random
from threading import Event
from time import monotonic
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from bench.writers import DEADLINE, Outcome, Writer, asked
from models.board.listing import urgency
from models.kernel.location import Location
from models.kernel.store import Store
from models.timeline.commands import Note
from tests.faults.killing import ByLink, Writing, nothing_is_lost, prepared
from tests.models.live.listening import LONG, Desk, Open, desk
from tests.postgres import Cluster

__all__ = ["desk"]

KILLS = 100


def converged(onlooker: Desk) -> Outcome:
    """The desk that was open all along acts at once, and shows what the database holds."""
    told = asked(ByLink(onlooker.link), Note(by="ana", ref="INC-1", text="still here"))
    assert told.how == "done"
    ticket, shown = onlooker.link.read(lambda read: (read.ticket(), read.incident(1))).result(LONG)
    board = onlooker.live(lambda board: board.ticket == ticket)
    assert board.shown == shown
    rows = onlooker.link.read(lambda read: read.on_the_board(board.read_at)).result(LONG)
    assert board.incidents == tuple(sorted(rows, key=urgency))
    return told


def test_a_hundred_desks_are_killed_while_they_write(location: Location, desk: Open) -> None:
    refs = prepared(location)
    onlooker = desk(location)
    onlooker.link.look_at(1)
    random = Random(1)
    outcomes: list[Outcome] = []
    writing = Writing(location, refs, "the first")
    for number in range(KILLS):
        other = Writing(location, refs, number)
        other.hear()
        writing.hear_for(random.random() * 0.02)
        writing.kill()
        outcomes += writing.outcomes
        writing = other
    writing.kill()
    nothing_is_lost(location, [*outcomes, *writing.outcomes, converged(onlooker)])


@pytest.mark.parametrize(
    "way", ["its process is killed", "it is stopped and started", "its connections are terminated"]
)
def test_a_server_goes_while_desks_write(way: str, desk: Open) -> None:
    with Cluster() as cluster:
        location = Location.parse(cluster.new_database())
        refs = prepared(location)
        onlooker = desk(location)
        onlooker.link.look_at(1)
        with Writing(location, refs, 1) as one, Writing(location, refs, 2) as other:
            for number in range(5):
                one.hear()
                other.hear()
                if way == "it is stopped and started":
                    cluster.stop("immediate")
                    cluster.start()
                else:
                    end_writers(location, kill=way == "its process is killed", which=number)
            for writing in (one, other):
                writing.hear()
                writing.kill()
            told = converged(onlooker)
            onlooker.link.stop()
            nothing_is_lost(location, [*one.outcomes, *other.outcomes, told])


def end_writers(location: Location, *, kill: bool, which: int) -> None:
    """End the server's processes for those who write; killed, one takes all the others with it."""
    url = make_url(location.url)
    _, options = url.get_dialect()().create_connect_args(url)
    writers = "FROM pg_stat_activity WHERE application_name = 'bridgewatch' AND pid <> pg_backend_pid() ORDER BY pid"
    with answering(**options) as server:
        if not kill:
            server.execute(f"SELECT pg_terminate_backend(pid) {writers}")
            return
        end, pids = monotonic() + LONG, list[int]()
        while not pids and monotonic() < end:  # after the last time they come back as soon as they notice
            pids = [pid for (pid,) in server.execute(f"SELECT pid {writers}")]
    os.kill(pids[which % len(pids)], signal.SIGKILL)


def answering(**options: Any) -> psycopg.Connection[Any]:
    """A connection to a server that may not have come back yet from what was done to it before."""
    end = monotonic() + DEADLINE
    while True:
        try:
            return psycopg.connect(**options, autocommit=True, application_name="tests")
        except psycopg.OperationalError:
            if monotonic() > end:
                raise
            Event().wait(0.05)


def write_hastily(address: str, writer: Writer, told: Connection) -> None:
    """Tells that the last of three notes is written, before it is."""
    with closing(Store(Location.parse(address))) as store:
        store.open(create=False)
        for n in (2, 3, 4):
            note = Note(by=writer.name, ref="INC-1", text=f"hasty {n}")
            told.send(Outcome(note.id, "done", 0, 0, 1, n))
            if n == 4:
                signal.pause()
            store.perform(note)


def test_a_store_that_acknowledges_too_early_is_found_out(location: Location) -> None:
    writing = Writing(location, prepared(location), 1, write_hastily)
    for _ in range(3):
        writing.hear()
    writing.kill()
    with pytest.raises(AssertionError, match="entry 4 of INC-1 was acknowledged and is not there"):
        nothing_is_lost(location, writing.outcomes)
