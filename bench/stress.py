"""`python -m bench stress`: many processes write to one database at once, and it is checked from outside."""

from __future__ import annotations

import json
import multiprocessing
import platform
import statistics
import sys
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random
from typing import Any

from bench import outside
from bench.figures import percentile
from bench.looking import Looking
from bench.outside import racer
from bench.place import Place, place, postgres
from bench.terminal import Terminal
from bench.writers import DEADLINE, Outcome, Seen, Writer, claim, look_on, write
from models.incident.declare import Declare
from models.kernel.location import Location
from models.kernel.store import Store
from models.tasks.commands import AddTask
from models.timeline.commands import Note

MOST_SECONDS = 1.0
"""The bar: nobody waits longer for a command of theirs."""

END = "AllIsOver"
"""The words of the last entry, which every desk has to show."""

DESKS = 3
"""How many real desks are open."""

INCIDENTS = 4
"""How many there are when the writing begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What came of one run; times in milliseconds."""

    database: str
    what: str
    processes: int
    desks: int
    """Real ones, that were open meanwhile."""
    asked: int
    done: int
    refused: int
    """By a rule, or because somebody was faster."""
    a_second: float
    p50: float
    p99: float
    longest: float
    fewest: int
    """Commands that the least lucky process got an answer to."""
    most: int
    wrong: tuple[str, ...]
    """What the checks found."""

    @property
    def met(self) -> bool:
        return not self.wrong


def stress(
    database: str,
    location: Location,
    writers: int,
    seconds: float,
    *,
    seed: int = 0,
    desks: int = 0,
    begin: Callable[[], Terminal] | None = None,
) -> Run:
    """So many processes write for so long, mostly to one incident, while one looks on; and so many real `desks`."""
    names = tuple(f"writer {number}" for number in range(writers))
    with closing(Store(location)) as store:
        store.open()
        declared = [Declare(by=names[0], title=f"Incident {n}", severity="P2" if n else "P1") for n in range(INCIDENTS)]
        refs = tuple(store.perform(command).ref for command in declared)
    people = [Writer(name, refs, names, Random(f"{seed} {name}")) for name in names]
    with ExitStack() as stack:
        looking = Looking([stack.enter_context(begin()) for _ in range(desks)] if begin else [])
        outcomes, seen = _together(location, [(write, (person, seconds)) for person in people])
        flat = [told for one in outcomes for told in one]
        with outside.outside(location) as base:
            wrong = _checked(base, flat, before=INCIDENTS) + outside.looked_on(base, seen)
        with closing(Store(location)) as store:
            store.open(create=False)
            store.perform(Note(by=names[0], ref=refs[0], text=END))
        with outside.outside(location) as base:
            wrong += looking.differ(base, END)
    return _run(database, "any command", outcomes, wrong, desks)


def race(database: str, location: Location, runners: int, races: int) -> Run:
    """So many processes claim one task at the same moment, time after time."""
    with closing(Store(location)) as store:
        store.open()
        ref = store.perform(Declare(by="ana", title="A race", severity="P3")).ref
        numbers = [
            store.perform(AddTask(by="ana", ref=ref, title=f"Task {n}")).entry.data["task"] for n in range(races)
        ]
    tasks = range(numbers[0], numbers[-1] + 1)
    outcomes, seen = _together(location, [(claim, (racer(n), ref, tasks)) for n in range(runners)])
    flat = [told for one in outcomes for told in one]
    with outside.outside(location) as base:
        wrong = _checked(base, flat, before=1 + races) + outside.looked_on(base, seen)
    return _run(database, "claim one task", outcomes, wrong + outside.one_each(outcomes))


def _checked(base: outside.Outside, outcomes: Sequence[Outcome], before: int) -> list[str]:
    return [
        *outside.expected(outcomes),
        *outside.gaps(base),
        *outside.tickets(base, silent=sum(told.how == "silent" for told in outcomes)),
        *outside.acknowledged(base, outcomes, before),
        *outside.order(base, outcomes),
        *outside.holders(base),
        *outside.replayed(base),
        *outside.sealed(base),
        *outside.books(base, outcomes),
    ]


def _run(database: str, what: str, outcomes: Sequence[Sequence[Outcome]], wrong: list[str], desks: int = 0) -> Run:
    outcomes = [[told for told in one if told.timed] for one in outcomes]
    flat = [told for one in outcomes for told in one]
    took = [(told.ended - told.began) * 1000 for told in flat]
    if max(took) > MOST_SECONDS * 1000:
        wrong.append(f"somebody waited {max(took):.0f} ms")
    hows = Counter(told.how for told in flat)
    seconds = max(told.ended for told in flat) - min(told.began for told in flat)
    return Run(
        database=database,
        what=what,
        processes=len(outcomes),
        desks=desks,
        asked=len(flat),
        done=hows["done"],
        refused=hows["refused"] + hows["conflict"],
        a_second=len(flat) / seconds,
        p50=statistics.median(took),
        p99=percentile(took, 99),
        longest=max(took),
        fewest=min(map(len, outcomes)),
        most=max(map(len, outcomes)),
        wrong=tuple(wrong),
    )


