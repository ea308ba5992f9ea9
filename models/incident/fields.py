"""Change what an incident is: title, severity, category, impact."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from models.kernel.ahead import Question
from models.kernel.cache import Cache
from models.kernel.command import Argument, IncidentCommand, OptionalReason, Title
from models.kernel.conflicts import unchanged
from models.kernel.failures import Refused
from models.kernel.history import last_of
from models.kernel.recorded import Recorded
from models.kernel.transaction import Transaction
from models.kernel.undo import UndoEntry, undoes
from models.kernel.wording import put_off
from models.policy.severity import Category, Impact, Severity
from models.tasks.from_book import add_from_book, ahead_of_tasks, take_back_from_book
from models.updates.held import as_before, let_go, lowered, raised
from models.updates.promises import ahead_of_promises, hasten

_CHANGES = {
    "title": ("renamed",),
    "severity": ("severity",),
    "category": ("category",),
    "impact": ("impact",),
    "phase": ("phase", "merged"),
}
"""The kinds of entry that change a column."""


class _SetOne(IncidentCommand):
    """Set one column of the incident; the entry says what it was."""

    column: ClassVar[str]
    kind: ClassVar[str]

    def ahead(self, incident: int, kept: Cache) -> Iterable[Question]:
        return (last_of(incident, *_CHANGES[self.column]),)

    def _set(self, tx: Transaction, value: StrEnum | str | None, saw: object, *, why: str = "", **more: Any) -> int:
        was = tx.incident[self.column]
        what = f"The {self.column} of {tx.ref}"
        unchanged(what, saw, was or "none", tx.history.last(*_CHANGES[self.column]))
        if was == value:
            raise Refused(f"{what} is already {value or 'none'}.")
        tx.change(**{self.column: value})
        return tx.record(self.kind, {"was": was, "now": value, **more}, text=why)


class Rename(_SetOne):
    """Give the incident another title."""

    title: Annotated[Title, Argument("what is broken, in users' words")]
    saw: str | None = None
    column: ClassVar[str] = "title"
    kind: ClassVar[str] = "renamed"

    def perform(self, tx: Transaction) -> int:
        return self._set(tx, self.title, self.saw)


class SetSeverity(_SetOne):
    """Raise the severity, or lower it for a reason; nobody's role moves with it."""

    severity: Severity
    reason: Annotated[OptionalReason, Argument("the reason; lowering the severity needs one")] = ""
    saw: str | None = None
    column: ClassVar[str] = "severity"
    kind: ClassVar[str] = "severity"

    def ahead(self, incident: int, kept: Cache) -> Iterable[Question]:
        return (*super().ahead(incident, kept), *ahead_of_promises(incident), *ahead_of_tasks(incident, kept))

    def perform(self, tx: Transaction) -> int:
        was = tx.incident["severity"]
        up, down = self.severity < was, self.severity > was
        more: dict[str, Any] = {}
        if self.saw in (None, was):
            more = self._raise(tx) if up else self._lower(tx) if down else {}
        n = self._set(tx, self.severity, self.saw, why=self.reason, **more)
        if up:
            hasten(tx)
        return n

    def _raise(self, tx: Transaction) -> dict[str, Any]:
        first = raised(tx, self.severity)
        return {**add_from_book(tx, self.severity, tx.now), **({"first": first} if first else {})}

    def _lower(self, tx: Transaction) -> dict[str, Any]:
        """What of the update cadence is dropped. Raises Refused without a reason."""
        dropped = lowered(tx, self.severity)
        if not self.reason.strip():
            told = "".join(f" {each[0].upper()}{each[1:]}." for each in put_off(dropped))
            raise Refused(f"Lowering {tx.ref} to {self.severity} needs a reason.{told}", "Add one: `--reason`.")
        let_go(tx, dropped)
        return {"dropped": dropped} if dropped else {}


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


def put_back(tx: Transaction, entry: Recorded, column: str) -> UndoEntry:
    """Undo the change of a column. Raises Refused when it has been changed since."""
    now = tx.incident[column]
    if now != entry.data["now"]:
        last = tx.history.last(*_CHANGES[column])
        by = f" by {last.author}" if last else ""
        raise Refused(
            f"The {column} has been changed again{by}, so this cannot be undone.", "Set the new value directly."
        )
    tx.change(**{column: entry.data["was"]})
    return UndoEntry()


@undoes("renamed")
def _undo_rename(tx: Transaction, entry: Recorded) -> UndoEntry:
    return put_back(tx, entry, "title")


@undoes("severity")
def _undo_severity(tx: Transaction, entry: Recorded) -> UndoEntry:
    back = put_back(tx, entry, "severity")
    take_back_from_book(tx, entry)
    as_before(tx, entry.data)
    return back


@undoes("category")
def _undo_category(tx: Transaction, entry: Recorded) -> UndoEntry:
    return put_back(tx, entry, "category")


@undoes("impact")
def _undo_impact(tx: Transaction, entry: Recorded) -> UndoEntry:
    return put_back(tx, entry, "impact")
