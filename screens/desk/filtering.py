"""The filter of a pane. What the desk has not loaded is searched in the database."""

from __future__ import annotations

from asyncio import wrap_future
from typing import TYPE_CHECKING

from models.kernel.failures import Failure
from screens.incident.pane import Incidents
from screens.kernel.key_queue import turns
from screens.timeline.hits import Hits
from screens.timeline.pane import Timeline

if TYPE_CHECKING:
    from asyncio import Future

    from models.board.views import IncidentRow
    from models.kernel.entry import EntryView
    from screens.kernel.desk import DeskScreen


FOUND = 50
"""The most past incidents that a filter lists."""

PAGE = 100
"""How many entries of a timeline are found at once: more than a screen has lines."""


class Filtering:
    """The filter of the pane that has the focus."""

    def __init__(self, desk: DeskScreen) -> None:
        self._desk = desk
        self._asking = False
        self._asked: tuple[int, str, int] | None = None
        """What the timeline was searched for last: the incident, the words, and the version that it had."""

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
        self.heard()

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

    def heard(self) -> None:
        """Search the filtered timeline, unless that was done for these words and all that is written by now."""
        pane, board = self._desk.query_one(Timeline), self._desk.board
        if not pane.searches or board is None or board.shown is None or not self._desk.current:
            self._asked = None
            if pane.looking:
                pane.looking = False
                pane.draw()
            return
        asked = (board.shown.id, pane.filter, board.shown.version)
        if asked != self._asked:
            self._asked, pane.looking = asked, pane.found() is None
            pane.draw()
            self._desk.run_worker(self._search(pane, *asked), exclusive=True, group="search")

    def read_on(self, *, first: bool) -> None:
        """Load more of the timeline, as its cursor is near the first row or the last one."""
        pane, board = self._desk.query_one(Timeline), self._desk.board
        newer = first != pane.oldest_first
        if pane.searches:
            if not newer:
                self._find_older(pane)
        elif board is not None and board.timeline.entries:
            window = board.timeline
            if newer and not window.newest:
                self._desk.link.newer(window)
            elif not newer and not window.complete:
                self._desk.link.older(window)

    def _find_older(self, pane: Timeline) -> None:
        hits = pane.found()
        if hits is None or hits.complete:
            return
        asked = (hits.incident, hits.words, hits.version)
        if asked == self._asked:  # else it is being searched anew
            self._desk.run_worker(self._search(pane, *asked, hits), exclusive=True, group="search")

    async def _search(
        self, pane: Timeline, incident: int, words: str, version: int, before: Hits | None = None
    ) -> None:
        """Show the newest that is found, or what is older than what was found `before`; then count all of it."""
        known = before.entries if before else ()
        shown = pane.found()
        limit = PAGE if before or shown is None else max(PAGE, len(shown.entries))
        try:
            found = await self._page(incident, words, limit, known[-1] if known else None)
            hits = Hits(incident, words, version, (*known, *found), len(found) < limit, before and before.total)
            if hits.complete:
                hits = hits._replace(total=len(hits.entries))
            pane.looking, pane.hits = False, hits
            pane.draw()
            if hits.total is None:
                count = await wrap_future(self._desk.link.glance(lambda read: read.count(incident, words)))
                pane.hits = hits._replace(total=count)
                pane.draw()
        except Failure:
            pane.looking, self._asked = False, None
            pane.draw()

    def _page(self, incident: int, words: str, limit: int, than: EntryView | None) -> Future[tuple[EntryView, ...]]:
        return wrap_future(self._desk.link.glance(lambda read: read.search(incident, words, limit, than)))

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
