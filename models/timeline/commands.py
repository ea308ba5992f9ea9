"""People's own words on the timeline, and taking back the last thing one did."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, ClassVar

from models.kernel.ahead import Question
from models.kernel.cache import Cache
from models.kernel.command import Argument, IncidentCommand, Moment, NoteText, OptionalReason, PersonName, Reason, when
from models.kernel.failures import Conflict, Refused
from models.kernel.history import LAST_OWN, LATEST_VERSION
from models.kernel.names import KnownPeople
from models.kernel.notes import EVIDENCE, NOTES, NoteKind, called
from models.kernel.recorded import Recorded
from models.kernel.text import key
from models.kernel.times import FORMS
from models.kernel.transaction import Transaction
from models.kernel.undo import UndoEntry, takes_back, undoes
from models.kernel.verbs import load_all
from models.kernel.wording import sentence, shortened
from models.theories import commands as theories


class Note(IncidentCommand):
    """Write on the timeline: a note, a theory, a decision, an action, or what a customer reports."""

    text: NoteText
    as_kind: Annotated[NoteKind, Argument("", flag="--kind")] = NoteKind.NOTE
    occurred_at: Annotated[Moment | None, Argument(f"time of the event, if not now; such as {FORMS}", flag="--at")] = (
        None
    )
    """When it happened, if not now."""
    decided_by: Annotated[PersonName | None, Argument("for a decision: who decided; default: you")] = None
    """Who decided, if not the author."""
    why: Annotated[OptionalReason, Argument("for a decision: the reason")] = ""
    """Why it was decided so."""

    def perform(self, tx: Transaction) -> int:
        data = _decision(tx, self.as_kind, {"author": tx.author}, self.decided_by, self.why)
        n = tx.record(self.as_kind, data, text=self.text, occurred_at=when(self.occurred_at, tx.recorded_at))
        if self.as_kind is NoteKind.THEORY:
            theories.keep(tx, n, self.as_kind, n)
        return n


def _decision(
    tx: Transaction, kind: str, data: dict[str, Any], decided_by: str | None, why: str | None
) -> dict[str, Any]:
    """What a note of that kind carries of who decided and why; None: what `data` has of it already.

    Raises Refused when it is said of anything but a decision.
    """
    if kind != NoteKind.DECISION:
        if decided_by or why:
            raise Refused(
                f"Only a decision can have a decider and a reason. This entry is of type {called(kind)}.",
                "Use --kind decision.",
            )
        return {}
    decider = tx.person(decided_by)[1] if decided_by else data.get("decided_by", data["author"])
    return {**data, "decided_by": decider, "why": data.get("why", "") if why is None else why}


class _OnNote(IncidentCommand):
    """On one of the timeline's notes, in the version that the author saw."""

    n: Annotated[int, Argument("number of the entry, as in `show`")]
    """Any version's number."""
    saw: int | None = None
    """The number of the version that the author saw."""

    def ahead(self, incident: int, kept: Cache) -> Iterable[Question]:
        return ((LATEST_VERSION, {"incident": incident, "number": self.n}),)

    def _note(self, tx: Transaction) -> Recorded:
        entry = tx.history.latest_version(self.n)
        if entry.kind in ("retracted", "undone"):
            raise Refused(f"{entry.author} retracted this entry at {entry.recorded_at:%H:%M:%S}Z.", "Add it again.")
        if entry.kind not in NOTES:
            raise Refused(
                "Only notes can be edited. Recorded actions cannot be changed.", "To revert your last action, use undo."
            )
        if self.saw is not None and self.saw != entry.n:
            raise Conflict(
                f"{entry.author} edited this entry at {entry.recorded_at:%H:%M:%S}Z: “{entry.text}”",
                "Saving would overwrite their text.",
                now=entry.n,
            )
        return entry


def _writer(entry: Recorded) -> str:
    return str(entry.sealed.get("author", entry.signed))


def _data(note: Recorded) -> dict[str, Any]:
    """What it carries besides its words, with its writer, as they are sealed."""
    return {**note.sealed, "author": _writer(note)}


