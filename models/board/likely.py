"""Pure: in which order people are offered, where somebody is to be named."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from models.policy.phase import OPEN

if TYPE_CHECKING:
    from models.board.views import Board, IncidentRow, IncidentView


def likely(board: Board, shown: IncidentView | None, me: str, last: Collection[str] = ()) -> tuple[str, ...]:
    """Everybody whom the board knows: who is at work on the incident shown, the latest to act first; who is at work on
    others; the rest by name. The reader comes after those at work, and after everybody `last`: who has it already."""
    known = dict.fromkeys(sorted(board.people, key=str.casefold))
    at_work = dict.fromkeys(_at_work(board, shown))
    first = [name for name in at_work if name in known and name != me and name not in last]
    rest = [name for name in known if name not in first and name != me and name not in last]
    mine = [me] if me in known and me not in last else []
    return (*first, *mine, *rest, *(name for name in known if name in last))


def _at_work(board: Board, shown: IncidentView | None) -> Iterator[str]:
    if shown is not None:
        if board.shown is not None and board.shown.id == shown.id:
            yield from (entry.author for entry in board.timeline.entries)
        yield from _on(shown)
    newest = sorted(board.incidents, key=lambda row: (row.phase not in OPEN, -row.id))
    for row in newest:
        yield from _on(row)


def _on(row: IncidentRow) -> Iterator[str]:
    yield from row.responders
    yield from (offer.to for offer in row.offers)
    yield from (person for task in row.due for person in task.people)
    yield row.declared_by
