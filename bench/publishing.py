"""What the published page costs when years of incidents are on it: written whole, and after one more update."""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import DEVNULL, Popen
from typing import Any

from bench.figures import Figure
from bench.place import ROOT, Place, environment
from bench.terminal import DEADLINE
from bench.years import unchecked
from models.incident.declare import Declare
from models.kernel.engine import connect
from models.kernel.location import Location
from models.kernel.store import Store
from models.kernel.tables import entries, incidents
from models.policy.audience import ComponentState
from models.policy.phase import Phase
from models.updates.editing import EditDraft
from models.updates.publishing import Publish
from models.updates.tables import status_updates

COMPONENTS = [f"Component {number}" for number in range(20)]
SPAN = timedelta(days=3 * 365)
"""Over how long the incidents are spread."""
STORY = (
    (Phase.INVESTIGATING, ComponentState.DEGRADED, "We are looking into errors that some of you see. " * 4),
    (Phase.INVESTIGATING, ComponentState.MAJOR_OUTAGE, "More of you are affected than we thought at first. " * 4),
    (Phase.IDENTIFIED, ComponentState.PARTIAL_OUTAGE, "We have found the cause and are working on a remedy. " * 4),
    (Phase.MONITORING, ComponentState.OPERATIONAL, "The remedy is in place, and we are watching it. " * 4),
    (Phase.RESOLVED, ComponentState.OPERATIONAL, "This incident is resolved. " * 4),
)
"""What customers read of each incident, a quarter of an hour apart."""

REST = 50.0
"""Whoever has less of the processor in a second, in milliseconds, is at rest."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one piece of work, in milliseconds: until it was done, and of the processor."""

    wall: float
    cpu: float


def measure(place: Place, kind: str, runs: int, told: int) -> Iterator[Figure]:
    """The whole page of so many incidents, then after one more update each time: by a new program, by one that runs."""
    location = place.empty(kind)
    page = place.name("page")
    with closing(Store(location)) as store:
        ref = _fill(location, store, told)
        what = f"{told:,} incidents with {told * len(STORY):,} updates"
        whole = _write(place, location, page)
        copying = _timed(lambda: shutil.copytree(page, place.name("copy")))
        yield from _figures(kind, f"{what}, whole", [whole], copying, "copying its files")
        again = []
        for number in range(runs):
            _tell(store, ref, f"Again {number}")
            again.append(_write(place, location, page))
        yield from _figures(kind, "after one more update", again, whole, "the whole page", 0.1)
        kept = []
        with _watching(place, location, page) as spent:
            for number in range(runs):
                kept.append(_kept(store, ref, page, f"Kept {number}", spent))
        yield from _figures(kind, "after one more update, with --watch", kept, whole, "the whole page", 0.1)


def _figures(
    kind: str, what: str, costs: list[Cost], floor: Cost, beside: str, most: float | None = None
) -> Iterator[Figure]:
    for clock in ("wall", "cpu"):
        measured = statistics.median(getattr(cost, clock) for cost in costs)
        least = getattr(floor, clock)
        yield Figure(
            subject=f"site · {kind}",
            what=f"{what}, {'from start to end' if clock == 'wall' else 'processor'}",
            measured=measured,
            unit="ms",
            floor=least,
            beside=beside,
            bar="" if most is None else f"≤ {most:g} ×",
            met=None if most is None else measured <= most * least,
            runs=len(costs),
        )


def _command(location: Location, page: Path, *more: str) -> list[str]:
    arguments = [
        "--database",
        location.url,
        "status-page",
        str(page),
        "--name",
        "Acme",
        "--url",
        "https://status.example.com",
    ]
    return [sys.executable, "-m", "tui", *arguments, *more]


def _write(place: Place, location: Location, page: Path) -> Cost:
    """By a program of its own, from its start to its end."""
    begun = time.perf_counter()
    program = Popen(_command(location, page), env=environment(place.name("home")), cwd=ROOT, stdout=DEVNULL)
    _, status, used = os.wait4(program.pid, 0)
    program.returncode = os.waitstatus_to_exitcode(status)
    if program.returncode:
        raise RuntimeError("the page could not be written")
    return Cost((time.perf_counter() - begun) * 1000, (used.ru_utime + used.ru_stime) * 1000)


