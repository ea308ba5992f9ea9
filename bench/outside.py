"""Checks of a database from outside: plain SQL on a connection of its own, past everything that wrote to it.

Each check answers with what is wrong, in words; empty: nothing.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid5

import psycopg
from sqlalchemy import make_url

from bench.writers import Outcome, Seen
from models.doctor.replay import Replay, Theories
from models.kernel import seals
from models.kernel.location import Location

UNANSWERED = "unanswered"
"""How a command ended whose author was killed over it, or was told that nobody knows."""

EXPECTED = ("done", "refused", "conflict", "silent", "kept")
"""How a command may end while the database is there."""


class Outside:
    """One connection that nobody of the program has."""

    def __init__(self, connection: sqlite3.Connection | psycopg.Connection[Any]) -> None:
        self._connection = connection

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self._connection.execute(query)]

    def number(self, query: str) -> int:
        return int(self.rows(query)[0][0])


@contextmanager
def outside(location: Location) -> Iterator[Outside]:
    if location.path is not None:
        with closing(sqlite3.connect(f"{location.path.as_uri()}?mode=ro", uri=True)) as file:
            yield Outside(file)
        return
    address = make_url(location.url)
    _, options = address.get_dialect()().create_connect_args(address)
    with psycopg.connect(**options) as server:
        yield Outside(server)


def gaps(base: Outside) -> list[str]:
    """Entries count from one without a gap, up to the incident's version."""
    counted = base.rows(
        "SELECT i.id, i.version, count(e.n), min(e.n), max(e.n) FROM incidents i"
        " LEFT JOIN entries e ON e.incident_id = i.id GROUP BY i.id, i.version"
    )
    return [
        f"INC-{incident} has version {version}, and {found} entries from {first} to {last}"
        for incident, version, found, first, last in counted
        if (found, first, last) != (version, 1, version)
    ]


def commands(base: Outside) -> dict[UUID, UUID]:
    """The command of each entry, by the entry's own id: some write several entries, whose ids follow from theirs."""
    found: dict[UUID, UUID] = {}
    derived: dict[UUID, UUID] = {}
    refs = [f"INC-{number}" for (number,) in base.rows("SELECT id FROM incidents")]
    for (name,) in base.rows("SELECT command_id FROM entries"):
        one = UUID(str(name))
        found[one] = one
        derived |= {uuid5(one, word): one for word in ("", *refs)}  # the next entry's, and those on other incidents
        derived |= {uuid5(uuid5(one, ""), ref): one for ref in refs}
    for one, before in derived.items():
        if one in found:
            found[one] = before

    def first(one: UUID) -> UUID:
        return one if found[one] == one else first(found[one])

    return {one: first(one) for one in found}


def tickets(base: Outside, silent: int = 0, unanswered: int = 0) -> list[str]:
    """One ticket for each command that wrote, and for so many that wrote no entry; no incident has another's.

    Of no incident it is later than the last one. Of so many that were not answered, nobody knows whether they wrote.
    """
    wrong = []
    of = commands(base)
    last, recorded = base.number("SELECT ticket FROM head"), len({*of.values()})
    if not 0 <= last - recorded - silent <= unanswered:
        wrong.append(f"{last} tickets were taken for {recorded} commands with entries, and {silent} without")
    by_ticket: defaultdict[int, list[UUID]] = defaultdict(list)
    for ticket, name in base.rows(
        "SELECT i.changed, e.command_id FROM incidents i JOIN entries e ON e.incident_id = i.id AND e.n = i.version"
    ):
        by_ticket[ticket].append(of[UUID(str(name))])
    for ticket, authors in by_ticket.items():
        if len({*authors}) > 1 or (len(authors) > 1 and len(authors) > list(of.values()).count(authors[0])):
            wrong.append(f"{len(authors)} incidents have ticket {ticket}")
    if (latest := base.number("SELECT max(changed) FROM incidents")) > last:
        wrong.append(f"an incident has ticket {latest}, and the last one is {last}")
    return wrong


def acknowledged(base: Outside, outcomes: Sequence[Outcome], before: int) -> list[str]:
    """What was acknowledged is there once, where it was said to be; nothing else is, but `before` earlier entries.

    Of what was asked and never answered, nobody knows: it may be there, once.
    """
    found = Counter[tuple[str, int, int]]()
    times = Counter[str]()
    of = commands(base)
    for command, incident, n in base.rows("SELECT command_id, incident_id, n FROM entries"):
        one = UUID(str(command))
        found[one.hex, incident, n] += 1
        if of[one] == one:
            times[one.hex] += 1
    done = {(told.command.hex, told.incident, told.n) for told in outcomes if told.how == "done"}
    wrong = [f"entry {n} of INC-{i} was acknowledged and is not there" for _, i, n in sorted(done - found.keys())]
    wrong += [f"{name} was done {count} times" for name, count in times.items() if count > 1]
    answered = {name for name, *_ in done}
    unknown = {told.command.hex for told in outcomes if told.how == UNANSWERED} - answered
    if len(times.keys() - unknown) != len(answered) + before:
        wrong.append(f"{len(times)} commands were recorded, {len(done)} acknowledged and {before} there before")
    return wrong


