"""A role in full: assignees, responsibilities, history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from models.board.guidance import Hint
from models.roles.coverage import Why
from models.roles.responsibilities import answer
from screens.kernel.card import LABEL, fact, hint_lines, moment
from screens.kernel.rows import Line, Part, line
from screens.kernel.show import safe, wrap

if TYPE_CHECKING:
    from models.board.views import IncidentView
    from models.roles.views import HoldingView, ResponsibilityView, RoleView


def assigned(role: RoleView) -> str:
    """The assignees of a role, or who covers it."""
    covers = "covers part of it" if role.partly else "covers"
    cover = f"unassigned ({role.stand_in} {covers})" if role.stand_in else "✗ unassigned (not covered)"
    return ", ".join(holder.person for holder in role.holders) or cover


def role_card(
    shown: IncidentView,
    held: RoleView,
    history: Sequence[HoldingView],
    hints: Sequence[Hint],
    now: datetime,
    width: int,
) -> list[Line]:
    """The role's assignees, offers, responsibilities with who does each now, previous assignees and other names."""
    lines: list[Line] = []
    for holder in held.holders:
        since = f"{moment(holder.since, now)}, assigned by {holder.given_by}"
        since += "" if holder.confirmed else ", not confirmed"
        lines += fact("assignee", f"{holder.person} since {since}", width)
    if not held.holders:
        lines += fact("assignee", assigned(held), width)
    for offer in shown.offers:
        if offer.role == held.key:
            lines += fact("offered", f"by {offer.by} to {offer.to} at {moment(offer.at, now)}. {offer.brief}", width)
    if held.key in shown.unfilled:
        lines += fact("", f"required at severity {shown.severity}, not assigned", width)
    lines += hint_lines([hint for hint in hints if hint.role == held.key], width)
    for label, keys in (("responsibilities", held.primary), ("backup for", held.secondary)):
        for place, duty in enumerate(duty for key in keys for duty in shown.duties if duty.key == key):
            lines += [*fact("" if place else label, duty.text, width), *_owner(duty, held, width)]
    for place, held_once in enumerate(held_once for held_once in history if held_once.until is not None):
        lines += fact("" if place else "previously", _told_holding(held_once, now), width)
    others = [name for name in held.also if name != held.name]
    if others:
        lines += fact("also called", ", ".join(others), width)
    lines += fact("command line", f"{shown.ref} {held.key}", width)
    return lines


def owner_part(duty: ResponsibilityView) -> Part:
    """Who does it now and why, with a tone."""
    tone = "bad" if duty.why is Why.UNCOVERED else "dim" if duty.why is Why.MANAGER else "accent"
    return safe(answer(duty)), "warn" if duty.shares else tone


def _owner(duty: ResponsibilityView, held: RoleView, width: int) -> Iterator[Line]:
    words, tone = owner_part(duty)
    if duty.through == (held.name,) and duty.why is not Why.MANAGER:
        words = safe(", ".join(duty.people))
    for part in wrap(words, max(width - LABEL - 2, 10)):
        yield line(" " * (LABEL + 2), (part, tone))


def _told_holding(held: HoldingView, now: datetime) -> str:
    until = f" to {moment(held.until, now)}" if held.until else ""
    ended = f", ended by {held.ended_by}" if held.ended_by and held.ended_by != held.person else ""
    return f"{held.person} {moment(held.since, now)}{until}, assigned by {held.given_by}{ended}"
