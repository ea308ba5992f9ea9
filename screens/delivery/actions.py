"""What did not arrive at other places: having it tried again, and leaving it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.board.due_times import troubled
from screens.kernel.actions import on_incident
from screens.kernel.asking import sent
from screens.kernel.dialogs import Option, Pick
from screens.kernel.form import Answers, Ask, Field

if TYPE_CHECKING:
    from models.board.views import IncidentView
    from models.delivery.views import DeliveryView
    from screens.kernel.desk import Desk


@on_incident("retry")
async def retry(desk: Desk, shown: IncidentView) -> None:
    """Have what did not arrive at other places tried again."""
    await desk.acting.perform("retry", ref=shown.ref)


@on_incident("skip-delivery")
async def leave_out(desk: Desk, shown: IncidentView) -> None:
    """Leave out what a place does not take, for a reason."""
    late = troubled(shown.unsent, desk.clock())
    if not late:
        return
    chosen: DeliveryView | None = late[0]
    if len(late) > 1:
        options = [
            Option(value=each, title=each.place, hint=each.said, key=str(n)) for n, each in enumerate(late[:9], 1)
        ]
        chosen = await desk.acting.ask(Pick(f"Leave it out at which place? · {shown.ref}", options))
    if chosen is not None:
        await _leave_out(desk, shown, chosen)


async def _leave_out(desk: Desk, shown: IncidentView, late: DeliveryView) -> None:
    async def submit(answers: Answers) -> str | None:
        return await sent(desk, "skip-delivery", ref=shown.ref, place=late.place, saw=late.n, **answers)

    behind = sum(each.place == late.place for each in shown.unsent) - 1
    body = f"{late.place} did not take update #{late.n}. {late.said}\n\n{_goes_on(behind)}"
    field = Field(name="reason", label="Why need it not arrive? It stays on the record.")
    keep = f"leave out {shown.ref} {late.place}"
    await desk.acting.ask(Ask(f"Leave out · {shown.ref} at {late.place}", (field,), submit, keep=keep, body=body))


def _goes_on(behind: int) -> str:
    goes_on = f"the {behind} that wait behind it go on" if behind > 1 else "the one that waits behind it goes on"
    return f"It is never sent there; {goes_on if behind else 'nothing waits behind it'}."
