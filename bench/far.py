"""`python -m bench far`: Postgres far away; how long a desk and a verb wait for it, and how often."""

from __future__ import annotations

import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from itertools import count
from queue import Queue

from bench.distance import Distance
from bench.figures import Figure
from bench.place import ROOT, Place, environment, fill
from models.board.views import Board
from models.kernel.location import Location
from models.kernel.store import Store
from models.live.link import Link
from models.live.news import News, State
from models.timeline.commands import Note, Undo
from tests.postgres import Cluster

WAYS = (0, 25, 100, 200)
"""Milliseconds to the server and back."""

FAR = 100
"""The way at which trips are counted, and six desks write."""

DESKS = 6
_LONG = 120.0
_QUIET = 1.0


class FarDesk:
    """A desk without a screen."""

    def __init__(self, location: Location) -> None:
        self._told: Queue[News] = Queue()
        self._location = location
        self.link = Link(location, self._told.put, person="ana")

    def open(self) -> Board:
        """Returns with the first board that was read."""
        self.link.start()
        return self.until(lambda board: True)

    def until(self, seen: Callable[[Board], bool]) -> Board:
        while True:
            news = self._told.get(timeout=_LONG)
            if news.state is State.LIVE and news.board is not None and seen(news.board):
                return news.board

    def rest(self) -> None:
        """Return when nothing is under way."""
        told = -1
        while told != self._told.qsize():
            told = self._told.qsize()
            time.sleep(_QUIET)


class Timed:
    """How long something took, and how many trips."""

    def __init__(self, network: Distance, runs: int) -> None:
        self._network = network
        self._runs = runs

    def __call__(self, do: Callable[[], object], after: Callable[[], object] = lambda: None) -> tuple[float, int]:
        """Medians, in milliseconds and trips; `after` each run something else is done."""
        took, trips = [], []
        for _ in range(self._runs):
            begun, before = time.perf_counter(), self._network.trips
            do()
            took.append((time.perf_counter() - begun) * 1000)
            trips.append(self._network.trips - before)
            after()
        return statistics.median(took), round(statistics.median(trips))


def measure(place: Place, runs: int, seconds: float) -> Iterator[Figure]:
    """What a desk and a verb wait for at each distance; then six desks that write at once."""
    with Cluster(fsync=True, trust=True) as cluster:
        location = Location.parse(cluster.new_database())
        fill(location, opened=13)
        for way in WAYS:
            for what, (took, trips) in _at(place, location, way, runs):
                counted = f", {trips} trips" if way == FAR else ""
                yield Figure(subject=f"far · {way} ms", what=f"{what}{counted}", measured=took, unit="ms", runs=runs)
        for together in (False, True):
            yield _writers(location, together, seconds)


def _at(place: Place, location: Location, way: int, runs: int) -> Iterator[tuple[str, tuple[float, int]]]:
    with Distance(location.url, way / 2000) as network, ExitStack() as stack:
        far, timed = Location.parse(network.url), Timed(network, runs)
        desks: list[FarDesk] = []

        def begin() -> None:
            desks.append(FarDesk(far))
            stack.callback(desks[-1].link.stop)
            desks[-1].open()

        def rest() -> None:
            desks[-1].rest()

        yield "from nothing to the first board", timed(begin, rest)
        mine = desks[-1]
        for desk in desks[:-1]:
            desk.link.stop()
        near = stack.enter_context(closing(Store(location)))
        near.open(create=False)
        one, other = 1, 2  # the board shows the newest one at first
        numbers = count(1)

        def look(incident: int) -> Callable[[], object]:
            def do() -> None:
                mine.link.look_at(incident)
                mine.until(lambda board: board.shown is not None and board.shown.id == incident)

            return do

        def note(by: str = "ana") -> Note:
            return Note(by=by, ref=f"INC-{one}", text=f"note {next(numbers)}")

        def has(words: str) -> Callable[[Board], bool]:
            return lambda board: any(entry.text == words for entry in board.timeline.entries)

        def write() -> None:
            command = note()
            mine.link.perform(command)
            mine.until(has(command.text))

        def undo() -> None:
            done = mine.link.perform(Undo(by="ana", ref=f"INC-{one}"))
            mine.until(lambda board: board.timeline.version == done.result(_LONG).entry.n)

        def hear() -> None:
            command = note("bo")
            near.perform(command)
            mine.until(has(command.text))

        look(one)()
        mine.rest()
        for _ in range(3):
            write()
            mine.rest()
        yield "a note, durable and on the board", timed(write, mine.rest)
        yield "an undo, durable and on the board", timed(undo, mine.rest)
        yield "somebody else's note, on the board", timed(hear, mine.rest)
        look(other)()

        def away() -> None:
            look(other)()
            mine.rest()

        yield "another incident", timed(look(one), away)
        home = place.name("home")
        verb = [sys.executable, "-m", "tui", "--database", far.url, "--as", "ana", "note", str(one), "from a script"]

        def run() -> None:
            subprocess.run(verb, env=environment(home), cwd=ROOT, check=True, stdout=subprocess.DEVNULL)

        mine.link.stop()
        time.sleep(_QUIET)
        yield "a verb, from start to end", timed(run)


def _writers(location: Location, together: bool, seconds: float) -> Figure:
    """Six desks, each of which writes its next note when the one before is durable."""
    done, refused = [0] * DESKS, [0] * DESKS
    took: list[float] = []
    with Distance(location.url, FAR / 2000) as network, ExitStack() as stack:
        stores = []
        for _ in range(DESKS):
            stores.append(stack.enter_context(closing(Store(Location.parse(network.url)))))
            stores[-1].open(create=False)
        ready, over = threading.Barrier(DESKS + 1), threading.Event()

        def work(number: int) -> None:
            ref = f"INC-{1 if together else number + 1}"
            for turn in count():
                command = Note(by=f"person {number}", ref=ref, text=f"note {turn}")
                begun = time.perf_counter()
                try:
                    stores[number].perform(command)
                except Exception:
                    refused[number] += 1
                if turn == 1:  # everything was asked once
                    ready.wait()
                elif turn > 1:
                    done[number] += not over.is_set()
                    took.append((time.perf_counter() - begun) * 1000)
                if over.is_set():
                    return

        threads = [threading.Thread(target=work, args=(number,), daemon=True) for number in range(DESKS)]
        for thread in threads:
            thread.start()
        ready.wait()
        time.sleep(seconds)
        over.set()
        for thread in threads:
            thread.join(_LONG)
    where = "on one incident" if together else "each on an incident of its own"
    return Figure(
        subject=f"far · {FAR} ms",
        what=f"{DESKS} desks, {where}: notes a second ({statistics.median(took):.0f} ms each; {sum(refused)} refused)",
        measured=sum(done) / seconds,
        unit="/s",
        bar="" if together else "≥ 20",
        met=None if together else sum(done) / seconds >= 20 and not any(refused),
        runs=sum(done),
    )
