"""Publishing without the approval that the rules want, when no one can give it; and looking at it afterwards."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from sqlalchemy import RowMapping

from models.kernel.command import Argument, IncidentCommand, OptionalWord, Reason
from models.kernel.failures import Refused
from models.kernel.recorded import Recorded
from models.kernel.transaction import Transaction
from models.kernel.undo import UndoEntry, undoes
from models.policy.audience import Audience
from models.roles.roster import holdings
from models.updates.agreement import needs_approval, the_rules
from models.updates.drafts import FOR_AUDIENCE, UPDATE, draft_row
from models.updates.publishers import barred
from models.updates.publishing import Publish


class EmergencyPublish(Publish):
    """Publish to customers without the approval that the rules want, and say why; whoever could approve is told."""

    reason: Annotated[Reason, Argument("why it cannot wait for an approval")]

    kind: ClassVar[str] = "emergency-published"

    def _reviewed(self, tx: Transaction, row: RowMapping) -> None:
        """Raises Refused where it can be published as usual."""
        if not needs_approval(tx, self.audience):
            raise Refused("This update needs no approval.", f"Publish it: `bridgewatch publish {tx.ref}`.")
        if row["approved_by"] is not None:
            raise Refused(
                f"{row['approver']} has already approved this draft.", f"Publish it: `bridgewatch publish {tx.ref}`."
            )

    def _more(self) -> dict[str, Any]:
        return {"reason": self.reason}

    def _unapproved(self, n: int) -> dict[str, Any]:
        return {"unapproved": n}


class AcknowledgeUpdate(IncidentCommand):
    """Say that you have looked at an update that was published without approval."""

    comment: Annotated[OptionalWord, Argument("comment for the person who published it")] = ""
    audience: Annotated[Audience, FOR_AUDIENCE] = Audience.CUSTOMERS

    kind: ClassVar[str] = "update-acknowledged"

    def perform(self, tx: Transaction) -> int:
        row = draft_row(tx, self.audience)
        if row is None or row["unapproved"] is None:
            raise Refused(
                f"No update of {tx.ref} was published without approval, or it is acknowledged.",
                f"See the timeline: `bridgewatch show {tx.ref}`.",
            )
        published = tx.history.entry(row["unapproved"])
        if published.author == tx.author:
            raise Refused("You published this update yourself. Someone else must acknowledge it.")
        why = barred(the_rules(tx), tx.author, *holdings(tx), "approve customer updates")
        if why is not None:
            raise why
        _set(tx, self.audience, None)
        data = {"audience": self.audience, "update": published.n, "published_by": published.author}
        return tx.record(self.kind, data, text=self.comment)


def _set(tx: Transaction, to: Audience, n: int | None) -> None:
    tx.connection.execute(UPDATE.values(unapproved=n), {"incident": tx.incident_id, "to": to})


@undoes(AcknowledgeUpdate.kind)
def _undo_acknowledge(tx: Transaction, entry: Recorded) -> UndoEntry:
    to = Audience(entry.data["audience"])
    row = draft_row(tx, to)
    if row is not None and row["unapproved"] is not None:
        raise Refused("Another update was published without approval since.", "Acknowledge that one.")
    _set(tx, to, entry.data["update"])
    return UndoEntry()
