"""Who holds which role."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from screens.ask import Answers, Ask, Field
from screens.deeds.asking import sent
from screens.dialogs import Option, Pick

if TYPE_CHECKING:
    from models.board.views import IncidentView
    from models.kernel.presence import Desks
    from models.roles.views import RoleView
    from screens.desk import Desk


def role_option(role: RoleView) -> Option[str]:
    held = ", ".join(holder.person for holder in role.holders) or (
        f"— held by {role.stand_in}" if role.stand_in else "✗ uncovered"
    )
    return Option(value=role.key, title=role.name, hint=held, also=role.also)


async def _pick_role(desk: Desk, shown: IncidentView, title: str) -> RoleView | None:
    focused = desk.role()
    empty = next((role.key for role in shown.roles if not role.holders), None)
    at = focused.key if focused is not None and desk.focused_pane == "roster" else empty
    options = [role_option(role) for role in shown.roles]
    key = await desk.acting.ask(Pick(f"{title} · {shown.ref}", options, at=at, search=True))
    return next((role for role in shown.roles if role.key == key), None)


async def assign(desk: Desk) -> None:
    shown = desk.shown
    if shown is None:
        return
    role = await _pick_role(desk, shown, "Give which role?")
    if role is None or desk.board is None:
        return
    holders = tuple(holder.person for holder in role.holders)
    now = f" (now {', '.join(holders)})" if holders else ""
    person = await pick_person(desk, shown, f"{role.name}{now} to whom?", last=holders)
    if person is not None:
        await _move(desk, shown, role, "assign", f"Give {role.name} to {person}", person=person)


async def _move(desk: Desk, shown: IncidentView, role: RoleView, verb: str, title: str, **known: str) -> None:
    """Move a role. Taking it from somebody else asks why, as nobody has handed it over."""
    holders = tuple(holder.person for holder in role.holders)
    fields = {"ref": shown.ref, "role": role.key, "saw": holders, **known}
    if not role.single or set(holders) <= {desk.me} or known.get("person") in holders:
        await desk.acting.perform(verb, **fields)
        return

    async def submit(answers: Answers) -> str | None:
        return await sent(desk, verb, **fields, reason=answers["reason"])

    field = Field(name="reason", label=f"{' and '.join(holders)} has not handed it over. Why now? It may stay empty.")
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
    """Somebody known, with what they hold on that incident and, of those `desks`, whether theirs is open; or new."""
    busy = _held_by(shown) if shown else {}
    known = [person for person in (desk.board.people if desk.board else ()) if person not in without]
    people = [
        Option(
            value=person,
            title=person,
            mark="desk open" if desks and desks.open(person) else "",
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


async def take(desk: Desk) -> None:
    shown = desk.shown
    if shown is None:
        return
    role = await _pick_role(desk, shown, "Take which role?")
    if role is not None:
        await _move(desk, shown, role, "take", f"Take {role.name}")


async def release(desk: Desk) -> None:
    shown, role = desk.shown, desk.role()
    if shown is None or role is None:
        return
    person = await whose(desk, role)
    if person is not None:
        await desk.acting.perform("release", ref=shown.ref, role=role.key, person=person)


async def whose(desk: Desk, role: RoleView) -> str | None:
    """Which of its holders is meant; asked where there are several."""
    people = [holder.person for holder in role.holders]
    if len(people) < 2:
        return next(iter(people), None)
    options = [Option(value=name, title=name) for name in people]
    at = desk.me if desk.me in people else people[0]
    return await desk.acting.ask(Pick(f"Whose {role.name}?", options, at=at))


async def add_role(desk: Desk) -> None:
    shown = desk.shown
    if shown is None:
        return

    async def submit(answers: Answers) -> str | None:
        return await sent(desk, "add-role", ref=shown.ref, **answers)

    fields = (
        Field(name="name", label="Role: a new name, or one of the book for another copy of it"),
        Field(name="label", label="Label, for a copy", placeholder="database, internal, …"),
        Field(name="holders", label="Holders of a new role", choices=(("one", "one"), ("many", "many"))),
    )
    await desk.acting.ask(Ask(f"Add a role to {shown.ref}", fields, submit, keep=f"add-role {shown.ref}"))
