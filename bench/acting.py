"""From a key to what it did, durable and visible: on one's own desk, and on a colleague's."""

from __future__ import annotations

import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import Engine, event, make_url

from bench.figures import Figure, percentile
from bench.floors import heard_through_doorbell, heard_through_notify
from bench.place import LIVE, SHOWN, Place
from bench.terminal import Terminal
from models.board.board import read_board
from models.incident.fields import SetImpact
from models.kernel.location import Location
from models.kernel.store import Store
from models.policy.severity import Impact

IMPACTS = ((b"1", "→ all".encode()), (b"2", "→ most".encode()))
"""The key that sets an impact, and what the timeline then says first."""

ROW = "x" * 300
"""About what a transaction of ours writes."""


def measure_own(place: Place, kind: str, runs: int) -> Iterator[Figure]:
    """Beside one raw transaction on the same disk, and a bare app's answer to a key, in turn."""
    location = place.database(kind)
    own, raw, echo = [], [], []
    with _raw_transaction(place, location) as write, place.open_desk(location) as desk, place.open_bare() as bare:
        for number in range(runs):
            key, seen = IMPACTS[number % 2]
            own.append(press(desk, key, seen, ()).pop())
            raw.append(write())
            mark, sent = bare.mark(), bare.send(b"x")
            echo.append((bare.arrival(f"key {number + 1} was".encode(), mark) - sent) * 1000)
            bare.rest(0.05)
    median, floor = statistics.median(own), statistics.median(raw)
    yield Figure(
        subject=f"key · {kind}",
        what="to durable and visible on my desk",
        measured=median,
        unit="ms",
        floor=floor,
        beside=f"one raw transaction (a bare app answers a key in {statistics.median(echo):.1f} ms)",
        bar="≤ floor + 30 ms",
        met=median <= floor + 30,
        runs=len(own),
    )


def measure_others(place: Place, kind: str, runs: int, desks: int, *, cut: bool) -> Iterator[Figure]:
    """One desk acts, another is looked at, and the others are open beside them.

    Those give way to everything else, as if they ran on machines of their own. A key is pressed when all have shown
    the one before.
    """
    location = place.database(kind)
    if cut:
        _cut_doorbell(location)
    took, whole = [], []
    with ExitStack() as stack:
        others = [*_opened(place, location, desks - 2, stack)]
        actor, watcher = [stack.enter_context(place.open_desk(location, name)) for name in ("ana", "bo")]
        for number in range(runs):
            _, seen, *rest = press(actor, *IMPACTS[number % 2], (watcher, *others))
            took.append(seen)
            whole.append(max(seen, *rest, 0.0))
    floor = None if cut else sorted(_floor(place, location, runs))
    yield from _seen("their key", kind, took, floor, desks, cut=cut)
    if not cut:
        yield Figure(
            subject=f"their key · {kind}",
            what=f"until all of {desks} have shown it, on this one machine, p50",
            measured=statistics.median(whole),
            unit="ms",
            runs=len(whole),
        )


def _opened(place: Place, location: Location, desks: int, stack: ExitStack) -> Iterator[Terminal]:
    """Some at a time: each start computes for a second."""
    for first in range(0, desks, AT_ONCE):
        begun = [
            stack.enter_context(place.desk(location, f"p{number}"))
            for number in range(first, min(first + AT_ONCE, desks))
        ]
        for desk in begun:
            desk.arrival(LIVE)
            desk.arrival(SHOWN)
            desk.give_way()
        yield from begun


def measure_commits(place: Place, kind: str, runs: int) -> Iterator[Figure]:
    """A script commits, and a desk is looked at: what is left of the way without the acting desk's own."""
    location = place.database(kind)
    took = []
    begun = 0.0

    def begin(_: object) -> None:
        nonlocal begun
        begun = time.perf_counter()

    with closing(Store(location)) as store, place.open_desk(location) as desk:
        store.open()
        ref = read_board(store).incidents[0].ref
        event.listen(Engine, "commit", begin)
        for number in range(runs):
            mark = desk.mark()
            store.perform(SetImpact(by="bo", ref=ref, impact=Impact.ALL if number % 2 == 0 else Impact.MOST))
            took.append((desk.arrival(IMPACTS[number % 2][1], mark) - begun) * 1000)
            desk.rest(0.1)
    event.remove(Engine, "commit", begin)
    yield from _seen("their commit", kind, took, sorted(_floor(place, location, runs)), 1, cut=False)


