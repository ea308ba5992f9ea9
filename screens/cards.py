"""What a sheet or a dialog says in full, as lines for a width."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from models.board.due_times import age, maintenance_stage
from models.board.guidance import Hint
from models.kernel.wording import sentence, the
from models.policy.severity import MEANING
from models.roles.coverage import Why
from models.roles.responsibilities import answer
from models.tasks.views import UNDONE
from screens.moves import ACTIONS, sign
from screens.rows import Line, Part, line
from screens.show import age as age_of
from screens.show import countdown, fit, safe, stamp, wrap

if TYPE_CHECKING:
    from models.board.views import IncidentView
    from models.kernel.entry import EntryView
    from models.roles.views import DutyView, HoldingView, RoleView
    from models.tasks.views import TaskView

_LABEL = 14

BODY = 68
"""The cells that a dialog has for a line."""


def fact(label: str, words: str, width: int) -> Iterator[Line]:
    """What the label says, beside it."""
    first, *rest = wrap(words, max(width - _LABEL, 10)) or [""]
    yield line((fit(label, _LABEL), "dim"), first)
    for part in rest:
        yield line(" " * _LABEL, part)


def _means(value: str | None) -> str:
    return "not said yet" if value is None else f"{value} ({MEANING[value]})" if value in MEANING else str(value)


def incident(shown: IncidentView, hints: Sequence[Hint], now: datetime, width: int) -> list[Line]:
    facts = {
        "title": shown.title,
        "severity": _means(shown.severity),
        "category": _means(shown.category),
        "impact": _means(shown.impact),
        "phase": str(shown.phase),
        **({"maintenance": _maintenance(shown, now)} if shown.maintenance else {}),
        "declared": f"{shown.declared_at:%Y-%m-%d %H:%MZ} by {shown.declared_by}",
        "age": age_of(age(shown, now).total_seconds()),
        "manager": shown.manager or "nobody",
        "next update": _promised(shown, now),
        "role book": f"{shown.book}, version {shown.book_version}",
    }
    return [one for label, words in facts.items() for one in fact(label, words, width)] + _hints(hints, width)


def _maintenance(shown: IncidentView, now: datetime) -> str:
    window = shown.maintenance
    if window is None:
        return ""
    parts = f" · {', '.join(window.components)}" if window.components else ""
    stage = maintenance_stage(shown, now) or "went wrong"
    return f"{stage}, {window.starts_at:%Y-%m-%d %H:%M}Z – {window.ends_at:%Y-%m-%d %H:%M}Z{parts}"


def _promised(shown: IncidentView, now: datetime) -> str:
    """When each audience is told next, and who owes it."""
    if not shown.promises:
        return "none promised"
    told = [
        f"{the(promise.audience)} {'late since ' * (promise.due_at < now)}{stamp(promise.due_at)}"
        for promise in shown.promises
    ]
    return f"{', '.join(told)}; owed by {shown.updater or 'nobody'}"


def _hints(hints: Sequence[Hint], width: int) -> list[Line]:
    return [one for hint in hints for one in fact("hint", f"{hint.words}. {hint.why}", width)]


def role(
    shown: IncidentView,
    held: RoleView,
    history: Sequence[HoldingView],
    hints: Sequence[Hint],
    now: datetime,
    width: int,
) -> list[Line]:
    """Who holds it and by whom it was given; its duties with who does each now; who held it; what else it is called."""
    lines: list[Line] = []
    for holder in held.holders:
        since = f"{moment(holder.since, now)}, given by {holder.given_by}"
        lines += fact("holder", f"{holder.person} since {since}", width)
    if not held.holders:
        lines += fact("holder", f"nobody; held by {held.stand_in}" if held.stand_in else "nobody: uncovered", width)
    for offer in shown.offers:
        if offer.role == held.key:
            lines += fact("offered", f"by {offer.by} to {offer.to} at {moment(offer.at, now)}. {offer.brief}", width)
    if held.key in shown.unfilled:
        lines += fact("", f"{shown.severity} needs somebody here", width)
    lines += _hints([hint for hint in hints if hint.role == held.key], width)
    for label, keys in (("its duties", held.primary), ("steps in for", held.secondary)):
        for place, duty in enumerate(duty for key in keys for duty in shown.duties if duty.key == key):
            lines += [*fact("" if place else label, duty.text, width), *_owner(duty, held, width)]
    for place, held_once in enumerate(held_once for held_once in history if held_once.until is not None):
        lines += fact("" if place else "held before", _told_holding(held_once, now), width)
    others = [name for name in held.also if name != held.name]
    if others:
        lines += fact("also called", ", ".join(others), width)
    lines += fact("as commands", f"{shown.ref} {held.key}", width)
    return lines


def owner(duty: DutyView) -> Part:
    """Who does it now and why, and its tone."""
    return safe(answer(duty)), "bad" if duty.why is Why.UNCOVERED else "dim" if duty.why is Why.MANAGER else "accent"


def _owner(duty: DutyView, held: RoleView, width: int) -> Iterator[Line]:
    words, tone = owner(duty)
    if duty.through == (held.name,) and duty.why is not Why.MANAGER:
        words = safe(", ".join(duty.people))
    for part in wrap(words, max(width - _LABEL - 2, 10)):
        yield line(" " * (_LABEL + 2), (part, tone))


def _told_holding(held: HoldingView, now: datetime) -> str:
    until = f" to {moment(held.until, now)}" if held.until else ""
    ended = f", ended by {held.ended_by}" if held.ended_by and held.ended_by != held.person else ""
    return f"{held.person} {moment(held.since, now)}{until}, given by {held.given_by}{ended}"


def moment(at: datetime, now: datetime) -> str:
    """The time, with the day where it is not today's."""
    return f"{at:%H:%MZ}" if at.date() == now.date() else f"{at:%Y-%m-%d %H:%MZ}"