def _together(
    location: Location, acts: Sequence[tuple[Callable[..., None], tuple[Any, ...]]]
) -> tuple[list[list[Outcome]], list[Seen]]:
    """Begin them at the same moment, each in a process of its own, and somebody who looks on until they are done."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["bench.stress"])
    begin, over, ready = processes.Barrier(len(acts)), processes.Event(), processes.Barrier(1)
    address = location.url
    started: list[tuple[BaseProcess, Connection]] = []

    def start(act: Callable[..., None], *known: object) -> None:
        here, there = processes.Pipe(duplex=False)
        process = processes.Process(target=act, args=(address, *known, there), daemon=True)
        process.start()
        there.close()
        started.append((process, here))

    start(look_on, over, ready)
    for act, known in acts:
        start(act, *known, begin)
    answers = [_answer(process, pipe) for process, pipe in started[1:]]
    over.set()
    return answers, _answer(*started[0])


def _answer(process: BaseProcess, pipe: Connection) -> Any:
    try:
        if not pipe.poll(DEADLINE):
            raise RuntimeError("a process does not answer")
        return pipe.recv()
    except EOFError:
        raise RuntimeError("a process broke off; it has said why") from None
    finally:
        process.join(DEADLINE)


def runs(here: Place, options: Namespace) -> Iterator[Run]:
    for database in ("sqlite",) if options.sqlite_only else ("sqlite", "postgres"):
        for writers in options.writers:
            location = here.empty(database)
            begin = partial(here.desk, location)
            yield stress(database, location, writers, options.seconds, desks=options.desks, begin=begin)
        yield race(database, here.empty(database), max(options.writers), options.races)


HEAD = (
    *("database", "processes", "desks", "what", "asked", "done", "refused"),
    *("a second", "p50", "p99", "longest", "answers to each process", "checks"),
)


def table(found: Sequence[Run]) -> str:
    """For people, in columns; it is also Markdown."""
    rows: list[tuple[str, ...]] = [HEAD]
    rows += [
        (
            *(
                run.database,
                str(run.processes),
                str(run.desks or ""),
                run.what,
                f"{run.asked:,}",
                f"{run.done:,}",
                f"{run.refused:,}",
            ),
            *(f"{run.a_second:.0f}", *(f"{value:.0f} ms" for value in (run.p50, run.p99, run.longest))),
            *(f"{run.fewest} to {run.most}", "✓" if run.met else f"✗ {len(run.wrong)}"),
        )
        for run in found
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    rows.insert(1, tuple("-" * wide for wide in widths))
    return "\n".join(
        f"| {' | '.join(cell.ljust(wide) for cell, wide in zip(row, widths, strict=True))} |" for row in rows
    )


def main(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    found = []
    with ExitStack() as stack:
        new_postgres = None
        if not options.sqlite_only:
            new_postgres = stack.enter_context(postgres()).new_database
        for run in runs(stack.enter_context(place(options.disk, new_postgres)), options):
            found.append(run)
            print(f"  {run.database}, {run.processes}, {run.what}", file=sys.stderr)
            print(*(f"    ✗ {words}" for words in run.wrong[:10]), sep="\n", end="", file=sys.stderr)
    print(table(found))
    if options.json:
        system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
        document = {"system": system, "runs": [asdict(run) for run in found]}
        options.json.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")
    return 0 if all(run.met for run in found) else 1


def _options(arguments: Sequence[str]) -> Namespace:
    parser = ArgumentParser(prog="python -m bench stress", description="Many processes write to one database at once.")
    add = parser.add_argument
    add("--seconds", type=float, default=10, help="how long each run writes")
    add("--writers", type=int, nargs="+", default=[2, 10, 50], help="how many processes, run by run")
    add("--desks", type=int, default=DESKS, help="how many real desks are open meanwhile")
    add("--races", type=int, default=20, help="how many tasks are raced for")
    add("--json", type=Path, metavar="FILE", help="write what was found there, too")
    add("--disk", type=Path, metavar="FOLDER", help="where the SQLite files lie, if not in the temporary folder")
    add("--sqlite-only", action="store_true", help="leave Postgres out")
    return parser.parse_args(arguments)
