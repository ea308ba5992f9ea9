"""What an expert's eye would measure on the desk: what is seen at once, how bright, and what a key costs the line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pyte
from pyte.screens import Char

from bench.figures import Figure
from bench.place import LIVE, ROOT, Place, environment
from bench.terminal import Terminal
from models.incident.declare import Declare
from models.incident.phase import SetPhase
from models.kernel.location import Location
from models.kernel.store import Store
from models.roles.book import DEFAULT_BOOK
from models.roles.book_versions import choose_default
from models.roles.commands import Assign
from models.timeline.commands import Note

SUBJECT = "looks"
SIZES = ((120, 40), (80, 24), (50, 24))
FOREGROUND, BACKGROUND = {"dark": "d8dce2", "light": "1d2229"}, {"dark": "11151b", "light": "fbfaf7"}

# severity, minutes ago, title; the last two declared are the most urgent
INCIDENTS = (
    *(("P3", 1500 - number * 100, f"Nightly export number {number} to the warehouse is stuck") for number in range(4)),
    *(
        ("P2", 600 - number * 60, f"Search in region {number} is slow for people with many projects")
        for number in range(6)
    ),
    ("P1", 120, "Suspicious logins from one address range across the whole customer base today"),
    ("P1", 50, "Checkout returns 502 for card payments in all shops of the European region"),
)
COSTS = (
    (b"/", "/, the filter", 5_000),
    (b"2", "2, another pane", 2_000),
    (b"\t", "Tab, the next pane", 2_000),
    (b"n", "n, a form", 12_000),
    (b"d", "d, a long form", 12_000),
    (b"s", "s, a choice", 12_000),
    (b":", "a search among everything", 12_000),
    (b"?", "?, all keys", 12_000),
)
"""Keys, and how many bytes each may cost at 120x40, and Esc after it."""

NOTES = 30
FRAMES = "─│┌┐└┘├┤┬┴┼╭╮╰╯━┃╌"


def measure(place: Place) -> Iterator[Figure]:
    """Twelve open incidents, the two P1s declared last; each size in a terminal of its own."""
    location = place.empty()
    _fill(location)
    for columns, lines in SIZES:
        with _desk(place, location, columns, lines) as desk:
            yield from _seen(desk, columns)
            yield from _moves(desk, columns)
    for theme in ("dark", "light"):
        with _desk(place, location, 120, 40, theme) as desk:
            yield from _bright(desk, theme)
    with _desk(place, location, 120, 40) as desk:
        yield _bytes("to the terminal from the start until the desk rests", desk.mark(), None)
        for key, what, most in COSTS:
            for sent, done in ((key, what), (b"\x1b", f"Esc after it: {what}")):
                mark = desk.mark()
                desk.send(sent)
                desk.rest(2)
                yield _bytes(f"to the terminal for {done}", desk.mark() - mark, most)


def _fill(location: Location) -> None:
    now = start = datetime.now(UTC)
    with closing(Store(location, clock=lambda: now)) as store:
        store.open()
        choose_default(store, DEFAULT_BOOK)
        for severity, minutes, title in INCIDENTS:
            now = start - timedelta(minutes=minutes)
            ref = store.perform(Declare(by="ana", title=title, severity=severity)).ref
            store.perform(SetPhase(by="ana", ref=ref, phase="investigating"))
        for number in range(NOTES):
            now = start - timedelta(minutes=45 - number)
            store.perform(
                Note(by="bo", ref=ref, text=f"Node {number} is rolled back, its error rate is falling slowly")
            )
        for role in ("tech-lead", "scribe", "communications-manager", "problem-manager"):
            store.perform(Assign(by="ana", ref=ref, role=role, person="cy", saw=()))


def _desk(place: Place, location: Location, columns: int, lines: int, theme: str = "dark") -> Terminal:
    """A desk that has come to rest."""
    command = ["-m", "tui", "--database", location.url, "--as", "ana", "--theme", f"bridgewatch-{theme}"]
    desk = Terminal(
        [sys.executable, *command],
        environment=environment(place.name("home")),
        folder=ROOT,
        columns=columns,
        lines=lines,
    )
    desk.arrival(LIVE)
    desk.rest(2)
    return desk


def _screen(desk: Terminal) -> pyte.Screen:
    shown = pyte.Screen(desk.columns, desk.lines)
    pyte.ByteStream(shown).feed(bytes(desk.raw))
    return shown


def _seen(desk: Terminal, columns: int) -> Iterator[Figure]:
    shown = _screen(desk)
    text = shown.display
    letters = [max((_shared(line, title) for line in text), default=0) for _, _, title in INCIDENTS]
    cells = "".join(text)
    filled = sum(not character.isspace() and character not in FRAMES for character in cells) / len(cells) * 100
    frames = sum(character in FRAMES for character in cells) / len(cells) * 100
    least = {120: 60, 80: 24, 50: 35}[columns]
    yield _least(f"incidents seen of 12, {columns} columns", sum(found >= 8 for found in letters), 12, "")
    yield _least(f"cells of a title, {columns} columns", letters[-1], least, "")
    yield _least(f"cells that carry something, {columns} columns", filled, {120: 45, 80: 60}.get(columns), " %")
    yield _most(f"cells of frames, {columns} columns", frames, 3 if columns >= 80 else None, " %")
    changes = sum(" assigned " in line and "unassigned (" not in line for line in text)
    yield _most(f"rows of bookkeeping on the timeline, {columns} columns", changes, 1, "")


def _shared(line: str, title: str) -> int:
    """How many cells the line has for the title, its sign for a cut included."""
    start = line.find(title[:8])
    if start < 0:
        return 0
    shown = line[start:]
    return next(
        (at for at, (a, b) in enumerate(zip(shown, title, strict=False)) if a != b), min(len(shown), len(title))
    )


def _moves(desk: Terminal, columns: int) -> Iterator[Figure]:
    """Whether Tab leads on, as it is and with one pane in the whole window."""
    for what, before in (("", b""), (", zoomed", b"z")):
        desk.send(before)
        desk.rest(1)
        first = _screen(desk).display
        desk.send(b"\t")
        desk.rest(1)
        moved = _screen(desk).display != first
        yield _least(f"Tab leads to another pane, {columns} columns{what}", float(moved), 1, "")
    desk.send(b"q")
    desk.rest(1)


def _bright(desk: Terminal, theme: str) -> Iterator[Figure]:
    """Contrast after WCAG 2.1, of what is on the screen."""
    shown = _screen(desk)
    levels = {level: _contrast(shown, _cell(shown, f" {level} "), theme) for level in ("P1", "P2", "P3")}
    for level, (contrast, filled) in levels.items():
        yield _least(f"contrast of {level}, {theme}{', a filled badge' if filled else ''}", contrast, 4.5, "")
    yield _least(f"only P1 is filled, {theme}", float([filled for _, filled in levels.values()] == [1, 0, 0]), 1, "")
    here = next(y for y, line in enumerate(shown.display) if "▌" in line)
    row = shown.buffer[here]
    dimmest = min(_ratio(row[x], theme) for x in range(6, shown.columns) if row[x].data.strip())
    yield _least(f"dimmest text on the row in use, {theme}", dimmest, 7, "")


def _cell(shown: pyte.Screen, words: str) -> Callable[[], Char]:
    y, line = next((y, line) for y, line in enumerate(shown.display) if y > 1 and words in line)
    return lambda: shown.buffer[y][line.index(words) + 1]


def _contrast(shown: pyte.Screen, cell: Callable[[], Char], theme: str) -> tuple[float, int]:
    found = cell()
    quiet = shown.buffer[shown.lines - 6][1].bg
    return _ratio(found, theme), int(found.bg != quiet and _distance(found.bg, quiet, theme) > 100)


def _distance(one: str, other: str, theme: str) -> int:
    a, b = (_color(name, BACKGROUND[theme]) for name in (one, other))
    return sum(abs(x - y) for x, y in zip(a, b, strict=True))


def _ratio(cell: Char, theme: str) -> float:
    front, back = _color(cell.fg, FOREGROUND[theme]), _color(cell.bg, BACKGROUND[theme])
    light, dark = sorted((_luminance(front), _luminance(back)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _color(name: str, default: str) -> tuple[int, int, int]:
    value = default if name == "default" else name
    red, green, blue = (int(value[at : at + 2], 16) for at in (0, 2, 4))
    return red, green, blue


def _luminance(color: tuple[int, int, int]) -> float:
    parts = [part / 255 for part in color]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _least(what: str, measured: float, least: float | None, unit: str) -> Figure:
    bar = f"≥ {least:g}{unit}" if least is not None else ""
    met = measured >= least if least is not None else None
    return Figure(subject=SUBJECT, what=what, measured=measured, unit=unit.strip(), bar=bar, met=met)


def _most(what: str, measured: float, most: float | None, unit: str) -> Figure:
    bar = f"≤ {most:g}{unit}" if most is not None else ""
    met = measured <= most if most is not None else None
    return Figure(subject=SUBJECT, what=what, measured=measured, unit=unit.strip(), bar=bar, met=met)


def _bytes(what: str, measured: int, most: int | None) -> Figure:
    return _most(what, measured, most, " B")
