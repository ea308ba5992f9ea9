"""What the tables hold of incidents, in the form of a replay of their entries."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, text

from models.doctor.replay import Replay, Theories
from models.updates.drafts import PUBLISHING

_HERE = "BETWEEN :low AND :high"
_FIELDS = text(
    f"SELECT id, title, severity, category, impact, phase FROM incidents WHERE id {_HERE}"  # noqa: S608
)
_MANY = text(f"SELECT incident_id, key FROM incident_roles WHERE NOT single AND incident_id {_HERE}")  # noqa: S608
_HOLDERS = text(
    "SELECT a.incident_id, r.key, p.name FROM assignments a JOIN incident_roles r ON r.id = a.role_id"  # noqa: S608
    f" JOIN people p ON p.id = a.person_id WHERE a.until IS NULL AND a.incident_id {_HERE}"
)
_UNCONFIRMED = text(
    "SELECT a.incident_id, r.key, p.name FROM assignments a JOIN incident_roles r ON r.id = a.role_id"  # noqa: S608
    " JOIN people p ON p.id = a.person_id"
    f" WHERE a.until IS NULL AND a.asks AND a.confirmed_by IS NULL AND a.incident_id {_HERE}"
    " UNION ALL SELECT t.incident_id, 'task ' || t.number, p.name FROM tasks t JOIN people p ON p.id = t.owner_id"
    f" WHERE t.given_by IS NOT NULL AND t.confirmed_by IS NULL AND t.incident_id {_HERE}"
)
_SPLITS = text(
    "SELECT incident_id, key, whole, duties FROM incident_roles"  # noqa: S608
    f" WHERE NOT removed AND (NOT whole OR duties <> '') AND incident_id {_HERE}"
)
_OFFERS = text(
    "SELECT o.incident_id, r.key, f.name, t.name FROM offers o JOIN incident_roles r ON r.id = o.role_id"  # noqa: S608
    " JOIN people f ON f.id = o.from_id JOIN people t ON t.id = o.to_id"
    f" WHERE o.answer IS NULL AND o.incident_id {_HERE}"
)
_TASKS = text(
    "SELECT t.incident_id, t.number, t.state, p.name, t.reason FROM tasks t"  # noqa: S608
    f" LEFT JOIN people p ON p.id = t.owner_id WHERE (t.state <> 'dropped' OR t.reason <> '') AND t.incident_id {_HERE}"
)
_DRAFTS = text(
    "SELECT incident_id, audience, revision, text, phase, CAST(components AS TEXT) FROM drafts"  # noqa: S608
    f" WHERE revision > 0 AND incident_id {_HERE}"
)
_SKIPS = text(f"SELECT incident_id, step, reason FROM skips WHERE incident_id {_HERE}")  # noqa: S608
_THEORIES = text(
    "SELECT t.incident_id, t.n, e.text, t.state FROM theories t"  # noqa: S608
    f" JOIN entries e ON e.incident_id = t.incident_id AND e.n = t.said WHERE t.incident_id {_HERE}"
)
_EVIDENCE = text(
    "SELECT e.incident_id, e.theory, e.n, e.weight FROM evidence e"  # noqa: S608
    " JOIN theories t ON t.incident_id = e.incident_id AND t.n = e.theory"
    f" WHERE e.said IS NOT NULL AND t.said IS NOT NULL AND e.incident_id {_HERE}"
)
_UPDATES = text(
    "SELECT u.incident_id, u.n, u.text, u.published_by, u.audience, u.phase, u.title, CAST(u.components AS TEXT),"  # noqa: S608
    " e.kind, e.text, e.author_id, CAST(e.data AS TEXT) FROM status_updates u"
    f" LEFT JOIN entries e ON e.incident_id = u.incident_id AND e.n = u.n WHERE u.incident_id {_HERE} ORDER BY u.id"
)
_UNPUBLISHED = text(
    "SELECT e.incident_id, e.n FROM entries e"  # noqa: S608
    " LEFT JOIN status_updates u ON u.incident_id = e.incident_id AND u.n = e.n"
    f" WHERE e.kind IN ('published', 'emergency-published', 'told') AND u.id IS NULL AND e.incident_id {_HERE}"
)
_ANNOUNCING = ("declared", "maintenance-moved", "maintenance-ended")
"""The kinds of entry with which a maintenance is announced to customers."""


@dataclass
class State:
    """One incident's."""

    many: set[str] = field(default_factory=set)
    """The keys of the roles that any number of people may hold."""
    fields: dict[str, Any] = field(default_factory=dict)
    holders: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    offers: list[tuple[str, str, str]] = field(default_factory=list)
    tasks: dict[int, dict[str, Any]] = field(default_factory=dict)
    drafts: dict[str, dict[str, Any]] = field(default_factory=dict)
    unconfirmed: set[str] = field(default_factory=set)
    """Who was given what, and has not said that they have it."""
    splits: dict[str, dict[str, Any]] = field(default_factory=dict)
    skips: dict[str, str] = field(default_factory=dict)
    theories: dict[int, dict[str, Any]] = field(default_factory=dict)
    published: dict[int, str] = field(default_factory=dict)
    """What is wrong with published updates, by the number of their entry."""

    def differences(self, replay: Replay, believed: Theories) -> Iterator[tuple[str, object, object]]:
        """What the entries and the tables tell differently: of what, and what either tells."""
        told = {role: sorted(people) for role, people in replay.holders.items() if people}
        held = {role: sorted(people) for role, people in self.holders.items()}
        compared: tuple[tuple[str, Any, Any], ...] = (
            ("facts", replay.fields, self.fields),
            ("role assignments", told, held),
            ("offers", dict.fromkeys(replay.offers, "open"), dict.fromkeys(self.offers, "open")),
            ("tasks", replay.tasks, self.tasks),
            ("confirmations", replay.confirmations, self._confirmed(replay.confirmations)),
            ("split responsibilities", replay.splits, self.splits),
            ("drafts", replay.drafts, self.drafts),
            ("skipped steps", replay.skips, self.skips),
            ("theories", believed.found(), self.theories),
            ("published updates", {}, self.published),
        )
        for part, in_entries, in_tables in compared:
            if in_entries != in_tables:
                yield part, *_apart(in_entries, in_tables)

    def _confirmed(self, told: Iterable[str]) -> dict[str, bool]:
        """Of what the entries tell of: before they told of it, nobody was asked."""
        return {given: given not in self.unconfirmed for given in told}


