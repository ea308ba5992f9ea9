"""Who does what: every duty of the incident, found by its words, its roles and its people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.roles.responsibilities import texts
from screens.kernel.actions import on_incident
from screens.kernel.dialogs import Option, Pick
from screens.kernel.going import go_to_row
from screens.roles.card import owner_part

if TYPE_CHECKING:
    from models.board.views import IncidentView
    from screens.kernel.desk import Desk


@on_incident("who")
async def who(desk: Desk, shown: IncidentView) -> None:
    """Who does it now and why; then to the role."""
    options = [
        Option(value=duty.role, title=duty.text, also=texts(duty, shown.roles), below=owner_part(duty))
        for duty in shown.duties
    ]
    pick = Pick(f"Who does what · {shown.ref}", options, search=True, hint="⏎ goes to the role · Esc leaves")
    role = await desk.acting.ask(pick)
    if role is not None:
        await go_to_row(desk, "roster", role)
