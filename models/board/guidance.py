"""Pure: what experience advises about who holds what. Hints are only told; nothing follows from them by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from models.policy.phase import OPEN

if TYPE_CHECKING:
    from models.board.views import Board, IncidentView
    from models.roles.views import OfferView, RoleView


MANY_INCIDENTS = 3
"""On how many open incidents somebody holds roles before a hint says so."""

SPAN_OF_CONTROL = 7
"""How many people a manager leads on one incident before a hint says so."""

LONG_COMMAND = timedelta(hours=3)
"""How long somebody manages an incident before a hint says so."""

_OWN_ADVICE = "This advice is Bridgewatch's own."

_OWN = "This limit is Bridgewatch's own."


class Hint(NamedTuple):
    """Something worth a thought."""

    role: str
    """The key of the role that it is about."""
    words: str
    short: str
    """The same, where there is little room."""
    why: str
    """The reason, and where the figure comes from."""
    about: str
    """What it says of whom: the same while its figures change."""


def hints(board: Board, shown: IncidentView, me: str, now: datetime) -> tuple[Hint, ...]:
    """What the reader could think about on the incident shown, which is one of the board's or an earlier one."""
    return tuple(_hints(board, shown, me, now)) if shown.phase in OPEN else ()


def _hints(board: Board, shown: IncidentView, me: str, now: datetime) -> Iterator[Hint]:
    mine = [offer for offer in shown.offers if me in (offer.by, shown.manager) and offer.to in board.away]
    for person in dict.fromkeys(offer.to for offer in mine):
        yield _about_away(person, [offer for offer in mine if offer.to == person])
    command = next((role for role in shown.roles if role.manages and role.holders), None)
    if command is not None:
        yield from _about_command(command, [role for role in shown.roles if not role.manages], now)
    yield from _about_shares(shown)
    for person in shown.responders:
        refs = [row.ref for row in board.incidents if row.phase in OPEN and person in row.responders]
        if len(refs) >= MANY_INCIDENTS:
            held = next(role for role in shown.roles if person in _people(role))
            yield Hint(
                held.key,
                f"{person} has roles on {len(refs)} incidents",
                f"{person} on {len(refs)} incidents",
                f"One person on {', '.join(refs)} has little time for each. {_OWN}",
                f"many incidents: {person}",
            )


def _about_shares(shown: IncidentView) -> Iterator[Hint]:
    """One for each role whose copies do the same."""
    told = {duty.shares: duty.text for duty in reversed(shown.duties) if duty.shares}
    for shares, text in reversed(told.items()):
        count = sum(duty.shares == shares for duty in shown.duties)
        people = " and ".join(dict.fromkeys(person for share in shares for person in share.people))
        more = f" and {count - 1} more" if count > 1 else ""
        yield Hint(
            shares[-1].role,
            f"{people} both have “{text}”{more}",
            f"{count} with several owners",
            "Two people may do the same work, or each may rely on the other. Select it among the responsibilities to"
            f" settle who does it. {_OWN_ADVICE}",
            f"several owners: {shares[-1].role}",
        )


def _about_command(command: RoleView, others: Sequence[RoleView], now: datetime) -> Iterator[Hint]:
    chief = command.holders[0]
    also = [role for role in others if chief.person in _people(role)]
    if also:
        yield Hint(
            also[0].key,
            f"{chief.person} is {command.name} and also {', '.join(role.name for role in also)}",
            f"{chief.person} has {1 + len(also)} roles",
            "The incident manager should delegate the work: PagerDuty's incident response guide.",
            f"several roles: {chief.person}",
        )
    led = {person for role in others for person in _people(role)} - {chief.person}
    if len(led) > SPAN_OF_CONTROL:
        yield Hint(
            command.key,
            f"{chief.person} leads {len(led)} people",
            f"{chief.person} leads {len(led)}",
            "A manageable span of control is three to seven people: US National Incident Management System, 2008. "
            "Add a role with a label to lead some of them.",
            f"span of control: {chief.person}",
        )
    hours = int((now - chief.since) / timedelta(hours=1))
    if now - chief.since > LONG_COMMAND:
        yield Hint(
            command.key,
            f"{chief.person} has been {command.name} for {hours} hours",
            f"{chief.person} manages for {hours}h",
            f"Hand over before you are tired. {_OWN}",
            f"long command: {chief.person}",
        )


def _about_away(person: str, offers: Sequence[OfferView]) -> Hint:
    names = ", ".join(offer.name for offer in offers)
    return Hint(
        offers[0].role,
        f"{person} is offline, offer pending: {names}",
        f"{person} is offline",
        f"{person} has not seen the offer. Call them, or withdraw it and offer the role to someone else. "
        "A handover needs a clear acknowledgment: Google, Site Reliability Engineering, chapter 14.",
        f"offline: {person}",
    )


def _people(role: RoleView) -> tuple[str, ...]:
    return tuple(holder.person for holder in role.holders)
