"""Declare an incident."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar

from models.kernel.ahead import Question, ask_ahead
from models.kernel.cache import Cache
from models.kernel.command import Argument, Command, Moment, PersonName, Title, when
from models.kernel.text import key
from models.kernel.times import FORMS
from models.kernel.transaction import Transaction
from models.policy.phase import Phase
from models.policy.severity import Category, Impact, Severity
from models.roles.begin import begin_incident
from models.roles.book_versions import ahead_of_declaring
from models.roles.commands import begin
from models.roles.roster import ahead_of_roles, role_of
from models.roles.row import RoleRow
from models.tasks.from_book import add_from_book, ahead_of_tasks


class Declare(Command):
    """Declare an incident. Its author manages it until somebody else does, as the books have it."""

    title: Annotated[Title, Argument("what is broken, in users' words")]
    severity: Severity
    category: Category | None = None
    impact: Impact | None = None
    manager: Annotated[
        PersonName | None, Argument("the incident manager, if not you; nobody: leave the role unassigned")
    ] = None
    """Who manages it, if not the author; `nobody` leaves it uncovered."""
    occurred_at: Annotated[Moment | None, Argument(f"time of the event, if not now; such as {FORMS}", flag="--at")] = (
        None
    )

    kind: ClassVar[str] = "declared"

    def ahead(self, incident: int, kept: Cache) -> Iterable[Question]:
        return ahead_of_declaring()

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
        ask_ahead(tx.connection, (*ahead_of_roles(tx.incident_id, tx.kept), *ahead_of_tasks(tx.incident_id, tx.kept)))
        manager_role = role_of(tx, book.manager)
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
            **({"asks": True} if manager not in (None, tx.author) else {}),
            **add_from_book(tx, self.severity, declared_at),
        }
        return tx.record(self.kind, data, occurred_at=declared_at)

    def _manage(self, tx: Transaction, role: RoleRow) -> str | None:
        if self.manager is not None and key(self.manager) == "nobody":
            return None
        person_id, person = tx.person(self.manager or self.by)
        begin(tx, role, person_id)
        return person
