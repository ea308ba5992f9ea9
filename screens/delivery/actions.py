"""Failed deliveries: retry them, or skip one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.board.due_times import troubled
from screens.kernel.actions import on_incident
from screens.kernel.asking import sent
from screens.kernel.dialogs import Pick
from screens.kernel.form import Answers, Ask, Field
from screens.kernel.options import Option

if TYPE_CHECKING:
    from models.board.views import IncidentView
    from models.delivery.views import DeliveryView
    from screens.kernel.desk import Desk


@on_incident("retry")
async def retry(desk: Desk, shown: IncidentView) -> None:
    """Retry failed deliveries."""
    await desk.acting.perform("retry", ref=shown.ref)


@on_incident("skip-delivery")
async def leave_out(desk: Desk, shown: IncidentView) -> None:
    """Skip a failed delivery, with a reason."""
    late = troubled(shown.unsent, desk.clock())
    if not late:
        return
    chosen: DeliveryView | None = late[0]
    if len(late) > 1:
        options = [
            Option(value=each, title=each.place, hint=each.said, key=str(n)) for n, each in enumerate(late[:9], 1)
        ]
        chosen = await desk.acting.ask(Pick(f"Skip delivery · {shown.ref}", options))
    if chosen is not None:
        await _skip(desk, shown, chosen)


async def _skip(desk: Desk, shown: IncidentView, late: DeliveryView) -> None:
    async def submit(answers: Answers) -> str | None:
        return await sent(desk, "skip-delivery", ref=shown.ref, place=late.place, saw=late.n, **answers)

    behind = sum(each.place == late.place for each in shown.unsent) - 1
    body = f"Delivery of update #{late.n} to {late.place} failed. {late.said}\n\n{_after_skipping(behind)}"
    field = Field(name="reason", label="Reason for skipping (recorded on the timeline)")
    keep = f"skip delivery {shown.ref} {late.place}"
    await desk.acting.ask(Ask(f"Skip delivery to {late.place} · {shown.ref}", (field,), submit, keep=keep, body=body))


def _after_skipping(behind: int) -> str:
    queued = f"{behind} later updates are queued and will then be sent."
    if behind < 2:
        queued = "1 later update is queued and will then be sent." if behind else "No later updates are queued."
    return f"This update will not be sent there. {queued}"
