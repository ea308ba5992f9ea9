"""Declaring an incident, and saying what it is: title, severity, category, impact, phase."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import insert, select

from models import rolebook
from models.commands.base import Command, IncidentCommand, Moment, PersonName, TakenBack, Title, undoes, when
from models.commands.book_tasks import add_from_book, take_back_from_book
from models.commands.roles import begin
from models.failures import Refused
from models.policy import DEFAULT_BOOK, NEXT, Category, Impact, Phase, Severity
from models.records import Recorded, RoleRow
from models.tables import incident_roles, settings
from models.text import key
from models.transaction import Transaction

_BOOK = select(settings.c.value).where(settings.c.key == "book")


class Declare(Command):
    """Declare an incident. Its author manages it until somebody else does, as the books have it."""

    title: Title
    severity: Severity
    category: Category | None = None
    impact: Impact | None = None
    manager: PersonName | None = None
    """Who manages it, if not the author; `nobody` leaves it uncovered."""
    occurred_at: Moment | None = None

    kind: ClassVar[str] = "declared"

    def perform(self, tx: Transaction) -> int:
        book = chosen_book(tx)
        declared_at = when(self.occurred_at, tx.now)
        tx.begin_incident(
            title=self.title,
            severity=self.severity,
            category=self.category,
            impact=self.impact,
            phase=Phase.TRIAGE,
            book=book.key,
            declared_by=tx.author_id,
            declared_at=declared_at,
        )
        add_roles(tx, book)
        manager_role = tx.role(book.manager)
        manager = self._manage(tx, manager_role)
        data = {
            "title": self.title,
            "severity": self.severity,
            "category": self.category,
            "impact": self.impact,
            "phase": Phase.TRIAGE,
            "manager": manager,
            "manager_role": manager_role.called,
            "role": book.manager,
            **add_from_book(tx, self.severity, declared_at),
        }
        return tx.record(self.kind, data, occurred_at=declared_at)

    def _manage(self, tx: Transaction, role: RoleRow) -> str | None:
        if self.manager is not None and key(self.manager) == "nobody":
            return None
        person_id, person = tx.person(self.manager or self.by)
        begin(tx, role, person_id)
        return person


def chosen_book(tx: Transaction) -> rolebook.RoleBook:
    """The role book of incidents declared now."""
    return rolebook.load(tx.connection.execute(_BOOK).scalar() or DEFAULT_BOOK)


def add_roles(tx: Transaction, book: rolebook.RoleBook) -> None:
    """Give the transaction's new incident every role of the book."""
    tx.connection.execute(
        insert(incident_roles),
        [
            {
                "incident_id": tx.incident_id,
                "key": role.key,
                "book_role": role.key,
                "name": role.name.en,
                "single": role.holders == "one",
                "position": position,
            }
            for position, role in enumerate(book.roles)
        ],
    )


class _SetOne(IncidentCommand):
    """Set one column of the incident; the entry says what it was."""

    column: ClassVar[str]
    kind: ClassVar[str]

    def _set(self, tx: Transaction, value: StrEnum | str | None, saw: object, **more: Any) -> int:
        was = tx.incident[self.column]
        what = f"The {self.column} of {tx.ref}"
        tx.unchanged(what, saw, was or "none", tx.last(self.kind))
        if was == value:
            raise Refused(f"{what} is already {value or 'none'}.")
        tx.change(**{self.column: value})
        return tx.record(self.kind, {"was": was, "now": value, **more})


class Rename(_SetOne):
    """Give the incident another title."""

    title: Title
    saw: str | None = None
    column: ClassVar[str] = "title"
    kind: ClassVar[str] = "renamed"

    def perform(self, tx: Transaction) -> int:
        return self._set(tx, self.title, self.saw)


class SetSeverity(_SetOne):
    """Raise or lower the severity; nobody's role moves with it."""

    severity: Severity
    saw: str | None = None
    column: ClassVar[str] = "severity"
    kind: ClassVar[str] = "severity"

    def perform(self, tx: Transaction) -> int:
        was = tx.incident["severity"]
        raised = self.severity < was and self.saw in (None, was)
        more = add_from_book(tx, self.severity, tx.now) if raised else {}
        return self._set(tx, self.severity, self.saw, **more)


class SetCategory(_SetOne):
    """Say what sort of incident it is."""

    category: Category
    saw: str | None = None
    column: ClassVar[str] = "category"
    kind: ClassVar[str] = "category"

    def perform(self, tx: Transaction) -> int:
        return self._set(tx, self.category, self.saw)


class SetImpact(_SetOne):
    """Say how many stakeholders feel it."""

    impact: Impact
    saw: str | None = None
    column: ClassVar[str] = "impact"
    kind: ClassVar[str] = "impact"

    def perform(self, tx: Transaction) -> int:
        return self._set(tx, self.impact, self.saw)


class SetPhase(_SetOne):
    """Move the incident on, or sensibly back; nobody's role moves with it."""

    phase: Phase
    saw: str | None = None
    column: ClassVar[str] = "phase"
    kind: ClassVar[str] = "phase"

    def perform(self, tx: Transaction) -> int:
        was = Phase(tx.incident["phase"])
        if self.saw in (None, was) and self.phase not in NEXT[was] and self.phase != was:
            steps = ", ".join(NEXT[was]) or "nowhere"
            raise Refused(f"{tx.ref} cannot go from {was} to {self.phase}.", f"From {was} it goes to: {steps}.")
        resolved_at: datetime | None = tx.incident["resolved_at"]
        more = {"resolved_at": resolved_at.isoformat()} if resolved_at else {}  # for whoever undoes it
        n = self._set(tx, self.phase, self.saw, **more)
        over = self.phase in (Phase.RESOLVED, Phase.CLOSED)
        tx.change(resolved_at=(resolved_at or tx.now) if over else None)
        return n


def _put_back(tx: Transaction, entry: Recorded, column: str) -> TakenBack:
    now = tx.incident[column]
    if now != entry.data["now"]:
        last = tx.last(entry.kind)
        by = f" by {last.author}" if last else ""
        raise Refused(f"The {column} has been changed since{by}.", "Set it anew instead of undoing.")
    tx.change(**{column: entry.data["was"]})
    return TakenBack()


@undoes("renamed")
def _undo_rename(tx: Transaction, entry: Recorded) -> TakenBack:
    return _put_back(tx, entry, "title")


@undoes("severity")
def _undo_severity(tx: Transaction, entry: Recorded) -> TakenBack:
    back = _put_back(tx, entry, "severity")
    take_back_from_book(tx, entry)
    return back


@undoes("category")
def _undo_category(tx: Transaction, entry: Recorded) -> TakenBack:
    return _put_back(tx, entry, "category")


@undoes("impact")
def _undo_impact(tx: Transaction, entry: Recorded) -> TakenBack:
    return _put_back(tx, entry, "impact")


@undoes("phase")
def _undo_phase(tx: Transaction, entry: Recorded) -> TakenBack:
    back = _put_back(tx, entry, "phase")
    resolved_at = entry.data.get("resolved_at")
    tx.change(resolved_at=datetime.fromisoformat(resolved_at) if resolved_at else None)
    return back
