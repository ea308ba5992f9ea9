"""Declaring an incident, and saying what it is: title, severity, category, impact, phase."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import insert

from models.books import to_declare_under
from models.commands.base import Command, IncidentCommand, Moment, PersonName, Reason, TakenBack, Title, undoes, when
from models.commands.book_tasks import add_from_book, take_back_from_book
from models.commands.process import not_done
from models.commands.roles import begin
from models.commands.telling import hasten, nobody_waits, owed
from models.failures import Refused
from models.policy import DONE_WITH, NEXT, OPEN, Category, Impact, Phase, Severity
from models.records import Recorded, RoleRow
from models.rolebook import RoleBook
from models.tables import incident_roles
from models.text import key
from models.transaction import Transaction

_CHANGES = {
    "title": ("renamed",),
    "severity": ("severity",),
    "category": ("category",),
    "impact": ("impact",),
    "phase": ("phase", "merged"),
}
"""The kinds of entry that change a column."""


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
        declared_at = when(self.occurred_at, tx.now)
        book = begin_incident(
            tx,
            title=self.title,
            severity=self.severity,
            category=self.category,
            impact=self.impact,
            phase=Phase.TRIAGE,
            declared_by=tx.author_id,
            declared_at=declared_at,
        )
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


def begin_incident(tx: Transaction, **columns: Any) -> RoleBook:
    """Begin the transaction's incident under the book that counts now, with every role of it; returns the book."""
    edition = to_declare_under(tx.connection, tx.now)
    tx.begin_incident(book=edition.key, book_version=edition.version, **columns)
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
            for position, role in enumerate(edition.book.roles)
        ],
    )
    return edition.book


class _SetOne(IncidentCommand):
    """Set one column of the incident; the entry says what it was."""

    column: ClassVar[str]
    kind: ClassVar[str]

    def _set(self, tx: Transaction, value: StrEnum | str | None, saw: object, *, why: str = "", **more: Any) -> int:
        was = tx.incident[self.column]
        what = f"The {self.column} of {tx.ref}"
        tx.unchanged(what, saw, was or "none", tx.last(*_CHANGES[self.column]))
        if was == value:
            raise Refused(f"{what} is already {value or 'none'}.")
        tx.change(**{self.column: value})
        return tx.record(self.kind, {"was": was, "now": value, **more}, text=why)


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
        n = self._set(tx, self.severity, self.saw, **more)
        if raised:
            hasten(tx)
        return n


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
    """Move the incident on, or sensibly back; nobody's role moves with it. It is closed when its steps are done."""

    phase: Phase
    saw: str | None = None
    force_reason: Reason | None = None
    """Why it is closed although steps of the response are missing."""
    column: ClassVar[str] = "phase"
    kind: ClassVar[str] = "phase"

    def perform(self, tx: Transaction) -> int:
        was = Phase(tx.incident["phase"])
        missing: list[str] = []
        if self.saw in (None, was) and self.phase != was:
            if self.phase not in NEXT[was]:
                steps = ", ".join(NEXT[was]) or "nowhere"
                raise Refused(f"{tx.ref} cannot go from {was} to {self.phase}.", f"From {was} it goes to: {steps}.")
            _customers_know(tx, self.phase)
            missing = self._missing(tx)
        resolved_at: datetime | None = tx.incident["resolved_at"]
        more: dict[str, Any] = {"resolved_at": resolved_at.isoformat()} if resolved_at else {}  # for whoever undoes it
        if missing:
            more["missing"] = missing
        if self.phase not in OPEN and (waited_for := owed(tx, self.phase)):
            more["owed"] = waited_for
        n = self._set(tx, self.phase, self.saw, why=self.force_reason or "", **more)
        over = self.phase in (Phase.RESOLVED, Phase.CLOSED)
        tx.change(resolved_at=(resolved_at or tx.now) if over else None)
        if was is Phase.MERGED:
            self._part(tx, n)
        return n

    @staticmethod
    def _part(tx: Transaction, n: int) -> None:
        """Say on the incident that it was merged into that this one goes on by itself."""
        merged = tx.last("merged")
        if merged is not None:
            data = {"ref": tx.ref, "title": tx.incident["title"], "n": n}
            tx.beside(merged.data["ref"]).record("let-go", data)

    def _missing(self, tx: Transaction) -> list[str]:
        """The steps that are missing now that it closes. Raises Refused unless there is a reason to go without."""
        missing = not_done(tx) if self.phase is Phase.CLOSED else {}
        if missing and self.force_reason is None:
            told = "; ".join(f"{step} ({lacks})" for step, lacks in missing.items())
            raise Refused(
                f"{tx.ref} has steps missing: {told}.",
                "Leave a step out with `bridgewatch skip`, or close it anyway with --force-reason.",
            )
        return list(missing)


_VERBS = {Phase.CLOSED: "close", Phase.CANCELED: "cancel"}


def _customers_know(tx: Transaction, phase: Phase) -> None:
    """Raises Refused where customers would wait for ever for word of an incident that goes to that phase."""
    if phase in DONE_WITH:
        nobody_waits(tx, f"Publish that it is resolved; then {_VERBS[phase]} it.")


def put_back(tx: Transaction, entry: Recorded, column: str) -> TakenBack:
    """Undo the change of a column. Raises Refused when it has been changed since."""
    now = tx.incident[column]
    if now != entry.data["now"]:
        last = tx.last(*_CHANGES[column])
        by = f" by {last.author}" if last else ""
        raise Refused(f"The {column} has been changed since{by}.", "Set it anew instead of undoing.")
    tx.change(**{column: entry.data["was"]})
    return TakenBack()


@undoes("renamed")
def _undo_rename(tx: Transaction, entry: Recorded) -> TakenBack:
    return put_back(tx, entry, "title")


@undoes("severity")
def _undo_severity(tx: Transaction, entry: Recorded) -> TakenBack:
    back = put_back(tx, entry, "severity")
    take_back_from_book(tx, entry)
    return back


@undoes("category")
def _undo_category(tx: Transaction, entry: Recorded) -> TakenBack:
    return put_back(tx, entry, "category")


@undoes("impact")
def _undo_impact(tx: Transaction, entry: Recorded) -> TakenBack:
    return put_back(tx, entry, "impact")


@undoes("phase")
def _undo_phase(tx: Transaction, entry: Recorded) -> TakenBack:
    if entry.data["was"] == Phase.MERGED:
        raise Refused(f"{tx.ref} goes on by itself since.", "Merge it again instead.")
    _customers_know(tx, Phase(entry.data["was"]))
    back = put_back(tx, entry, "phase")
    resolved_at = entry.data.get("resolved_at")
    tx.change(resolved_at=datetime.fromisoformat(resolved_at) if resolved_at else None)
    return back
