"""Whether years of incidents, or an incident that never ends, make a desk slower."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from bench.acting import LEVELS, press
from bench.figures import Figure
from bench.place import LIVE, SHOWN, Place
from models.location import Location


def measure(place: Place, kind: str, runs: int, incidents: int, entries: int) -> Iterator[Figure]:
    """In turn on a small and on a large database, with as many open incidents."""
    small = place.database(kind, closed=950, notes=100)
    yield from _compare(
        place, f"{incidents:,} incidents vs 1,000", small, place.database(kind, closed=incidents - 50, notes=100), runs
    )
    yield from _compare(
        place, f"{entries:,} entries vs 100", small, place.database(kind, closed=950, notes=entries), runs
    )


def _compare(place: Place, what: str, small: Location, large: Location, runs: int) -> Iterator[Figure]:
    starts: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs):
        for took, location in zip(starts, (small, large), strict=True):
            with place.desk(location) as desk:
                took.append((max(desk.arrival(LIVE), desk.arrival(SHOWN)) - desk.started) * 1000)
    yield _figure(f"{what}: to the live board", *starts)
    keys: tuple[list[float], list[float]] = ([], [])
    with place.open_desk(small) as few, place.open_desk(large) as many:
        for number in range(runs * 4):
            for took, desk in zip(keys, (few, many), strict=True):
                took.append(press(desk, *LEVELS[number % 2], ()).pop())
    yield _figure(f"{what}: key to visible", *keys)


def _figure(what: str, small: list[float], large: list[float]) -> Figure:
    here, floor = statistics.median(large), statistics.median(small)
    return Figure(
        subject="growth",
        what=what,
        measured=here,
        unit="ms",
        floor=floor,
        beside="the small one",
        bar="≤ 1.25 ×",
        met=here <= 1.25 * floor,
        runs=len(small),
    )
