"""Where each pane stands: pure, from the size of the window and the number of rows, at every width."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement

from screens.kernel.pane import NARROW

if TYPE_CHECKING:
    from textual.widget import Widget

PANES = ("incidents", "roster", "timeline", "tasks", "status")
"""In the order of their numbers."""

WIDE = 100
"""From this width on, the incidents stand above everything else, across the whole window."""

LEFT_OF_MIDDLE = 42
"""The left column of a window of 80 columns: an incident on one line with 24 letters of its title."""

DIVIDER = "divider"
TABS = "tabs"


class Rows(NamedTuple):
    """How many lines each list would take."""

    incidents: int
    roster: int


def regions(size: Size, rows: Rows, pane: str, below: str, *, alone: bool) -> dict[str, Region]:
    """The region of each part that is visible, the head of a pane included.

    `pane`: the one that has the focus. `below`: the one under the incidents in a narrow window; of the timeline and
    the tasks, the one that is shown. `alone`: the focused pane has the whole window.
    """
    width, height = size
    if alone or height < 6:
        return {pane: Region(0, 0, width, height)}
    if width < NARROW:
        return _narrow(width, height, rows, below)
    work = "tasks" if below == "tasks" else "timeline"
    if width < WIDE:
        return _middle(width, height, rows, work)
    return _wide(width, height, rows, work)


def _wide(width: int, height: int, rows: Rows, work: str) -> dict[str, Region]:
    top = _between(2, rows.incidents, height // 3) + 1
    left, rest = _between(44, width * 2 // 5 + 3, 56), height - top
    roster = _between(3, rows.roster + 1, rest - _between(3, rest // 3, 9))
    return {
        "incidents": Region(0, 0, width, top),
        "roster": Region(0, top, left, roster),
        "status": Region(0, top + roster, left, rest - roster),
        DIVIDER: Region(left, top, 1, rest),
        work: Region(left + 1, top, width - left - 1, rest),
    }


def _middle(width: int, height: int, rows: Rows, work: str) -> dict[str, Region]:
    left = _between(LEFT_OF_MIDDLE, width // 2, 50)
    top = _between(2, rows.incidents + 1, height - _between(3, rows.roster + 1, height * 2 // 5))
    status = height * 2 // 5 + 1
    right = width - left - 1
    return {
        "incidents": Region(0, 0, left, top),
        "roster": Region(0, top, left, height - top),
        DIVIDER: Region(left, 0, 1, height),
        work: Region(left + 1, 0, right, height - status),
        "status": Region(left + 1, height - status, right, status),
    }


def _narrow(width: int, height: int, rows: Rows, below: str) -> dict[str, Region]:
    top = _between(1, rows.incidents, height * 11 // 20)
    return {
        "incidents": Region(0, 0, width, top),
        TABS: Region(0, top, width, 1),
        below: Region(0, top + 1, width, height - top - 1),
    }


def _between(least: int, wanted: int, most: int) -> int:
    return max(least, min(wanted, most))


class DeskLayout(Layout):
    """Places the children of a widget by their ids; what has no region is not placed."""

    name = "desk"

    def __init__(self, find: Callable[[Size], Mapping[str, Region]]) -> None:
        self._find = find

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        found = self._find(size)
        placed = ((found.get((child.id or "").removesuffix("-place")), child) for child in children)
        return [WidgetPlacement(region, NULL_OFFSET, NULL_SPACING, child) for region, child in placed if region]
