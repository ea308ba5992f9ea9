"""The panes between the header and the footer: which of them are seen, and where."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from textual.geometry import Region, Size
from textual.layout import Layout
from textual.widget import Widget

from screens.desk.layout import DIVIDER, PANES, TABS, DeskLayout, Rows, regions
from screens.desk.tabs import tabs
from screens.incident.pane import Incidents
from screens.kernel.line import Divider, LineBar
from screens.kernel.pane import NARROW, Pane, Place
from screens.roles.pane import Roster
from screens.tasks.pane import Tasks
from screens.timeline.pane import Timeline
from screens.updates.pane import Status

if TYPE_CHECKING:
    from models.board.views import Board


_USUAL_ROLES = 8
"""How many rows are kept for the roster until an incident is there."""


class Window(Widget):
    """Holds the panes under their heads."""

    def __init__(self, *, me: str, keys: Mapping[str, str]) -> None:
        """`keys`: the key of each verb."""
        self.incidents = Incidents(id="incidents", me=me, keys=keys)
        others = (kind(id=name, me=me, keys=keys) for name, kind in _OTHERS.items())
        self.panes: dict[str, Pane] = {"incidents": self.incidents, **{str(pane.id): pane for pane in others}}
        self._places = {name: Place(pane) for name, pane in self.panes.items()}
        self._divider, self._tabs = Divider(id=DIVIDER), LineBar(id=TABS)
        super().__init__(*self._places.values(), self._divider, self._tabs, id="window")
        self.on = "incidents"
        """The pane that has the focus, or had it last."""
        self._below = "roster"
        """The pane under the incidents where there is room for one."""
        self._work = "timeline"
        """Which of the timeline and the tasks is shown."""
        self._board: Board | None = None
        self._laid_out: dict[str, Region] = {}
        self._layout_of_desk = DeskLayout(self._regions)

    @property
    def layout(self) -> Layout:
        return self._layout_of_desk

    @property
    def narrow(self) -> bool:
        return self.app.size.width < NARROW

    @property
    def alone(self) -> bool:
        """Whether the focused pane has the whole window: on demand, and while the draft is edited in a narrow one."""
        return self.screen.has_class("-zoomed") or (self.narrow and self.screen.has_class("-editing"))

    def focus_on(self, name: str) -> None:
        """Let that pane be seen, with a bright head; the timeline and the tasks share one place."""
        self.on = name
        if name in ("timeline", "tasks"):
            self._work = name
        if name != "incidents":
            self._below = name
        for other, pane in self.panes.items():
            pane.head.set_class(other == name, "-focused")

    def after(self, step: int) -> str:
        """The next pane, or the one before; the hidden one of timeline and tasks only where one pane is seen."""
        one = self.narrow or self.alone
        ring = [name for name in PANES if one or name not in ("timeline", "tasks") or name == self._work]
        return ring[(ring.index(self.on) + step) % len(ring)]

    def lay_out(self, board: Board | None, now: datetime) -> None:
        """Place the panes anew where their places have changed."""
        self._board = board
        found = self._regions(self.size)
        for name, place in self._places.items():
            place.display = name in found
            self.panes[name].head.display = not self.narrow or len(found) == 1
        self._divider.display = DIVIDER in found
        self._tabs.display = TABS in found
        if TABS in found:
            self.draw_tabs(now)
        if found != self._laid_out:
            self._laid_out = found
            self.refresh(layout=True)

    def draw_tabs(self, now: datetime) -> None:
        """Draw the line of a narrow window that has the heads' place."""
        timeline = self.panes["timeline"]
        newer = timeline.newer if isinstance(timeline, Timeline) and self._below == "timeline" else ""
        self._tabs.set_line(tabs(self._board, self.on, self._below, newer, now, self.size.width))

    def _regions(self, size: Size) -> dict[str, Region]:
        shown = self._board.shown if self._board else None
        roles = sum(len(row.lines) for row in self.panes["roster"].rows) if shown else _USUAL_ROLES
        rows = Rows(max(1, len(self.incidents.listed())), roles)
        below = self._below if self.narrow else self._work
        return regions(size, rows, self.on, below, alone=self.alone)


_OTHERS: dict[str, type[Pane]] = {"roster": Roster, "timeline": Timeline, "tasks": Tasks, "status": Status}
