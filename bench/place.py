"""Databases, homes and programs to measure, in a temporary folder on the disk that is named."""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.bare import READY
from bench.terminal import Terminal
from models import seals
from models.commands.incidents import Declare
from models.commands.roles import Take
from models.commands.timeline import Note
from models.engine import connect
from models.location import Location
from models.store import Store
from models.tables import entries, incidents

ROOT = Path(__file__).parents[1]
LIVE = "● live".encode()
SHOWN = "Roster · INC-".encode()
FIRST = b"1 Incidents"


class Place:
    """A folder for one run of the bench."""

    def __init__(self, folder: Path, new_postgres: Callable[[], str] | None) -> None:
        self.folder = folder
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
    """Incidents of the last day, all P2 and open; `closed` older ones; `notes` on the newest."""
    now = datetime.now(UTC)
    with closing(Store(location, clock=lambda: now)) as store:
        store.open()
        start = now
        ref = ""
        for number in range(opened):
            now = start - timedelta(minutes=(opened - number) * 24 * 60 // opened)
            title = f"Incident {number} of the day is slow for some"
            ref = store.perform(Declare(by="ana", title=title, severity="P2")).ref
            store.perform(Take(by="bo", ref=ref, role="tech-lead", saw=()))
        now = start
        for number in range(min(notes, 10)):
            store.perform(Note(by="bo", ref=ref, text=f"Observation {number}: the pool is at 200 of 200"))
    if notes > 10 or closed:
        _fill_further(location, int(ref.removeprefix("INC-")), closed, notes - 10, start - timedelta(days=30))


def _fill_further(location: Location, busy: int, closed: int, notes: int, long_ago: datetime) -> None:
    engine = connect(location)
    with engine.begin() as connection:
        row = dict(connection.execute(incidents.select().where(incidents.c.id == busy)).mappings().one())
        first = dict(connection.execute(entries.select().where(entries.c.incident_id == busy)).mappings().first() or {})
        old = {"phase": "closed", "version": 1, "changed": 0, "declared_at": long_ago, "resolved_at": long_ago}
        for batch in _batches(range(10_000_000, 10_000_000 + closed)):
            begun = [_sealed({**first, "incident_id": number, "n": 1}, seals.NONE) for number in batch]
            connection.execute(
                incidents.insert(), [{**row, **old, "id": one["incident_id"], "seal": one["seal"]} for one in begun]
            )
            connection.execute(entries.insert(), begun)
        version, last = row["version"], row["seal"]
        note = {**first, "kind": "note", "data": {}, "text": "The pool is at 200 of 200", "occurred_at": long_ago}
        for batch in _batches(range(version + 1, version + 1 + max(0, notes))):
            written = []
            for n in batch:
                written.append(_sealed({**note, "n": n}, last))
                last = written[-1]["seal"]
            connection.execute(entries.insert(), written)
        news = {"version": version + max(0, notes), "seal": last}
        connection.execute(incidents.update().where(incidents.c.id == busy), news)
    engine.dispose()


def _sealed(entry: dict[str, Any], before: str) -> dict[str, Any]:
    """Of ana's, with a command of its own."""
    command = uuid.uuid4()
    said = {name: entry[name] for name in ("n", "kind", "data", "text", "occurred_at", "recorded_at")}
    seal = seals.seal(
        before, incident=entry["incident_id"], command=command, author="ana", revises=None, undoes=None, **said
    )
    return {**entry, "command_id": command, "seal": seal}


def _batches(numbers: range) -> Iterator[range]:
    for start in range(numbers.start, numbers.stop, 5_000):
        yield range(start, min(start + 5_000, numbers.stop))