def _seen(
    subject: str, kind: str, took: list[float], floor: list[float] | None, desks: int, *, cut: bool
) -> Iterator[Figure]:
    name = "doorbell" if kind == "sqlite" else "NOTIFY"
    for percent in (50, 99):
        measured = percentile(took, percent)
        most = 400 if cut else 50
        yield Figure(
            subject=f"{subject} · {kind}",
            what=f"to visible on my desk, {desks} open, p{percent}{f', without {name}' if cut else ''}",
            measured=measured,
            unit="ms",
            floor=percentile(floor, percent) if floor else None,
            beside="" if cut else f"raw commit to heard through a {name}",
            bar=f"p99 ≤ {most} ms" if percent == 99 else "",
            met=measured <= most if percent == 99 else None,
            runs=len(took),
        )


AT_ONCE = 4
"""How many desks are started at the same time."""


def press(desk: Terminal, key: bytes, seen: bytes, others: tuple[Terminal, ...]) -> list[float]:
    """Milliseconds from the key until the desk, then each of the others, has shown it."""
    mark = desk.mark()
    desk.send(b"I")
    desk.arrival(b"Change impact", mark)
    desk.rest(0.1)
    terminals = (desk, *others)
    marks = [terminal.mark() for terminal in terminals]
    sent = desk.send(key)
    took = [(terminal.arrival(seen, mark) - sent) * 1000 for terminal, mark in zip(terminals, marks, strict=True)]
    _settle(terminals)
    return took


def _settle(terminals: tuple[Terminal, ...]) -> None:
    """Wait until nothing has come to any of them for a tenth of a second."""
    before = None
    while before != (now := [terminal.mark() for terminal in terminals]):
        before = now
        time.sleep(0.1)


def _cut_doorbell(location: Location) -> None:
    """A file where the bells' folder would be; for Postgres, what a transaction pooler does to LISTEN."""
    if location.path is not None:
        location.path.with_name(f"{location.path.name}.desks").write_text("no bells here")
        return
    with psycopg.connect(_libpq(location), autocommit=True) as connection:
        name = make_url(location.url).database
        connection.execute("CREATE FUNCTION pg_backend_pid() RETURNS int LANGUAGE sql AS 'SELECT 1'")
        connection.execute("CREATE FUNCTION pg_notify(text, text) RETURNS void LANGUAGE sql AS 'SELECT'")
        connection.execute(f'ALTER DATABASE "{name}" SET search_path = public, pg_catalog')


def _libpq(location: Location) -> str:
    return make_conninfo(**make_url(location.url).translate_connect_args(username="user", database="dbname"))


@contextmanager
def _raw_transaction(place: Place, location: Location) -> Iterator[Callable[[], float]]:
    """Writes one row durably, in milliseconds."""
    if location.path is None:
        with psycopg.connect(_libpq(location)) as server:
            server.execute("CREATE TABLE raw (text text)")
            server.commit()

            def insert() -> None:
                server.execute("INSERT INTO raw VALUES (%s)", (ROW,))
                server.commit()

            yield lambda: _timed(insert)
        return
    with closing(sqlite3.connect(place.name("raw"))) as file:
        file.execute("PRAGMA journal_mode = WAL")
        file.execute("PRAGMA synchronous = FULL")
        file.execute("CREATE TABLE raw (text text)")

        def write() -> None:
            file.execute("INSERT INTO raw VALUES (?)", (ROW,))
            file.commit()

        yield lambda: _timed(write)


def _timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def _floor(place: Place, location: Location, runs: int) -> list[float]:
    if location.path is None:
        return heard_through_notify(_libpq(location), runs)
    return heard_through_doorbell(place.name("bell"), runs)
