"""Move an incident to another phase, or reopen it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, ClassVar

from models.incident.fields import _SetOne, put_back
from models.kernel.ahead import Question
from models.kernel.cache import Cache
from models.kernel.command import Argument, Reason
from models.kernel.failures import Refused
from models.kernel.recorded import Recorded
from models.kernel.transaction import Transaction
from models.kernel.undo import UndoEntry, undoes
from models.policy.phase import DONE_WITH, NEXT, OPEN, Phase
from models.policy.task import OpenTasks
from models.process.commands import not_done
from models.tasks.commands import cancel_open, open_again
from models.tasks.reopening import due_again, due_as_before
from models.updates.held import lapse, restore
from models.updates.promises import ahead_of_promises, nobody_waits, owed


class SetPhase(_SetOne):
    """Move the incident on, or sensibly back; nobody's role moves with it. It is closed when its steps are done."""

    phase: Phase
    saw: str | None = None
    force_reason: Annotated[Reason | None, Argument("reason for closing with steps not done")] = None
    """Why it is closed although steps of the response are missing."""
    tasks: Annotated[OpenTasks, Argument("what becomes of open tasks at the end; default: keep")] = OpenTasks.KEEP
    """When the incident is closed or canceled."""
    column: ClassVar[str] = "phase"
    kind: ClassVar[str] = "phase"

    def ahead(self, incident: int, kept: Cache) -> Iterable[Question]:
        return (*super().ahead(incident, kept), *ahead_of_promises(incident))

    def perform(self, tx: Transaction) -> int:
        was = Phase(tx.incident["phase"])
        missing: list[str] = []
        if self.saw in (None, was) and self.phase != was:
            if self.phase not in NEXT[was]:
                steps = ", ".join(NEXT[was]) or "none"
                raise Refused(f"{tx.ref} cannot change from {was} to {self.phase}.", f"Allowed from {was}: {steps}.")
            _customers_know(tx, self.phase)
            missing = self._missing(tx)
        resolved_at: datetime | None = tx.incident["resolved_at"]
        more: dict[str, Any] = {"resolved_at": resolved_at.isoformat()} if resolved_at else {}  # for whoever undoes it
        if missing:
            more["missing"] = missing
        if self.phase not in OPEN:
            more |= owed(tx, self.phase)
            if self.tasks is OpenTasks.CANCEL and self.phase in DONE_WITH and self.phase != was:
                more["canceled"] = cancel_open(tx, f"The incident was {self.phase}.")
        elif was not in OPEN:
            more |= _begin_anew(tx)
        n = self._set(tx, self.phase, self.saw, why=self.force_reason or "", **more)
        over = self.phase in (Phase.RESOLVED, Phase.CLOSED)
        tx.change(resolved_at=(resolved_at or tx.now) if over else None)
        if was is Phase.MERGED:
            self._part(tx, n)
        return n

    @staticmethod
    def _part(tx: Transaction, n: int) -> None:
        """Say on the incident that it was merged into that this one goes on by itself."""
        merged = tx.history.last("merged")
        if merged is not None:
            data = {"ref": tx.ref, "title": tx.incident["title"], "n": n}
            tx.beside(merged.data["ref"]).record("let-go", data)

    def _missing(self, tx: Transaction) -> list[str]:
        """The steps that are missing now that it closes. Raises Refused unless there is a reason to go without."""
        missing = not_done(tx) if self.phase is Phase.CLOSED else {}
        if missing and self.force_reason is None:
            told = "; ".join(f"{step} ({lacks})" for step, lacks in missing.items())
            raise Refused(
                f"{tx.ref} cannot be closed: steps not done: {told}.",
                "Do the steps, skip one with `bridgewatch skip`, or close with --force-reason.",
            )
        return list(missing)


def _begin_anew(tx: Transaction) -> dict[str, Any]:
    """Let the update cadence and late tasks begin anew; returns what the entry keeps, for whoever undoes it."""
    before: datetime | None = tx.incident["reopened_at"]
    kept = {
        "reopened_at": before.isoformat() if before else None,
        "lapsed": lapse(tx),
        "again": due_again(tx),
    }
    tx.change(reopened_at=tx.now)
    return {"reopened": True, **{name: value for name, value in kept.items() if value}}


_VERBS = {Phase.CLOSED: "close", Phase.CANCELED: "cancel"}


def _customers_know(tx: Transaction, phase: Phase) -> None:
    """Raises Refused where customers would wait for ever for word of an incident that goes to that phase."""
    if phase in DONE_WITH:
        nobody_waits(tx, f"Publish a resolved update first; then {_VERBS[phase]} the incident.")


@undoes("phase")
def _undo_phase(tx: Transaction, entry: Recorded) -> UndoEntry:
    if entry.data["was"] == Phase.MERGED:
        raise Refused(f"{tx.ref} is no longer merged.", "Merge it again.")
    _customers_know(tx, Phase(entry.data["was"]))
    back = put_back(tx, entry, "phase")
    resolved_at = entry.data.get("resolved_at")
    tx.change(resolved_at=_moment(resolved_at))
    open_again(tx, entry.data.get("canceled", ()))
    if "reopened" in entry.data:
        tx.change(reopened_at=_moment(entry.data.get("reopened_at")))
        restore(tx, entry.data.get("lapsed", {}))
        due_as_before(tx, entry.data.get("again", ()))
    return back


def _moment(kept: str | None) -> datetime | None:
    return datetime.fromisoformat(kept) if kept else None
