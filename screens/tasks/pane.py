"""Pane 5, in place of the timeline: the tasks and their assignees."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from models.policy.task import UNDONE, TaskState
from screens.kernel.pane import Pane, row_keys
from screens.kernel.rows import Line, Part, Row, line
from screens.kernel.show import age, countdown, fit, wrap
from screens.kernel.show import width as wide
from screens.process.view import beside_steps

if TYPE_CHECKING:
    from models.tasks.views import TaskView


_SIGNS = {TaskState.OPEN: "☐", TaskState.BLOCKED: "▣", TaskState.DONE: "☑", TaskState.DROPPED: "☒"}

_ORDER = list(TaskState)

_NARROW = 54
"""Below this width a task takes two lines."""

_DUE = 5


class Tasks(Pane):
    """Open tasks, earliest due first; then blocked, done and canceled ones."""

    number: ClassVar[int] = 5
    called: ClassVar[str] = "Tasks"
    BINDINGS: ClassVar[list[BindingType]] = row_keys("tasks")

    def make_rows(self, width: int) -> Sequence[Row]:
        now = self.now
        if now is None:
            return []
        ordered = sorted(self._all, key=_order)
        return [Row(str(task.number), self._shown(task, width, now), _find(task)) for task in ordered]

    @property
    def _all(self) -> tuple[TaskView, ...]:
        return self.board.shown.tasks if self.board and self.board.shown else ()

    @property
    def pointed_at(self) -> TaskView | None:
        """The task under the cursor."""
        return next((task for task in self._all if str(task.number) == self.chosen), None)

    def _shown(self, task: TaskView, width: int, now: datetime) -> tuple[Line, ...]:
        over = task.state not in UNDONE
        number = max(len(str(task.number)) for task in self._all)
        start = f"{_SIGNS[task.state]} {task.number:>{number}}  "
        due = _due(task, now)
        tone = "dim" if over else "warn" if task.state is TaskState.BLOCKED else ""
        mine = "accent" if self.me in task.people and not over else "dim" if task.why != "owner" or over else ""
        room = width - len(start) - _DUE - 1
        if width < _NARROW:
            lines = [
                line((start, tone), (fit(task.title, width - len(start)), tone)),
                line(" " * len(start), (fit(_who(task, now), room), mine), " ", due),
            ]
        else:
            who = min(max(wide(_who(other, now)) for other in self._all), room // 2)
            title = fit(task.title, room - who - 2)
            lines = [line((start, tone), (title, tone), "  ", (fit(_who(task, now), who), mine), " ", due)]
        if task.reason:
            lines += [line((" " * len(start) + part, "dim")) for part in wrap(task.reason, width - len(start))]
        return tuple(lines)

    def empty(self) -> str:
        if self.board and self.board.shown is None:
            return "No incident selected."
        return f"No tasks. Press {self.key('add-task')} to add one."

    def title(self) -> str:
        if self.board is None or self.board.shown is None:
            return ""
        return f"{self.board.shown.ref} · {self.board.shown.tasks_open} open"

    def legend(self) -> str:
        return beside_steps(self, "assignee · due" if self._all else "")


def _order(task: TaskView) -> tuple[int, bool, float, int]:
    due = task.due_at.timestamp() if task.due_at else 0.0
    return _ORDER.index(task.state), task.due_at is None, due, task.number


def _who(task: TaskView, now: datetime) -> str:
    people = ", ".join(task.people)
    if task.unconfirmed is not None and task.state in UNDONE:
        return f"{task.owner}, not confirmed {age((now - task.unconfirmed).total_seconds()).strip()}"
    if task.state not in UNDONE or task.why == "owner":
        return task.owner or ""
    if task.why == "role":
        return f"{people} ({task.role_name})"
    if task.why == "stand-in":
        return f"{people} for {task.role_name}"
    return f"— {task.role_name}" if task.role_name else "— unassigned"


def _due(task: TaskView, now: datetime) -> Part:
    if task.due_at is None or task.state not in UNDONE:
        return " " * _DUE, ""
    left = (task.due_at - now).total_seconds()
    return f"{countdown(left):>{_DUE}}", "bad" if left <= 0 and task.state is TaskState.OPEN else ""


def _find(task: TaskView) -> str:
    return " ".join((task.title, task.state, *task.people, task.role_name or "", task.reason, f"task {task.number}"))
