"""Assign roles, take them over, step down, and add roles."""

from __future__ import annotations

from asyncio import wrap_future
from collections.abc import Collection
from contextlib import suppress
from typing import TYPE_CHECKING

from models.board.guidance import hints
from models.board.likely import likely
from models.kernel.failures import Failure
from models.kernel.text import key
from screens.kernel.actions import card_of, on_incident
from screens.kernel.asking import sent
from screens.kernel.choosing import PickSeveral, Search
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
    covers = "covers part" if role.partly else "covers"
    short = "" if role.holders else f"{role.stand_in} {covers}" if role.stand_in else "✗ unassigned"
    return Option(value=role.key, title=role.name, hint=assigned(role), short=short, also=role.also)


async def _pick_role(desk: Desk, shown: IncidentView, title: str) -> RoleView | None:
    """Begins at the selected role, else at the first unassigned one, before others at one that the severity needs."""
    focused = desk.role()
    empty = sorted((role for role in shown.roles if not role.holders), key=lambda role: role.key not in shown.unfilled)
    at = next((role.key for role in empty), None)
    if focused is not None and desk.focused_pane == "roster":
        at = focused.key
    options = [role_option(role) for role in shown.roles]
    chosen = await desk.acting.ask(Search(f"{title} · {shown.ref}", options, at=at))
    return next((role for role in shown.roles if role.key == chosen), None)


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
    """Ask for a person, known or new, the likely ones first; shows each one's roles on the incident and, given `desks`,
    who is online."""
    busy = _held_by(shown) if shown else {}
    known = likely(desk.board, shown or desk.shown, desk.me, last) if desk.board else ()
    people = [
        Option(
            value=person,
            title=person,
            mark=("online" if desks and desks.open(person) else "", "good"),
            hint=", ".join(busy.get(person, ())),
        )
        for person in known
        if person not in without
    ]
    return await desk.acting.ask(Search(title, people, new=str))


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
        takes = await _takes(desk, shown, answers["name"], answers["label"].strip())
        if takes is None:
            return ""
        return await sent(desk, "add-role", ref=shown.ref, **answers, **({"takes": takes} if takes else {}))

    fields = (
        Field(name="name", label="Role name", placeholder="new name, or a playbook role to copy"),
        Field(name="label", label="Label (for a copy)", placeholder="database, internal, …"),
        Field(name="holders", label="Assignees (for a new role)", choices=(("one", "one"), ("many", "many"))),
    )
    await desk.acting.ask(Ask(f"Add role · {shown.ref}", fields, submit, keep=f"add-role {shown.ref}"))


async def _takes(desk: Desk, shown: IncidentView, name: str, label: str) -> tuple[str, ...] | None:
    """Which of the role's responsibilities the copy takes; none: it shares all of them. None: closed."""
    known = [role for role in shown.roles if not role.ad_hoc]
    role = next((role for role in known if key(name) in map(key, (role.key, role.name, *role.also))), None)
    if role is None or not label:
        return ()
    options = [
        Option(value=duty.key, title=duty.text, hint=", ".join(duty.people))
        for one in (*role.primary, *role.secondary)
        for duty in shown.duties
        if duty.key == one
    ]
    body = f"Mark the responsibilities of {role.name} · {label}. None marked: it shares all of them with {role.name}."
    return await desk.acting.ask(PickSeveral(f"Split {role.name}", options, body=body))


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
