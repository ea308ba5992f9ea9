"""Pure: an incident on one page of Markdown, made from the facts, that an executive reads in twenty seconds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING

from models.board.due_times import age
from models.kernel.notes import NoteKind
from models.kernel.text import clean
from models.kernel.times import moment, span
from models.policy.audience import Audience, ComponentState
from models.policy.phase import OPEN
from models.policy.severity import MEANING

if TYPE_CHECKING:
    from models.board.views import IncidentView
    from models.kernel.entry import EntryView
    from models.updates.views import PromiseView


LONGEST = 100
"""The most characters that one fact gets: eight facts are then read in twenty seconds."""

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#+|~!&-])")


def one_page(incident: IncidentView, entries: Sequence[EntryView], now: datetime) -> str:
    """Status, impact, expected resolution, what was told and what is promised; `entries`: the timeline, newest first.

    People's words are cut, and escaped, so that none of them is read as Markdown.
    """
    lines = [f"# {incident.ref} {_words(incident.title)}", "", _status(incident, now), ""]
    return "\n".join([*lines, *(f"- **{name}:** {words}" for name, words in _facts(incident, entries, now)), ""])


def _status(incident: IncidentView, now: datetime) -> str:
    lasted = span(age(incident, now).total_seconds())
    lasts = f"for {lasted}" if incident.phase in OPEN else f"after {lasted}"
    severity = f"{incident.severity} ({MEANING[incident.severity]})"
    return f"**{severity}, {incident.phase}, {lasts}.** Incident manager: {_words(incident.manager or 'unassigned')}."


def _facts(incident: IncidentView, entries: Sequence[EntryView], now: datetime) -> Iterator[tuple[str, str]]:
    yield "Business impact", _impact(incident)
    yield "Expected resolution", _expected(incident, now)
    done = next((entry for entry in entries if entry.kind in (NoteKind.DECISION, NoteKind.ACTION)), None)
    if done is not None:
        yield "Latest action", f"{_words(done.text)} ({moment(done.occurred_at, now)})"
    promises = {promise.audience: promise for promise in incident.promises}
    for audience in (Audience.CUSTOMERS, Audience.EXECUTIVES):
        last = incident.last_updates.get(audience)
        told = f"last update {moment(last.published_at, now)}: {last.phase}" if last else "no update sent"
        yield str(audience).capitalize(), f"{told}{_next(incident, promises.get(audience), now, first=last is None)}"
    if incident.tasks_open:
        yield "Tasks", f"{incident.tasks_open} open"


def _impact(incident: IncidentView) -> str:
    felt = MEANING[incident.impact] if incident.impact else "not set"
    told = sorted(incident.last_updates.values(), key=attrgetter("n"))
    states = {name: state for update in told for name, state in update.components.items()}
    hurt = [f"{name} {state}" for name, state in states.items() if state is not ComponentState.OPERATIONAL]
    return ". ".join(filter(None, (felt, _words(", ".join(hurt)))))


def _expected(incident: IncidentView, now: datetime) -> str:
    if incident.resolved_at is not None:
        return f"resolved at {moment(incident.resolved_at, now)}"
    newest_first = sorted(incident.last_updates.values(), key=attrgetter("n"), reverse=True)
    at = next((update.expected_at for update in newest_first if update.expected_at is not None), None)
    if at is None:
        return "unknown"
    return f"{moment(at, now)}{' (passed)' if at <= now else ''}"


def _next(incident: IncidentView, promise: PromiseView | None, now: datetime, *, first: bool) -> str:
    if promise is None:
        return ""
    owner = _words(incident.updater or "unassigned")
    if promise.due_at <= now:
        return f"; **overdue since {moment(promise.due_at, now)}** (owner: {owner})"
    if first:  # a rule of the team wants it, nobody was promised it
        return f"; first update due at {moment(promise.due_at, now)}"
    return f"; next update by {moment(promise.due_at, now)}"


def _words(text: str) -> str:
    """On one line, cut, and nothing but words."""
    line = clean(text, lines=False)
    return _MARKUP.sub(r"\\\1", line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…")
