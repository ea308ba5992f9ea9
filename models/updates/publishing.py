"""Telling people what a draft says, after a second pair of eyes where the rules want one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar

from sqlalchemy import RowMapping, insert, text

from models.kernel.command import Argument, IncidentCommand, Word
from models.kernel.failures import Refused
from models.kernel.recorded import Recorded
from models.kernel.transaction import Transaction
from models.kernel.undo import UndoEntry, undoes
from models.policy.audience import Audience
from models.policy.phase import DONE_WITH, Phase, public
from models.policy.severity import Severity
from models.roles.roster import holdings
from models.updates import outbox
from models.updates.agreement import the_rules
from models.updates.drafts import (
    FOR_AUDIENCE,
    UNREVIEWED,
    UPDATE,
    Content,
    content,
    draft_row,
    spoken,
    unchanged,
    write,
)
from models.updates.promises import due, promise, still
from models.updates.publishers import barred
from models.updates.tables import status_updates

_PUT_COMPONENT = text(
    "INSERT INTO components (name, state, position, description)"
    " VALUES (:name, :state, (SELECT coalesce(max(position), 0) + 1 FROM components), '')"
    " ON CONFLICT (name) DO UPDATE SET state = excluded.state"
)


class _OnDraft(IncidentCommand):
    """On a draft that has words, in the revision that the author saw."""

    audience: Annotated[Audience, FOR_AUDIENCE] = Audience.CUSTOMERS
    saw: int | None = None
    """The revision that the author saw."""

    def _draft(self, tx: Transaction) -> tuple[RowMapping, int, Content]:
        row = draft_row(tx, self.audience)
        unchanged(row, self.saw)
        if row is None or not row["text"].strip():
            raise Refused(
                "The draft is empty.",
                f"Write it first: `bridgewatch draft {tx.ref} …`.",
            )
        if self.audience is Audience.CUSTOMERS and not row["title"].strip():
            raise Refused(
                "The update has no title. The incident title is internal and is not published.",
                f"Add one: `bridgewatch draft {tx.ref} --title …`.",
            )
        return row, *content(row)

    def _allowed(self, tx: Transaction, what: str) -> None:
        why = barred(the_rules(tx), tx.author, *holdings(tx), what)
        if why is not None and self.audience is Audience.CUSTOMERS:
            raise why

    def _set(self, tx: Transaction, **values: Any) -> None:
        tx.connection.execute(UPDATE.values(**values), {"incident": tx.incident_id, "to": self.audience})

    def _data(self, revision: int) -> dict[str, Any]:
        return {"audience": self.audience, "revision": revision}


class Publish(_OnDraft):
    """Tell this audience what the draft says, exactly in the revision that the author saw, and that was approved."""

    kind: ClassVar[str] = "published"
    inside: ClassVar[str] = "told"
    """The kind of the entry where it does not leave the house."""

    def perform(self, tx: Transaction) -> int:
        row, revision, says = self._draft(tx)
        self._allowed(tx, "publish to customers")
        severity = Severity(tx.incident["severity"])
        if the_rules(tx).needs_approval(self.audience, severity) and row["approved_by"] is None:
            remedy = f"Request approval: `bridgewatch request-approval {tx.ref}`, or publish on the desk."
            if row["asked_by"]:
                remedy = f"{row['asker']} requested approval at {row['asked_at']:%H:%M}Z."
            raise Refused(f"Customer updates on {severity} incidents need approval from another responder.", remedy)
        phase = says["phase"] or public(Phase(tx.incident["phase"]))
        self._goes_on(tx, phase)
        was_due = due(tx, self.audience)
        told = {**says, "phase": phase, "next_update_at": says["next_update_at"] or self._next(tx, phase)}
        data: dict[str, Any] = {
            **self._data(revision),
            **{name: value for name, value in spoken(told).items() if name != "text"},
        }
        if row["approver"]:
            data["approved_by"] = row["approver"]
        if was_due is not None and tx.now > was_due:
            data["due_at"] = was_due.isoformat()
        kind = self.kind if self.audience is Audience.CUSTOMERS else self.inside
        n = tx.record(kind, data, text=says["text"])
        row_told = {**told, "audience": self.audience, "revision": revision, "approved_by": row["approved_by"], "n": n}
        announce(tx, row_told)
        write(
            tx,
            self.audience,
            revision + 1,
            {**says, "text": "", "phase": None, "next_update_at": None},
            **UNREVIEWED,
        )
        return n

    def _goes_on(self, tx: Transaction, told: Phase) -> None:
        """Raises Refused where customers would wait for more of an incident that nobody works on any more."""
        phase = Phase(tx.incident["phase"])
        if self.audience is Audience.CUSTOMERS and still(told) and phase in DONE_WITH:
            raise Refused(
                f"{tx.ref} is {phase}. An update with status “{told}” would leave customers waiting.",
                "Publish it as resolved, or reopen the incident.",
            )

    def _next(self, tx: Transaction, phase: Phase) -> datetime | None:
        """What the cadence promises with it."""
        if not still(phase) or not still(Phase(tx.incident["phase"])):
            return None
        severity = Severity(tx.incident["severity"])
        return the_rules(tx).due(self.audience, severity, tx.incident["declared_at"], tx.now)


def announce(tx: Transaction, told: dict[str, Any]) -> None:
    """Everything that becomes true when an update is published, in the transaction that publishes it.

    `told`: the columns of `status_updates` that are the update's own. Whatever else is to happen with an update, such
    as sending it on to other places, is written here, so that it happens exactly when the update does.
    """
    to = Audience(told["audience"])
    row = {"incident_id": tx.incident_id, "published_by": tx.author_id, "published_at": tx.now, **told}
    update_id: int = tx.connection.execute(insert(status_updates).returning(status_updates.c.id), row).scalar_one()
    outbox.queue(tx.connection, tx.incident_id, update_id, to, tx.now)
    if to is Audience.CUSTOMERS:
        for name, state in told["components"].items():
            tx.connection.execute(_PUT_COMPONENT, {"name": name, "state": state})
        tx.change(published_at=tx.now)
    told_at = None if to is Audience.CUSTOMERS else tx.now
    promise(tx, to, told["next_update_at"], told=told_at, snoozed=False)


class RequestApproval(_OnDraft):
    """Ask somebody else to look at the draft before customers read it."""

    kind: ClassVar[str] = "approval-asked"

    def perform(self, tx: Transaction) -> int:
        row, revision, _ = self._draft(tx)
        if not the_rules(tx).needs_approval(self.audience, Severity(tx.incident["severity"])):
            raise Refused(
                f"{tx.incident['severity']} updates need no approval.", f"Publish it: `bridgewatch publish {tx.ref}`."
            )
        if row["approved_by"] is not None:
            raise Refused(
                f"{row['approver']} has already approved this draft.", f"Publish it: `bridgewatch publish {tx.ref}`."
            )
        if row["asked_by"] is not None:
            raise Refused(f"{row['asker']} requested approval at {row['asked_at']:%H:%M}Z. No answer yet.")
        self._set(tx, **{**UNREVIEWED, "asked_by": tx.author_id, "asked_at": tx.now})
        return tx.record(self.kind, self._data(revision))


class _Answer(_OnDraft):
    """What somebody else says of a draft that waits for it."""

    def _asked(self, tx: Transaction) -> tuple[RowMapping, int]:
        row, revision, _ = self._draft(tx)
        if row["asked_by"] is None:
            raise Refused("No approval has been requested.", f"Request it: `bridgewatch request-approval {tx.ref}`.")
        if tx.author in (row["editor"], row["asker"]):  # by name: two who wrote may be one person since
            own = "wrote" if tx.author == row["editor"] else "requested approval of"
            raise Refused(
                f"You {own} this draft. Someone else must approve it.",
                "Authors and requesters cannot approve their own update.",
            )
        self._allowed(tx, "approve customer updates")
        return row, revision


class Approve(_Answer):
    """Approve what somebody else drafted, exactly as you saw it; a later edit asks again."""

    kind: ClassVar[str] = "approved"

    def perform(self, tx: Transaction) -> int:
        row, revision = self._asked(tx)
        if row["approved_by"] is not None:
            raise Refused(
                f"{row['approver']} has already approved this draft.", f"Publish it: `bridgewatch publish {tx.ref}`."
            )
        self._set(tx, approved_by=tx.author_id, approved_revision=revision)
        return tx.record(self.kind, {**self._data(revision), "author": row["asker"]})


class RequestChanges(_Answer):
    """Send a draft back to its author, with a word why."""

    word: Annotated[Word, Argument("comment for the author")]

    kind: ClassVar[str] = "sent-back"

    def perform(self, tx: Transaction) -> int:
        row, revision = self._asked(tx)
        self._set(tx, **{**UNREVIEWED, "returned_by": tx.author_id, "returned": self.word})
        return tx.record(self.kind, {**self._data(revision), "author": row["asker"]}, text=self.word)


def _standing(tx: Transaction, entry: Recorded) -> tuple[Audience, RowMapping]:
    to = Audience(entry.data["audience"])
    row = draft_row(tx, to)
    if row is None or row["revision"] != entry.data["revision"]:
        raise Refused("The draft has changed.")
    return to, row


@undoes(RequestApproval.kind)
def _undo_ask(tx: Transaction, entry: Recorded) -> UndoEntry:
    to, row = _standing(tx, entry)
    if row["asked_by"] is None or row["approved_by"] is not None:
        raise Refused("The request has been answered, so this cannot be undone.", "Edit the draft instead.")
    tx.connection.execute(UPDATE.values(**UNREVIEWED), {"incident": tx.incident_id, "to": to})
    return UndoEntry()


@undoes(Approve.kind)
def _undo_approve(tx: Transaction, entry: Recorded) -> UndoEntry:
    to, row = _standing(tx, entry)
    if row["approved_by"] != tx.author_id:
        raise Refused("The approval is no longer valid.")
    values = {"approved_by": None, "approved_revision": None}
    tx.connection.execute(UPDATE.values(**values), {"incident": tx.incident_id, "to": to})
    return UndoEntry()
