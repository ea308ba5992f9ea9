"""Fifty who write at once, as a row of the table: what `bench stress` finds, see there."""

from __future__ import annotations

from collections.abc import Iterator

from bench.figures import Figure
from bench.place import Place
from bench.stress import MOST_SECONDS, stress


def measure(place: Place, kind: str, writers: int, seconds: float) -> Iterator[Figure]:
    """How many faults the checks found, and how long the unluckiest waited."""
    run = stress(kind, place.empty(kind), writers, seconds)
    faults = [words for words in run.wrong if "waited" not in words]
    subject = f"writers · {kind}"
    what = f"{writers} on one incident, {run.done:,} commands done: entries lost, doubled or out of order"
    yield Figure(subject=subject, what=what, measured=len(faults), unit="", bar="none", met=not faults, runs=run.asked)
    yield Figure(
        subject=subject,
        what=f"{writers} on one incident: the longest wait",
        measured=run.longest,
        unit="ms",
        bar=f"≤ {MOST_SECONDS:g} s",
        met=run.longest <= MOST_SECONDS * 1000,
        runs=run.asked,
    )
