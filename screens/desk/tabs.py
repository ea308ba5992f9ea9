"""The line of a narrow window that says which pane stands under the incidents, and what the others have."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from models.policy.audience import Audience
from screens.kernel.rows import Line, Part, cells, line

if TYPE_CHECKING:
    from models.board.views import Board


def tabs(board: Board | None, on: str, below: str, newer: str, now: datetime, room: int) -> Line:
    """Each pane with its number; the one that is shown in brackets, in `room` cells. `newer`: beside the timeline."""
    told = _told(board, now)
    newer = f" {newer}" if newer else ""
    ways = (
        (
            ("roster", f"2 Roster{told['roster']}"),
            ("timeline", f"3 Timeline{newer}"),
            ("status", f"4 Draft{told['status']}"),
        ),
        (("roster", "2 Roster"), ("timeline", f"3 Timeline{newer}"), ("status", f"4 Draft{told['status']}")),
        (("roster", "2 Roles"), ("timeline", f"3 Time{newer}"), ("status", "4 Draft")),
    )
    for way in ways:
        parts = _parts((*way, ("tasks", f"5 Tasks{told['tasks']}")), on, below)
        if cells(parts) <= room:
            return line(*parts)
    return line(*parts)


def _parts(named: tuple[tuple[str, str], ...], on: str, below: str) -> list[Part]:
    parts: list[Part] = []
    for name, words in named:
        shown = name == below
        tone = "key" if name == on else "strong" if shown else "dim"
        parts.append((f"[{words}]" if shown else f" {words} ", tone))
    return parts


def _told(board: Board | None, now: datetime) -> dict[str, str]:
    shown = board.shown if board else None
    if shown is None:
        return {"roster": "", "status": "", "tasks": ""}
    late = any(each.audience is Audience.CUSTOMERS and each.due_at <= now for each in shown.promises)
    return {
        "roster": f" {sum(bool(role.holders) for role in shown.roles)}/{len(shown.roles)}",
        "status": " late" if late else "",
        "tasks": f" {shown.tasks_open}" if shown.tasks_open else "",
    }
