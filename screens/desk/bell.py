"""The terminal bell: rings once for each new item that waits for the user."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.board.due_times import Need


class Bell:
    """Remembers the items it has rung for."""

    def __init__(self) -> None:
        self._known: set[tuple[int, str, str, str]] | None = None

    def rings_for(self, waiting: Iterable[Need]) -> bool:
        """Whether an item is new since the last call; the items of the first call are not."""
        now = {(need.incident, need.pane, row, need.about) for need in waiting for row in need.names or (need.row,)}
        before, self._known = self._known, now
        return before is not None and bool(now - before)
