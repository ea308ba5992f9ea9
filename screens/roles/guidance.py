"""All hints of the incident shown, with their reasons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from screens.kernel.actions import on_incident
from screens.kernel.card import hint_lines
from screens.kernel.dialogs import Pick
from screens.kernel.options import Option
from screens.roles.pane import Roster

if TYPE_CHECKING:
    from models.board.guidance import Hint
    from models.board.views import IncidentView
    from screens.kernel.desk import Desk


@on_incident("hints")
async def hints(desk: Desk, shown: IncidentView) -> None:
    """Show them, and dismiss one after the other."""
    roster = desk.pane("roster")
    if not isinstance(roster, Roster):
        return
    while found := roster.hints():
        hint = await desk.acting.ask(_listed(shown.ref, found))
        if hint is None:
            return
        roster.dismiss(hint)
    desk.notify("No hints on this incident.", title=shown.ref, markup=False)


def _listed(ref: str, found: Sequence[Hint]) -> Pick[Hint]:
    named = enumerate(found[:9], 1)
    options = [Option(value=hint, title=f"Dismiss for an hour: {hint.short}", key=str(n)) for n, hint in named]
    return Pick(f"Hints · {ref}", options, body=lambda width: hint_lines(found, width))
