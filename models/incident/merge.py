"""Merging an incident into another that it turned out to be a part of: one goes on, the other keeps its own record."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from models.incident.fields import put_back
from models.kernel.command import Argument, IncidentCommand, OptionalReason, Ref
from models.kernel.conflicts import attribution
from models.kernel.failures import Refused
from models.kernel.recorded import Recorded
from models.kernel.transaction import Transaction
from models.kernel.undo import UndoEntry, undoes
from models.policy.phase import OPEN, Phase
from models.updates.promises import nobody_waits, owed


class Merge(IncidentCommand):
    """Merge an incident into another, which goes on for both. Roles, tasks and timeline stay with each."""

    into: Annotated[Ref, Argument("the incident to keep, such as INC-29 or 29")]
    """The incident that goes on."""
    reason: OptionalReason = ""

    kind: ClassVar[str] = "merged"
    other_kind: ClassVar[str] = "took-in"
    """The kind of the entry of the incident that goes on."""

    def perform(self, tx: Transaction) -> int:
        if self.into == tx.ref:
            raise Refused(f"{tx.ref} cannot be merged into itself.", "Enter the incident to keep.")
        goes_on = tx.beside(self.into)
        for side in (tx, goes_on):
            _at_work(side)
        nobody_waits(
            tx, f"Publish a resolved update first, or one that names the other incident; then merge into {goes_on.ref}."
        )
        was, waited_for = tx.incident["phase"], owed(tx, Phase.MERGED)
        tx.change(phase=Phase.MERGED)
        there = goes_on.record(self.other_kind, _about(tx, tx.incident["version"] + 1), text=self.reason)
        data = {
            "was": was,
            "now": Phase.MERGED,
            **_about(goes_on, there),
            **waited_for,
        }
        return tx.record(self.kind, data, text=self.reason)


def _at_work(tx: Transaction) -> None:
    """Raises Refused unless people are at work on the incident."""
    if tx.incident["phase"] in OPEN:
        return
    last = tx.history.last("phase", Merge.kind)
    since = f": {attribution(last)}" if last else "."
    raise Refused(f"{tx.ref} is {tx.incident['phase']}{since}", "Only open incidents can be merged.")


def _about(side: Transaction, n: int) -> dict[str, Any]:
    """What the entry of the one says of the other, with the number of its entry."""
    return {"ref": side.ref, "title": side.incident["title"], "n": n}


def _take_back(side: Transaction, n: int) -> None:
    """Record on the other side that its entry of the merger is undone too."""
    entry = side.history.entry(n)
    side.record("undone", {"n": n, "kind": entry.kind, "data": entry.sealed}, undoes=n)


@undoes(Merge.kind)
def _undo_merge(tx: Transaction, entry: Recorded) -> UndoEntry:
    put_back(tx, entry, "phase")
    _take_back(tx.beside(entry.data["ref"]), entry.data["n"])
    return UndoEntry()


@undoes(Merge.other_kind)
def _undo_taking_in(tx: Transaction, entry: Recorded) -> UndoEntry:
    merged = tx.beside(entry.data["ref"])
    put_back(merged, merged.history.entry(entry.data["n"]), "phase")
    _take_back(merged, entry.data["n"])
    return UndoEntry()
