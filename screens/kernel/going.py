"""Go to a row of a pane."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.policy.audience import Audience

if TYPE_CHECKING:
    from screens.kernel.desk import Desk


async def go_to_row(desk: Desk, pane: str, row: str) -> None:
    """Go to that row of a pane, whatever it was filtered by; empty: to the pane."""
    if pane == "status" and row:
        desk.drafting.address(Audience(row))
    desk.go_to(pane)
    if row and pane != "status":
        await desk.acting.arrive()
        desk.pane(pane).set_filter("")
        desk.pane(pane).point_at(row)
        desk.pane(pane).cursor = row  # a pane that is only now coming to be seen has no rows yet
