"""Pure: what somebody who takes a role over has to know, in the order of SBAR: situation, background, assessment.

It is made when it is read, so it is true then; who offers the role adds what no table holds (models/roles/handover.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from models.board.due_times import age
from models.kernel.notes import EVIDENCE, NOTES, NoteKind
from models.kernel.snapshot import Snapshot
from models.kernel.text import LIMITS
from models.kernel.times import moment, span
from models.kernel.wording import sentence, the
from models.policy.audience import ComponentState
from models.policy.phase import OPEN
from models.policy.severity import MEANING
from models.policy.task import UNDONE, TaskState
from models.theories.views import TheoryView, balance, by_belief

if TYPE_CHECKING:
    from models.board.views import IncidentRow, IncidentView
    from models.kernel.entry import EntryView
    from models.roles.views import OfferView, RoleView
    from models.tasks.views import TaskView


HAPPENED, LISTED = 8, 10
"""The most entries, and the most tasks, that a brief tells of: it is read in a minute."""

_LONGEST = 160
"""The most characters that one entry gets."""

_DULL = frozenset(
    {"draft", "undone", "retracted", "offered", "declined", "withdrawn", "theory-moved", EVIDENCE}
    | {NoteKind.THEORY, NoteKind.DECISION}
)
"""The kinds of entry that tell a newcomer nothing about the incident, and what has a heading of its own."""


class Known(Snapshot, frozen=True, kw_only=True):
    """What a brief is made of, all read at the same time."""

    incident: IncidentView
    entries: Sequence[EntryView]
    """The timeline, newest first."""
    decisions: Sequence[EntryView]
    """Every decision, the first one first."""
    others: Sequence[IncidentRow]
    """The incidents of the board."""
    now: datetime


def brief(known: Known, offer: OfferView) -> str:
    """For whom the role is offered to: the facts, and what the offerer has written.

    At most as long as the entry of an acceptance keeps, whatever the facts are.
    """
    incident, now, role, holder, to = known.incident, known.now, offer.role, offer.holder, offer.to
    parts = [
        _situation(incident, role, holder, now),
        _titled(f"From {offer.by}:", offer.brief.split("\n")) if offer.brief else [],
        [*_promised(incident, now), *_roles(incident, role)],
        _listed("Open tasks, blocked and late ones first:", [_task(each, now) for each in _by_urgency(incident, now)]),
        _titled("Decisions:", [_decision(entry, now) for entry in known.decisions]),
        _titled("Theories:", [_theory(theory) for theory in by_belief(incident.theories)]),
        _latest(known, role, holder),
        _titled(f"Other incidents of {to}:", [_other(row, to) for row in known.others if _has(row, to, incident)]),
    ]
    text = "\n\n".join("\n".join(part) for part in parts if part)
    limit = LIMITS["handover"]
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def _situation(incident: IncidentView, role: str, holder: str, now: datetime) -> list[str]:
    severity = f"{incident.severity} ({MEANING[incident.severity]})"
    lines = [f"{incident.ref} {_cut(incident.title)}: {severity}, {incident.phase}, for {_span(age(incident, now))}."]
    if incident.impact is not None:
        lines.append(f"Business impact: {MEANING[incident.impact]}.")
    told = incident.last_update
    if told is not None:
        broken = [f"{name} {state}" for name, state in told.components.items() if state != ComponentState.OPERATIONAL]
        states = f" ({_cut(', '.join(broken))})" if broken else ""
        lines.append(f"Last update to customers at {moment(told.published_at, now)}: {_cut(told.text)}{states}")
    else:
        lines.append("No update to customers published yet.")
    since = _since(incident, role, holder)
    if since is not None:
        lines.append(f"{holder} has been {_cut(_name(incident, role))} for {_span(now - since)}.")
    return lines


def _promised(incident: IncidentView, now: datetime) -> Iterator[str]:
    for promise in incident.promises:
        due, to = promise.due_at, promise.audience
        late = f"is overdue since {moment(due, now)}" if due < now else f"is due at {moment(due, now)}"
        yield f"The next update to {the(to)} {late} (owner: {incident.updater or 'unassigned'})."


def _roles(incident: IncidentView, role: str) -> Iterator[str]:
    held = [
        f"{_cut(known.name)} {', '.join(each.person for each in known.holders)}"
        for known in incident.roles
        if known.holders and known.key != role
    ]
    if held:
        yield f"Other roles: {_cut('; '.join(held), 400)}."
    empty: dict[str, list[str]] = {}
    for known in incident.roles:
        if not known.holders:
            empty.setdefault(_covered(known), []).append(known.name)
    for covered, names in empty.items():
        yield f"Unassigned, {covered}: {_cut('; '.join(names), 400)}."


def _covered(role: RoleView) -> str:
    return f"{'partly ' * role.partly}covered by {role.stand_in}" if role.stand_in else "not covered"


def _titled(heading: str, told: Sequence[str]) -> list[str]:
    return [heading, *told] if told else []


def _listed(heading: str, told: Sequence[str]) -> list[str]:
    more = [f"- and {len(told) - LISTED} more"] if len(told) > LISTED else []
    return _titled(heading, [*told[:LISTED], *more])


def _by_urgency(incident: IncidentView, now: datetime) -> list[TaskView]:
    """Those that somebody still has to do; a first update is told as such."""

    def rank(task: TaskView) -> tuple[bool, bool, datetime, int]:
        stuck = task.state is TaskState.BLOCKED or _late(task, now)
        return not stuck, task.due_at is None, task.due_at or task.added_at, task.number

    return sorted((task for task in incident.tasks if task.state in UNDONE and task.update_for is None), key=rank)


def _late(task: TaskView, now: datetime) -> bool:
    return task.due_at is not None and task.due_at < now


def _task(task: TaskView, now: datetime) -> str:
    due = f", {'overdue since' if _late(task, now) else 'due'} {moment(task.due_at, now)}" if task.due_at else ""
    blocked = f", blocked: {task.reason}" if task.state is TaskState.BLOCKED else ""
    who = ", ".join(task.people) or "unassigned"
    return f"- {task.number} {_cut(task.title, 100)} ({_cut(f'{who}{due}{blocked}')})"


def _decision(entry: EntryView, now: datetime) -> str:
    by = entry.data.get("decided_by") or entry.author
    why = f" (reason: {entry.data['why']})" if entry.data.get("why") else ""
    return f"- {moment(entry.occurred_at, now)} {_cut(f'{by}: {entry.text}{why}')}"


def _theory(theory: TheoryView) -> str:
    evidence = balance(theory)
    why = f": {theory.why}" if theory.why else f", {evidence}" if evidence else ""
    return f"- {_cut(theory.text)} ({_cut(f'{theory.state}{why}')})"


def _latest(known: Known, role: str, holder: str) -> list[str]:
    since = _since(known.incident, role, holder)
    recent = [each for each in known.entries if each.kind not in _DULL and (since is None or each.occurred_at > since)]
    heading = f"Since {holder} was assigned:" if since else "Latest entries:"
    return _titled(heading, [_told(each, known.now) for each in reversed(recent[:HAPPENED])])


def _has(row: IncidentRow, person: str, incident: IncidentView) -> bool:
    return row.id != incident.id and row.phase in OPEN and person in (*row.responders, *row.doers)


def _other(row: IncidentRow, person: str) -> str:
    roles = len([role for role, holders in row.holders.items() if person in holders])
    tasks = len([number for number, owner in row.owners.items() if owner == person])
    has = ", ".join(f"{n} {what}{'s' * (n > 1)}" for n, what in ((roles, "role"), (tasks, "task")) if n)
    return f"- {row.ref} {_cut(row.title)}: {row.severity}, {row.phase} ({has or 'responder'})"


def _name(incident: IncidentView, role: str) -> str:
    return next((known.name for known in incident.roles if known.key == role), role)


def _since(incident: IncidentView, role: str, holder: str) -> datetime | None:
    """When the holder took the role, unless they do not hold it."""
    holders = (each for known in incident.roles if known.key == role for each in known.holders)
    return next((each.since for each in holders if each.person == holder), None)


def _told(entry: EntryView, now: datetime) -> str:
    note = entry.kind in NOTES
    words = f"{entry.kind}: {entry.text}" if note else sentence(entry.kind, entry.data, entry.text)
    return f"- {moment(entry.occurred_at, now)} {entry.author} {_cut(words)}"


def _cut(text: str, longest: int = _LONGEST) -> str:
    """On one line."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _span(lasts: timedelta) -> str:
    return span(lasts.total_seconds()) if lasts >= timedelta(minutes=1) else "under a minute"
