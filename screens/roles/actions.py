"""Assign roles, take them over, step down, and add roles."""

from __future__ import annotations

from asyncio import wrap_future
from collections.abc import Collection
from contextlib import suppress
from typing import TYPE_CHECKING

from models.board.guidance import hints
from models.kernel.failures import Failure
from screens.kernel.actions import card_of, on_incident
from screens.kernel.asking import sent
from screens.kernel.dialogs import Pick, TextDialog
from screens.kernel.form import Answers, Ask, Field
from screens.kernel.options import Option
from screens.roles.card import assigned, role_card

if TYPE_CHECKING:
    from models.board.views import IncidentView
    from models.kernel.presence import Desks
    from models.roles.views import HoldingView, RoleView
    from screens.kernel.desk import Desk


def role_option(role: RoleView) -> Option[str]:
    short = "" if role.holders else f"{role.stand_in} covers" if role.stand_in else "✗ unassigned"
    return Option(value=role.key, title=role.name, hint=assigned(role), short=short, also=role.also)


async def _pick_role(desk: Desk, shown: IncidentView, title: str) -> RoleView | None:
    focused = desk.role()
    empty = next((role.key for role in shown.roles if not role.holders), None)
    at = focused.key if focused is not None and desk.focused_pane == "roster" else empty
    options = [role_option(role) for role in shown.roles]
    key = await desk.acting.ask(Pick(f"{title} · {shown.ref}", options, at=at, search=True))
    return next((role for role in shown.roles if role.key == key), None)


@on_incident("assign")
async def assign(desk: Desk, shown: IncidentView) -> None:
    role = await _pick_role(desk, shown, "Assign role")
    if role is None or desk.board is None:
        return
    holders = tuple(holder.person for holder in role.holders)
    now = f" (now {', '.join(holders)})" if holders else ""
    person = await pick_person(desk, shown, f"Assign {role.name}{now} to", last=holders)
    if person is not None:
        await _move(desk, shown, role, "assign", f"Assign {role.name} to {person}", person=person)


async def _move(desk: Desk, shown: IncidentView, role: RoleView, verb: str, title: str, **known: str) -> None:
    """Assign a role. If it is reassigned without a handover, ask for the reason."""
    holders = tuple(holder.person for holder in role.holders)
    fields = {"ref": shown.ref, "role": role.key, "saw": holders, **known}
    if not role.single or set(holders) <= {desk.me} or known.get("person") in holders:
        await desk.acting.perform(verb, **fields)
        return

    async def submit(answers: Answers) -> str | None:
        return await sent(desk, verb, **fields, reason=answers["reason"])

    field = Field(name="reason", label=f"{' and '.join(holders)} has not handed over this role. Reason (optional)")
    await desk.acting.ask(Ask(f"{title} · {shown.ref}", (field,), submit, keep=f"{verb} {shown.ref} {role.key}"))


async def pick_person(
    desk: Desk,
    shown: IncidentView | None,
    title: str,
    *,
    last: Collection[str] = (),
    without: Collection[str] = (),
    desks: Desks | None = None,
) -> str | None:
    """Ask for a person, known or new; shows each one's roles on the incident and, given `desks`, who is online."""
    busy = _held_by(shown) if shown else {}
    known = [person for person in (desk.board.people if desk.board else ()) if person not in without]
    people = [
        Option(
            value=person,
            title=person,
            mark=("online" if desks and desks.open(person) else "", "good"),
            hint=", ".join(busy.get(person, ())),
        )
        for person in sorted(known, key=lambda name: (name in last, name.casefold()))
    ]
    return await desk.acting.ask(Pick(title, people, search=True, new=str))


def _held_by(shown: IncidentView) -> dict[str, list[str]]:
    held: dict[str, list[str]] = {}
    for role in shown.roles:
        for holder in role.holders:
            held.setdefault(holder.person, []).append(role.name)
    return held


@on_incident("take")
async def take(desk: Desk, shown: IncidentView) -> None:
    role = await _pick_role(desk, shown, "Take over role")
    if role is not None:
        await _move(desk, shown, role, "take", f"Take over {role.name}")


@on_incident("release")
async def release(desk: Desk, shown: IncidentView) -> None:
    role = desk.role()
    if role is None:
        return
    person = await whose(desk, role)
    if person is not None:
        await desk.acting.perform("release", ref=shown.ref, role=role.key, person=person)


async def whose(desk: Desk, role: RoleView) -> str | None:
    """The assignee of the role; asks if there are several."""
    people = [holder.person for holder in role.holders]
    if len(people) < 2:
        return next(iter(people), None)
    options = [Option(value=name, title=name) for name in people]
    at = desk.me if desk.me in people else people[0]
    return await desk.acting.ask(Pick(f"Assignee of {role.name}", options, at=at))


@on_incident("add-role")
async def add_role(desk: Desk, shown: IncidentView) -> None:
    async def submit(answers: Answers) -> str | None:
        return await sent(desk, "add-role", ref=shown.ref, **answers)

    fields = (
        Field(name="name", label="Role name", placeholder="new name, or a playbook role to copy"),
        Field(name="label", label="Label (for a copy)", placeholder="database, internal, …"),
        Field(name="holders", label="Assignees (for a new role)", choices=(("one", "one"), ("many", "many"))),
    )
    await desk.acting.ask(Ask(f"Add role · {shown.ref}", fields, submit, keep=f"add-role {shown.ref}"))


@card_of("roster")
async def card(desk: Desk, shown: IncidentView) -> None:
    """Show the selected role in full."""
    role = desk.role()
    if role is not None:
        history = await _history(desk, shown, role)
        now = desk.clock()
        found = hints(desk.board, shown, desk.me, now) if desk.board else ()
        await desk.acting.ask(TextDialog(role.name, lambda width: role_card(shown, role, history, found, now, width)))


async def _history(desk: Desk, shown: IncidentView, role: RoleView) -> tuple[HoldingView, ...]:
    """The previous assignees; empty while the database is offline."""
    if desk.current:
        with suppress(Failure):
            return await wrap_future(desk.link.read(lambda read: read.history(shown.id, role.key)))
    return ()