def _timed(work: Callable[[], object]) -> Cost:
    begun, used = time.perf_counter(), time.process_time()
    work()
    return Cost((time.perf_counter() - begun) * 1000, (time.process_time() - used) * 1000)


@contextmanager
def _watching(place: Place, location: Location, page: Path) -> Iterator[Callable[[], float]]:
    """A program that keeps the page up to date; answers with the processor time that it has had, in milliseconds."""
    command = _command(location, page, "--watch")
    with Popen(command, env=environment(place.name("home")), cwd=ROOT, stderr=DEVNULL) as program:
        try:
            yield lambda: _spent(program.pid)
        finally:
            program.terminate()


def _spent(pid: int) -> float:
    """Of all its threads, in milliseconds."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e6


def _kept(store: Store, ref: str, page: Path, words: str, spent: Callable[[], float]) -> Cost:
    """From the commit of an update until the page has it."""
    before = -REST
    while spent() - before >= REST:  # until it has done what came before
        before = spent()
        time.sleep(1)
    _tell(store, ref, words)
    begun = time.perf_counter()
    while words not in (page / "index.html").read_text():
        if time.perf_counter() - begun > DEADLINE:
            raise RuntimeError("the page was not kept up to date")
        time.sleep(0.002)
    wall = (time.perf_counter() - begun) * 1000
    time.sleep(0.2)
    return Cost(wall, spent() - before)


def _tell(store: Store, ref: str, words: str) -> None:
    store.perform(EditDraft(by="ana", ref=ref, text=words, components={COMPONENTS[0]: ComponentState.DEGRADED}))
    store.perform(Publish(by="ana", ref=ref))


def _fill(location: Location, store: Store, told: int) -> str:
    """One open incident, and as many that are over as make up the number, all of which customers were told of."""
    store.open()
    ref = store.perform(Declare(by="ana", title="Search is slow", severity="P2")).ref
    parts = dict.fromkeys(COMPONENTS, ComponentState.OPERATIONAL)
    store.perform(EditDraft(by="ana", ref=ref, title="Search is slow", text="We know.", components=parts))
    store.perform(Publish(by="ana", ref=ref))
    first = int(ref.removeprefix("INC-"))
    start = datetime.now(UTC) - SPAN
    engine = connect(location)
    with engine.begin() as connection:
        row = dict(connection.execute(incidents.select().where(incidents.c.id == first)).mappings().one())
        entry = dict(
            connection.execute(entries.select().where(entries.c.incident_id == first)).mappings().first() or {}
        )
        update = dict(connection.execute(status_updates.select()).mappings().one())
        del update["id"]
        for batch in _batches(told - 1):
            rows: list[list[dict[str, Any]]] = [[], [], []]
            for number in batch:
                began = start + number * SPAN / told
                key = {"incident_id": first + 1 + number}
                over = {"phase": "closed", "version": len(STORY), "changed": 0, "resolved_at": began}
                rows[0].append({**row, **over, "id": first + 1 + number, "declared_at": began})
                for n, (phase, state, text) in enumerate(STORY, 1):
                    rows[1].append({**entry, **key, "n": n, "command_id": uuid.uuid4(), "occurred_at": began})
                    rows[2].append(
                        {
                            **update,
                            **key,
                            "n": n,
                            "title": f"Errors in {COMPONENTS[number % len(COMPONENTS)]}",
                            "phase": phase,
                            "text": f"{text}Reference {number}-{n}.",
                            "components": {COMPONENTS[number % len(COMPONENTS)]: state},
                            "published_at": began + n * timedelta(minutes=15),
                        }
                    )
            with unchecked(connection):
                for table, values in zip((incidents, entries, status_updates), rows, strict=True):
                    connection.execute(table.insert(), values)
    engine.dispose()
    return ref


def _batches(count: int) -> Iterator[range]:
    for start in range(0, count, 2_000):
        yield range(start, min(start + 2_000, count))
