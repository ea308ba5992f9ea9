"""How a board is read: anew, or from the one before and what has changed since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal

from models.board.incidents import RECENT
from models.board.reader import Reader
from models.board.views import Board, IncidentRow, IncidentView
from models.kernel.failures import Refused
from models.kernel.store import Store
from models.policy.phase import OPEN
from models.timeline import window as timeline
from models.timeline.read import PAGE
from models.timeline.window import TimelineView

First = Literal["first"]
"""In place of an incident's number: the first one on the board."""

MOST_AT_ONCE = 5_000
"""The most entries of a timeline that are read in one go."""


def read_board(store: Store, looking_at: int | First | None = None, before: Board | None = None) -> Board:
    """All that a desk shows, looking at one incident; `before` saves reading again what has not changed."""
    now = store.now()
    with store.reading(Reader) as read:
        ticket = read.ticket()
        if before is not None and ticket < before.ticket:  # another history, or a ticket that cannot be read
            before = None
        if before is not None and before.ticket == ticket and looking_at == (before.shown and before.shown.id):
            return before.but(read_at=now, incidents=tuple(_listed(before.incidents, now)))
        store.look_again(read)
        if before is not None and before.names != read.names_version:
            before = None  # every row may name somebody in another way
        return _board(read, ticket, now, looking_at, before)


def read_older(store: Store, board: Board) -> Board:
    """The board with more of its timeline: as much again as it has, so that going far back takes few readings."""
    if board.shown is None or board.timeline.complete or not board.timeline.entries:
        return board
    limit = min(max(PAGE, len(board.timeline.entries)), MOST_AT_ONCE)
    with store.reading(Reader) as read:
        page = read.older(board.shown.id, board.timeline.entries[-1], limit)
    return board.but(timeline=timeline.extended(board.timeline, page, limit))


def rehearse(store: Store, board: Board) -> None:
    """Read what a change of the incident shown leads to: whatever is asked first takes far longer than later."""
    with store.reading(Reader) as read:
        store.look_again(read)
        _board(read, board.ticket, board.read_at, None, board.but(ticket=board.ticket - 1))
        if board.shown is not None:
            read.incident(board.shown.id)
            read.since(board.shown.id, board.timeline.version - 1)


def _board(read: Reader, ticket: int, now: datetime, looking_at: int | First | None, before: Board | None) -> Board:
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
        names=read.names_version,
        aliases=read.names.by_key,
    )


def _shown(
    read: Reader, looking_at: int | None, before: Board | None, changed: set[int]
) -> tuple[IncidentView | None, TimelineView]:
    if looking_at is None:
        return None, TimelineView()
    same = before is not None and before.shown is not None and before.shown.id == looking_at
    if before is not None and same and looking_at not in changed:
        return before.shown, before.timeline
    try:
        shown = read.incident(looking_at)
    except Refused:  # it is not in this database, which was restored from an older backup, say
        return None, TimelineView()
    if before is not None and same:
        window = timeline.joined(before.timeline, read.since(looking_at, before.timeline.version))
        if window.entries:  # else all of it was moved back in time, and nobody knows behind what
            return shown, window
    return shown, timeline.opened(read.newest(looking_at, PAGE), shown.version, PAGE)


def on_board(row: IncidentRow, now: datetime) -> bool:
    """Whether a board shows it: an open one, one resolved within the last day and not closed, or one with updates that
    did not arrive yet, that somebody waits for, or that no approver has seen, or one of which something cannot be
    read."""
    unseen = any(each.state == "unapproved" for each in row.reviews)
    if row.phase in OPEN or row.unsent or row.promises or unseen or row.damaged:
        return True
    return row.phase == "resolved" and row.resolved_at is not None and now - row.resolved_at < RECENT


def _listed(rows: Iterable[IncidentRow], now: datetime) -> Iterator[IncidentRow]:
    return (row for row in rows if on_board(row, now))


def urgency(row: IncidentRow) -> tuple[bool, str, int]:
    """Orders incidents: open ones first, then by severity, the newest first."""
    return row.phase not in OPEN, row.severity, -row.id
