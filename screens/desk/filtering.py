"""The filter of a pane. Rows that the desk has not loaded are searched in the database."""

from __future__ import annotations

from asyncio import Future, wrap_future
from typing import TYPE_CHECKING

from models.kernel.failures import Failure
from screens.incident.pane import Incidents
from screens.kernel.key_queue import turns
from screens.timeline.pane import Timeline

if TYPE_CHECKING:
    from models.board.views import IncidentRow
    from screens.kernel.desk import DeskScreen


FOUND = 50
"""The most past incidents that a filter lists."""

SEARCHED = 20_000
"""The most timeline entries that a filter loads."""


class Filtering:
    """The filter of the pane that has the focus."""

    def __init__(self, desk: DeskScreen) -> None:
        self._desk = desk
        self._asking = False

    async def begin(self) -> None:
        """Ask for the filter text, in place of the footer."""
        from screens.kernel.fields import OneLine  # with Textual's fields: the first paint does not need them

        desk = self._desk
        words = desk.pane(desk.focused_pane).filter
        if not desk.query(OneLine):
            box = OneLine(placeholder="filter text · ⏎ apply · Esc clear", id="filter")
            await desk.query_one("#bottom").mount(box)
        box = desk.query_one("#filter", OneLine)
        with box.prevent(OneLine.Changed):
            box.value = words
        self._ask(True)
        box.focus()

    def _ask(self, asking: bool) -> None:
        """Show the field in place of the footer, or the footer again; nothing else is drawn."""
        self._asking = asking
        for box in self._desk.query("#filter"):
            box.display = asking
        self._desk.query_one("#footer").display = not asking

    def narrow(self, words: str) -> None:
        """Show the matching rows while the user types."""
        desk = self._desk
        if desk.focused_pane == "incidents":
            desk.query_one(Incidents).looking = bool(words)
            desk.run_worker(self._find(words), exclusive=True, group="find")
        desk.pane(desk.focused_pane).set_filter(words)
        self.read_on()

    async def _find(self, words: str) -> None:
        """Search the database for incidents that are no longer on the board, page by page."""
        incidents = self._desk.query_one(Incidents)
        found: dict[int, IncidentRow] = {}
        below: int | None = None
        while incidents.looking:
            try:
                rows, below = await self._look(words, below)
            except Failure:
                rows, below = (), None
            found |= {row.id: row for row in rows}
            incidents.found = tuple(found.values())
            incidents.looking = below is not None and len(found) < FOUND
            incidents.draw()

    def _look(self, words: str, below: int | None) -> Future[tuple[tuple[IncidentRow, ...], int | None]]:
        return wrap_future(self._desk.link.read(lambda read: read.found(words, below)))

    def read_on(self) -> None:
        """Load older entries until the filtered timeline fills its pane or reaches the limit."""
        pane, board = self._desk.query_one(Timeline), self._desk.board
        if not pane.filter or board is None or board.timeline.complete or len(board.timeline.entries) >= SEARCHED:
            return
        if sum(row.key is not None for row in pane.rows) < pane.size.height:
            self._desk.link.older(board.timeline)

    async def keep(self) -> None:
        """Close the filter field and keep the filter."""
        desk = self._desk
        turn = turns(desk).turn
        self._ask(False)
        desk.go_to(desk.focused_pane)
        turns(desk).settle(turn)
        chosen = desk.pane(desk.focused_pane).chosen
        if desk.focused_pane == "incidents" and isinstance(chosen, int):
            desk.look_at(chosen)

    async def clear(self) -> bool:
        """Clear the filter; False if there was none."""
        desk = self._desk
        asking, pane = self._asking, desk.pane(desk.focused_pane)
        if not asking and not pane.filter:
            return False
        pane.set_filter("")
        if asking:
            await self.keep()
        return True
