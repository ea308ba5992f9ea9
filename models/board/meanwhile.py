"""Pure: what others have done between two boards that somebody has to know of.

The boards say which incidents to look into; the entries say who did what.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from models.board.due_times import Need
from models.kernel.text import key
from models.policy.phase import OPEN
from models.policy.severity import MOST_URGENT

if TYPE_CHECKING:
    from models.board.views import Board, IncidentRow
    from models.kernel.entry import EntryView

_Make = Callable[..., Need]

NEWEST = 100
"""How many of an incident's entries are looked at, the newest ones: more is a story to be read on its timeline."""


MOST = 20
"""How many incidents an absence is told of, the most urgent ones."""


class Look(NamedTuple):
    """An incident to look into."""

    incident: int
    since: int
    """The number of the last entry that is known."""


def to_look_into(before: Board, after: Board, me: str) -> tuple[Look, ...]:
    """The incidents on which somebody lost a role or a task, and those that have become most urgent."""
    known = {row.id: row for row in before.incidents}
    found = []
    for row in after.incidents:
        was = known.pop(row.id, None)
        urgent = _urgent(row) and not (was is not None and _urgent(was))
        lost = was is not None and was.version < row.version and _of(was, me) - _of(row, me)
        if urgent or lost:
            found.append(_look(row, was))
    gone = (row for row in known.values() if _of(row, me) or me in (*row.responders, *row.doers))
    return (*found, *(Look(row.id, row.version) for row in gone))


def changed(before: Board, after: Board) -> tuple[Look, ...]:
    """The incidents with entries that the earlier board does not know, the most urgent first."""
    known = {row.id: row for row in before.incidents}
    rows = [(row, known.pop(row.id, None)) for row in after.incidents]
    newer = [_look(row, was) for row, was in rows if was is None or was.version < row.version]
    return (*newer, *(Look(row.id, row.version) for row in known.values()))[:MOST]


def _look(row: IncidentRow, was: IncidentRow | None) -> Look:
    return Look(row.id, max(was.version if was is not None else 0, row.version - NEWEST))


def _urgent(row: IncidentRow) -> bool:
    return row.severity is MOST_URGENT and row.phase in OPEN


def _of(row: IncidentRow, me: str) -> set[tuple[str, str]]:
    """The roles and tasks that somebody has."""
    roles = {("roster", role) for role, people in row.holders.items() if me in people}
    return roles | {("tasks", str(number)) for number, owner in row.owners.items() if owner == me}


def notices(found: Mapping[int, Sequence[EntryView]], me: str) -> tuple[Need, ...]:
    """What others did that somebody has to see; `found`: new entries, by incident. Of one thing, what came last."""
    told: dict[tuple[int, str, str], Need] = {}
    for incident, entries in found.items():
        for entry in entries:
            need = None if key(entry.author) == key(me) else _notice(entry, incident, me)
            if need is not None:
                told[incident, need.pane, need.row] = need
    return tuple(sorted(told.values(), key=lambda need: need.pane != "incidents"))


def _notice(entry: EntryView, incident: int, me: str) -> Need | None:
    data, by, kind = entry.data, entry.author, entry.kind

    def need(words: str, pane: str, row: str = "") -> Need:
        return Need(incident, entry.ref, words, pane, row, f"entry {entry.n}")

    if kind == "declared" and data.get("severity") == MOST_URGENT:
        return need(f"declared {data['severity']} by {by}: {data['title']}", "incidents")
    if kind == "severity" and data["now"] == MOST_URGENT:
        return need(f"raised to {data['now']} by {by}", "incidents")
    if kind == "merged":
        return need(f"merged into {data['ref']} by {by}", "incidents")
    if kind == "assigned" and me in data.get("was", ()) and data["person"] != me:
        given = f"{by} gave {data['name']}, which you had, to {data['person']}"
        return need(f"{by} took {data['name']} from you" if data["person"] == by else given, *_role(data))
    if kind == "released" and data["person"] == me:
        return need(f"{by} unassigned you as {data['name']}", *_role(data))
    if kind == "accepted" and data["from"] == me:
        return need(f"{by} accepted {data['name']} from you", *_role(data))
    if kind.startswith("task-") and kind != "task-added":
        return _of_task(entry, me, need)
    return None


def _role(data: Mapping[str, str]) -> tuple[str, str]:
    return "roster", data["role"]


def _of_task(entry: EntryView, me: str, need: _Make) -> Need | None:
    data, by = entry.data, entry.author
    was, now, task = data["was"]["owner"], data["now"]["owner"], f"task {data['task']}"
    if was != me:
        return None
    if now == by and now != me:
        return need(f"{by} took {task} from you", "tasks", str(data["task"]))
    if now != me:
        return need(f"{by} gave your {task} to {now}", "tasks", str(data["task"]))
    ended = {"task-finished": "completed", "task-dropped": "canceled"}.get(entry.kind)
    return need(f"{by} {ended} your {task}", "tasks", str(data["task"])) if ended else None


def summary(found: Mapping[int, Sequence[EntryView]], me: str) -> Iterator[str]:
    """What happened while somebody was away, the most important first."""
    seen = notices(found, me)
    yield from (f"{need.ref} {need.words}" for need in seen)
    for entries in found.values():
        others = [entry for entry in entries if key(entry.author) != key(me)]
        for entry in _last(others, "severity"):
            if entry.data["now"] != MOST_URGENT:
                yield f"{entry.ref} is {entry.data['now']} ({entry.author})"
        for entry in _last(others, "phase"):
            yield f"{entry.ref} is {entry.data['now']} ({entry.author})"
        published = sum(entry.kind in ("published", "emergency-published", "told") for entry in others)
        if published:
            yield f"{entries[0].ref} {published} update{'s' * (published > 1)} published"
    written = sum(key(entry.author) != key(me) for entries in found.values() for entry in entries)
    if written:
        yield f"{written} new timeline entr{'ies' if written > 1 else 'y'}"


def _last(entries: Iterable[EntryView], kind: str) -> list[EntryView]:
    return [entry for entry in entries if entry.kind == kind][-1:]