def order(base: Outside, outcomes: Iterable[Outcome]) -> list[str]:
    """Of two commands, one of which began when the other was acknowledged, the later has the later entry.

    The times that the entries tell agree with it.
    """
    wrong = []
    first: dict[UniqueEntry, Outcome] = {}
    for told in outcomes:
        if told.how == "done":
            first.setdefault((told.incident, told.n), told)  # a repetition begins when all is over
    begun: defaultdict[int, float] = defaultdict(float)
    for (incident, n), told in sorted(first.items()):
        if told.ended < begun[incident]:
            wrong.append(f"entry {n} of INC-{incident} was acknowledged before an earlier one was asked for")
        begun[incident] = max(begun[incident], told.began)
    back = base.rows(
        "SELECT a.incident_id, b.n FROM entries a JOIN entries b ON b.incident_id = a.incident_id AND b.n = a.n + 1"
        " WHERE b.recorded_at < a.recorded_at"
    )
    return wrong + [f"entry {n} of INC-{incident} says an earlier time than the one before it" for incident, n in back]


UniqueEntry = tuple[int, int]


def holders(base: Outside) -> list[str]:
    """A role for one is and was never held by two at once."""
    held = base.rows(
        "SELECT a.role_id, a.since, a.until FROM assignments a JOIN incident_roles r ON r.id = a.role_id"
        " WHERE r.single ORDER BY a.role_id, a.id"
    )
    wrong = []
    for (role, _, until), (next_role, since, _) in pairwise(held):
        if role == next_role and (until is None or since < until):
            wrong.append(f"role {role} was held by two at {since}")
    return wrong


def replayed(base: Outside) -> list[str]:
    """The tables hold what the entries tell."""
    stories: defaultdict[int, list[_Entry]] = defaultdict(list)
    for incident, n, kind, data, text, revises in base.rows(
        "SELECT incident_id, n, kind, data, text, revises FROM entries ORDER BY n"
    ):
        stories[incident].append(_Entry(kind, _json(data), text, revises or n))
    many: defaultdict[int, set[str]] = defaultdict(set)
    for incident, role in base.rows("SELECT incident_id, key FROM incident_roles WHERE NOT single"):
        many[incident].add(role)
    tables = _tables(base)
    wrong = []
    for incident, story in stories.items():
        replay = Replay(story, many[incident])
        told = {
            "fields": replay.fields,
            "holders": {role: sorted(people) for role, people in replay.holders.items() if people},
            "offers": sorted(replay.offers),
            "tasks": replay.tasks,
            "drafts": replay.drafts,
            "skips": replay.skips,
            "theories": Theories(story).found(),
        }
        wrong += [
            f"INC-{incident}: its entries tell the {part} {told[part]}, the tables {tables[incident][part]}"
            for part in told
            if told[part] != tables[incident][part]
        ]
    return wrong


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: str
    data: dict[str, Any]
    text: str
    root: int


def _json(value: Any) -> Any:
    """SQLite gives it as it is written."""
    return json.loads(value) if isinstance(value, str) else value


