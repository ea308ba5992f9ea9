"""From the command to what a person sees, beside bare Textual apps started in turn with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from bench import another
from bench.bare import READY
from bench.figures import Figure, beside, ratio
from bench.place import FIRST, LIVE, SHOWN, Place
from bench.terminal import Terminal

SUBJECT = "start"
REMEMBERED = b"Showing data from"
"""Part of the line that marks it as such."""
TITLE = b"INC-50"
"""The newest incident, at the top of the list."""


def measure(place: Place, kinds: tuple[str, ...], runs: int) -> Iterator[Figure]:
    homes = {kind: (place.database(kind), place.name("home")) for kind in kinds}
    for location, home in homes.values():
        _visit(partial(place.desk, location, home=home))
    away, home = place.database(), place.name("home")
    _visit(partial(place.desk, away, home=home))
    if away.path is None:
        raise RuntimeError("only a file can be moved")
    away.path.parent.rename(away.path.parent.with_name("away"))
    ready = (READY.encode(),)
    turns: dict[str, tuple[Callable[[], Terminal], tuple[bytes, ...]]] = {
        "bare": (place.bare, ready),
        "pydantic": (partial(place.bare, "pydantic"), ready),
        "away": (partial(place.desk, away, home=home), (FIRST, REMEMBERED, TITLE)),
        "sqlalchemy": (partial(place.bare, "sqlalchemy", "pydantic"), ready),
    }
    for kind, (location, own) in homes.items():
        turns[kind] = (partial(place.desk, location, home=own), (FIRST, LIVE, SHOWN))
        turns[f"new {kind}"] = (partial(place.desk, location), (FIRST, LIVE, SHOWN))
    if place.another:
        turns["another"] = (place.other, (another.PAINTED,))
    took: dict[str, list[list[float]]] = {name: [] for name in turns}
    for run in range(runs + 1):
        for name, (start, marks) in turns.items():
            found = _timed(start, *marks)
            if run:  # the first one warms the disk's cache
                took[name].append(found)

    def moments(name: str, mark: int = -1) -> list[float]:
        return [found[mark] for found in took[name]]

    bare = "bare Textual"
    also = f"{bare} + SQLAlchemy + pydantic"
    for kind in kinds:
        yield ratio(f"{SUBJECT} · {kind}", "to the first paint", moments(kind, 0), moments("bare"), bare, 1.25)
    what = "to the last known board, database away"
    yield ratio(SUBJECT, what, moments("away"), moments("pydantic"), f"{bare} + pydantic", 1.25)
    for kind in kinds:
        subject, floor = f"{SUBJECT} · {kind}", moments("sqlalchemy")
        yield ratio(subject, "to the live board, 50 open", moments(kind), floor, also, 1.1)
        yield ratio(subject, "to the live board, nothing remembered", moments(f"new {kind}"), floor, also, 1.1)
    if place.another:
        yield beside("to the first paint", moments(kinds[0], 0), moments("another"), "ms")


def _visit(start: Callable[[], Terminal]) -> None:
    """Open a desk, and leave it so that it remembers its board."""
    with start() as desk:
        desk.arrival(LIVE)
        desk.arrival(SHOWN)
        desk.rest()
        desk.send(b"q")
        desk.exit_code()


def _timed(start: Callable[[], Terminal], *marks: bytes) -> list[float]:
    """Milliseconds until each mark, and all before it, was on the screen."""
    with start() as terminal:
        moments = [(terminal.arrival(mark) - terminal.started) * 1000 for mark in marks]
    return [max(moments[: number + 1]) for number in range(len(moments))]
