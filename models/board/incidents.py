"""Reads incidents, their roles and their tasks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from msgspec.structs import asdict
from sqlalchemy import and_, or_

from models.board.listing import RECENT
from models.board.queries import ALL_ROWS, CHANGED, LAST_INCIDENT, ON_THE_BOARD, ONE, SOME, TEXT_OF_ONE, TEXTS, Which
from models.board.views import Board, IncidentRow, IncidentView
from models.delivery.read import ALL_UNSENT, OUTBOX, Outbox
from models.kernel.ahead import Question
from models.kernel.failures import Refused
from models.kernel.readable import AnyRow, answers
from models.kernel.reader import HOW_MANY_PEOPLE, PEOPLE, TICKET
from models.kernel.tables import incidents
from models.policy.audience import Audience
from models.policy.phase import OPEN, Phase
from models.policy.severity import Category, Impact, Severity
from models.policy.task import UNDONE
from models.process.read import progress, steps
from models.roles.book_cache import Books
from models.roles.coverage import owners, stand_in, unfilled
from models.roles.read import ROLES, Roles, holdings
from models.roles.responsibilities import duties
from models.tasks import read as tasks
from models.tasks.read import TASKS
from models.theories.read import EVIDENCE, THEORIES, Theories
from models.updates import publishers as publishing
from models.updates.queries import COMPONENTS, DRAFTS, LAST_UPDATES, RULES
from models.updates.read import Updates
from models.updates.views import MaintenanceView, PromiseView

if TYPE_CHECKING:
    from models.updates.templates import FilledTemplate

SEARCHED = 5_000
"""How many incidents a search looks through at once: few milliseconds, however many there are."""

_EVERY_LIST: tuple[Question, ...] = (TICKET, {}), (RULES, {}), (ALL_UNSENT, {})
"""What every list of incidents asks, whichever they are."""

FOUND = 50
"""The most that it finds at once."""


class Incidents(Roles, Updates, Theories, Outbox):
    """Reads incidents."""

    @cached_property
    def _read(self) -> dict[int, tuple[AnyRow, Sequence[AnyRow], IncidentRow]]:
        """The rows that were read already, with who holds what: an incident shown is mostly one of them."""
        return {}

    def on_the_board(self, now: datetime) -> list[IncidentRow]:
        """All that a board may list; `listed` decides."""
        self.foresee(self.ahead_of_lists(now, None))
        books = self._kept.of(Books)
        if not books.known:
            books.learn(answers(self.connection, TEXTS, {"since": now - RECENT}))
        return self._incidents(ON_THE_BOARD, since=now - RECENT)

    def changed_since(self, ticket: int) -> list[IncidentRow]:
        return self._incidents(CHANGED, ticket=ticket)

    def all_incidents(self, limit: int | None = None) -> list[IncidentRow]:
        """Every incident, the newest first."""
        statement = ALL_ROWS if limit is None else ALL_ROWS.limit(limit)
        return self._some(self._rows(statement))

    def found(self, words: str, below: int | None = None) -> tuple[tuple[IncidentRow, ...], int | None]:
        """The newest of so many incidents below that number whose title has all words, and where to look on.

        The number to look on below is None when there is nothing further back. The first look finds a number anywhere.
        """
        if below is None:
            below = 1 + (self.connection.execute(LAST_INCIDENT).scalar() or 0)
        wanted = words.strip().upper().removeprefix("INC-")
        number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 16 else None
        lowest = max(0, below - SEARCHED)
        within = and_(
            incidents.c.id >= lowest,
            incidents.c.id < below,
            *(incidents.c.title.icontains(word, autoescape=True) for word in words.split()),
        )
        fits = within if number is None else or_(within, incidents.c.id == number)
        rows = self._some(self._rows(ALL_ROWS.where(fits).limit(FOUND)))
        return tuple(rows), lowest if lowest > 1 and len(rows) < FOUND else None

    def incident(self, incident_id: int) -> IncidentView:
        """Raises Refused when there is none."""
        if incident_id not in self._read:
            self.foresee(self._ahead_of_one(incident_id))
            if not self._kept.of(Books).known:
                self._kept.of(Books).learn(answers(self.connection, TEXT_OF_ONE, {"incident": incident_id}))
        if incident_id not in self._read and not self._incidents(ONE, incident=incident_id):
            raise Refused(f"There is no incident INC-{incident_id}.", "See the list: `bridgewatch list --all`.")
        stored, held, row = self._read[incident_id]
        self.foresee(self.ahead_of_shown(incident_id, stored["resolved_at"]))
        book = self._book(stored)
        roles = self._roles(incident_id, book, held)
        view = IncidentView(
            **asdict(row),
            roles=roles,
            duties=duties(book, roles, self._language),
            tasks=tasks.views(
                self._rows(TASKS, incident=incident_id), roles, book, self._language, _deadlines(row.promises)
            ),
            steps=steps(self.connection, stored, book, self._language),
            theories=self.theories(incident_id),
            drafts=self._drafts(incident_id, row.phase, row.approval_severity),
            last_updates=self._last_updates(incident_id),
            deliveries=self._deliveries(incident_id),
        )
        return view.but(damaged=self.damage_of(incident_id))

    def ahead_of_lists(self, now: datetime, before: Board | None) -> Iterator[Question]:
        """What the lists of a board ask: all that is on it, or what has changed since an earlier one."""
        since = {"since": now - RECENT}
        if not self._kept.of(Books).known:
            yield TEXTS, since
        yield from ON_THE_BOARD.ahead(**since) if before is None else CHANGED.ahead(ticket=before.ticket)
        yield from _EVERY_LIST

    def ahead_of_all(self, before: Board | None) -> Iterator[Question]:
        """What a board asks of the team as a whole."""
        yield COMPONENTS, {}
        yield HOW_MANY_PEOPLE if before and before.people else PEOPLE, {}

    def _ahead_of_one(self, incident: int) -> Iterator[Question]:
        if not self._kept.of(Books).known:
            yield TEXT_OF_ONE, {"incident": incident}
        yield from ONE.ahead(incident=incident)
        yield from _EVERY_LIST
        yield from self.ahead_of_shown(incident, None)

    def ahead_of_shown(self, incident: int, resolved_at: datetime | None) -> Iterator[Question]:
        """What an incident asks beside what a list has of it. `resolved_at`: as far as it is known."""
        known = {"incident": incident}
        for statement in (ROLES, TASKS, THEORIES, EVIDENCE, DRAFTS, LAST_UPDATES, OUTBOX):
            yield statement, known
        yield progress(incident, resolved_at)

    def barred(self, incident_id: int, person: str) -> Refused | None:
        """Why the rules do not let this person publish the incident to customers; None: they do."""
        row = self.incident(incident_id)
        _, held, _ = self._read[incident_id]
        return publishing.barred(self.rules, person, holdings(held), row.manager)

    def put_off(self, incident_id: int, severity: Severity) -> dict[str, Any]:
        """What the update cadence of that severity puts off, or no longer asks for.

        Audience -> when it `was` due and is due `now` (None: not at all), as ISO 8601.
        """
        self.incident(incident_id)
        stored, _, row = self._read[incident_id]
        then = _deadlines(self._promises_at(severity, stored, self._rows(ONE.beside[3], incident=incident_id)))
        return {
            str(promise.audience): {"was": promise.due_at.isoformat(), "now": at.isoformat() if at else None}
            for promise in row.promises
            if (at := then.get(promise.audience)) != promise.due_at
        }

    def template(self, incident_id: int, to: Audience, now: datetime) -> FilledTemplate:
        """What the draft for this audience may begin with, in the reader's language."""
        from models.board.template import filled

        return filled(self.incident(incident_id), to, self.own_templates(), self.rules, self._language, now)

    def _incidents(self, which: Which, **known: Any) -> list[IncidentRow]:
        return self._views(self._rows(which.rows, **known), self._beside(which, known))

    def _some(self, rows: Sequence[AnyRow]) -> list[IncidentRow]:
        """Of rows that were read already."""
        ids = [row["id"] for row in rows]
        parts = [self._beside(SOME, {"ids": ids[start : start + 500]}) for start in range(0, len(ids), 500)]
        return self._views(rows, [[row for part in each for row in part] for each in zip(*parts, strict=True)])

    def _beside(self, which: Which, known: Mapping[str, Any]) -> list[Sequence[AnyRow]]:
        return [self._rows(statement, **known) for statement in which.beside]

    def _views(self, rows: Sequence[AnyRow], beside: Iterable[Iterable[AnyRow]]) -> list[IncidentRow]:
        found = [_by_incident(each) for each in beside] or [defaultdict(list)] * len(SOME.beside)
        views = [self._incident(row, *(each[row["id"]] for each in found)) for row in rows]
        self._read |= {view.id: (row, found[0][view.id], view) for row, view in zip(rows, views, strict=True)}
        return views

    def _incident(
        self,
        row: AnyRow,
        held: Sequence[AnyRow],
        offered: Sequence[AnyRow],
        todo: Sequence[AnyRow],
        promised: Sequence[AnyRow],
        reviewed: Sequence[AnyRow],
    ) -> IncidentRow:
        book = self._book(row)
        held_now = holdings(held)
        manager = stand_in(book, held_now)
        severity, phase = Severity(row["severity"]), Phase(row["phase"])
        promises = self._promises(row, promised)
        return IncidentRow(
            id=row["id"],
            ref=f"INC-{row['id']}",
            title=row["title"],
            severity=severity,
            category=Category(row["category"]) if row["category"] else None,
            impact=Impact(row["impact"]) if row["impact"] else None,
            phase=phase,
            version=row["version"],
            book=row["book"],
            book_version=row["book_version"],
            declared_by=row["declarer"],
            declared_at=row["declared_at"],
            resolved_at=row["resolved_at"],
            published_at=row["published_at"],
            told=Phase(row["told"]) if row["told"] else None,
            approval_severity=Severity(row["approval_severity"]),
            reopened_at=row["reopened_at"],
            manager=manager,
            updater=next(iter(owners(book, held_now, book.update_duty).people), None),
            responders=tuple(dict.fromkeys(holding.person for holding in held_now)),
            unfilled={
                role.key: role.name.spoken(self._language)
                for role in map(book.role, unfilled(book, held_now, severity) if phase in OPEN else ())
                if role is not None
            },
            offers=self._offer_views(book, offered),
            holders=_holders(held),
            owners={task["number"]: task["owner"] for task in todo if task["owner"]},
            doers=tasks.all_doers(todo, held, manager),
            tasks_open=sum(task["state"] in UNDONE for task in todo),
            due=tasks.due(todo, held, manager, book, _deadlines(promises)),
            given=(*self._unconfirmed(book, held), *tasks.unconfirmed(todo, book, self._language)),
            promises=promises,
            reviews=self._reviews(reviewed, held_now, manager),
            maintenance=_maintenance(row),
            unsent=self.unsent.get(row["id"], ()),
            damaged=self.damage_of(row["id"]),
        )


def _by_incident(rows: Iterable[AnyRow]) -> defaultdict[int, list[AnyRow]]:
    found: defaultdict[int, list[AnyRow]] = defaultdict(list)
    for row in rows:
        found[row["incident_id"]].append(row)
    return found


def _holders(held: Sequence[AnyRow]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in held:
        found[row["key"]] = (*found.get(row["key"], ()), row["person"])
    return found


def _deadlines(promises: Iterable[PromiseView]) -> dict[Audience, datetime]:
    return {promise.audience: promise.due_at for promise in promises}


def _maintenance(row: AnyRow) -> MaintenanceView | None:
    if row["starts_at"] is None:
        return None
    return MaintenanceView(
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        components=tuple(row["maintained"] or ()),
        canceled_at=row["canceled_at"],
    )
