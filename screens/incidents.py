"""Pane 1: the incidents, the most urgent first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from models.clocks import age, next_update
from models.policy import OPEN
from screens.pane import Pane
from screens.rows import Row, line
from screens.show import age as age_of
from screens.show import countdown, fit

if TYPE_CHECKING:
    from models.views import IncidentRow

_NARROW = 50
_PHASE_SHORT = 5


class Incidents(Pane):
    """Lists what the board has; while it is filtered, earlier incidents that fit as well."""

    number: ClassVar[int] = 1
    called: ClassVar[str] = "Incidents"

    def __init__(self, *, id: str, me: str) -> None:
        super().__init__(id=id, me=me)
        self.found: tuple[IncidentRow, ...] = ()

    def listed(self) -> list[IncidentRow]:
        """The board's incidents, then the earlier ones that a filter found."""
        rows = list(self.board.incidents) if self.board else []
        known = {row.id for row in rows}
        return rows + [row for row in self.found if self.filter and row.id not in known]

    def make_rows(self, width: int) -> Sequence[Row]:
        now = self.now
        return [self._row(incident, width, now) for incident in self.listed()] if now else []

    def _row(self, row: IncidentRow, width: int, now: datetime) -> Row:
        listed = self.listed()
        phase_width = max(len(incident.phase) for incident in listed) if width >= _NARROW else _PHASE_SHORT
        ref = max(len(incident.ref) for incident in listed)
        title = width - (3 + ref + 1 + 1 + phase_width + 1 + 4 + 1 + 4)
        due = next_update(row)
        left = (due - now).total_seconds() if due else None
        open_ = row.phase in OPEN
        tone = "" if open_ else "dim"
        find = f"{row.severity} {row.ref} {row.title} {row.phase} {row.category or ''} {row.manager or ''}"
        overdue = left is not None and left <= 0
        return Row(
            row.id,
            (
                line(
                    (f"{row.severity} ", row.severity.lower() if open_ else "dim"),
                    (f"{row.ref:<{ref}} ", tone),
                    (fit(row.title, title), tone),
                    (f" {fit(row.phase[:phase_width], phase_width)}", "dim"),
                    (f" {age_of(age(row, now).total_seconds()):>4}", tone),
                    (f" {countdown(left) if left is not None else '':>4}", "bad" if overdue else ""),
                ),
            ),
            find,
        )

    def empty(self) -> str:
        return "No open incident. d declares one; / finds earlier ones."

    def title(self) -> str:
        if self.board is None:
            return ""
        return f"{sum(row.phase in OPEN for row in self.board.incidents)} open"

    def legend(self) -> str:
        return "age · update due" if self.board and self.board.incidents else ""
