"""Dealing with what did not arrive where it was published to: having it tried again, or leaving it out."""

from __future__ import annotations

from typing import Annotated, ClassVar

from models.delivery import outbox
from models.kernel.command import Argument, IncidentCommand, PlaceName, Reason
from models.kernel.failures import Conflict, Refused
from models.kernel.recorded import Recorded
from models.kernel.transaction import Transaction
from models.kernel.undo import UndoEntry, undoes


class Retry(IncidentCommand):
    """Have everything of the incident that has not been sent tried again at once."""

    kind: ClassVar[str] = "retried"

    def perform(self, tx: Transaction) -> int:
        places = outbox.hasten(tx.connection, tx.incident_id, tx.now)
        if not places:
            raise Refused(
                f"{tx.ref} has no pending deliveries.", "See the destinations: `bridgewatch destination list`."
            )
        return tx.record(self.kind, {"places": places})


class SkipDelivery(IncidentCommand):
    """Leave out the update that a place does not take, for a reason; what waits there behind it goes on."""

    place: Annotated[PlaceName, Argument("name of the destination, as in `destination list`", metavar="DESTINATION")]
    reason: Reason
    saw: int | None = None
    """The update's entry that the author saw."""

    kind: ClassVar[str] = "left-out"

    def perform(self, tx: Transaction) -> int:
        found = outbox.held_up(tx.connection, tx.incident_id, self.place)
        if found is None:
            raise Refused(
                f"{tx.ref} has no pending delivery to {self.place}.",
                f"See its deliveries: `bridgewatch show {tx.ref}`.",
            )
        if self.saw not in (None, found.n):
            raise Conflict(f"The next delivery to {self.place} is now update #{found.n}, not #{self.saw}.", now=found.n)
        told = {"audience": found.audience, "phase": found.phase}
        data = {"place": self.place, "update": found.n, **told, "said": found.said}
        n = tx.record(self.kind, data, text=self.reason)
        outbox.leave_out(tx.connection, found.id, n)
        return n


@undoes(SkipDelivery.kind)
def _undo_leaving_out(tx: Transaction, entry: Recorded) -> UndoEntry:
    if not outbox.take_in(tx.connection, tx.incident_id, entry.n, tx.now):
        raise Refused(f"A later update has already been sent to {entry.data['place']}.", "Publish a correction.")
    return UndoEntry()
