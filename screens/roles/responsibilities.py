"""The responsibilities of the incident, found by their text, roles and people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.roles.responsibilities import texts
from screens.kernel.actions import on_incident
from screens.kernel.dialogs import Pick
from screens.kernel.going import go_to_row
from screens.kernel.options import Option
from screens.roles.card import owner_part

if TYPE_CHECKING:
    from models.board.views import IncidentView
    from screens.kernel.desk import Desk


@on_incident("who")
async def who(desk: Desk, shown: IncidentView) -> None:
    """List who does each responsibility now and why; selecting one goes to its role."""
    options = [
        Option(value=duty.role, title=duty.text, also=texts(duty, shown.roles), below=owner_part(duty))
        for duty in shown.duties
    ]
    pick = Pick(f"Responsibilities · {shown.ref}", options, search=True, hint="⏎ go to role · Esc close")
    role = await desk.acting.ask(pick)
    if role is not None:
        await go_to_row(desk, "roster", role)
