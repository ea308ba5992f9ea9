"""Telling people what a draft says, after a second pair of eyes where the rules want one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar

from sqlalchemy import RowMapping

from models.kernel.ahead import Question
from models.kernel.cache import Cache
from models.kernel.command import Argument, IncidentCommand, Word
from models.kernel.failures import Refused
from models.kernel.recorded import Recorded
from models.kernel.times import moment
from models.kernel.transaction import Transaction
from models.kernel.undo import UndoEntry, undoes
from models.policy.audience import Audience
from models.policy.phase import DONE_WITH, Phase, public
from models.policy.severity import Severity
from models.roles.roster import holdings
from models.tasks.commands import complete_by_update
from models.updates.agreement import needs_approval, the_rules
from models.updates.announcing import ahead_of_update, announce
from models.updates.components import still_said, still_worse
from models.updates.drafts import (
    EMPTY,
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
from models.updates.promises import due, since, still
from models.updates.publishers import barred


class _OnDraft(IncidentCommand):
    """On a draft that has words, in the revision that the author saw."""

    audience: Annotated[Audience, FOR_AUDIENCE] = Audience.CUSTOMERS
    saw: Annotated[
        int | None, Argument("revision that you reviewed; refuse if there is a newer one", flag="--revision")
    ] = None
    """The revision that the author saw."""

    def ahead(self, incident: int, kept: Cache) -> Iterable[Question]:
        return ahead_of_update(incident, self.audience, kept)

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

    def _phase(self, tx: Transaction, row: RowMapping) -> Phase:
        """The phase that it tells of. Raises Refused where its words were written in another one."""
        chosen = row["approved_phase"] or row["phase"]
        told, worded = Phase(chosen or public(Phase(tx.incident["phase"]))), row["worded_phase"]
        if chosen is None and worded not in (None, told):
            raise Refused(
                f"The draft was written when {tx.ref} was {worded}. It is now {told}.",
                f"Choose what it says: `bridgewatch draft {tx.ref} --phase {worded}` or `--phase {told}`.",
            )
        return told

    def _allowed(self, tx: Transaction, what: str) -> None:
        why = barred(the_rules(tx), tx.author, *holdings(tx), what)
        if why is not None and self.audience is Audience.CUSTOMERS:
            raise why

    def _set(self, tx: Transaction, **values: Any) -> None:
        tx.connection.execute(UPDATE.values(**values), {"incident": tx.incident_id, "to": self.audience})

    def _data(self, revision: int) -> dict[str, Any]:
        return {"audience": self.audience, "revision": revision}

    def _cadence(self, tx: Transaction, phase: Phase) -> int | None:
        """The minutes from publication after which the cadence promises the next update; None: it promises none."""
        if not still(phase) or not still(Phase(tx.incident["phase"])):
            return None
        at, severity = tx.recorded_at, Severity(tx.incident["severity"])
        promised = the_rules(tx).due(self.audience, severity, since(tx), at)
        return None if promised is None else (promised - at) // timedelta(minutes=1)


class Publish(_OnDraft):
    """Tell this audience what the draft says, exactly in the revision that the author saw, and that was approved."""

    kind: ClassVar[str] = "published"
    inside: ClassVar[str] = "told"
    """The kind of the entry where it does not leave the house."""

    def perform(self, tx: Transaction) -> int:
        row, revision, says = self._draft(tx)
        self._allowed(tx, "publish to customers")
        self._reviewed(tx, row)
        phase = self._phase(tx, row)
        self._goes_on(tx, phase)
        was_due = due(tx, self.audience)
        told = {
            **{name: says[name] for name in ("title", "text", "components")},
            "phase": phase,
            **self._times(tx, row, says, phase),
        }
        others = still_said(tx.connection, tx.incident_id, self._named(says), tx.recorded_at)
        worse = still_worse(says["components"], others)
        completed = complete_by_update(tx, self.audience)
        data: dict[str, Any] = {
            **self._data(revision),
            **{name: value for name, value in spoken(told).items() if name != "text"},
            **({"approved_by": row["approver"]} if row["approver"] else {}),
            **({"due_at": was_due.isoformat()} if was_due is not None and tx.now > was_due else {}),
            **(
                {"still": {name: {"ref": each.ref, "state": each.state} for name, each in worse.items()}}
                if worse
                else {}
            ),
            **({"completed": completed} if completed else {}),
            **self._more(),
        }
        kind = self.kind if self.audience is Audience.CUSTOMERS else self.inside
        n = tx.record(kind, data, text=says["text"])
        known = {"audience": self.audience, "revision": revision, "approved_by": row["approved_by"], "n": n}
        announce(tx, {**told, **known}, others)
        left = {**EMPTY, "title": says["title"], "components": says["components"], "expected_at": told["expected_at"]}
        write(tx, self.audience, revision + 1, left, worded_phase=None, **UNREVIEWED, **self._unapproved(n))
        return n

    def _reviewed(self, tx: Transaction, row: RowMapping) -> None:
        """Raises Refused where somebody else has to approve the draft first."""
        if not needs_approval(tx, self.audience) or row["approved_by"] is not None:
            return
        remedy = f"Request approval: `bridgewatch request-approval {tx.ref}`, or publish on the desk."
        if row["asked_by"]:
            remedy = f"{row['asker']} requested approval at {moment(row['asked_at'], tx.now)}."
        severity, highest = tx.incident["severity"], tx.incident["approval_severity"]
        held = f" {tx.ref} was {highest}, and no update was published since." if highest != severity else ""
        raise Refused(
            f"Customer updates on {highest} incidents need approval from another responder.{held}",
            f"{remedy} If no one can approve now: `bridgewatch emergency-publish {tx.ref} REASON`.",
        )

    def _more(self) -> dict[str, Any]:
        """What else its entry says."""
        return {}

    def _unapproved(self, n: int) -> dict[str, Any]:
        """What else the draft keeps of it."""
        return {}

    def _named(self, says: Content) -> Collection[str]:
        """The components whose state on the page it changes."""
        return says["components"] if self.audience is Audience.CUSTOMERS else ()

    def _times(self, tx: Transaction, row: RowMapping, says: Content, phase: Phase) -> dict[str, datetime | None]:
        """The times that are promised with it, counted from now. Raises Refused for one that has passed."""
        cadence = row["approved_next_in"] if row["approved_by"] else self._cadence(tx, phase)
        next_at = says["next_update_at"] or _after(tx, says["next_in"] or cadence)
        expected_at = (says["expected_at"] or _after(tx, says["expected_in"])) if still(phase) else None
        for what, at, option in (
            ("promises the next update", next_at, "next-in"),
            ("expects the resolution", expected_at, "expected-in"),
        ):
            if at is not None and at <= tx.recorded_at:
                raise Refused(
                    f"The draft {what} by {moment(at, tx.now)}, which has passed.",
                    f"Set another time: `bridgewatch draft {tx.ref} --{option} MINUTES`.",
                )
        return {"next_update_at": next_at, "expected_at": expected_at}

    def _goes_on(self, tx: Transaction, told: Phase) -> None:
        """Raises Refused where customers would wait for more of an incident that nobody works on any more."""
        phase = Phase(tx.incident["phase"])
        if self.audience is Audience.CUSTOMERS and still(told) and phase in DONE_WITH:
            raise Refused(
                f"{tx.ref} is {phase}. An update with status “{told}” would leave customers waiting.",
                "Publish it as resolved, or reopen the incident.",
            )


def _after(tx: Transaction, minutes: int | None) -> datetime | None:
    """So many minutes after publication."""
    return tx.recorded_at + timedelta(minutes=minutes) if minutes else None


class RequestApproval(_OnDraft):
    """Ask somebody else to look at the draft before customers read it."""

    kind: ClassVar[str] = "approval-asked"

    def perform(self, tx: Transaction) -> int:
        row, revision, _ = self._draft(tx)
        if not needs_approval(tx, self.audience):
            raise Refused(
                f"{tx.incident['severity']} updates need no approval.", f"Publish it: `bridgewatch publish {tx.ref}`."
            )
        if row["approved_by"] is not None:
            raise Refused(
                f"{row['approver']} has already approved this draft.", f"Publish it: `bridgewatch publish {tx.ref}`."
            )
        if row["asked_by"] is not None:
            raise Refused(f"{row['asker']} requested approval at {moment(row['asked_at'], tx.now)}. No answer yet.")
        self._phase(tx, row)
        self._set(tx, **{**UNREVIEWED, "asked_by": tx.author_id, "asked_at": tx.now})
        return tx.record(self.kind, self._data(revision))


class _Answer(_OnDraft):
    """What somebody else says of a draft that waits for it."""

    def _asked(self, tx: Transaction) -> tuple[RowMapping, int, Content]:
        row, revision, says = self._draft(tx)
        if row["asked_by"] is None:
            raise Refused("No approval has been requested.", f"Request it: `bridgewatch request-approval {tx.ref}`.")
        if tx.author in (row["editor"], row["asker"]):  # by name: two who wrote may be one person since
            own = "wrote" if tx.author == row["editor"] else "requested approval of"
            raise Refused(
                f"You {own} this draft. Someone else must approve it.",
                "Authors and requesters cannot approve their own update.",
            )
        self._allowed(tx, "approve customer updates")
        return row, revision, says


class Approve(_Answer):
    """Approve what somebody else drafted, exactly as you saw it; a later edit asks again."""

    kind: ClassVar[str] = "approved"

    def perform(self, tx: Transaction) -> int:
        row, revision, says = self._asked(tx)
        if row["approved_by"] is not None:
            raise Refused(
                f"{row['approver']} has already approved this draft.", f"Publish it: `bridgewatch publish {tx.ref}`."
            )
        phase = self._phase(tx, row)
        fixed = says["next_update_at"] or says["next_in"]
        self._set(
            tx,
            approved_by=tx.author_id,
            approved_revision=revision,
            approved_phase=phase,
            approved_next_in=None if fixed else self._cadence(tx, phase),
        )
        return tx.record(self.kind, {**self._data(revision), "author": row["asker"], "phase": phase})


class RequestChanges(_Answer):
    """Send a draft back to its author, with a word why."""

    word: Annotated[Word, Argument("comment for the author")]

    kind: ClassVar[str] = "sent-back"

    def perform(self, tx: Transaction) -> int:
        row, revision, _ = self._asked(tx)
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
    values = {name: None for name in UNREVIEWED if name.startswith("approved_")}
    tx.connection.execute(UPDATE.values(**values), {"incident": tx.incident_id, "to": to})
    return UndoEntry()
