"""What it costs a write that the database guards what was recorded, and in whose name; and the seal of an entry."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from uuid import uuid4

from sqlalchemy import make_url, text

from bench.figures import Figure
from bench.place import Place
from bench.years import NUMBER, copy
from models.board.board import read_board
from models.kernel.access import map_login
from models.kernel.columns import metadata
from models.kernel.command import Command
from models.kernel.engine import connect
from models.kernel.location import Location
from models.kernel.seals import NONE, seal
from models.kernel.store import Store
from models.kernel.tables import entries, incidents
from models.timeline.commands import Note
from models.updates.editing import EditDraft

ROWS = 2_000
"""How many entries are written in one statement, so that an entry's own share can be told."""

_TRIGGERS = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")

WORDS = "The pool is at 200 of 200. " * 11
Took = tuple[list[float], list[float]]
"""With the triggers, and without."""

BESIDE = "the same in a database without triggers"


def measure(place: Place, kind: str, runs: int) -> Iterator[Figure]:
    """The same commands in two databases in turn, of which one has no triggers; Postgres knows whose the login is."""
    guarded, bare = place.database(kind), place.database(kind)
    _take_away(bare)
    for what, make in _COMMANDS.items():
        took = _performed(guarded, bare, make, runs)
        yield _figure(kind, f"{what}, until it is durable", "ms", *took)
    yield _figure(
        kind, f"an entry, as one of {ROWS:,} in a statement", "µs", *_inserted(guarded, bare, max(runs // 10, 3))
    )
    sealed = [_timed(_seal) * 1000 for _ in range(runs * 10)]
    yield Figure(
        subject=f"guards · {kind}",
        what="the seal of a note of 300 characters, in the program",
        measured=statistics.median(sealed),
        unit="µs",
        runs=len(sealed),
    )


_COMMANDS: dict[str, Callable[[str, int], Command]] = {
    "a note": lambda ref, number: Note(by="ana", ref=ref, text=f"{WORDS}{number}"),
    "a draft's words": lambda ref, number: EditDraft(by="ana", ref=ref, title="Slow", text=f"{WORDS}{number}"),
}


def _figure(kind: str, what: str, unit: str, guarded: list[float], bare: list[float]) -> Figure:
    return Figure(
        subject=f"guards · {kind}",
        what=what,
        measured=statistics.median(guarded),
        unit=unit,
        floor=statistics.median(bare),
        beside=BESIDE,
        runs=len(guarded),
    )


def _performed(guarded: Location, bare: Location, make: Callable[[str, int], Command], runs: int) -> Took:
    """Milliseconds of each."""
    took: Took = [], []
    with closing(Store(guarded)) as one, closing(Store(bare)) as other:
        for store in (one, other):
            store.open(create=False)
            if store.location.path is None:
                map_login(store, make_url(store.location.url).username or "", "ana", "kim")
        ref = read_board(one).incidents[0].ref
        for number in range(runs + 10):
            for which in (0, 1) if number % 2 else (1, 0):
                took_now = _timed(partial((one, other)[which].perform, make(ref, number)))
                if number >= 10:  # by then both know the way
                    took[which].append(took_now)
    return took


def _inserted(guarded: Location, bare: Location, runs: int) -> Took:
    """Microseconds an entry."""
    took: Took = [], []
    for number in range(runs):
        for which in (0, 1) if number % 2 else (1, 0):
            took[which].append(_insert((guarded, bare)[which]) * 1000 / ROWS)
    return took


def _insert(location: Location) -> float:
    """Milliseconds of a statement that is then taken back."""
    engine = connect(location)
    try:
        with engine.execution_options(writes=True).connect() as connection, connection.begin() as transaction:
            row = connection.execute(incidents.select().order_by(incidents.c.version.desc())).mappings().first()
            assert row is not None
            last = entries.c.incident_id == row["id"], entries.c.n == row["version"]
            took = _timed(lambda: copy(connection, entries, ROWS, {"n": entries.c.n + NUMBER}, *last))
            transaction.rollback()
            return took
    finally:
        engine.dispose()


def _take_away(location: Location) -> None:
    engine = connect(location)
    with engine.execution_options(writes=True).begin() as connection:
        if location.path is None:
            for table in metadata.tables:
                connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        else:
            for name in (
                connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
            ):
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
    engine.dispose()


def _seal() -> str:
    now = datetime.now(UTC)
    return seal(
        NONE,
        incident=1,
        n=1,
        command=uuid4(),
        kind="note",
        data={"at": "now"},
        text=WORDS,
        author="ana",
        occurred_at=now,
        recorded_at=now,
        revises=None,
        undoes=None,
    )


def _timed(act: Callable[[], object]) -> float:
    """In milliseconds."""
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000
