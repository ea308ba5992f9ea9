"""Which incident a desk looks at, and the board that is read for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from models.kernel.failures import Refused
from models.kernel.presence import Desks

if TYPE_CHECKING:
    from models.board.board import First
    from models.board.views import Board
    from models.kernel.store import Store


class ShownIncident:
    """`at` is the number of the incident; "first" until somebody goes to one; None: there is none."""

    def __init__(self) -> None:
        self.at: int | First | None = "first"

    def stay_with(self, board: Board) -> None:
        """Where the first incident was wanted, go on with the one that the board shows."""
        if self.at == "first" and board.shown is not None:
            self.at = board.shown.id

    def fits(self, board: Board) -> bool:
        """Whether the board shows what the desk looks at."""
        return self.at in ("first", board.shown.id if board.shown else None)

    def with_away(self, store: Store, board: Board, desks: Callable[[Store], Desks]) -> Board:
        """The board, and who of those that roles are offered to is offline."""
        waiting = {offer.to for offer in board.shown.offers} if board.shown else set()
        known = desks(store) if waiting else Desks()
        away = tuple(sorted(person for person in waiting if known.open(person) is False))
        return board if board.away == away else board.but(away=away)

    def read(self, store: Store, before: Board | None) -> Board:
        """The board as it is now."""
        from models.board.board import read_board

        at = self.at
        try:
            board = read_board(store, at, before)
            if self.at == at:
                self.stay_with(board)
            return board
        except Refused:  # there is no such incident, perhaps no more: another database may lie there now
            if self.at == at:
                self.at = None
            return read_board(store, None, before)
