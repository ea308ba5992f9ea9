"""Thank the responders: what its key asks."""

from __future__ import annotations

from models.board.views import IncidentView
from screens.kernel.actions import on_incident
from screens.kernel.desk import Desk
from screens.roles.actions import pick_person


@on_incident("thank")
async def thank(desk: Desk, shown: IncidentView) -> None:
    person = await pick_person(desk, shown, "Thank whom?")
    if person is not None:
        await desk.acting.perform("thank", ref=shown.ref, person=person)
