"""Whether years of incidents, or an incident that never ends, make a desk slower."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bench.acting import IMPACTS, press
from bench.figures import Figure
from bench.place import EARLIER, FIRST_OF_ALL, LIVE, SHOWN, Place
from bench.terminal import Terminal
from models.kernel.location import Location

FEW, SHORT, PAGES = 1_000, 100, 400
"""How many incidents a small database has, how many entries its newest one, and how many there are to page back in."""

START = "to the live board"
KEY = "key to visible"
OPEN = "to open the incident from another one"
BACK = "to the first entry"
WORD, NONE = "to the newest that have a word", "to find that none has a word"
MOST_MS = 100
"""The bar of a search, from the key to the screen."""
SEARCH = "to find a closed one of the last weeks by its title"
ALL = "to find the first one of all by its title"


@dataclass(frozen=True, slots=True)
class Grown:
    """A database with 50 open incidents."""

    location: Location
    newest: int
    """The number of the newest incident, which is how many there are; it is the one shown."""


def measure(place: Place, kind: str, runs: int, incidents: int, entries: int) -> Iterator[Figure]:
    """In turn on a small database and on those that have grown."""
    bases = {
        "small": _grown(place, kind, FEW, SHORT),
        "pages": _grown(place, kind, FEW, PAGES),
        "many": _grown(place, kind, incidents, SHORT),
        "long": _grown(place, kind, FEW, entries),
    }
    took: Mapping[str, defaultdict[str, list[float]]] = {name: defaultdict(list) for name in bases}
    for _ in range(runs):
        for name, base in bases.items():
            for what, milliseconds in _day(place, base, pages=name in ("pages", "long")):
                took[name][what].append(milliseconds)
    few = f"{incidents:,} incidents vs {FEW:,}"
    for what in (START, KEY, OPEN, SEARCH):
        yield _figure(kind, f"{few}: {what}", took["many"][what], took["small"][what], 1.25)
    yield _figure(kind, f"{few}: {ALL}", took["many"][ALL], took["small"][ALL], None)
    for what in (START, KEY, OPEN):
        yield _figure(kind, f"{entries:,} entries vs {SHORT}: {what}", took["long"][what], took["small"][what], 1.25)
    yield _figure(kind, f"{entries:,} entries vs {PAGES}: {BACK}", took["long"][BACK], took["pages"][BACK], 1.25)
    for what in (WORD, NONE):
        yield _search(kind, f"{entries:,} entries: {what}", took["long"][what], took["pages"][what])


def _grown(place: Place, kind: str, incidents: int, entries: int) -> Grown:
    return Grown(place.database(kind, closed=incidents - 50, notes=entries), incidents)


def _day(place: Place, base: Grown, *, pages: bool) -> Iterator[tuple[str, float]]:
    """What a desk is asked for, one after the other, with the milliseconds that each took."""
    with place.desk(base.location) as desk:
        yield START, (max(desk.arrival(LIVE), desk.arrival(SHOWN)) - desk.started) * 1000
        desk.rest(0.5)
        for impact in IMPACTS:
            yield KEY, press(desk, *impact, ()).pop()
        _until(desk, b"j", SHOWN)
        yield OPEN, _until(desk, b"k", b"%s%d" % (SHOWN, base.newest))
        if pages:
            desk.send(b"3")
            desk.rest(0.2)
            yield BACK, _until(desk, b"G", b"goes to the newest")
            for what, pasted, seen in ((WORD, b"observation", b"counting"), (NONE, b"nonesuch", b"No matches")):
                desk.send(b"/")
                desk.rest(0.2)
                yield what, _until(desk, b"\x1b[200~%s\x1b[201~" % pasted, seen)  # one search, not one a letter
                desk.send(b"\x1b")
                desk.rest(0.3)
            return
        wanted = base.newest - 350
        for what, words, number in (
            (SEARCH, f"{EARLIER} {wanted - 1}"[-12:], wanted),
            (ALL, FIRST_OF_ALL[-12:], 1),
        ):
            desk.send(b"1/")
            desk.rest(0.2)
            yield what, _until(desk, words.encode(), b"INC-%d " % number)
            desk.send(b"\x1b")
            desk.rest(0.3)


def _until(desk: Terminal, keys: bytes, seen: bytes) -> float:
    """Milliseconds from the keys until these bytes came; then it comes to rest."""
    mark = desk.mark()
    sent = desk.send(keys)
    took = (desk.arrival(seen, mark) - sent) * 1000
    desk.rest(0.2)
    return took


def _figure(kind: str, what: str, grown: list[float], small: list[float], most: float | None) -> Figure:
    here, floor = statistics.median(grown), statistics.median(small)
    return Figure(
        subject=f"growth · {kind}",
        what=what,
        measured=here,
        unit="ms",
        floor=floor,
        beside="the small one",
        bar=f"≤ {most:g} ×" if most else "",
        met=here <= most * floor if most else None,
        runs=len(grown),
    )


def _search(kind: str, what: str, grown: list[float], small: list[float]) -> Figure:
    """Whose bar is a time, as all of a timeline is searched: longer ones take longer."""
    here = statistics.median(grown)
    return Figure(
        subject=f"search · {kind}",
        what=what,
        measured=here,
        unit="ms",
        floor=statistics.median(small),
        beside=f"{PAGES} entries",
        bar=f"≤ {MOST_MS} ms",
        met=here <= MOST_MS,
        runs=len(grown),
    )
