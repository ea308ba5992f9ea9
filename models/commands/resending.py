"""Having what was published tried again where it did not arrive."""

from __future__ import annotations

from typing import ClassVar

from models import outbox
from models.commands.base import IncidentCommand
from models.failures import Refused
from models.transaction import Transaction


class Retry(IncidentCommand):
    """Have everything of the incident that has not been sent tried again at once."""

    kind: ClassVar[str] = "retried"

    def perform(self, tx: Transaction) -> int:
        places = outbox.hasten(tx.connection, tx.incident_id, tx.now)
        if not places:
            raise Refused(f"Nothing of {tx.ref} waits to be sent.", "`bridgewatch place list` shows where updates go.")
        return tx.record(self.kind, {"places": places})
