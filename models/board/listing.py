"""Pure: which incidents a board lists, in which order, and which of them somebody asks for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from models.kernel.snapshot import Snapshot
from models.kernel.text import key
from models.policy.phase import DONE_WITH, OPEN, Phase

if TYPE_CHECKING:
    from models.board.views import IncidentRow
    from models.policy.severity import Severity

RECENT = timedelta(hours=24)
"""How long a resolved incident stays on the board."""


def listed(rows: Iterable[IncidentRow], now: datetime) -> list[IncidentRow]:
    """What is not over, the most urgent first: what a desk's board shows, and `list` prints."""
    return sorted((row for row in rows if on_board(row, now)), key=urgency)


def on_board(row: IncidentRow, now: datetime) -> bool:
    """Whether a board shows it: an open one, one resolved within the last day and not closed, one of which customers
    have not read that it is over, or one with updates that did not arrive yet, that somebody waits for, or that no
    approver has seen, or one of which something cannot be read."""
    unseen = any(each.state == "unapproved" for each in row.reviews)
    if row.phase in OPEN or row.unsent or row.promises or unseen or row.damaged or unanswered(row):
        return True
    return row.phase == Phase.RESOLVED and row.resolved_at is not None and now - row.resolved_at < RECENT


def unanswered(row: IncidentRow) -> bool:
    """Whether it was resolved, and what customers read last says that it goes on."""
    if row.phase != Phase.RESOLVED or row.maintenance is not None or row.published_at is None:
        return False
    return row.told in OPEN and row.resolved_at is not None and row.published_at < row.resolved_at


def urgency(row: IncidentRow) -> tuple[bool, str, int]:
    """Orders incidents: open ones first, then by severity, the newest first."""
    return row.phase not in OPEN, row.severity, -row.id


def involves(row: IncidentRow, person: str) -> bool:
    """Whether this person has a role or a task on it, or is offered one."""
    offered = (offer.to for offer in row.offers)
    return key(person) in map(key, (*row.responders, *row.doers, *offered))


class Wanted(Snapshot, frozen=True, kw_only=True):
    """Which incidents somebody asks for; what is empty asks for nothing."""

    person: str = ""
    """Those that involve this person."""
    severities: tuple[Severity, ...] = ()
    phases: tuple[Phase, ...] = ()
    since: datetime | None = None
    """Those declared since then."""

    @property
    def over(self) -> bool:
        """Whether it asks for incidents that no board shows."""
        return any(phase in DONE_WITH for phase in self.phases)

    def has(self, row: IncidentRow) -> bool:
        return (
            (not self.person or involves(row, self.person))
            and (not self.severities or row.severity in self.severities)
            and (not self.phases or row.phase in self.phases)
            and (self.since is None or row.declared_at >= self.since)
        )
