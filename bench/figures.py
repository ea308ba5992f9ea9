"""What was measured, beside its floor, and the table that shows it."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from bench import another


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One row of the table."""

    subject: str
    what: str
    measured: float
    unit: str
    floor: float | None = None
    beside: str = ""
    """What the floor is."""
    bar: str = ""
    """The bar, in words; empty: there is none."""
    met: bool | None = None
    """Whether it is met; None: there is no bar."""
    runs: int = 1

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def ratio(
    subject: str, what: str, measured: Sequence[float], floor: Sequence[float], beside: str, most: float
) -> Figure:
    """Medians in milliseconds, whose bar is so many times the floor."""
    here, there = statistics.median(measured), statistics.median(floor)
    return Figure(
        subject=subject,
        what=what,
        measured=here,
        unit="ms",
        floor=there,
        beside=beside,
        bar=f"≤ {most:g} ×",
        met=here <= most * there,
        runs=len(measured),
    )


def beside(what: str, measured: Sequence[float], there: Sequence[float], unit: str) -> Figure:
    """Medians, beside those of another application; no bar."""
    return Figure(
        subject=f"beside {another.NAME}",
        what=what,
        measured=statistics.median(measured),
        unit=unit,
        floor=statistics.median(there),
        beside=f"{another.NAME}, which is no floor",
        runs=len(measured),
    )


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that so many percent do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def table(figures: Sequence[Figure]) -> str:
    """For people, in columns."""
    head = ("subject", "what", "measured", "floor", "ratio", "bar", "", "runs", "the floor is")
    rows = [head, *(_cells(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(wide) for cell, wide in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _cells(figure: Figure) -> tuple[str, ...]:
    met = {True: "✓", False: "✗ missed", None: ""}[figure.met]
    floor = "" if figure.floor is None else _number(figure.floor, figure.unit)
    times = f"{figure.measured / figure.floor:.2f} ×" if figure.floor else ""
    measured = _number(figure.measured, figure.unit)
    return figure.subject, figure.what, measured, floor, times, figure.bar, met, str(figure.runs), figure.beside


def _number(value: float, unit: str) -> str:
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:.{digits}f} {unit}"
