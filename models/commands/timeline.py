"""People's own words on the timeline, and taking back the last thing one did."""

from __future__ import annotations

from typing import Any, ClassVar

from models.commands.base import IncidentCommand, Moment, NoteText, Reason, TakenBack, takes_back, undoes, when
from models.failures import Conflict, Refused
from models.policy import NoteKind
from models.records import Recorded
from models.transaction import Transaction
from models.wording import NOTES, sentence


class Note(IncidentCommand):
    """Write on the timeline: a note, a theory, a decision, an action, or what a customer reports."""

    text: NoteText
    as_kind: NoteKind = NoteKind.NOTE
    occurred_at: Moment | None = None
    """When it happened, if not now."""

    def perform(self, tx: Transaction) -> int:
        return tx.record(self.as_kind, {}, text=self.text, occurred_at=when(self.occurred_at, tx.now))


class _OnNote(IncidentCommand):
    """On one of the timeline's notes, in the version that the author saw."""

    n: int
    """Any version's number."""
    saw: int | None = None
    """The number of the version that the author saw."""

    def _note(self, tx: Transaction) -> Recorded:
        entry = tx.latest_version(tx.entry(self.n).root)
        if entry.kind in ("retracted", "undone"):
            raise Refused(f"{entry.author} has taken it back at {entry.recorded_at:%H:%M:%S}Z.", "Write it anew.")
        if entry.kind not in NOTES:
            raise Refused(
                "Only notes can be changed; what was done stays on the record.", "`u` undoes your last action."
            )
        if self.saw is not None and self.saw != entry.n:
            raise Conflict(
                f"{entry.author} revised it at {entry.recorded_at:%H:%M:%S}Z: “{entry.text}”",
                "Your words would replace theirs.",
                now=entry.n,
            )
        return entry


def _writer(entry: Recorded) -> str:
    return str(entry.data.get("author", entry.author))


class Revise(_OnNote):
    """Change the words, the kind or the time of a note; the earlier versions are kept."""

    text: NoteText
    as_kind: NoteKind | None = None
    occurred_at: Moment | None = None

    def perform(self, tx: Transaction) -> int:
        note = self._note(tx)
        kind = self.as_kind or NoteKind(note.kind)
        occurred_at = when(self.occurred_at, tx.now) if self.occurred_at else note.occurred_at
        if (kind, self.text, occurred_at) == (note.kind, note.text, note.occurred_at):
            raise Refused("That is what it says already.")
        data = {"author": _writer(note)}
        return tx.record(kind, data, text=self.text, occurred_at=occurred_at, revises=note.root)


class Retract(_OnNote):
    """Take a note back, with the reason; what it said stays on the record."""

    reason: Reason

    kind: ClassVar[str] = "retracted"

    def perform(self, tx: Transaction) -> int:
        note = self._note(tx)
        data = {"kind": note.kind, "author": _writer(note)}
        return tx.record(self.kind, data, text=self.reason, occurred_at=note.occurred_at, revises=note.root)


class Undo(IncidentCommand):
    """Take back your own last action on the incident; pressed again, the one before it."""

    kind: ClassVar[str] = "undone"

    def perform(self, tx: Transaction) -> int:
        entry = tx.last_own()
        if entry is None:
            raise Refused(f"You have done nothing on {tx.ref} that is left to undo.")
        if entry.kind == "published":
            raise Refused("A published update cannot be unsaid.", "Publish another that corrects it.")
        if entry.kind == "declared":
            raise Refused("Declaring cannot be undone.", "Set the phase to canceled instead.")
        if entry.kind not in takes_back:
            raise Refused(f"“{sentence(entry.kind, entry.data, '')}” cannot be undone.")
        back = takes_back[entry.kind](tx, entry)
        return tx.record(
            back.kind,
            back.data or {"n": entry.n, "kind": entry.kind, "data": entry.data},
            text=back.text,
            occurred_at=back.occurred_at,
            revises=back.revises,
            undoes=entry.n,
        )


def _undo_note(tx: Transaction, entry: Recorded) -> TakenBack:
    latest = tx.standing(entry.root)
    if latest.kind == "retracted":
        raise Refused(f"{latest.author} has retracted it since.")
    if latest.n != entry.n:
        raise Refused(f"{latest.author} has revised it since.", "Retract it instead, with a reason.")
    if entry.revises is None:
        return TakenBack(occurred_at=entry.occurred_at, revises=entry.n)
    return _as_before(tx, entry)


def _as_before(tx: Transaction, entry: Recorded) -> TakenBack:
    """The version before `entry`, once more."""
    before = tx.standing(entry.root, before=entry.n)
    data: dict[str, Any] = {"author": _writer(before)}
    return TakenBack(before.kind, data, before.text, before.occurred_at, entry.root)


for _kind in NOTES:
    undoes(_kind)(_undo_note)


@undoes("retracted")
def _undo_retract(tx: Transaction, entry: Recorded) -> TakenBack:
    return _as_before(tx, entry)