def task(todo: TaskView, now: datetime, width: int) -> list[Line]:
    """What is to be done, who does it and why they, and what came of it."""
    facts = {"title": todo.title, "state": f"{todo.state}: {todo.reason}" if todo.reason else str(todo.state)}
    facts["for"] = ", ".join(todo.people) or "nobody yet"
    if todo.why == "stand-in":
        facts["for"] += f", while nobody holds {todo.role_name}"
    elif todo.role_name is not None:
        facts["owed by"] = todo.role_name
    if todo.due_at is not None:
        left = f", {countdown((todo.due_at - now).total_seconds())}" if todo.state in UNDONE else ""
        facts["due"] = f"{stamp(todo.due_at)}{left}"
    facts["added"] = f"{todo.added_at:%Y-%m-%d %H:%MZ} by {todo.added_by}"
    if todo.ended_at is not None:
        facts["ended"] = f"{todo.ended_at:%Y-%m-%d %H:%MZ}"
    return [one for label, words in facts.items() for one in fact(label, words, width)]


def entry(versions: Sequence[EntryView], width: int) -> list[Line]:
    """Every version of it, the newest first, with when it happened and when it was written down."""
    lines: list[Line] = []
    for version in reversed(versions):
        lines += fact("what", f"{version.author} {told(version)}", width)
        lines += fact("happened", f"{version.occurred_at:%Y-%m-%d %H:%M:%SZ}", width)
        lines += fact("written", f"{version.recorded_at:%Y-%m-%d %H:%M:%SZ}, entry {version.n}", width)
        lines.append(line())
    return lines[:-1]


def told(version: EntryView) -> str:
    """What the entry says after its author's name."""
    return safe(sentence(version.kind, version.data, version.text))


def text(words: str, width: int) -> list[Line]:
    """People's words, as they wrote them."""
    return [line(part) for part in wrap(words, width)]


def keys(known: Mapping[str, str], pane: str, width: int) -> list[Line]:
    """Every key with what it does, those of the pane first; then what has a name alone."""
    lines: list[Line] = []
    for heading, wanted in ((f"On the row, in the {pane} pane", pane), ("Everywhere", "")):
        verbs = [verb for verb in ACTIONS if verb.pane == wanted and known[verb.name]]
        if verbs:
            lines += [line((heading, "strong"))]
        for verb in verbs:
            lines += _helped((f" {sign(known[verb.name]):<3}", "key"), f"{verb.title:<13} ", verb.help, width)
    named = [verb for verb in ACTIONS if not known[verb.name]]
    if named:
        lines += [line((f"By name, after {sign(known['palette'])}", "strong"))]
    for verb in named:
        lines += _helped(("", ""), f" {verb.title:<16} ", verb.help, width)
    lines += [line(("In lists", "strong"))]
    for key, words in (
        ("↑ ↓ j k", "move"),
        ("g G", "first, last"),
        ("space PgUp", "a page on, a page back"),
        ("Tab", "next pane"),
    ):
        lines.append(line((f" {key:<17}", "key"), (words, "dim")))
    return lines


def _helped(key: Part, title: str, words: str, width: int) -> Iterator[Line]:
    first, *rest = wrap(words, max(width - 18, 16))
    yield line(key, title, (first, "dim"))
    for part in rest:
        yield line(" " * 18, (part, "dim"))
