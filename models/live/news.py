"""What a link tells its desk: the newest board that is known, and how far it can be trusted."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

    from models.board.views import Board
    from models.kernel.failures import Failure


class State(StrEnum):
    OPENING = "opening"
    """Not reached yet; a remembered board may be there."""
    LIVE = "live"
    READ_ONLY = "read-only"
    LOST = "lost"
    """Unreachable; the link keeps trying."""
    REFUSED = "refused"
    """The database is there and is not one to work with."""


class News(NamedTuple):
    """What a link tells its desk."""

    state: State
    board: Board | None
    """The newest board that is known, however old."""
    failure: Failure | None = None
    """Why it is not live."""
    since: datetime | None = None
    """Since when the board may no longer be what is so."""
    person: str | None = None
    """Whose desk it is, as far as that is known; None: nobody's."""
    clock_trouble: str = ""
    """Why this machine's clock cannot be right; empty: it may be."""
