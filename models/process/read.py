"""Reads how far the response to an incident is: what shows that its steps are done, and which are left out.

One statement finds it all, and each of its parts finds the first entry that counts in an index: it takes no longer on
a long timeline than on a short one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Text, TextualSelect, bindparam, column, text

from models.kernel.columns import Moment
from models.kernel.damage import UNREADABLE
from models.kernel.notes import NoteKind
from models.kernel.readable import Mended, fetch
from models.policy.audience import Audience
from models.policy.phase import OPEN, Phase
from models.process.progress import Fact, Skip, StepProgress, lacking, named, standings
from models.process.views import StepView
from models.roles.step import ROLE

if TYPE_CHECKING:
    from models.roles.book import RoleBook


_DECLARED, _SCHEDULED, _SKIP, _FIRST, _LAST = "declared", "scheduled", "skip:", "first:", "last:"
_KINDS = sorted(NoteKind)

# The words of SQL themselves: put together of SQLAlchemy's parts, this one statement takes as long to make and to
# compile as all others of the first board.
_ROOT = "coalesce(entries.revises, entries.n)"
_STANDS = f"""
    NOT EXISTS (
        SELECT 1 FROM entries later
        WHERE later.incident_id = entries.incident_id AND later.revises = {_ROOT} AND later.n > entries.n
    )"""
_NOT_UNDONE = """
    NOT EXISTS (SELECT 1 FROM entries later WHERE later.incident_id = entries.incident_id AND later.undoes = entries.n)
    """
_RESOLVING = """
    coalesce((
        SELECT n FROM entries WHERE incident_id = :incident AND kind = 'phase' AND recorded_at = :resolved_at LIMIT 1
    ), 0)"""
_SINCE_RESOLVED = (
    f"entries.n > {_RESOLVING} AND {_ROOT} > {_RESOLVING} AND written.recorded_at >= :resolved_at AND {_STANDS}"
)


def _entry(fact: str, so: str = "true", of: str = "entries") -> str:
    """The first entry that is so; or, `of` that, when its first version was `written`, and by whom."""
    return f"""
        SELECT '{fact}' AS fact, {of}.recorded_at AS at, {of}.author_id AS who, CAST(NULL AS TEXT) AS words
        FROM entries
        JOIN entries written ON written.incident_id = entries.incident_id AND written.n = {_ROOT}
        WHERE entries.incident_id = :incident AND {so}
        ORDER BY entries.n LIMIT 1"""


def _notes(fact: str, kind: str, so: str) -> str:
    return _entry(fact, f"entries.kind = '{kind}' AND {so}", "written")


def _told(fact: str, audience: Audience, order: str) -> str:
    # in the order of TOLD_AT in models/updates/tables.py
    return f"""
        SELECT '{fact}{audience}' AS fact,
            CASE WHEN origin IS NULL THEN max(published_at) OVER (ORDER BY n) ELSE published_at END AS at,
            published_by AS who, CAST(phase AS TEXT) AS words
        FROM status_updates WHERE incident_id = :incident AND audience = '{audience}'
        ORDER BY at {order}, n {order} LIMIT 1"""


_HELD = f"""
    SELECT '{ROLE}' || coalesce(incident_roles.book_role, incident_roles."key") AS fact,
        assignments.since AS at, assignments.person_id AS who, CAST(NULL AS TEXT) AS words
    FROM incident_roles JOIN assignments ON assignments.role_id = incident_roles.id
    WHERE incident_roles.incident_id = :incident AND assignments.id = (
        SELECT earliest.id FROM assignments earliest
        WHERE earliest.role_id = incident_roles.id AND NOT EXISTS (
            SELECT 1 FROM entries
            WHERE incident_id = earliest.incident_id AND kind = 'undone' AND recorded_at = earliest.until
        )
        ORDER BY earliest.since, earliest.id LIMIT 1
    )"""
_LEFT_OUT = f"""
    SELECT '{_SKIP}' || step AS fact, skipped_at AS at, skipped_by AS who, reason AS words
    FROM skips WHERE incident_id = :incident"""
_PLANNED = f"""
    SELECT '{_SCHEDULED}' AS fact, starts_at AS at, declared_by AS who, CAST(NULL AS TEXT) AS words
    FROM maintenances JOIN incidents ON incidents.id = incident_id
    WHERE incident_id = :incident"""
_ALWAYS = (
    _entry(_DECLARED),
    *(_entry(column, f"entries.kind = '{column}' AND {_NOT_UNDONE}") for column in ("category", "impact")),
    *(_notes(kind, kind, _STANDS) for kind in _KINDS),
    *(_told(_FIRST, audience, "ASC") for audience in Audience),
    *(_told(_LAST, audience, "DESC") for audience in Audience),
    _HELD,
    _LEFT_OUT,
    _PLANNED,
)
_ONCE_RESOLVED = (
    _entry("resolved", "entries.kind = 'phase' AND entries.recorded_at = :resolved_at"),
    *(_notes("afterwards", kind, _SINCE_RESOLVED) for kind in _KINDS),
)


def _all_of(*parts: str) -> TextualSelect:
    found = " UNION ALL ".join(f"SELECT fact, at, who, words FROM ({part}) part" for part in parts)
    named = f"coalesce(people.shown, people.name, '{UNREADABLE}') AS name"
    statement = text(f"SELECT fact, at, words, {named} FROM ({found}) found LEFT JOIN people ON people.id = who")
    return statement.columns(column("fact", Text), column("at", Moment), column("words", Text), column("name", Text))


UNRESOLVED = _all_of(*_ALWAYS)
"""Asks nothing about what came after a resolution: the answer would take a look at every note."""

RESOLVED = _all_of(*_ALWAYS, *_ONCE_RESOLVED)
RESOLVED = RESOLVED.bindparams(bindparam("resolved_at", type_=Moment))
"""Asks that, too."""


def progress(incident: int, resolved_at: datetime | None) -> tuple[TextualSelect, dict[str, Any]]:
    """What finds it all, with its values."""
    if resolved_at is None:
        return UNRESOLVED, {"incident": incident}
    return RESOLVED, {"incident": incident, "resolved_at": resolved_at}


def standings_of(connection: Connection, incident: Mapping[str, Any], book: RoleBook) -> tuple[StepProgress, ...]:
    """How far each step is that the incident has; `incident` is its row.

    A maintenance in which nothing went wrong needs no response, so it has none. What cannot be read shows nothing.
    """
    statement, known = progress(incident["id"], incident["resolved_at"])
    facts: dict[str, Fact] = {}
    left_out: dict[str, Skip] = {}
    for row in fetch(connection, statement, known, lambda damage: None):
        if isinstance(row, Mended):
            continue
        what, words = row["fact"], row["words"]
        fact = Fact(row["at"], row["name"])
        if what.startswith(_SKIP):
            left_out[what.removeprefix(_SKIP)] = Skip(row["at"], row["name"], words)
        elif what.startswith(_FIRST):
            facts[f"{what.removeprefix(_FIRST)}-told"] = fact
        elif what.startswith(_LAST):
            if words == Phase.RESOLVED:
                facts[f"{what.removeprefix(_LAST)}-told-resolved"] = fact
        elif what not in facts or fact.at < facts[what].at:
            facts[what] = fact
    if facts.pop(_SCHEDULED, None) and incident["phase"] not in OPEN and "resolved" not in facts:
        return ()
    declared = facts.pop(_DECLARED, None) or Fact(incident["declared_at"], UNREADABLE)
    for name in ("severity", "category", "impact"):
        fact = facts.pop(name, declared)
        if incident[name] is not None:
            facts[name] = fact
    if incident["resolved_at"] is not None:
        facts.setdefault("resolved", Fact(incident["resolved_at"], declared.by))
    return standings(book.steps, incident["severity"], facts, left_out)


def steps(connection: Connection, incident: Mapping[str, Any], book: RoleBook, language: str) -> tuple[StepView, ...]:
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
