"""Reads how far the response to an incident is: what shows that its steps are done, and which are left out.

One statement finds it all, and each of its parts finds the first entry that counts in an index: it takes no longer on
a long timeline than on a short one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Connection,
    RowMapping,
    Select,
    Text,
    bindparam,
    cast,
    exists,
    func,
    literal,
    null,
    select,
    union_all,
)

from models.policy import OPEN, Audience, NoteKind, Phase
from models.process import ROLE, Fact, Skip, Standing, lacking, named, standings
from models.tables import (
    assignments,
    entries,
    incident_roles,
    incidents,
    maintenances,
    people,
    skips,
    status_updates,
)
from models.work import StepView

if TYPE_CHECKING:
    from models.rolebook import RoleBook

_DECLARED, _SCHEDULED, _SKIP, _FIRST, _LAST = "declared", "scheduled", "skip:", "first:", "last:"
_KINDS = sorted(NoteKind)

_incident = bindparam("incident", type_=entries.c.incident_id.type)
_resolved_at = bindparam("resolved_at", type_=entries.c.recorded_at.type)
_first, _later, _move = entries.alias(), entries.alias(), entries.alias()
_root = func.coalesce(entries.c.revises, entries.c.n)
_stands = ~exists().where(
    _later.c.incident_id == entries.c.incident_id,
    _later.c.revises == _root,
    _later.c.n > entries.c.n,
)
_not_undone = ~exists().where(_later.c.incident_id == entries.c.incident_id, _later.c.undoes == entries.c.n)
_none = cast(null(), Text).label("words")


def _entry(key: str, *where: Any, of: Any = entries) -> Select[Any]:
    """The first entry that is so."""
    return (
        select(literal(key, Text).label("key"), of.c.recorded_at.label("at"), of.c.author_id.label("who"), _none)
        .where(entries.c.incident_id == _incident, *where)
        .order_by(entries.c.n)
        .limit(1)
    )


def _written(key: str, *where: Any) -> Select[Any]:
    """The first note that is so and stands, with when its first version was written, and by whom."""
    root = (_first.c.incident_id == entries.c.incident_id, _first.c.n == _root)
    return _entry(key, *where, _stands, *root, of=_first)


def _told(key: str, audience: Audience, order: Any) -> Select[Any]:
    told = status_updates.c
    return (
        select(
            literal(f"{key}{audience}", Text).label("key"),
            told.published_at.label("at"),
            told.published_by.label("who"),
            cast(told.phase, Text).label("words"),
        )
        .where(told.incident_id == _incident, told.audience == audience)
        .order_by(order)
        .limit(1)
    )


_resolving = (
    select(_move.c.n)
    .where(_move.c.incident_id == _incident, _move.c.kind == "phase", _move.c.recorded_at == _resolved_at)
    .limit(1)
    .scalar_subquery()
)
_since_resolved = (
    entries.c.n > func.coalesce(_resolving, 0),
    _root > func.coalesce(_resolving, 0),
    _first.c.recorded_at >= _resolved_at,
)
_earliest = assignments.alias()
_not_taken_back = ~exists().where(
    _later.c.incident_id == _earliest.c.incident_id,
    _later.c.kind == "undone",
    _later.c.recorded_at == _earliest.c.until,
)
_held = (
    select(
        (literal(ROLE, Text) + func.coalesce(incident_roles.c.book_role, incident_roles.c.key)).label("key"),
        assignments.c.since.label("at"),
        assignments.c.person_id.label("who"),
        _none,
    )
    .join(assignments, assignments.c.role_id == incident_roles.c.id)
    .where(
        incident_roles.c.incident_id == _incident,
        assignments.c.id
        == select(_earliest.c.id)
        .where(_earliest.c.role_id == incident_roles.c.id, _not_taken_back)
        .order_by(_earliest.c.since, _earliest.c.id)
        .limit(1)
        .scalar_subquery(),
    )
)
_skipped = select(
    (literal(_SKIP, Text) + skips.c.step).label("key"),
    skips.c.skipped_at.label("at"),
    skips.c.skipped_by.label("who"),
    skips.c.reason.label("words"),
).where(skips.c.incident_id == _incident)
_scheduled = (
    select(
        literal(_SCHEDULED, Text).label("key"),
        maintenances.c.starts_at.label("at"),
        incidents.c.declared_by.label("who"),
        _none,
    )
    .join(incidents, incidents.c.id == maintenances.c.incident_id)
    .where(maintenances.c.incident_id == _incident)
)
_always = [
    _entry(_DECLARED),
    _entry("category", entries.c.kind == "category", _not_undone),
    _entry("impact", entries.c.kind == "impact", _not_undone),
    *(_written(kind, entries.c.kind == kind) for kind in _KINDS),
    *(_told(_FIRST, audience, status_updates.c.published_at) for audience in Audience),
    *(_told(_LAST, audience, status_updates.c.published_at.desc()) for audience in Audience),
    _held,
    _skipped,
    _scheduled,
]


def _all_of(parts: Iterable[Select[Any]]) -> Select[Any]:
    found = union_all(*(select(part.subquery()) for part in parts)).subquery()
    return select(found.c.key, found.c.at, found.c.words, people.c.name).join(people, people.c.id == found.c.who)


UNRESOLVED = _all_of(_always)
"""Asks nothing about what came after a resolution: the answer would take a look at every note."""


@cache
def resolved() -> Select[Any]:
    """Asks that, too; made when the first resolved incident is read."""
    once_resolved = [
        _entry("resolved", entries.c.kind == "phase", entries.c.recorded_at == _resolved_at),
        *(_written("afterwards", entries.c.kind == kind, *_since_resolved) for kind in _KINDS),
    ]
    return _all_of([*_always, *once_resolved])


def standings_of(
    connection: Connection, incident: Mapping[str, Any] | RowMapping, book: RoleBook
) -> tuple[Standing, ...]:
    """How far each step is that the incident has; `incident` is its row.

    A maintenance in which nothing went wrong needs no response, so it has none.
    """
    statement = UNRESOLVED if incident["resolved_at"] is None else resolved()
    known = {"incident": incident["id"], "resolved_at": incident["resolved_at"]}
    facts: dict[str, Fact] = {}
    left_out: dict[str, Skip] = {}
    for row in connection.execute(statement, known):
        fact = Fact(row.at, row.name)
        if row.key.startswith(_SKIP):
            left_out[row.key.removeprefix(_SKIP)] = Skip(row.at, row.name, row.words)
        elif row.key.startswith(_FIRST):
            facts[f"{row.key.removeprefix(_FIRST)}-told"] = fact
        elif row.key.startswith(_LAST):
            if row.words == Phase.RESOLVED:
                facts[f"{row.key.removeprefix(_LAST)}-told-resolved"] = fact
        elif row.key not in facts or fact.at < facts[row.key].at:
            facts[row.key] = fact
    if facts.pop(_SCHEDULED, None) and incident["phase"] not in OPEN and "resolved" not in facts:
        return ()
    declared = facts.pop(_DECLARED)
    for column in ("severity", "category", "impact"):
        fact = facts.pop(column, declared)
        if incident[column] is not None:
            facts[column] = fact
    if incident["resolved_at"] is not None:
        facts.setdefault("resolved", Fact(incident["resolved_at"], declared.by))
    return standings(book.steps, incident["severity"], facts, left_out)


def steps(connection: Connection, incident: RowMapping, book: RoleBook, language: str) -> tuple[StepView, ...]:
    """The steps in words, in the reader's language."""

    def role_name(key: str) -> str:
        role = book.role(key)
        return role.name.spoken(language) if role else key

    return tuple(
        StepView(
            key=standing.step.key,
            name=standing.step.name.spoken(language),
            text=standing.step.text.spoken(language),
            state=standing.state,
            missing=tuple(lacking(need, role_name) for need in standing.missing),
            lacks=tuple(need[0] for need in standing.missing),
            since=standing.since.at if standing.since else None,
            by=standing.since.by if standing.since else None,
            why=standing.since.reason
            if isinstance(standing.since, Skip)
            else named(standing.shown_by, role_name)
            if standing.shown_by
            else "",
            duty=standing.step.duty,
        )
        for standing in standings_of(connection, incident, book)
    )