def states(connection: Connection, *, low: int, high: int) -> dict[int, State]:
    """Of the incidents with these numbers."""

    def rows(statement: Any) -> Iterator[tuple[Any, ...]]:
        return (tuple(row) for row in connection.execute(statement, {"low": low, "high": high}))

    found: defaultdict[int, State] = defaultdict(State)
    for incident, *values in rows(_FIELDS):
        names = ("title", "severity", "category", "impact", "phase")
        found[incident].fields = dict(zip(names, values, strict=True))
    for incident, role in rows(_MANY):
        found[incident].many.add(role)
    for incident, role, person in rows(_HOLDERS):
        found[incident].holders[role].append(person)
    for incident, what, person in rows(_UNCONFIRMED):
        found[incident].unconfirmed.add(f"{what}: {person}")
    for incident, role, whole, duties in rows(_SPLITS):
        found[incident].splits[role] = {"whole": bool(whole), "takes": sorted(duties.split())}
    for incident, *offer in rows(_OFFERS):
        found[incident].offers.append((offer[0], offer[1], offer[2]))
    for incident, number, state, owner, reason in rows(_TASKS):
        found[incident].tasks[number] = {"state": state, "owner": owner, "reason": reason}
    for incident, audience, revision, words, phase, components in rows(_DRAFTS):
        content = {"text": words, "phase": phase, "components": _read(components)}
        found[incident].drafts[audience] = {"revision": revision, **content}
    for incident, step, reason in rows(_SKIPS):
        found[incident].skips[step] = reason
    for incident, n, words, state in rows(_THEORIES):
        found[incident].theories[n] = {"text": words, "state": state, "evidence": {}}
    for incident, theory, n, weight in rows(_EVIDENCE):
        if theory in found[incident].theories:
            found[incident].theories[theory]["evidence"][n] = weight
    seen: set[tuple[int, int]] = set()
    for incident, n, *update in rows(_UPDATES):
        wrong = "a second update with the same entry" if (incident, n) in seen else _wrong(update)
        seen.add((incident, n))
        if wrong:
            found[incident].published[n] = wrong
    for incident, n in rows(_UNPUBLISHED):
        found[incident].published[n] = "an entry without its update"
    return found


def _wrong(update: Sequence[Any]) -> str:
    """What an update and its entry tell differently; empty: nothing."""
    words, author, audience, phase, title, components, kind, entry_words, entry_author, entry_data = update
    if kind is None:
        return "an update without its entry"
    if kind not in ((*PUBLISHING[:2], *_ANNOUNCING) if audience == "customers" else PUBLISHING[2:]):
        return f"an update without its entry, which is of another kind ({kind})"
    if (words, author) != (entry_words, entry_author):
        return "another text or author"
    data = _read(entry_data)
    if kind == "declared" and "maintenance" not in data:
        return "an update without its entry, which declares an incident"
    told = {"phase": phase, "title": title, "components": _read(components)}
    if kind in _ANNOUNCING or not isinstance(data, dict):
        return ""
    differs = [name for name, value in told.items() if data.get(name, value) != value]
    return f"another {' and '.join(differs)}" if differs else ""


def _read(written: str) -> Any:
    """As it is written, where it is no JSON: the drafts then differ from what the entries tell."""
    try:
        return json.loads(written)
    except (RecursionError, ValueError):
        return written


def _apart(one: dict[Any, Any], other: dict[Any, Any]) -> tuple[object, object]:
    """Only what differs."""
    keys = [key for key in [*one, *(key for key in other if key not in one)] if one.get(key) != other.get(key)]
    return {key: one.get(key) for key in keys}, {key: other.get(key) for key in keys}
