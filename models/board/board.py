"""How a board is read: anew, or from the one before and what has changed since."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from models.board.listing import listed
from models.board.queries import ONE
from models.board.reader import Reader
from models.board.views import Board, IncidentView
from models.kernel.ahead import Question
from models.kernel.failures import Refused
from models.kernel.store import Store
from models.timeline import window as timeline
from models.timeline.read import NEWEST, PAGE, SINCE
from models.timeline.window import TimelineView

Place = datetime | Literal["oldest", "newest"]
"""A place in a timeline: a moment, or one of its ends."""

First = Literal["first"]
"""In place of an incident's number: the first one on the board."""

MOST_AT_ONCE = 5_000
"""The most entries of a timeline that are read in one go."""


def read_board(store: Store, looking_at: int | First | None = None, before: Board | None = None) -> Board:
    """All that a desk shows, looking at one incident; `before` saves reading again what has not changed."""
    now = store.now()

    def board(read: Reader) -> Board:
        read.foresee(_ahead(read, now, looking_at, before), last=looking_at != "first")
        return _board(store, read, now, looking_at, before)

    return store.look(Reader, board)


def _ahead(read: Reader, now: datetime, looking_at: int | First | None, before: Board | None) -> Iterator[Question]:
    """What a board most likely asks, looking at that incident."""
    yield from read.ahead_of_names(anew=before is None)
    yield from read.ahead_of_lists(now, before)
    yield from read.ahead_of_all(before)
    if not isinstance(looking_at, int):
        return
    same = before is not None and before.shown is not None and before.shown.id == looking_at
    row = next((row for row in before.incidents if row.id == looking_at), None) if before is not None else None
    if not same:
        yield from ONE.ahead(incident=looking_at)
        yield NEWEST, {"incident": looking_at, "limit": PAGE}
    elif before is not None:
        yield SINCE, {"incident": looking_at, "number": before.timeline.version}
    yield from read.ahead_of_shown(looking_at, row.resolved_at if row else None)


def read_older(store: Store, board: Board) -> Board:
    """The board with more of its timeline: as much again as it has, so that going far back takes few readings."""
    if board.shown is None or board.timeline.complete or not board.timeline.entries:
        return board
    limit = min(max(PAGE, len(board.timeline.entries)), MOST_AT_ONCE)
    with store.reading(Reader) as read:
        page = read.older(board.shown.id, board.timeline.entries[-1], limit)
    return board.but(timeline=timeline.extended(board.timeline, page, limit))


def read_newer(store: Store, board: Board) -> Board:
    """The board with more of its timeline, towards the newest entry."""
    if board.shown is None or board.timeline.newest or not board.timeline.entries:
        return board
    limit = min(max(PAGE, len(board.timeline.entries)), MOST_AT_ONCE)
    with store.reading(Reader) as read:
        page = read.newer(board.shown.id, board.timeline.entries[0], limit)
    return board.but(timeline=timeline.raised(board.timeline, page, limit))


def read_at(store: Store, board: Board, at: Place) -> Board:
    """The board with another part of its timeline: around that moment, or at one end."""
    if board.shown is None:
        return board
    incident = board.shown.id
    with store.reading(Reader) as read:
        version = read.version(incident)
        if isinstance(at, datetime):
            after, before = read.around(incident, at, PAGE)
            ends = {"newest": len(after) < PAGE, "complete": len(before) < PAGE}
            window = timeline.elsewhere((*after, *before), version, **ends)
        elif at == "oldest":
            page = read.oldest(incident, PAGE)
            window = timeline.elsewhere(page, version, newest=len(page) < PAGE, complete=True)
        else:
            window = timeline.opened(read.newest(incident, PAGE), version, PAGE)
    return board.but(timeline=window)


def rehearse(store: Store, board: Board) -> None:
    """Read what a change of the incident shown leads to: whatever is asked first takes far longer than later."""
    with store.reading(Reader) as read:
        _board(store, read, board.read_at, None, board.but(ticket=board.ticket - 1))
        if board.shown is not None:
            read.incident(board.shown.id)
            read.since(board.shown.id, board.timeline.version - 1)


def _board(store: Store, read: Reader, now: datetime, looking_at: int | First | None, before: Board | None) -> Board:
    ticket = read.ticket()
    if before is not None and ticket < before.ticket:  # another history, or a ticket that cannot be read
        before = None
    if before is not None and before.ticket == ticket and looking_at == (before.shown and before.shown.id):
        return before.but(read_at=now, incidents=tuple(listed(before.incidents, now)))
    store.look_again(read)
    if before is not None and before.names != read.names_version:
        before = None  # every row may name somebody in another way
    changed = read.on_the_board(now) if before is None else read.changed_since(before.ticket)
    rows = {row.id: row for row in before.incidents} if before else {}
    rows |= {row.id: row for row in changed}
    incidents = listed(rows.values(), now)
    if looking_at == "first":
        looking_at = incidents[0].id if incidents else None
        if looking_at is not None:
            newest: Question = NEWEST, {"incident": looking_at, "limit": PAGE}
            read.foresee((*read.ahead_of_shown(looking_at, incidents[0].resolved_at), newest), last=True)
    shown, window = _shown(read, looking_at, before, {row.id for row in changed})
    return Board(
        ticket=ticket,
        read_at=now,
        incidents=tuple(incidents),
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
