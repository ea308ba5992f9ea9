"""From the command to what a person sees, beside bare Textual apps started in turn with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bench.bare import READY
from bench.figures import Figure, ratio
from bench.place import FIRST, LIVE, SHOWN, Place
from bench.terminal import Terminal

SUBJECT = "start"
TITLE = b"INC-50"
"""The newest incident, at the top of the list."""


def measure(place: Place, runs: int) -> Iterator[Figure]:
    location, home = place.database(), place.name("home")
    away = place.database()
    _visit(lambda: place.desk(location, home=home))
    _visit(lambda: place.desk(away, home=home))
    if away.path is None:
        raise RuntimeError("only a file can be moved")
    away.path.parent.rename(away.path.parent.with_name("away"))
    took: dict[str, list[float]] = {}

    def note(name: str, *milliseconds: float) -> None:
        for number, value in enumerate(milliseconds):
            took.setdefault(f"{name}{number}", []).append(value)

    ready = (READY.encode(),)
    for run in range(runs + 1):
        found = {
            "bare": _timed(place.bare, *ready),
            "desk": _timed(lambda: place.desk(location, home=home), FIRST, LIVE, SHOWN),
            "pydantic": _timed(lambda: place.bare("pydantic"), *ready),
            "away": _timed(lambda: place.desk(away, home=home), FIRST, TITLE),
            "sqlalchemy": _timed(lambda: place.bare("sqlalchemy", "pydantic"), *ready),
            "first": _timed(lambda: place.desk(location), FIRST, LIVE, SHOWN),
        }
        if run:  # the first one warms the disk's cache
            for name, values in found.items():
                note(name, *values)
    painted, remembered, live, new = took["desk0"], took["away1"], took["desk2"], took["first2"]
    floor = "bare Textual"
    yield ratio(SUBJECT, "to the first paint", painted, took["bare0"], floor, 1.25)
    yield ratio(SUBJECT, "to the remembered board", remembered, took["pydantic0"], f"{floor} + pydantic", 1.25)
    also = f"{floor} + SQLAlchemy + pydantic"
    yield ratio(SUBJECT, "to the live board, 50 open", live, took["sqlalchemy0"], also, 1.1)
    yield ratio(SUBJECT, "to the live board, nothing remembered", new, took["sqlalchemy0"], also, 1.1)


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
