"""Hand over roles: offer them, answer offers, withdraw them."""

from __future__ import annotations

from asyncio import wrap_future
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from models.kernel.failures import Failure, Unreachable
from models.policy.phase import OPEN
from screens.kernel.actions import on_incident
from screens.kernel.asking import sent
from screens.kernel.card import BODY, text
from screens.kernel.choosing import Search
from screens.kernel.dialogs import Pick, TextDialog
from screens.kernel.form import Answers, Ask, Field
from screens.kernel.options import Option
from screens.kernel.show import age, wrap
from screens.roles.actions import pick_person, role_option, whose
from screens.roles.brief import brief_now

if TYPE_CHECKING:
    from models.board.views import IncidentView
    from models.roles.views import OfferView, RoleView
    from screens.kernel.desk import Desk


_EVERYTHING, _OTHERS = "", "*"
"""Stand for all roles of the user, and for those of others, in place of a role's key."""

_SEEN_AT_ONCE = 12
"""The lines of a handover brief that fit in the dialog."""


@on_incident("offer")
async def hand_over(desk: Desk, shown: IncidentView) -> None:
    """Answer an offer made to the user, withdraw the selected one that they made, or offer a role."""
    role = desk.role() if desk.focused_pane == "roster" else None
    here = [offer for offer in shown.offers if role is None or offer.role == role.key]
    to_me = next((offer for offer in here if offer.to == desk.me), None)
    from_me = next((offer for offer in here if role is not None and _mine(offer, desk.me)), None)
    if to_me is not None:
        await _answer(desk, shown, to_me)
    elif from_me is not None:
        await _withdraw(desk, shown, from_me)
    else:
        await _offer(desk, shown)


def _mine(offer: OfferView, me: str) -> bool:
    return me in (offer.by, offer.holder)


async def _offer(desk: Desk, shown: IncidentView) -> None:
    held = await _held(desk)
    offered = {(offer.role, offer.holder) for offer in shown.offers}
    left = [role for role in shown.roles if any((role.key, each.person) not in offered for each in role.holders)]
    mine = [role for role in left if desk.me in [holder.person for holder in role.holders]]
    others = [role for role in left if role not in mine and desk.me == shown.manager]
    options = [role_option(role) for role in mine]
    if others:
        options.append(Option(value=_OTHERS, title="A role of someone else", hint="you manage the incident"))
    if held:
        hint = f"{len(held)} role{'s' * (len(held) > 1)} on all open incidents"
        options.insert(0, Option(value=_EVERYTHING, title="All my roles", hint=hint))
    if not options:
        desk.notify("You have no roles to hand over.", title="Hand over", severity="warning")
        return
    chosen = await desk.acting.ask(Search(f"Hand over · {shown.ref}", options, at=_at(desk, mine, held)))
    if chosen == _OTHERS:
        options, focused = [role_option(role) for role in others], desk.role()
        at = focused.key if focused is not None else None
        chosen = await desk.acting.ask(Search(f"Hand over a role of someone else · {shown.ref}", options, at=at))
    if chosen == _EVERYTHING:
        await _offer_everything(desk, held)
        return
    role = next((role for role in left if role.key == chosen), None)
    if role is not None:
        await _offer_one(desk, shown, role)


def _at(desk: Desk, mine: Sequence[RoleView], held: Sequence[tuple[int, str]]) -> str:
    """Of the user's own roles the selected one, or all if they have several, or the only one."""
    focused = desk.role() if desk.focused_pane == "roster" else None
    if focused is not None and focused.key in [role.key for role in mine]:
        return focused.key
    return _EVERYTHING if len(held) > 1 or not mine else mine[0].key


async def _offer_one(desk: Desk, shown: IncidentView, role: RoleView) -> None:
    holder = await whose(desk, role)
    if holder is None:
        return
    desks = await wrap_future(desk.link.desks())
    person = await pick_person(desk, shown, f"Hand over {role.name} to", without={holder}, desks=desks)
    if person is None:
        return
    saw = tuple(each.person for each in role.holders)

    async def submit(answers: Answers) -> str | None:
        return await sent(desk, "offer", ref=shown.ref, role=role.key, person=person, holder=holder, saw=saw, **answers)

    title = f"Offer {role.name} to {person} · {shown.ref}"
    keep = f"offer {shown.ref} {role.key} {person}"
    await desk.acting.ask(Ask(title, _BRIEF, submit, keep=keep, body=_facts(person, "this incident")))


_BRIEF = (
    Field(name="brief", label="What else is there to know?", lines=True),
    Field(name="objectives", label="Objectives", lines=True),
    Field(name="risks", label="Risks and constraints", lines=True),
)
"""What no table holds; each may stay empty."""


def _facts(person: str, what: str) -> str:
    return (
        f"{person} reads the facts of {what} as they are by then: situation, roles, tasks, decisions, theories, "
        "updates. Add what only you know, or nothing."
    )


async def _held(desk: Desk) -> list[tuple[int, str]]:
    """The incidents and roles that the user has and has not offered yet."""
    rows = desk.board.incidents if desk.board else ()
    wanted = [row.id for row in rows if row.phase in OPEN and desk.me in row.responders]
    views = await wrap_future(desk.link.read(lambda read: [read.incident(number) for number in wanted]))
    return [
        (view.id, role.key)
        for view in views
        for role in view.roles
        if desk.me in [holder.person for holder in role.holders]
        and not any(offer.role == role.key and offer.holder == desk.me for offer in view.offers)
    ]


