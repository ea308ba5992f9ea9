"""The vocabulary of incidents, and the rules that hang on it alone."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum


class Severity(StrEnum):
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"


class Category(StrEnum):
    FUNCTIONALITY = "functionality"
    SECURITY = "security"
    PERFORMANCE = "performance"
    MAINTENANCE = "maintenance"


class Impact(StrEnum):
    """How many stakeholders feel it."""

    ALL = "all"
    MOST = "most"
    SOME = "some"
    FEW = "few"
    """One or two."""


class Phase(StrEnum):
    TRIAGE = "triage"
    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELED = "canceled"
    MERGED = "merged"


class Answer(StrEnum):
    """What became of an offer to hand a role over."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    OVERTAKEN = "overtaken"
    """The role changed hands by another way meanwhile."""


class NoteKind(StrEnum):
    NOTE = "note"
    THEORY = "theory"
    DECISION = "decision"
    ACTION = "action"
    CUSTOMER = "customer"


class TheoryState(StrEnum):
    """What is believed of a theory."""

    OPEN = "open"
    TESTING = "being tested"
    CONFIRMED = "confirmed"
    RULED_OUT = "ruled out"


class Weight(StrEnum):
    """What evidence says of a theory."""

    FOR = "for"
    AGAINST = "against"
    NEUTRAL = "neutral"


class ComponentState(StrEnum):
    OPERATIONAL = "operational"
    DEGRADED = "degraded"
    PARTIAL_OUTAGE = "partial outage"
    MAJOR_OUTAGE = "major outage"
    MAINTENANCE = "maintenance"


class Audience(StrEnum):
    """Who an update is for."""

    CUSTOMERS = "customers"
    """Outside: whoever reads the status page."""
    TEAM = "team"
    EXECUTIVES = "executives"


class TaskState(StrEnum):
    OPEN = "open"
    BLOCKED = "blocked"
    DONE = "done"
    DROPPED = "dropped"


class StepState(StrEnum):
    """How far a step of the response is."""

    DONE = "done"
    MISSING = "missing"
    SKIPPED = "skipped"
    """Left out on purpose, for a reason."""


class PlaceKind(StrEnum):
    """What sort of place published updates go to."""

    STATUSPAGE = "statuspage"
    """A page at Statuspage, by its REST API."""
    WEBHOOK = "webhook"
    """Any address, which is sent JSON."""
    APPRISE = "apprise"
    """People: chat, mail, and whatever else the library Apprise knows."""


class DeliveryState(StrEnum):
    """How far an update is on its way to a place."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    """Not for want of trying; it is tried again, but somebody should look."""


UNDONE = (TaskState.OPEN, TaskState.BLOCKED)
"""The states of a task that somebody still has to do."""

MEANING: dict[str, str] = {
    Severity.P1: "high",
    Severity.P2: "medium",
    Severity.P3: "low",
    Impact.ALL: "all stakeholders",
    Impact.MOST: "most stakeholders",
    Impact.SOME: "some stakeholders",
    Impact.FEW: "1 to 2 stakeholders",
}
"""What a short value stands for, in words."""

DEFAULT_BOOK = "high-velocity"
"""The role book of a database that nobody chose one for."""

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
