"""How a board is read: anew, or from the one before and what has changed since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal

from models import timeline
from models.policy import OPEN
from models.reading import PAGE, RECENT, Reader
from models.views import Board, IncidentRow, IncidentView, TimelineView


def later(board: Board, now: datetime) -> Board:
    """The same board as it is by then, when nothing was written meanwhile."""
    return board.but(read_at=now, incidents=tuple(_listed(board.incidents, now)))


def board(
    read: Reader, ticket: int, now: datetime, looking_at: int | Literal["first"] | None, before: Board | None
) -> Board:
    """All that a desk shows at that ticket, looking at one incident; of `before`, what has not changed is kept."""
    changed = read.on_the_board(now) if before is None else read.changed_since(before.ticket)
    rows = {row.id: row for row in before.incidents} if before else {}
    rows |= {row.id: row for row in changed}
    listed = sorted(_listed(rows.values(), now), key=urgency)
    if looking_at == "first":
        looking_at = listed[0].id if listed else None
    shown, window = _shown(read, looking_at, before, {row.id for row in changed})
    return Board(
        ticket=ticket,
        read_at=now,
        incidents=tuple(listed),
        shown=shown,
        timeline=window,
        people=read.people(before.people if before else ()),
        components=read.components(),
        unsent=tuple(delivery for each in read.unsent.values() for delivery in each),
    )


def _shown(
    read: Reader, looking_at: int | None, before: Board | None, changed: set[int]
) -> tuple[IncidentView | None, TimelineView]:
    if looking_at is None:
        return None, TimelineView()
    same = before is not None and before.shown is not None and before.shown.id == looking_at
    if before is not None and same and looking_at not in changed:
        return before.shown, before.timeline
    shown = read.incident(looking_at)
    if before is not None and same:
        window = timeline.joined(before.timeline, read.since(looking_at, before.timeline.version))
        if window.entries:  # else all of it was moved back in time, and nobody knows behind what
            return shown, window
    return shown, timeline.opened(read.newest(looking_at, PAGE), shown.version, PAGE)


def on_board(row: IncidentRow, now: datetime) -> bool:
    """Whether a board shows it: an open one, one resolved within the last day and not closed, or one with updates that
    did not arrive yet or that somebody waits for."""
    if row.phase in OPEN or row.unsent or row.promises:
        return True
    return row.phase == "resolved" and row.resolved_at is not None and now - row.resolved_at < RECENT


def _listed(rows: Iterable[IncidentRow], now: datetime) -> Iterator[IncidentRow]:
    return (row for row in rows if on_board(row, now))


def urgency(row: IncidentRow) -> tuple[bool, str, int]:
    """Orders incidents: open ones first, then by severity, the newest first."""
    return row.phase not in OPEN, row.severity, -row.id