async def _offer_everything(desk: Desk, held: list[tuple[int, str]]) -> None:
    """Offer each role separately; one that fails is reported and does not stop the others."""
    desks = await wrap_future(desk.link.desks())
    person = await pick_person(desk, None, "Hand over all roles to", without={desk.me}, desks=desks)
    if person is None:
        return
    left = list(held)

    async def submit(answers: Answers) -> str | None:
        refused = []
        while left:
            number, role = left[0]
            try:
                known = {"ref": f"INC-{number}", "role": role, "person": person, "holder": desk.me}
                await desk.acting.attempt("offer", **known, **answers)
            except Unreachable as failure:
                return f"{len(held) - len(left)} of {len(held)} offered. {failure}"
            except Failure as failure:
                refused.append(f"INC-{number} {role}: {failure}")
            left.pop(0)
        desk.notify(f"Offered {len(held) - len(refused)} of {len(held)} roles to {person}.", title="Hand over")
        if refused:
            desk.notify("\n".join(refused), title="Not offered", severity="warning", timeout=15)
        return None

    body = _facts(person, "each incident")
    await desk.acting.ask(Ask(f"Offer all roles to {person}", _BRIEF, submit, keep="offer", body=body))


async def _answer(desk: Desk, shown: IncidentView, offer: OfferView) -> None:
    waited = age((desk.clock() - offer.at).total_seconds())
    title = f"{offer.name} on {shown.ref}, offered by {offer.by} {waited} ago"
    options = [
        Option(value="accept", title="Accept", hint=f"you take over from {offer.holder} now", key="a"),
        Option(value="word", title="Accept with a message", key="w"),
        Option(value="decline", title="Decline with a message", hint=f"{offer.holder} stays assigned", key="d"),
        Option(value="later", title="Decide later", key="l"),
        Option(value="read", title="Read the whole brief", key="r"),
    ]
    chosen: str | None = "read"
    while chosen == "read":
        brief = await brief_now(desk, shown, offer)
        long = len(wrap(brief, BODY)) > _SEEN_AT_ONCE
        chosen = await desk.acting.ask(Pick(title, options if long else options[:-1], body=brief))
        if chosen == "read":
            await desk.acting.ask(TextDialog(title, partial(text, brief)))
    if chosen == "accept":
        await desk.acting.perform("accept", ref=shown.ref, role=offer.role, holder=offer.holder, brief=brief)
    elif chosen == "word":
        await _say(desk, shown, offer, "accept", "Accept", brief=brief)
    elif chosen == "decline":
        await _say(desk, shown, offer, "decline", "Decline")


async def _say(desk: Desk, shown: IncidentView, offer: OfferView, verb: str, title: str, **also: str) -> None:
    """Answer with a message."""

    async def submit(answers: Answers) -> str | None:
        return await sent(desk, verb, ref=shown.ref, role=offer.role, holder=offer.holder, **also, **answers)

    field = Field(name="word", label=f"Message for {offer.by}")
    asked = Ask(f"{title} {offer.name} · {shown.ref}", (field,), submit, keep=f"{verb} {shown.ref} {offer.role}")
    await desk.acting.ask(asked)


async def _withdraw(desk: Desk, shown: IncidentView, offer: OfferView) -> None:
    options = (
        Option(value=True, title="Withdraw offer", hint=f"{offer.holder} stays assigned", key="y"),
        Option(value=False, title="Keep offer", key="n"),
    )
    title = f"Withdraw offer of {offer.name} to {offer.to}"
    if await desk.acting.ask(Pick(title, options, body=await brief_now(desk, shown, offer))):
        await desk.acting.perform("withdraw", ref=shown.ref, role=offer.role, holder=offer.holder)


async def _choose(desk: Desk, offers: Sequence[OfferView], title: str) -> OfferView | None:
    """The only offer, or the one that the user selects."""
    if len(offers) < 2:
        return next(iter(offers), None)
    options = [
        Option(value=str(place), title=offer.name, hint=f"{offer.holder} → {offer.to}", key=str(place))
        for place, offer in enumerate(offers, 1)
    ]
    chosen = await desk.acting.ask(Pick(title, options))
    return offers[int(chosen) - 1] if chosen else None


@on_incident("accept")
async def accept(desk: Desk, shown: IncidentView) -> None:
    offer = await _choose(desk, [offer for offer in shown.offers if offer.to == desk.me], f"Accept offer · {shown.ref}")
    if offer is not None:
        await _answer(desk, shown, offer)


@on_incident("decline")
async def decline(desk: Desk, shown: IncidentView) -> None:
    offer = await _choose(
        desk, [offer for offer in shown.offers if offer.to == desk.me], f"Decline offer · {shown.ref}"
    )
    if offer is not None:
        await _say(desk, shown, offer, "decline", "Decline")


@on_incident("withdraw")
async def withdraw(desk: Desk, shown: IncidentView) -> None:
    offer = await _choose(
        desk, [offer for offer in shown.offers if _mine(offer, desk.me)], f"Withdraw offer · {shown.ref}"
    )
    if offer is not None:
        await _withdraw(desk, shown, offer)
