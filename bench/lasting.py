"""`python -m bench long`: a desk stays open while thousands of changes are made by others; nothing may grow or leak."""

from __future__ import annotations

import json
import re
import statistics
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from itertools import cycle
from pathlib import Path
from random import Random
from typing import NamedTuple

import pyte

from bench.figures import Figure, table
from bench.outside import outside
from bench.place import LIVE, Place, place, postgres
from bench.terminal import Terminal
from bench.writers import Writer, asked
from models.board.board import read_board
from models.incident.declare import Declare
from models.kernel.command import Command
from models.kernel.location import Location
from models.kernel.notes import NoteKind
from models.kernel.store import Store
from models.roles.commands import AddRole
from models.tasks.commands import AddTask
from models.theories.commands import AddEvidence
from models.timeline.commands import Note
from models.updates.maintenance import Schedule

SAMPLES = 40
"""How often is measured, evenly over all changes."""

MOST_GROWTH = 1.05
"""The bar: how many times its memory of the second quarter a desk may have in the last one."""

ESCAPE = b"\x1b"
KEYS = (b"1", b"2", b"jk", b"3", b"jjjg", b"5", b"4", b"z", b"z", b"?", ESCAPE, b"w", ESCAPE, b"3")
"""What the reader presses meanwhile, one after the other; it leads back to where it began: a timeline keeps all that is
newer than the row that its reader rests on."""

ADDING = (Declare, Schedule, AddRole, AddTask, AddEvidence)
"""Made in the first quarter alone, and so are theories: a board with more on it takes more memory, and is no leak."""

PEOPLE = ("bo", "cy", "di")
INCIDENTS = 4


class Sample(NamedTuple):
    """What the desk holds at a moment."""

    changes: int
    pss: float
    """Its proportional memory in MB."""
    rss: float
    threads: int
    files: int
    """Open files, sockets and pipes."""
    connections: int
    """Of the program to Postgres, the writer's one among them."""


def measure(here: Place, kind: str, changes: int, rate: float, samples: list[Sample]) -> Iterator[Figure]:
    """`samples` gets every sample; `rate`: changes a second, at most."""
    location = here.empty(kind)
    with closing(Store(location)) as store:
        store.open()
        declared = [Declare(by=PEOPLE[0], title=f"Incident {n} is slow", severity="P2") for n in range(INCIDENTS)]
        refs = tuple(store.perform(command).ref for command in declared)[::-1]  # the busiest is what the desk shows
        with here.open_desk(location) as desk:
            for done in _written(store, Writer(PEOPLE[0], refs, PEOPLE, Random(1)), desk, changes, rate):
                samples.append(_sample(desk, location, done))
            yield from compared(kind, samples, changes)
            missing = _missing(store, desk)
    yield Figure(
        subject=f"long · {kind}",
        what="parts of the board that the screen does not show at the end",
        measured=len(missing),
        unit="",
        bar="0",
        met=not missing,
        runs=changes,
    )
    for words in missing:
        print(f"    ✗ {words!r} is not on the screen", file=sys.stderr)


