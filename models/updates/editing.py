"""The drafts of what customers, the team and executives are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar

from models.kernel.ahead import Question
from models.kernel.cache import Cache
from models.kernel.command import Argument, ComponentName, DraftText, DraftTitle, IncidentCommand, Moment
from models.kernel.failures import Refused
from models.kernel.history import LATEST, last_of
from models.kernel.recorded import Recorded
from models.kernel.times import COMING
from models.kernel.transaction import Transaction
from models.kernel.undo import UndoEntry, undoes
from models.policy.audience import Audience, ComponentState
from models.policy.phase import PUBLIC, Phase, public
from models.updates.drafts import (
    EMPTY,
    FOR_AUDIENCE,
    PUBLISHING,
    UNREVIEWED,
    UPDATE,
    Content,
    asked,
    content,
    draft_row,
    heard,
    spoken,
    unchanged,
    write,
)
from models.updates.promises import InMinutes

_KINDS = {Audience.CUSTOMERS: "draft"}
_INSIDE = "inside-draft"
_RUN = ("draft", _INSIDE, *PUBLISHING, "approval-asked", "approved", "sent-back")
"""The kinds of entry after which an author's draft is no longer the same line of the timeline, but for their own."""


class EditDraft(IncidentCommand):
    """Write a draft: title, text, the phase told, the state of components, and when the next update comes.

    What one author writes in a row is one line of the timeline, in its latest version. An approval of what the draft
    said before is void, and asked for again.
    """

    text: DraftText | None = None
    """None leaves it as it is, as for the others."""
    title: Annotated[DraftTitle | None, Argument("title of the update")] = None
    """What this audience reads above it; customers never read the incident's own title."""
    audience: Annotated[Audience, FOR_AUDIENCE] = Audience.CUSTOMERS
    phase: Phase | None = None
    components: Annotated[
        dict[ComponentName, ComponentState] | None,
        Argument(
            f"component and state, such as API=degraded (repeatable); states: {', '.join(ComponentState)}",
            flag="--component",
        ),
    ] = None
    next_in: Annotated[
        InMinutes | None, Argument("minutes from publication to the next update; 0: default cadence")
    ] = None
    """When this audience hears more: so many minutes after it reads this; 0: as the cadence has it."""
    next_at: Annotated[Moment | None, Argument(f"time of the next update: {COMING}", coming=True)] = None
    """The same as a fixed time, as the text may name it."""
    expected_in: Annotated[
        InMinutes | None, Argument("minutes from publication to the expected resolution; 0: unknown")
    ] = None
    """When it should be resolved: so many minutes after this is published; 0: nobody knows."""
    expected_at: Annotated[Moment | None, Argument(f"time of the expected resolution: {COMING}", coming=True)] = None
    """The same as a fixed time."""
    saw: int | None = None
    """The revision that the author saw; None writes over any."""

    kind: ClassVar[str] = "draft"

    def ahead(self, incident: int, kept: Cache) -> Iterable[Question]:
        return (asked(incident, self.audience), last_of(incident, *_RUN))

    def perform(self, tx: Transaction) -> int:
        if self.phase is not None and self.phase not in PUBLIC:
            raise Refused(f"“{self.phase}” cannot be published. Allowed: {', '.join(PUBLIC)}.")
        row = draft_row(tx, self.audience)
        unchanged(row, self.saw)
        revision, before = content(row)
        given = {"title": self.title, "text": self.text, "phase": self.phase, "components": self.components}
        says = {
            **before,
            **{name: value for name, value in given.items() if value is not None},
            **_time(tx, ("next_update_at", "next_in"), self.next_at, self.next_in),
            **_time(tx, ("expected_at", "expected_in"), self.expected_at, self.expected_in),
        }
        if says == before:
            raise Refused("The draft already has this text.")
        voided = row["approver"] if row else None
        run = None if voided else self._run(tx)
        written = says["text"] != before["text"] or row is None
        worded = {"worded_phase": public(Phase(tx.incident["phase"]))} if written else {}
        _rewrite(tx, self.audience, revision + 1, says, **worded)
        data = {
            "audience": self.audience,
            "revision": revision + 1,
            **{name: value for name, value in spoken(says).items() if name != "text"},
            "was": run.data["was"] if run else spoken(before),
            **_worded(run.data if run else {"worded": row["worded_phase"]} if row else {}),
            **({"voids": voided} if voided else {}),
        }
        kind = _KINDS.get(self.audience, _INSIDE)
        return tx.record(kind, data, text=says["text"], revises=run.root if run else None)

    def _run(self, tx: Transaction) -> Recorded | None:
        """The author's line of the timeline that goes on, if nothing came between."""
        last = tx.history.last(*_RUN, audience=self.audience)
        drafted = last is not None and last.kind in (self.kind, _INSIDE) and last.author == tx.author
        return last if drafted else None


def _worded(known: Mapping[str, Any]) -> dict[str, str]:
    """The phase that the words before were written in, for whoever undoes it."""
    return {"worded": known["worded"]} if known.get("worded") else {}


def _time(tx: Transaction, names: tuple[str, str], at: datetime | None, minutes: int | None) -> Content:
    """What changes of a time of the draft. Raises Refused for a fixed one that is over, or for two at once."""
    if at is not None and minutes is not None:
        raise Refused("A time was given twice: in minutes, and as a fixed time.", "Give one of them.")
    if at is not None and at <= tx.now:
        raise Refused(f"{at:%Y-%m-%d %H:%M}Z is in the past.", "Enter a future time.")
    if at is None and minutes is None:
        return {}
    return {names[0]: at, names[1]: minutes or None}


def _rewrite(tx: Transaction, to: Audience, revision: int, says: Content, **more: Any) -> None:
    """Another revision: what was approved is so no longer, and whoever was asked is asked for this one.

    `more`: other columns of the draft.
    """
    row = draft_row(tx, to)
    asked = row is not None and row["asked_by"] is not None
    review = {
        **UNREVIEWED,
        "asked_by": tx.author_id if asked else None,
        "asked_at": tx.now if asked else None,
    }
    write(tx, to, revision, says, **review, **more)


class HoldDraft(IncidentCommand):
    """Say that one has the draft open for editing, or no longer; nothing of it goes on the timeline."""

    open: bool
    audience: Audience = Audience.CUSTOMERS

    def ahead(self, incident: int, kept: Cache) -> Iterable[Question]:
        return (asked(incident, self.audience), (LATEST, {"incident": incident}))

    def perform(self, tx: Transaction) -> int:
        row = draft_row(tx, self.audience)
        if not self.open and (row is None or row["open_by"] != tx.author_id):
            return tx.record_nothing()
        if row is None:
            write(tx, self.audience, 0, EMPTY)
        values: dict[str, Any] = {
            "open_by": tx.author_id if self.open else None,
            "open_at": tx.now if self.open else None,
        }
        tx.connection.execute(UPDATE.values(**values), {"incident": tx.incident_id, "to": self.audience})
        return tx.record_nothing()


def _undo_draft(tx: Transaction, entry: Recorded) -> UndoEntry:
    to = Audience(entry.data.get("audience", Audience.CUSTOMERS))
    revision, _ = content(draft_row(tx, to))
    if revision != entry.data["revision"]:
        raise Refused("The draft has changed, so this cannot be undone.", "Edit it instead.")
    _rewrite(tx, to, revision + 1, heard(entry.data["was"]), worded_phase=entry.data.get("worded"))
    return UndoEntry(revises=entry.root)


for _kind in ("draft", _INSIDE):
    undoes(_kind)(_undo_draft)
