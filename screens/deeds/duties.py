"""Who does what: every duty of the incident, found by its words, its roles and its people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.roles.responsibilities import texts
from screens import cards
from screens.deeds.around import go_to_row
from screens.dialogs import Option, Pick

if TYPE_CHECKING:
    from screens.desk import Desk


async def who(desk: Desk) -> None:
    """Who does it now and why; then to the role."""
    await desk.acting.arrive()
    shown = desk.shown
    if shown is None:
        return
    options = [
        Option(value=duty.role, title=duty.text, also=texts(duty, shown.roles), below=cards.owner(duty))
        for duty in shown.duties
    ]
    pick = Pick(f"Who does what · {shown.ref}", options, search=True, hint="⏎ goes to the role · Esc leaves")
    role = await desk.acting.ask(pick)
    if role is not None:
        await go_to_row(desk, "roster", role)
