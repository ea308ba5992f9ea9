"""Pane 1: the incidents, most urgent first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from models.board.due_times import age, maintenance_stage, maintenance_turn, overdue
from models.kernel.wording import the
from models.policy.audience import Audience
from models.policy.phase import OPEN
from screens.kernel.pane import Pane
from screens.kernel.rows import Line, Part, Row, line
from screens.kernel.show import age as age_of
from screens.kernel.show import countdown, fit, safe
from screens.kernel.show import width as cells_of

if TYPE_CHECKING:
    from models.board.views import IncidentRow


_NARROW = 50
"""Below this width an incident takes two lines."""

_TITLE = 16
"""The least width of a title beside the count of tasks."""


class _Wide(NamedTuple):
    """The widest value of each column, in cells."""

    ref: int
    phase: int
    tasks: int
    """0: no incident has open tasks."""
    due: int
    """One more where the next update is an internal one."""


class Incidents(Pane):
    """Lists the incidents of the board; with a filter, also past incidents that match."""

    number: ClassVar[int] = 1
    called: ClassVar[str] = "Incidents"

    def __init__(self, *, id: str, me: str, keys: Mapping[str, str]) -> None:
        super().__init__(id=id, me=me, keys=keys)
        self.found: tuple[IncidentRow, ...] = ()
        self.looking = False
        """Whether past incidents are still being searched."""

    def listed(self) -> list[IncidentRow]:
        """The incidents of the board, the selected one even if it has left it, then past ones that match the filter."""
        rows: list[IncidentRow] = list(self.board.incidents) if self.board else []
        shown = self.board.shown if self.board else None
        if shown is not None and all(row.id != shown.id for row in rows):
            rows.append(shown)
        known = {row.id for row in rows}
        return rows + [row for row in self.found if self.filter and row.id not in known]

    def make_rows(self, width: int) -> Sequence[Row]:
        rows = self.listed()
        if self.now is None or not rows:
            return []
        wide = _Wide(
            ref=max(len(row.ref) for row in rows),
            phase=max(len(_phase(row, self.now)) for row in rows),
            tasks=len(str(max(row.tasks_open for row in rows) or "")),
            due=max(len(_countdown(row, self.now)[0]) for row in rows),
        )
        return [self._row(row, width, wide, self.now) for row in rows]

    def _row(self, row: IncidentRow, width: int, wide: _Wide, now: datetime) -> Row:
        phase = _phase(row, now)
        left, urgent = _countdown(row, now)
        late: Part = (f"{left:>{wide.due}}", urgent)
        old = f" {age_of(age(row, now).total_seconds()):>4}"
        severity: Part = (f"{row.severity} ", row.severity.lower() if row.phase in OPEN else "dim")
        tone = "" if row.phase in OPEN else "dim"
        ref = f"{row.ref:<{wide.ref}} "
        if width < _NARROW:
            title = fit(row.title, width - len(severity[0]) - len(ref))
            todo = f" ☐{row.tasks_open}" if row.tasks_open else ""
            below = line(
                "   ", (fit(phase, width - 8 - wide.due - len(todo)), "dim"), (todo, "dim"), (old, "dim"), late
            )
            lines: tuple[Line, ...] = (line(severity, (ref, tone), (title, tone)), below)
        else:
            room = width - len(severity[0]) - len(ref) - wide.phase - 6 - wide.due
            todo = _todo(row, room, wide)
            title = fit(row.title, room - len(todo))
            more = ((f" {phase:<{wide.phase}}", "dim"), (todo, "dim"), (old, tone), late)
            lines = (line(severity, (ref, tone), (title, tone), *more),)
        people = " ".join((row.manager or "", row.updater or "", *row.responders))
        find = f"{row.severity} {row.ref} {row.title} {phase} {row.category or ''} {people}"
        return Row(row.id, lines, find)

    def empty(self) -> str:
        declare, search = self.key("declare"), self.key("filter")
        return f"No open incidents. Press {declare} to declare one, {search} to search past incidents."

    def _why_nothing(self) -> str:
        if self.filter and self.looking:
            return "Searching past incidents…"
        return super()._why_nothing() if self.board else "Loading incidents…"

    def title(self) -> str:
        if self.board is None:
            return ""
        return f"{sum(row.phase in OPEN for row in self.board.incidents)} open"

    def legend(self) -> str:
        if self.board is None or self.now is None or not self.board.incidents:
            return ""
        late = overdue(self.board, self.now)
        if late is not None:
            row, promise = late
            to = "" if promise.audience is Audience.CUSTOMERS else f" for {the(promise.audience)}"
            owner = safe(row.updater or "unassigned")
            ways = (
                f"▲ {row.ref}: update{to} overdue (owner: {owner})",
                f"▲ {row.ref}: update overdue (owner: {owner})",
                f"▲ {row.ref} overdue (owner: {owner})",
                f"▲ {row.ref} overdue ({owner})",
            )
            return next((words for words in ways if cells_of(words) <= self.legend_room), ways[-1])
        soon = any(row.promises and row.promises[0].audience is not Audience.CUSTOMERS for row in self.board.incidents)
        return "age · next update (i: internal)" if soon else "age · next update"


def _phase(row: IncidentRow, now: datetime) -> str:
    """The phase of the incident, or the stage of scheduled maintenance."""
    return maintenance_stage(row, now) or str(row.phase)


def _countdown(row: IncidentRow, now: datetime) -> Part:
    """How long until the next update to any audience; an internal one is marked."""
    first = next(iter(row.promises), None)
    due = first.due_at if first else maintenance_turn(row, now)
    if due is None:
        return (" " * 5, "")
    left = (due - now).total_seconds()
    mark = " " if first is None or first.audience is Audience.CUSTOMERS else " i"
    return (f"{mark}{countdown(left):>4}", "bad" if left <= 0 else "")


def _todo(row: IncidentRow, room: int, wide: _Wide) -> str:
    """The number of open tasks, if there are any and titles keep enough room."""
    cells = 2 + wide.tasks
    if not wide.tasks or room - cells < _TITLE:
        return ""
    return f"{f' ☐{row.tasks_open}' if row.tasks_open else '':>{cells}}"
