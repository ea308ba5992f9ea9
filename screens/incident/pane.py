"""Pane 1: the incidents, most urgent first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from models.board.due_times import maintenance_stage
from models.policy.phase import OPEN
from models.policy.severity import MOST_URGENT
from screens.incident.columns import columns, drawn
from screens.kernel.pane import NARROW, Pane
from screens.kernel.rows import Row

if TYPE_CHECKING:
    from models.board.views import IncidentRow


FIRST = "g"
"""The key that goes to the first row of a list."""


class Incidents(Pane):
    """Lists the incidents of the board; with a filter, also past incidents that match."""

    number: ClassVar[int] = 1
    called: ClassVar[str] = "Incidents"

    def __init__(self, *, id: str, me: str, keys: Mapping[str, str]) -> None:
        super().__init__(id=id, me=me, keys=keys)
        self.found: tuple[IncidentRow, ...] = ()
        self.looking = False
        """Whether past incidents are still being searched."""
        self._heads = ""

    @property
    def gutter_cells(self) -> int:  # type: ignore[override]
        """In the narrowest windows each cell is a title's."""
        return 0 if self.app.size.width < NARROW else 1

    def listed(self) -> list[IncidentRow]:
        """The incidents of the board, the selected one even if it has left it, then past ones that match the filter."""
        rows: list[IncidentRow] = list(self.board.incidents) if self.board else []
        shown = self.board.shown if self.board else None
        if shown is not None and all(row.id != shown.id for row in rows):
            rows.append(shown)
        known = {row.id for row in rows}
        return rows + [row for row in self.found if self.filter and row.id not in known]

    def make_rows(self, width: int) -> Sequence[Row]:
        rows, now = self.listed(), self.now
        if now is None or not rows:
            return []
        wide = columns(rows, width, now)
        self._heads = wide.heads()
        return [Row(row.id, (drawn(row, wide, now),), _find(row, now)) for row in rows]

    def empty(self) -> str:
        declare, search = self.key("declare"), self.key("filter")
        return f"No open incidents. Press {declare} to declare one, {search} to search past incidents."

    def _why_nothing(self) -> str:
        if self.filter and self.looking:
            return "Searching past incidents…"
        return super()._why_nothing() if self.board else "Loading incidents…"

    def name_shown(self) -> str:
        return f"{self.called} {sum(row.phase in OPEN for row in self.board.incidents)}" if self.board else self.called

    def legend(self) -> str:
        """The names of the columns; where the most urgent incidents are out of sight, how many those are."""
        hidden = self._hidden()
        return f"{hidden} {MOST_URGENT} above ({FIRST})" if hidden else self._heads

    def _hidden(self) -> int:
        """How many of the most urgent open incidents are scrolled out of sight."""
        above = self.rows[: self.scroll_offset.y]
        rows = {row.id: row for row in (self.board.incidents if self.board else ())}
        return sum(_most_urgent(rows[each.key]) for each in above if isinstance(each.key, int) and each.key in rows)


def _most_urgent(row: IncidentRow) -> bool:
    return row.severity is MOST_URGENT and row.phase in OPEN


def _find(row: IncidentRow, now: datetime) -> str:
    """The text that a filter searches."""
    phase = maintenance_stage(row, now) or row.phase
    people = " ".join((row.manager or "", row.updater or "", *row.responders))
    return f"{row.severity} {row.ref} {row.title} {phase} {row.category or ''} {people}"
