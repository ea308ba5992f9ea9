"""What can be done on the timeline: write, change and retract notes, and undo."""

from __future__ import annotations

from collections.abc import Callable

from models.kernel.notes import NoteKind, called
from models.kernel.verbs import Data, Verb
from models.kernel.wording import undone


def decided(data: Data) -> str:
    """Who decided and why, where that says more than who wrote it; empty otherwise."""
    by = data.get("decided_by")
    who = f"decided by {by}" if by and by != data.get("author") else ""
    return "; ".join(filter(None, (who, f"reason: {data['why']}" if data.get("why") else "")))


_ADDED = {
    NoteKind.NOTE: "added a note",
    NoteKind.THEORY: "proposed a theory",
    NoteKind.DECISION: "recorded a decision",
    NoteKind.ACTION: "logged an action",
    NoteKind.CUSTOMER: "logged a customer report",
}


def _wrote(kind: NoteKind) -> Callable[[Data], str]:
    def reading(data: Data) -> str:
        more = decided(data) if kind is NoteKind.DECISION else ""
        return f"{_ADDED[kind]} ({more})" if more else _ADDED[kind]

    return reading


VERBS = (
    Verb(
        "note",
        "Note",
        "Add a timeline entry: note, theory, decision, action or customer report.",
        key="n",
        command="models.timeline.commands:Note",
        asks=("ref", "text"),
        reads={kind: _wrote(kind) for kind in NoteKind},
        footer=50,
    ),
    Verb(
        "undo",
        "Undo",
        "Undo your last action on the incident.",
        key="u",
        command="models.timeline.commands:Undo",
        asks=("ref",),
        reads={"undone": undone},
        footer=170,
    ),
    Verb(
        "edit",
        "Edit",
        "Edit a note; earlier versions are kept.",
        key="r",
        pane="timeline",
        command="models.timeline.commands:EditNote",
        asks=("ref", "n", "text"),
        footer=190,
        aliases=("revise",),
    ),
    Verb(
        "retract",
        "Retract",
        "Retract a note, with a reason.",
        key="x",
        pane="timeline",
        command="models.timeline.commands:RetractNote",
        asks=("ref", "n", "reason"),
        reads={"retracted": lambda data: f"retracted {data['author']}'s {called(data['kind'])}"},
        footer=200,
    ),
)
