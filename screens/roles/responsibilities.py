"""The responsibilities of the incident, found by their text, roles and people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.roles.responsibilities import texts
from screens.kernel.actions import on_incident
from screens.kernel.dialogs import Pick
from screens.kernel.going import go_to_row
from screens.kernel.options import Option
from screens.roles.card import assigned, owner_part

if TYPE_CHECKING:
    from models.board.views import IncidentView
    from models.roles.views import ResponsibilityView, RoleView
    from screens.kernel.desk import Desk


@on_incident("who")
async def who(desk: Desk, shown: IncidentView) -> None:
    """List who does each responsibility now and why; selecting one goes to its role, or settles who does it alone."""
    options = [
        Option(value=duty.key, title=duty.text, also=texts(duty, shown.roles), below=owner_part(duty))
        for duty in shown.duties
    ]
    several = any(duty.shares for duty in shown.duties)
    hint = "⏎ go to role, or settle several owners · Esc close" if several else "⏎ go to role · Esc close"
    chosen = await desk.acting.ask(Pick(f"Responsibilities · {shown.ref}", options, search=True, hint=hint))
    duty = next((duty for duty in shown.duties if duty.key == chosen), None)
    if duty is not None and duty.shares:
        await _settle(desk, shown, duty)
    elif duty is not None:
        await go_to_row(desk, "roster", duty.role)


async def _settle(desk: Desk, shown: IncidentView, duty: ResponsibilityView) -> None:
    """Ask which of its owners does it from then on."""
    options = [
        Option(value=share.role, title=share.name, hint=", ".join(share.people), key=str(place))
        for place, share in enumerate(duty.shares, 1)
    ]
    body = f"{duty.text}: who does it?"
    chosen = await desk.acting.ask(Pick(f"Several owners · {shown.ref}", options, body=body))
    if chosen is not None:
        await desk.acting.perform("split", ref=shown.ref, duty=duty.key, role=chosen)


@on_incident("split")
async def split(desk: Desk, shown: IncidentView) -> None:
    """Give a responsibility of a role that has copies to the role or to one of them."""
    copied = {role.book_role for role in shown.roles if role.ad_hoc and role.book_role}
    if not copied:
        desk.notify(f"{shown.ref} has no labelled copy of a role.", title="Split", severity="warning")
        return
    duties = {duty: role.book_role for role in shown.roles if role.key in copied for duty in _had(role)}
    options = [
        Option(value=duty.key, title=duty.text, also=texts(duty, shown.roles), below=owner_part(duty))
        for duty in shown.duties
        if duty.key in duties
    ]
    chosen = await desk.acting.ask(Pick(f"Split responsibilities · {shown.ref}", options, search=True))
    if chosen is None:
        return
    roles = [
        Option(value=role.key, title=role.name, hint=assigned(role), key=str(place))
        for place, role in enumerate((role for role in shown.roles if role.book_role == duties[chosen]), 1)
    ]
    role = await desk.acting.ask(Pick(f"Who does it · {shown.ref}", roles))
    if role is not None:
        await desk.acting.perform("split", ref=shown.ref, duty=chosen, role=role)


def _had(role: RoleView) -> tuple[str, ...]:
    return *role.primary, *role.secondary
