"""Databases, homes and programs to measure, in a temporary folder on the disk that is named."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from psycopg import sql

from bench.bare import READY
from bench.terminal import Terminal
from bench.years import repeat_entries, repeat_incident
from models.incident.declare import Declare
from models.incident.phase import SetPhase
from models.kernel.location import Location
from models.kernel.store import Store
from models.roles.book import DEFAULT_BOOK
from models.roles.book_versions import choose_default
from models.roles.commands import Take
from models.timeline.commands import Note
from tests.postgres import USER, Cluster

ROOT = Path(__file__).parents[1]
LIVE = "● live".encode()
SHOWN = b"Timeline INC-"
"""Of the timeline's head, once an incident is shown."""
FIRST = b"1 Incidents"
EARLIER = "The search was slow"
"""What closed incidents are called; a number follows, which is one less than their own."""
FIRST_OF_ALL = "The beginning of everything"


class Place:
    """A folder for one run of the bench."""

    def __init__(self, folder: Path, new_postgres: Callable[[], str] | None) -> None:
        self.folder = folder
        self.another: Path | None = None
        """The program of another Textual application, where one is measured."""
        self._new_postgres = new_postgres
        self._count = 0

    def name(self, kind: str) -> Path:
        """A new path."""
        self._count += 1
        return self.folder / f"{kind}-{self._count}"

    def database(self, kind: str = "sqlite", **filling: int) -> Location:
        """A new database with a day's incidents; see `fill`."""
        location = self.empty(kind)
        fill(location, **filling)
        return location

    def empty(self, kind: str = "sqlite") -> Location:
        """Where a new database can be."""
        if kind == "sqlite":
            folder = self.name("shared")
            folder.mkdir()
            return Location.file(folder / "bridgewatch.db")
        if self._new_postgres is None:
            raise RuntimeError("no Postgres in this run")
        return Location.parse(self._new_postgres())

    def desk(self, location: Location, person: str = "ana", home: Path | None = None) -> Terminal:
        """A desk, begun just now; without a `home` it comes to one for the first time."""
        arguments = [sys.executable, "-m", "tui", "--database", location.url, "--as", person]
        return Terminal(arguments, environment=environment(home or self.name("home")), folder=ROOT)

    def bare(self, *modules: str) -> Terminal:
        """A bare Textual app that imports these first, begun just now."""
        arguments = [sys.executable, "-m", "bench.bare", *modules]
        return Terminal(arguments, environment=environment(self.name("home")), folder=ROOT)

    def other(self) -> Terminal:
        """The other application, begun just now."""
        return Terminal([str(self.another)], environment=environment(self.name("home")), folder=self.folder)

    @contextmanager
    def open_desk(self, location: Location, person: str = "ana") -> Iterator[Terminal]:
        """A desk that is live and has come to rest."""
        with self.desk(location, person) as desk:
            desk.arrival(LIVE)
            desk.arrival(SHOWN)
            desk.rest()
            yield desk

    @contextmanager
    def open_bare(self, *modules: str) -> Iterator[Terminal]:
        with self.bare(*modules) as bare:
            bare.arrival(READY.encode())
            bare.rest()
            yield bare


@contextmanager
def postgres() -> Iterator[Cluster]:
    """The one that the tests use, with fsync on; who loads much into it may leave its references unchecked."""
    with Cluster(fsync=True) as cluster:
        grant = "GRANT SET ON PARAMETER session_replication_role TO {}"
        cluster.administer(sql.SQL(grant).format(sql.Identifier(USER)))
        yield cluster


@contextmanager
def place(disk: Path | None, new_postgres: Callable[[], str] | None) -> Iterator[Place]:
    with TemporaryDirectory(prefix="bridgewatch-bench-", dir=disk, ignore_cleanup_errors=True) as folder:
        yield Place(Path(folder), new_postgres)


def environment(home: Path) -> dict[str, str]:
    """What a program sees: a home of its own and a modern terminal."""
    dropped = ("BRIDGEWATCH_", "XDG_", "TEXTUAL", "LC_", "NO_COLOR", "COLUMNS", "LINES", "PYTHON")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    home.mkdir(exist_ok=True)
    return {**kept, "HOME": str(home), "TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}


def fill(location: Location, *, opened: int = 50, closed: int = 0, notes: int = 10) -> None:
    """Incidents of the last day, all P2 and open; `closed` earlier ones; `notes` on the newest, ten at least."""
    now = start = datetime.now(UTC)
    with closing(Store(location, clock=lambda: now)) as store:
        if closed:
            now = start - timedelta(days=60)
            store.open()
            choose_default(store, "policy")
            ref = store.perform(Declare(by="ana", title=FIRST_OF_ALL, severity="P3")).ref
            store.perform(SetPhase(by="ana", ref=ref, phase="resolved"))
            store.perform(SetPhase(by="ana", ref=ref, phase="closed", force_reason="It was small"))
            store.close()
            repeat_incident(location, closed - 1, EARLIER)
        store.open()
        choose_default(store, DEFAULT_BOOK)
        for number in range(opened):
            now = start - timedelta(minutes=(opened - number) * 24 * 60 // opened)
            title = f"Incident {number} of the day is slow for some"
            ref = store.perform(Declare(by="ana", title=title, severity="P2")).ref
            store.perform(Take(by="bo", ref=ref, role="tech-lead", saw=()))
        for number in range(10):
            now = start
            store.perform(Note(by="bo", ref=ref, text=f"Observation {number}: the pool is at 200 of 200"))
    if notes > 10:
        repeat_entries(location, int(ref.removeprefix("INC-")), last=10, times=notes // 10 - 1)
