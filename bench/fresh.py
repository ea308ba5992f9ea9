"""Fresh processes that only load something, and the processor time that each took."""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]

_BEGIN = "import gc\ngc.disable()\n"
"""As the desk does: loading makes no garbage."""

_END = "\nimport os\nos._exit(0)\n"
"""Python's own way out takes every module apart, which nobody waits for at a start."""


FEW = 3
"""How many programs are compared with one run of the one without."""


class Difference(NamedTuple):
    """Processor time of a process with something and without, in milliseconds."""

    median: float
    low: float
    high: float
    """Half of all pairs lie between these."""


def loading(*modules: str) -> str:
    """The program that imports these, in their order; `tui` first, which settles which packages are meant."""
    return "\n".join(f"import {module}" for module in ("tui", *modules)) + "\n"


def processor_time(program: str) -> float:
    """Milliseconds, user and system, of a fresh Python that runs it. Raises RuntimeError when it fails."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    command = [sys.executable, "-c", f"{_BEGIN}{program}{_END}"]
    process = os.posix_spawn(sys.executable, command, environment)
    _, status, used = os.wait4(process, 0)
    if status:
        raise RuntimeError(f"This program failed:\n{program}")
    return (used.ru_utime + used.ru_stime) * 1000


def differences(without: str, withs: Sequence[str], pairs: int) -> list[Difference]:
    """What each of these programs takes more than the one `without`, which runs again before every few of them.

    What is compared is near in time, so that a slower minute of the machine falls on both.
    """
    found: list[list[float]] = [[] for _ in withs]
    for program in (without, *withs):  # the first time compiles what is not compiled yet
        processor_time(program)
    for _ in range(pairs):
        floor = 0.0
        for number, (each, program) in enumerate(zip(found, withs, strict=True)):
            if number % FEW == 0:
                floor = processor_time(without)
            each.append(processor_time(program) - floor)
    return [_difference(each) for each in found]


def _difference(values: list[float]) -> Difference:
    low, median, high = statistics.quantiles(values, n=4)
    return Difference(median, low, high)