def _tables(base: Outside) -> dict[int, dict[str, Any]]:
    """Per incident the same parts as a replay has."""
    found: dict[int, dict[str, Any]] = {}
    fields = ("title", "severity", "category", "impact", "phase")
    for incident, *values in base.rows("SELECT id, title, severity, category, impact, phase FROM incidents"):
        columns = dict(zip(fields, values, strict=True))
        found[incident] = {"fields": columns, "holders": {}, "offers": [], "tasks": {}, "drafts": {}}
        found[incident] |= {"skips": {}, "theories": {}}
    for incident, role, person in base.rows(
        "SELECT a.incident_id, r.key, p.name FROM assignments a JOIN incident_roles r ON r.id = a.role_id"
        " JOIN people p ON p.id = a.person_id WHERE a.until IS NULL"
    ):
        held = found[incident]["holders"]
        held[role] = sorted([*held.get(role, []), person])
    for incident, *offer in base.rows(
        "SELECT o.incident_id, r.key, f.name, t.name FROM offers o JOIN incident_roles r ON r.id = o.role_id"
        " JOIN people f ON f.id = o.from_id JOIN people t ON t.id = o.to_id WHERE o.answer IS NULL"
    ):
        found[incident]["offers"] = sorted([*found[incident]["offers"], tuple(offer)])
    for incident, number, state, owner, reason in base.rows(
        "SELECT t.incident_id, t.number, t.state, p.name, t.reason FROM tasks t LEFT JOIN people p ON p.id = t.owner_id"
        " WHERE t.state <> 'dropped' OR t.reason <> ''"
    ):
        found[incident]["tasks"][number] = {"state": state, "owner": owner, "reason": reason}
    for incident, audience, revision, text, phase, components in base.rows(
        "SELECT incident_id, audience, revision, text, phase, components FROM drafts WHERE revision > 0"
    ):
        content = {"text": text, "phase": phase, "components": _json(components)}
        found[incident]["drafts"][audience] = {"revision": revision, **content}
    for incident, step, reason in base.rows("SELECT incident_id, step, reason FROM skips"):
        found[incident]["skips"][step] = reason
    for incident, n, text, state in base.rows(
        "SELECT t.incident_id, t.n, e.text, t.state FROM theories t"
        " JOIN entries e ON e.incident_id = t.incident_id AND e.n = t.said"
    ):
        found[incident]["theories"][n] = {"text": text, "state": state, "evidence": {}}
    for incident, n, theory, weight in base.rows(
        "SELECT incident_id, n, theory, weight FROM evidence WHERE said IS NOT NULL"
    ):
        if theory in found[incident]["theories"]:
            found[incident]["theories"][theory]["evidence"][n] = weight
    return found


def sealed(base: Outside) -> list[str]:
    """Each entry has the seal of all that it says, and of the one before it; the incident has that of its last."""
    wrong = []
    last: dict[int, str] = {}
    for row in base.rows(f"{seals.ROWS} ORDER BY e.incident_id, e.n"):
        incident, n, *_, seal = row
        if seals.of_row(last.get(incident, seals.NONE), row) != seal:
            wrong.append(f"entry {n} of INC-{incident} has another seal")
        last[incident] = seal
    kept = dict(base.rows("SELECT id, seal FROM incidents"))
    return wrong + [f"INC-{incident} has another seal" for incident, seal in kept.items() if last[incident] != seal]


def books(base: Outside, outcomes: Iterable[Outcome]) -> list[str]:
    """Every version of a book that somebody was told of is there, and versions count from one without a gap."""
    kept = base.rows("SELECT key, version, digest FROM books ORDER BY key, version")
    told = {told.words for told in outcomes if told.how == "kept"}
    there = {f"{key} {version} {digest}" for key, version, digest in kept}
    wrong = [f"{words} was acknowledged and is not there" for words in sorted(told - there)]
    for book in {key for key, *_ in kept}:
        versions = [version for key, version, _ in kept if key == book]
        if versions != [*range(1, len(versions) + 1)]:
            wrong.append(f"the book {book} has versions {versions}")
    return wrong


def looked_on(base: Outside, seen: Sequence[Seen]) -> list[str]:
    """Whoever looked on met every entry once, in its order, and as it is."""
    recorded = base.rows(
        "SELECT e.incident_id, e.n, e.kind, e.text, p.name FROM entries e JOIN people p ON p.id = e.author_id"
        " ORDER BY e.incident_id, e.n"
    )
    met = sorted(seen, key=lambda entry: entry.incident)  # stable: within an incident as they were met
    if [tuple(entry) for entry in met] == recorded:
        return []
    missed = len({*recorded} - {tuple(entry) for entry in met})
    return [f"of {len(recorded)} entries, {missed} were missed, and {len(met)} were met, in another order or twice"]


def expected(outcomes: Iterable[Outcome]) -> list[str]:
    """Nothing failed but by the rules."""
    return [f"{told.how}: {told.words}" for told in outcomes if told.how not in EXPECTED]


def one_each(outcomes: Sequence[Sequence[Outcome]]) -> list[str]:
    """Of each race one claimed the task, and every other was told who; `outcomes` holds them runner by runner."""
    wrong = []
    for number, race in enumerate(zip(*outcomes, strict=True), 1):
        winners = [runner for runner, told in enumerate(race) if told.how == "done"]
        names = tuple(f" is assigned to {racer(winner)}: " for winner in winners)
        told_who = sum(told.how == "conflict" and any(name in told.words for name in names) for told in race)
        if len(winners) != 1 or told_who != len(race) - 1:
            wrong.append(f"race {number}: {len(winners)} got the task, and {told_who} of {len(race)} were told who")
    return wrong


def racer(number: int) -> str:
    """Who runs in that place."""
    return f"racer {number}"
