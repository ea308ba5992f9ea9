"""What each late import, and each other trick for a light start, saves: `python -m bench imports`."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from argparse import ArgumentParser
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

from bench.fresh import ROOT, Difference, differences, loading
from bench.lightness import TRICKS, Trick

PACKAGES = ("models", "screens", "tui")

STORE = "models.kernel.store"

PAINT = ("tui.cli", "tui.app")
BOARD = ("tui.cli", "msgspec", "models.board.board", STORE)
"""What is loaded by the first paint, and by the process that reads the first board."""


@dataclass(frozen=True, slots=True)
class Late:
    """A module that a file imports inside its functions, in so many places."""

    file: str
    module: str
    lines: int

    @property
    def own(self) -> str:
        """The file as a module."""
        return self.file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@dataclass(frozen=True, slots=True)
class Saved:
    """What a late import saves, and whom."""

    late: Late
    who: str
    """`first paint`, `first board`, or `verb`: whoever else loads the file."""
    difference: Difference
    note: str = ""
    """Why nothing was measured."""

    @property
    def a_line(self) -> float:
        return self.difference.median / self.late.lines


NONE = Difference(0, 0, 0)


def late_imports(root: Path = ROOT) -> list[Late]:
    """Every import that stands inside a function."""
    files = sorted(file for package in PACKAGES for file in (root / package).rglob("*.py"))
    found = [(file.relative_to(root).as_posix(), file.read_text(encoding="utf-8")) for file in files]
    return [late for file, text in found for late in _in_file(file, text, root)]


def _in_file(file: str, text: str, root: Path) -> list[Late]:
    """Those that are not at the top, nor for type checking alone."""
    tree = ast.parse(text)
    nodes = {
        node
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    counted = Counter(module for node in nodes for module in set(_modules(node, root)))
    return [Late(file, module, lines) for module, lines in sorted(counted.items())]


def _modules(node: ast.Import | ast.ImportFrom, root: Path) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    package = node.module or ""
    for alias in node.names:  # from models.doctor import checkpoint
        inner = f"{package}.{alias.name}"
        yield inner if (root / inner.replace(".", "/")).with_suffix(".py").exists() else package


def _loaded(*modules: str) -> frozenset[str]:
    """Everything that is loaded once these are."""
    program = f"{loading(*modules)}import sys\nprint(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return frozenset(told.stdout.split())


def measure(pairs: int, wanted: Iterable[Late]) -> Iterator[Saved]:
    """What each saves the first of those who load its file and not yet the module."""
    paint, board = _loaded(*PAINT), _loaded(*BOARD)
    bases: dict[tuple[str, ...], list[Late]] = defaultdict(list)
    for late in wanted:
        if find_spec(late.module.partition(".")[0]) is None:
            yield Saved(late, _who(late, paint, board), NONE, "is not installed")
        elif late.own in paint and late.module not in paint:
            bases[PAINT].append(late)
        elif late.own in board and late.module not in board:
            bases[BOARD].append(late)
        elif late.module in _loaded(*(base := _verb(late))):
            yield Saved(late, _who(late, paint, board), NONE, "is there already")
        else:
            bases[base].append(late)
    for base, lates in bases.items():
        who = {PAINT: "first paint", BOARD: "first board"}.get(base, "verb")
        modules = sorted({late.module for late in lates})
        took = differences(loading(*base), [loading(*base, module) for module in modules], pairs)
        known = dict(zip(modules, took, strict=True))
        yield from (Saved(late, who, known[late.module]) for late in lates)


def _verb(late: Late) -> tuple[str, ...]:
    """What is loaded for a verb that needs the file, but for the store, which nearly every one opens."""
    opened = () if late.module == STORE else (STORE,)
    return "tui.cli", *opened, late.own


def _who(late: Late, paint: frozenset[str], board: frozenset[str]) -> str:
    return "first paint" if late.own in paint else "first board" if late.own in board else "verb"


def main(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="python -m bench imports", description="Measures what light starts are made of.")
    parser.add_argument("files", nargs="*", metavar="FILE", help="only the late imports of these files")
    parser.add_argument("--pairs", type=int, default=21, help="how often each is measured with and without; 21")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    options = parser.parse_args(arguments)
    lates = [late for late in late_imports() if not options.files or late.file in options.files]
    found: list[Saved] = []
    for saved in measure(options.pairs, lates):
        found.append(saved)
        print(f"  {saved.late.file}: {saved.late.module}", file=sys.stderr)
    tricks = {} if options.files else {trick.what: _trick(trick, options.pairs) for trick in TRICKS}
    print(table(found))
    for what, difference in tricks.items():
        print(f"| {what} | {_milliseconds(difference)} |")
    if options.json:
        known = [
            {**asdict(saved.late), "who": saved.who, "note": saved.note, **saved.difference._asdict()}
            for saved in found
        ]
        told = {"imports": known, "tricks": {what: each._asdict() for what, each in tricks.items()}}
        options.json.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


def _as_json(saved: Saved) -> dict[str, object]:
    return {**asdict(saved.late), "who": saved.who, "note": saved.note, **saved.difference._asdict()}


def _trick(trick: Trick, pairs: int) -> Difference:
    return differences(trick.without, [trick.given], pairs)[0]


def table(found: Iterable[Saved]) -> str:
    """In Markdown, what saves most first."""
    lines = ["| file | imports late | lines | who waits less | saves | a line |", "|---|---|---|---|---|---|"]
    for saved in sorted(found, key=lambda each: (-each.difference.median, each.late.file, each.late.module)):
        late = saved.late
        took = saved.note or _milliseconds(saved.difference)
        cells = (f"`{late.file}`", f"`{late.module}`", str(late.lines), saved.who, took, f"{saved.a_line:.1f}")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _milliseconds(difference: Difference) -> str:
    return f"{difference.median:.1f} ms ({difference.low:.1f} to {difference.high:.1f})"
