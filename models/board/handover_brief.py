"""Pure: what somebody who is offered a role should know, drafted from the facts for the offerer to edit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from models.board.due_times import age
from models.kernel.notes import EVIDENCE, NOTES, NoteKind
from models.kernel.text import LIMITS
from models.kernel.times import moment, span
from models.kernel.wording import sentence, the
from models.policy.severity import MEANING
from models.policy.task import UNDONE, TaskState
from models.theories.views import TheoryView, balance, by_belief

if TYPE_CHECKING:
    from models.board.views import IncidentView
    from models.kernel.entry import EntryView
    from models.tasks.views import TaskView


HAPPENED, LISTED = 8, 5
"""The most entries, and the most tasks and theories, that a draft tells of: it is read in half a minute."""

_LONGEST = 160
"""The most characters that one entry gets."""


def draft(incident: IncidentView, entries: Sequence[EntryView], role: str, holder: str, now: datetime) -> str:
    """The brief for whoever takes that role over from its holder; `entries`: the timeline, newest first.

    At most as long as a brief may be, whatever the facts are.
    """
    lines = list(_facts(incident, role, holder, now))
    since = _since(incident, role, holder)
    recent = [entry for entry in entries if entry.kind not in _DULL and (since is None or entry.occurred_at > since)]
    if recent:
        heading = f"Since {holder} was assigned:" if since else "Latest entries:"
        lines += [heading, *map(_told, reversed(recent[:HAPPENED]))]
    lines += _listed("Open tasks:", [_task(task, now) for task in _by_urgency(incident.tasks)])
    lines += _listed("Theories:", [_theory(theory) for theory in by_belief(incident.theories)])
    limit = LIMITS["brief"]
    text = "\n".join(filter(None, lines))
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


_DULL = frozenset(
    {"draft", "undone", "retracted", "offered", "declined", "withdrawn", NoteKind.THEORY, EVIDENCE, "theory-moved"}
)
"""The kinds of entry that tell a newcomer nothing about the incident, and what is told with the theories."""


def _facts(incident: IncidentView, role: str, holder: str, now: datetime) -> Iterator[str]:
    severity = f"{incident.severity} ({MEANING[incident.severity]})"
    yield f"{incident.ref} {_cut(incident.title)}: {severity}, {incident.phase}, for {_span(age(incident, now))}."
    since = _since(incident, role, holder)
    name = next((known.name for known in incident.roles if known.key == role), role)
    if since is not None:
        yield f"{holder} has been {_cut(name)} for {_span(now - since)}."
    for promise in incident.promises:
        due, to = promise.due_at, promise.audience
        late = f"is overdue since {moment(due, now)}" if due < now else f"is due at {moment(due, now)}"
        yield f"The next update to {the(to)} {late} (owner: {incident.updater or 'unassigned'})."
    held = (
        f"{known.name} {', '.join(each.person for each in known.holders)}"
        for known in incident.roles
        if known.holders and known.key != role
    )
    others = "; ".join(held)
    yield f"Other roles: {_cut(others, 400)}." if others else ""


def _listed(heading: str, told: Sequence[str]) -> list[str]:
    if not told:
        return []
    more = [f"- and {len(told) - LISTED} more"] if len(told) > LISTED else []
    return [heading, *told[:LISTED], *more]


def _by_urgency(tasks: Iterable[TaskView]) -> list[TaskView]:
    """Those that somebody still has to do, the first one due first; a first update is told as such."""
    left = [task for task in tasks if task.state in UNDONE and task.update_for is None]
    return sorted(left, key=lambda task: (task.due_at is None, task.due_at or task.added_at, task.number))


def _task(task: TaskView, now: datetime) -> str:
    due = f", due {moment(task.due_at, now)}" if task.due_at else ""
    blocked = f", blocked: {task.reason}" if task.state is TaskState.BLOCKED else ""
    who = ", ".join(task.people) or "unassigned"
    return f"- {task.number} {_cut(task.title, 100)} ({_cut(f'{who}{due}{blocked}')})"


def _theory(theory: TheoryView) -> str:
    evidence = balance(theory)
    why = f": {theory.why}" if theory.why else f", {evidence}" if evidence else ""
    return f"- {_cut(theory.text)} ({_cut(f'{theory.state}{why}')})"


def _since(incident: IncidentView, role: str, holder: str) -> datetime | None:
    """When the holder took the role, unless they do not hold it."""
    holders = (each for known in incident.roles if known.key == role for each in known.holders)
    return next((each.since for each in holders if each.person == holder), None)


def _told(entry: EntryView) -> str:
    note = entry.kind in NOTES
    words = f"{entry.kind}: {entry.text}" if note else sentence(entry.kind, entry.data, entry.text)
    return f"- {entry.occurred_at:%H:%M} {entry.author} {_cut(words)}"


def _cut(text: str, longest: int = _LONGEST) -> str:
    """On one line."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _span(lasts: timedelta) -> str:
    return span(lasts.total_seconds()) if lasts >= timedelta(minutes=1) else "under a minute"
