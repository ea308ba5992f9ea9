"""What an open desk costs while nobody does anything: processor, bytes to the terminal, memory."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bench import another
from bench.figures import Figure, beside
from bench.place import ROOT, Place
from bench.terminal import Terminal

_OURS = ("bench", "models", "screens", "tui", "__main__", "__mp_main__")
_LOADED = """
import sys
from importlib import import_module
from sqlalchemy import create_engine
LOADED = ("tui.app", "models.kernel.store", "models.kernel.watch", "screens.desk.actions", "models.incident.declare")
for name in LOADED:
    import_module(name)
if sys.argv[1] == "sqlite":
    create_engine("sqlite://").connect()
else:
    create_engine("postgresql+psycopg://")
    import_module("psycopg_binary")
print(*sys.modules)
"""


def measure(place: Place, kinds: tuple[str, ...], seconds: float) -> Iterator[Figure]:
    """All of them rest at the same time, beside each other."""
    with ExitStack() as stack:
        bare = stack.enter_context(place.open_bare())
        equals = {kind: stack.enter_context(place.open_bare(*_libraries(kind))) for kind in kinds}
        desks = {
            f"{kind}, {opened} open": stack.enter_context(place.open_desk(place.database(kind, opened=opened)))
            for kind in kinds
            for opened in (5, 50)
        }
        everyone = [bare, *desks.values()]
        if place.another:
            other = stack.enter_context(place.other())
            other.arrival(another.PAINTED)
            everyone.append(other)
        time.sleep(min(seconds, 10))  # what the start left to do is done
        before = [(_processor(one), one.mark()) for one in everyone]
        time.sleep(seconds)
        spent = [
            ((_processor(one) - cpu) / seconds * 100, (one.mark() - bytes_) / seconds)
            for one, (cpu, bytes_) in zip(everyone, before, strict=True)
        ]
        (floor_cpu, floor_bytes), *rest = spent
        times = f", over {seconds:.0f} s"
        for name, (cpu, bytes_) in zip(desks, rest, strict=False):
            yield Figure(
                subject="idle",
                what=f"processor{times}, {name}",
                measured=cpu,
                unit="%",
                floor=floor_cpu,
                beside="bare Textual, idle",
                bar="≤ 0.5 %",
                met=cpu <= 0.5,
            )
            yield Figure(
                subject="idle",
                what=f"to the terminal{times}, {name}",
                measured=bytes_,
                unit="B/s",
                floor=floor_bytes,
                beside="bare Textual, idle",
                bar="≤ 20 B/s",
                met=bytes_ <= 20,
            )
        if place.another:
            name, desk = next(reversed(desks.items()))
            (cpu, bytes_), (other_cpu, other_bytes) = rest[-2], rest[-1]
            yield beside(f"processor at rest{times}, {name}", [cpu], [other_cpu], "%")
            yield beside(f"to the terminal at rest{times}, {name}", [bytes_], [other_bytes], "B/s")
            pss = [_megabytes(one, "Pss") for one in (desk, other)]
            yield beside(f"memory, proportional, {name}", pss[:1], pss[1:], "MB")
        for name, desk in desks.items():
            equal = equals[name.partition(",")[0]]
            yield _memory(f"proportional, {name}", "Pss", desk, equal)
            yield _memory(f"resident, {name}", "Rss", desk, equal)


def _memory(what: str, field: str, desk: Terminal, equal: Terminal) -> Figure:
    here, floor = _megabytes(desk, field), _megabytes(equal, field)
    return Figure(
        subject="memory",
        what=what,
        measured=here,
        unit="MB",
        floor=floor,
        beside="bare Textual + the same imports",
        bar="≤ 1.3 ×",
        met=here <= 1.3 * floor,
    )


def _libraries(kind: str) -> list[str]:
    """The modules of others that a desk on such a database loads."""
    command = [sys.executable, "-c", _LOADED, kind]
    loaded = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    return [name for name in loaded.stdout.split() if name.partition(".")[0] not in _OURS]


def _processor(terminal: Terminal) -> float:
    """Seconds that the process has computed so far, all its threads together."""
    threads = Path(f"/proc/{terminal.process.pid}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9


def _megabytes(terminal: Terminal, field: str) -> float:
    lines = Path(f"/proc/{terminal.process.pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:")) / 1024
