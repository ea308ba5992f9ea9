"""What is believed about an incident and what has been ruled out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from models.kernel.snapshot import Snapshot
from models.policy.theory import TheoryState, Weight


class EvidenceView(Snapshot, frozen=True, kw_only=True):
    """What speaks for or against a theory."""

    n: int
    """The number of its first entry."""
    weight: Weight
    text: str
    author: str
    occurred_at: datetime


class TheoryView(Snapshot, frozen=True, kw_only=True):
    """What somebody thinks is wrong."""

    n: int
    """The number of its first entry, which is what commands call it."""
    text: str
    author: str
    occurred_at: datetime
    state: TheoryState
    moved_by: str | None
    """Who gave it its state; None: it has always been open."""
    moved_at: datetime | None
    why: str
    """Why it is so, in the words of whoever said so."""
    evidence: tuple[EvidenceView, ...]
    """The newest first."""


BELIEF = (TheoryState.CONFIRMED, TheoryState.TESTING, TheoryState.OPEN, TheoryState.RULED_OUT)
"""The order in which theories are told: what is believed first, what is believed no more last."""


def by_belief(theories: Iterable[TheoryView]) -> list[TheoryView]:
    """Confirmed ones first, then those being tested, open ones and ruled-out ones; the newest of each first."""
    return sorted(theories, key=lambda theory: (BELIEF.index(theory.state), -theory.n))


def balance(theory: TheoryView) -> str:
    """How much evidence there is, such as “2 for, 1 against”; empty where there is none."""
    counts = {weight: sum(each.weight is weight for each in theory.evidence) for weight in Weight}
    return ", ".join(f"{count} {weight}" for weight, count in counts.items() if count)
