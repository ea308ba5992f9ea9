"""Desks without a screen, each in a process of its own, that tell what they were told before it can be taken back."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing
from itertools import count
from multiprocessing.connection import Connection
from random import Random
from time import monotonic
from types import TracebackType
from typing import Self

from bench import outside
from bench.outside import UNANSWERED
from bench.writers import DEADLINE, Outcome, Performing, Writer, asked
from models.incident.declare import Declare
from models.kernel.command import Command
from models.kernel.entry import Done
from models.kernel.location import Location
from models.kernel.store import Store
from models.live.link import Link

INCIDENTS = 3
PEOPLE = ("ana", "bo", "cy")


class ByLink:
    """Performs as a desk does."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def perform(self, command: Command) -> Done:
        return self._link.perform(command).result()


def write(address: str, writer: Writer, told: Connection) -> None:
    """Write until killed. Each command is told of before it is sent, and again when it is answered."""
    link = Link(Location.parse(address), lambda news: None, person=writer.name)
    link.start()
    write_through(ByLink(link), writer, told)


def write_through(desk: Performing, writer: Writer, told: Connection) -> None:
    for _ in count():
        command = writer.draw()
        told.send(Outcome(command.id, UNANSWERED, 0, 0))
        told.send(asked(desk, command))


Act = Callable[[str, Writer, Connection], None]


class Writing:
    """Such a process; `outcomes` is what it has told, of which more is there after each `hear`."""

    def __init__(self, location: Location, refs: tuple[str, ...], seed: object, act: Act = write) -> None:
        processes = multiprocessing.get_context("forkserver")
        processes.set_forkserver_preload(["tests.faults.killing"])
        self._told, there = processes.Pipe(duplex=False)
        random = Random(str(seed))
        writer = Writer(random.choice(PEOPLE), refs, PEOPLE, random)
        self._process = processes.Process(target=act, args=(location.url, writer, there), daemon=True)
        self._process.start()
        there.close()
        self.outcomes: list[Outcome] = []

    def hear(self, *, until: str = "done") -> None:
        """Wait for an outcome of that sort."""
        while True:
            if not self._told.poll(DEADLINE):
                raise AssertionError(f"nothing was told for {DEADLINE:g} s; the last was {self.outcomes[-1:]}")
            self.outcomes.append(self._told.recv())
            if self.outcomes[-1].how == until:
                return

    def hear_for(self, seconds: float) -> None:
        """Hear what comes in that time."""
        end = monotonic() + seconds
        while self._told.poll(max(0.0, end - monotonic())) and monotonic() < end:
            self.outcomes.append(self._told.recv())

    def kill(self) -> None:
        """As a crash does; then hear what it had told before."""
        self._process.kill()
        self._process.join(DEADLINE)
        try:
            while self._told.poll(0):
                self.outcomes.append(self._told.recv())
        except EOFError:
            pass
        self._told.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._process.is_alive():
            self.kill()


def prepared(location: Location) -> tuple[str, ...]:
    """Declare what is written to."""
    with closing(Store(location)) as store:
        store.open()
        declared = [Declare(by=PEOPLE[0], title=f"Incident {n}", severity="P2") for n in range(INCIDENTS)]
        return tuple(store.perform(command).ref for command in declared)


def nothing_is_lost(location: Location, outcomes: Iterable[Outcome]) -> None:
    """All that was acknowledged is there, once, in order; and the database is whole."""
    last: dict[object, Outcome] = {}
    for told in outcomes:
        unknown = told.how == "Unreachable" and "is unknown" in told.words
        last[told.command] = told._replace(how=UNANSWERED) if unknown else told
    known = list(last.values())
    hows = Counter(told.how for told in known)
    with outside.outside(location) as base:
        wrong = [
            *outside.gaps(base),
            *outside.tickets(base, silent=hows["silent"], unanswered=hows[UNANSWERED]),
            *outside.acknowledged(base, known, before=INCIDENTS),
            *outside.order(base, known),
            *outside.holders(base),
            *outside.replayed(base),
            *outside.sealed(base),
        ]
        if location.path is not None:
            wrong += [str(row) for row in base.rows("PRAGMA integrity_check") if row != ("ok",)]
    if wrong:
        raise AssertionError("\n".join(wrong))
    assert any(told.how == "done" for told in known)