def _written(store: Store, writer: Writer, desk: Terminal, changes: int, rate: float) -> Iterator[int]:
    """Make the changes, pressing keys on the desk meanwhile; tells how many there are whenever one is to measure."""
    keys = cycle(KEYS)
    every = max(1, changes // SAMPLES)
    began = time.monotonic()
    done = 0
    while done < changes:
        writer.name = writer.random.choice(PEOPLE)
        command = writer.draw()
        if done > changes // 4 and _adds(command):
            continue
        told = asked(store, command)
        if told.how != "done":
            continue
        writer.learn(command, told)
        done += 1
        if done % 20 == 0:
            desk.send(next(keys))
        if done % every == 0:
            desk.rest(0.5)
            yield done
        time.sleep(max(0.0, began + done / rate - time.monotonic()))


def _adds(command: Command) -> bool:
    """Whether the board has more on it afterwards."""
    return isinstance(command, ADDING) or (isinstance(command, Note) and command.as_kind is NoteKind.THEORY)


def _sample(desk: Terminal, location: Location, changes: int) -> Sample:
    process = Path(f"/proc/{desk.process.pid}")
    rollup = (process / "smaps_rollup").read_text().splitlines()
    memory = {line.split(":")[0]: int(line.split()[1]) / 1024 for line in rollup if line.endswith(" kB")}
    threads, files = (len(list((process / kind).iterdir())) for kind in ("task", "fd"))
    connections = 0
    if location.path is None:
        with outside(location) as base:
            connections = base.number(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
    return Sample(changes, memory["Pss"], memory["Rss"], threads, files, connections)


def compared(kind: str, samples: Sequence[Sample], changes: int) -> Iterator[Figure]:
    """The last quarter of the samples beside the second."""
    quarter = len(samples) // 4
    second, last = samples[quarter : 2 * quarter], samples[-quarter:]
    for what, unit in (("pss", "MB"), ("rss", "MB")):
        before, after = (statistics.median(getattr(one, what) for one in part) for part in (second, last))
        yield Figure(
            subject=f"long · {kind}",
            what=f"memory ({what.capitalize()}) in the last quarter",
            measured=after,
            unit=unit,
            floor=before,
            beside="the same in the second quarter",
            bar=f"≤ {MOST_GROWTH:g} ×",
            met=after <= MOST_GROWTH * before,
            runs=changes,
        )
    for what in ("threads", "files", "connections"):
        before, after = (max(getattr(one, what) for one in part) for part in (second, last))
        if what == "connections" and kind == "sqlite":
            continue
        yield Figure(
            subject=f"long · {kind}",
            what=f"{what} in the last quarter, at most",
            measured=after,
            unit="",
            floor=before,
            beside="the same in the second quarter",
            bar="≤ floor",
            met=after <= before,
            runs=changes,
        )


def _missing(store: Store, desk: Terminal) -> list[str]:
    """What of the board that the database holds is not on the desk's screen, which is drawn anew, and large, for it."""
    desk.send(ESCAPE)
    desk.rest()
    desk.send(b"3g")
    desk.rest()
    mark = desk.mark()
    desk.resize(240, 120)
    desk.rest(2)
    screen = pyte.Screen(240, 120)
    pyte.ByteStream(screen).feed(bytes(desk.raw[mark:]))
    seen = " ".join(" ".join(screen.display).split())
    shown = re.search(r"Roster · INC-(\d+)", seen)
    board = read_board(store, int(shown[1]) if shown else "first")
    assert board.shown is not None
    wanted = [LIVE.decode(), f"Roster · {board.shown.ref}"]
    wanted += [f"{row.severity} {row.ref}" for row in board.incidents[:10]]
    wanted += [holder.person for role in board.shown.roles for holder in role.holders]
    wanted += [entry.text[:30] for entry in board.timeline.entries[:10] if entry.kind == "note"]
    wanted += [draft.text[:20] for draft in board.shown.drafts.values() if draft.audience == "customers"]
    return [words for words in wanted if words not in seen]


def main(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    figures: list[Figure] = []
    taken: dict[str, list[Sample]] = {}
    with ExitStack() as stack:
        new_postgres = None
        if not options.sqlite_only:
            new_postgres = stack.enter_context(postgres()).new_database
        here = stack.enter_context(place(options.disk, new_postgres))
        for kind in ("sqlite",) if options.sqlite_only else ("sqlite", "postgres"):
            taken[kind] = []
            figures += measure(here, kind, options.changes, options.rate, taken[kind])
            print(f"  {kind}", file=sys.stderr)
    print(table(figures))
    if options.json:
        samples = {kind: [sample._asdict() for sample in found] for kind, found in taken.items()}
        document = {"figures": [figure.as_json() for figure in figures], "samples": samples}
        options.json.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")
    return 0 if all(figure.met for figure in figures) else 1


def _options(arguments: Sequence[str]) -> Namespace:
    parser = ArgumentParser(prog="python -m bench long", description="A desk stays open while others write.")
    add = parser.add_argument
    add("--changes", type=int, default=10_000, help="how many changes are made")
    add("--rate", type=float, default=50, help="how many a second, at most")
    add("--json", type=Path, metavar="FILE", help="write the figures and every sample there, too")
    add("--disk", type=Path, metavar="FOLDER", help="where the SQLite files lie, if not in the temporary folder")
    add("--sqlite-only", action="store_true", help="leave Postgres out")
    return parser.parse_args(arguments)
