"""Where an incident is in its life cycle, and where it may go from there."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum


class Phase(StrEnum):
    TRIAGE = "triage"
    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELED = "canceled"
    MERGED = "merged"


OPEN = (Phase.TRIAGE, Phase.INVESTIGATING, Phase.IDENTIFIED, Phase.MONITORING)
"""The phases in which people are still at work on the incident."""

PUBLIC = (Phase.INVESTIGATING, Phase.IDENTIFIED, Phase.MONITORING, Phase.RESOLVED)
"""The phases that a status page knows."""

DONE_WITH = (Phase.CLOSED, Phase.CANCELED, Phase.MERGED)
"""The phases in which nobody looks at the incident any more: what customers read of it stays as it is."""

_REOPEN = (Phase.INVESTIGATING, Phase.IDENTIFIED, Phase.MONITORING)

NEXT: dict[Phase, tuple[Phase, ...]] = {
    **{phase: tuple(p for p in (*OPEN, Phase.RESOLVED, Phase.CANCELED) if p is not phase) for phase in OPEN},
    Phase.RESOLVED: (Phase.CLOSED, *_REOPEN),
    Phase.CLOSED: (Phase.RESOLVED, *_REOPEN),
    Phase.CANCELED: (Phase.TRIAGE, *_REOPEN),
    Phase.MERGED: (Phase.TRIAGE, *_REOPEN),
}
"""Where an incident may go from each phase by `phase`; steps back are allowed and recorded. `merge` leads to merged."""


def public(phase: Phase) -> Phase:
    """The phase that customers are told while the incident is in `phase`."""
    if phase in PUBLIC:
        return phase
    return Phase.INVESTIGATING if phase is Phase.TRIAGE else Phase.RESOLVED


def promising(phase: Phase, due_at: datetime | None, told_at: datetime | None) -> bool:
    """Whether an audience waits for an update: while people are at work, and then where it was promised one with words.

    `due_at`: what was promised with its last update, or put off until; `told_at`: when that was.
    """
    return phase in OPEN or (phase is Phase.RESOLVED and due_at is not None and told_at is not None)