class EditNote(_OnNote):
    """Change the words, the kind or the time of a note; the earlier versions are kept."""

    text: NoteText
    as_kind: Annotated[NoteKind | None, Argument("", flag="--kind")] = None
    occurred_at: Annotated[Moment | None, Argument(f"time of the event, if not now; such as {FORMS}", flag="--at")] = (
        None
    )
    decided_by: Annotated[PersonName | None, Argument("for a decision: who decided; default: you")] = None
    """Who decided, if it is a decision; None: as it says already."""
    why: Annotated[OptionalReason | None, Argument("for a decision: the reason")] = None
    """Why it was decided so; None: as it says already."""

    def perform(self, tx: Transaction) -> int:
        note = self._note(tx)
        kind = str(self.as_kind or note.kind)
        occurred_at = when(self.occurred_at, tx.recorded_at) if self.occurred_at else note.occurred_at
        data = self._data(tx, note, kind)
        if (kind, self.text, occurred_at, data) == (note.kind, note.text, note.occurred_at, _data(note)):
            raise Refused("The entry already has this text.")
        n = tx.record(kind, data, text=self.text, occurred_at=occurred_at, revises=note.root)
        theories.keep(tx, note.root, kind, n)
        return n

    def _data(self, tx: Transaction, note: Recorded, kind: str) -> dict[str, Any]:
        if EVIDENCE in (kind, note.kind) and kind != note.kind:
            raise Refused("The type of an evidence entry cannot be changed.", "Retract it, and add a new entry.")
        decision = _decision(tx, kind, _data(note), self.decided_by, self.why)
        return _data(note) if kind == EVIDENCE else {"author": _writer(note), **decision}


class RetractNote(_OnNote):
    """Take a note back, with the reason; what it said stays on the record."""

    reason: Reason

    kind: ClassVar[str] = "retracted"

    def perform(self, tx: Transaction) -> int:
        note = self._note(tx)
        data = {"kind": note.kind, "author": _writer(note)}
        n = tx.record(self.kind, data, text=self.reason, occurred_at=note.occurred_at, revises=note.root)
        theories.keep(tx, note.root, self.kind, n)
        return n


class Undo(IncidentCommand):
    """Take back your own last action on the incident; pressed again, the one before it."""

    kind: ClassVar[str] = "undone"

    def ahead(self, incident: int, kept: Cache) -> Iterable[Question]:
        return ((LAST_OWN, {"incident": incident, "author": kept.of(KnownPeople).get(key(self.by))}),)

    def model_post_init(self, _context: Any) -> None:
        load_all()  # before the transaction, which holds the incident: any kind of entry may be the last

    def perform(self, tx: Transaction) -> int:
        entry = tx.history.last_of(tx.author_id)
        if entry is None:
            raise Refused(f"You have nothing to undo on {tx.ref}.")
        if entry.kind in ("published", "emergency-published"):
            raise Refused("A published update cannot be undone.", "Publish a correction.")
        if entry.kind == "declared":
            raise Refused("A declaration cannot be undone.", "Change the phase to canceled.")
        if entry.kind not in takes_back:
            raise Refused(f"“{sentence(entry.kind, entry.data, '')}” cannot be undone.")
        back = takes_back[entry.kind](tx, entry)
        n = tx.record(
            back.kind,
            back.data or {"n": entry.n, "kind": entry.kind, "data": entry.sealed, "text": shortened(entry.text)},
            text=back.text,
            occurred_at=back.occurred_at,
            revises=back.revises,
            undoes=entry.n,
        )
        if back.revises is not None:
            theories.keep(tx, back.revises, back.kind, n)
        return n


def _undo_note(tx: Transaction, entry: Recorded) -> UndoEntry:
    latest = tx.history.standing(entry.root, before=tx.next_number)
    if latest.kind == "retracted":
        raise Refused(f"{latest.author} has retracted this entry.")
    if latest.n != entry.n:
        raise Refused(f"{latest.author} has edited this entry.", "Retract it instead, with a reason.")
    if entry.revises is None:
        return UndoEntry(occurred_at=entry.occurred_at, revises=entry.n)
    return _as_before(tx, entry)


def _as_before(tx: Transaction, entry: Recorded) -> UndoEntry:
    """The version before `entry`, once more."""
    before = tx.history.standing(entry.root, before=entry.n)
    return UndoEntry(before.kind, _data(before), before.text, before.occurred_at, entry.root)


for _kind in NOTES:
    undoes(_kind)(_undo_note)


@undoes("retracted")
def _undo_retract(tx: Transaction, entry: Recorded) -> UndoEntry:
    return _as_before(tx, entry)
