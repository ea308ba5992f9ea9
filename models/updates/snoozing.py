"""Putting off what an audience was promised."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, ClassVar

from pydantic import Field

from models.kernel.ahead import Question
from models.kernel.cache import Cache
from models.kernel.command import Argument, IncidentCommand, OptionalReason
from models.kernel.conflicts import attribution
from models.kernel.failures import Conflict, Refused
from models.kernel.history import last_of
from models.kernel.recorded import Recorded
from models.kernel.times import moment
from models.kernel.transaction import Transaction
from models.kernel.undo import UndoEntry, undoes
from models.kernel.wording import the
from models.policy.audience import Audience
from models.updates.drafts import FOR_AUDIENCE, PUBLISHING
from models.updates.promises import ahead_of_promises, due, promise, promised


class Snooze(IncidentCommand):
    """Put the next update off; nobody outside is told, and the timeline keeps who did it."""

    minutes: Annotated[Annotated[int, Field(gt=0, le=24 * 60)], Argument("minutes from now")]
    """From now."""
    audience: Annotated[Audience, FOR_AUDIENCE] = Audience.CUSTOMERS
    reason: OptionalReason = ""
    saw: datetime | None = None
    """When it was due as the author saw it."""

    kind: ClassVar[str] = "snoozed"

    def ahead(self, incident: int, kept: Cache) -> Iterable[Question]:
        return (*ahead_of_promises(incident), last_of(incident, self.kind, *PUBLISHING))

    def perform(self, tx: Transaction) -> int:
        was = due(tx, self.audience)
        if was is None:
            said = f"No update to {the(self.audience)} is due on {tx.ref}."
            raise Refused(said, "See the update cadence: `bridgewatch rules`.")
        if self.saw is not None and self.saw != was:
            raise Conflict(
                f"The due time is now {moment(was, tx.now)}: {attribution(tx.history.last(self.kind, *PUBLISHING))}",
                now=was,
            )
        at = tx.now + timedelta(minutes=self.minutes)
        if at <= was:
            raise Refused(
                f"The update is already due later, at {moment(was, tx.now)}.", "Enter more minutes, or publish earlier."
            )
        row = promised(tx).get(self.audience)
        kept = row["due_at"] if row else None
        promise(tx, self.audience, at, told=row["told_at"] if row else None, snoozed=True)
        data = {
            "audience": self.audience,
            "was": was.isoformat(),
            "now": at.isoformat(),
            "kept": kept.isoformat() if kept else None,
            "snoozed": bool(row and row["snoozed"]),
        }
        return tx.record(self.kind, data, text=self.reason)


@undoes(Snooze.kind)
def _undo_snooze(tx: Transaction, entry: Recorded) -> UndoEntry:
    to = Audience(entry.data["audience"])
    row = promised(tx).get(to)
    if row is None or not row["snoozed"] or row["due_at"] != datetime.fromisoformat(entry.data["now"]):
        raise Refused("The due time has changed, so this cannot be undone.")
    kept = entry.data["kept"]
    at = datetime.fromisoformat(kept) if kept else None
    promise(tx, to, at, told=row["told_at"], snoozed=entry.data["snoozed"])
    return UndoEntry()
