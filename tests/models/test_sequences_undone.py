"""Whatever one person does in whatever order, they can take back, the last first, and everything is as it was."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.doctor.replay import Replay
from models.incident.fields import SetSeverity
from models.incident.phase import SetPhase
from models.kernel.entry import EntryView
from models.kernel.failures import Refused
from models.kernel.notes import NOTES
from models.kernel.store import Store
from models.timeline.commands import Note, RetractNote, Undo
from models.updates.editing import EditDraft
from models.updates.publishing import Publish
from tests.models.acting import Acting
from tests.models.test_sequences import ACTS, FRESH, MANY, Act, believed, check, every, performed, roster, tasks


def state(incident: Acting) -> tuple[object, ...]:
    """All that an undo gives back, but the draft; since when somebody holds a role is not of it."""
    now = incident.now
    notes = sorted(
        (entry.root, entry.kind, entry.text, entry.occurred_at, entry.data.get("author", entry.author))
        for entry in incident.timeline
        if entry.kind in NOTES
    )
    return (
        *(now.title, now.severity, now.category, now.impact, now.phase, now.resolved_at),
        roster(now),
        [role.key for role in now.roles],
        tasks(now),
        [(step.key, step.state) for step in now.steps],
        believed(now),
        notes,
    )


def drafted(incident: Acting) -> dict[str, Any]:
    """What the draft says, with the phase that was chosen for it, which is not always the one that it shows."""
    draft = incident.now.draft
    chosen = Replay(incident.recorded, MANY).drafts.get("customers", {}).get("phase")
    return {"title": draft.title, "text": draft.text, "components": dict(draft.components), "phase": chosen}


def was_held(incident: Acting, role: str) -> bool:
    return any(entry.kind in ("assigned", "accepted") and entry.data["role"] == role for entry in incident.recorded)


def stays(incident: Acting, last: EntryView) -> str:
    """Why it cannot be taken back; empty: it can."""
    if last.kind == "role-added" and was_held(incident, last.data["role"]):
        return "has been assigned before, so it cannot be removed"
    return "cannot be undone" if last.kind == "declined" else ""


MIXED: list[Act] = [
    (EditDraft, "", {"title": "It is slow", "text": "one"}),
    (SetSeverity, "", {"severity": "P3", "reason": "less"}),
    (EditDraft, "", {"phase": "resolved"}),
    (SetPhase, "", {"phase": "identified"}),
    (EditDraft, "", {"text": "two"}),
    (Note, "", {"text": "three"}),
]
"""Drafting that goes on over other acts: one line of the timeline, as new as what was written last."""


@pytest.mark.slow
@settings(FRESH, max_examples=40)
@given(st.lists(ACTS, max_size=12), st.lists(ACTS, min_size=1, max_size=8))
@example([], MIXED)
@example([], [(Note, "", {"text": "one"}), (RetractNote, "", {"n": 2, "reason": "a slip"})])
@example([(EditDraft, "ana", {"text": "before"}), (SetPhase, "bo", {"phase": "monitoring"})], MIXED)
def test_undoing_one_by_one_restores_what_was(shared_store: Store, before: list[Act], acts: list[Act]) -> None:
    """One person acts, and takes each of it back, the last first; whatever others had done before stays."""
    incident = Acting(shared_store)
    for act in before:
        performed(incident, act)
    lines: dict[int, tuple[EntryView, object]] = {}
    for command, _, fields in acts:
        if command in (Undo, Publish):
            continue
        earlier: object = drafted(incident) if command is EditDraft else state(incident)
        if performed(incident, (command, "dee", fields)):
            last = incident.recorded[-1]
            # what one writes into the draft in a row is one line, and one undo
            line = last.root if last.kind == "draft" else last.n
            _, earlier = lines.pop(line, (last, earlier))
            lines[line] = last, earlier
    while lines:
        _, (last, earlier) = lines.popitem()
        if why := stays(incident, last):
            with pytest.raises(Refused, match=why):
                incident(Undo, "dee")
            return
        given_back, left_alone = (drafted, state) if last.kind == "draft" else (state, drafted)
        kept = left_alone(incident)
        undone = incident(Undo, "dee")
        if last.kind == "retracted":  # the note stands there again
            assert (undone.kind, undone.root) == (last.data["kind"], last.root)
        else:
            assert undone.data["kind"] == last.kind
        assert given_back(incident) == earlier
        assert left_alone(incident) == kept
        if len(lines) % every(shared_store) == 0:
            check(incident)
    with pytest.raises(Refused, match="You have nothing to undo"):
        incident(Undo, "dee")
