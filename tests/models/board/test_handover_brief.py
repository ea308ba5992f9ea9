"""The brief that goes with an offer: what it says, and that it fits whatever the facts are."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from models.board import handover_brief as brief
from models.board.views import IncidentView
from models.kernel import wording
from models.kernel.command import Brief
from models.kernel.entry import EntryView
from models.kernel.notes import NoteKind
from models.kernel.store import Store
from models.kernel.text import LIMITS
from models.policy.phase import Phase
from models.policy.severity import Severity
from models.roles.commands import Take
from models.roles.views import HolderView
from models.tasks.commands import AddTask, BlockTask, CompleteTask
from models.theories.commands import AddEvidence, SetTheory
from models.timeline.commands import Note
from tests.models.acting import Acting

WORDS = st.text(max_size=300)
MOMENTS = st.integers(0, 2**31).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def test_it_tells_what_happened_since_the_role_was_taken(store: Store) -> None:
    incident = Acting(store)
    incident(Note, "ana", text="before bo came")
    incident(Take, "bo", role="tech-lead")
    incident(Note, "cy", text="rolled back\ndeploy 4512", as_kind=NoteKind.ACTION)
    incident(Note, "bo", text="pool exhausted", as_kind=NoteKind.THEORY)
    at = incident.now.roles[1].holders[0].since + timedelta(minutes=12)
    now = incident.now.but(tasks=())
    assert brief.draft(now, incident.timeline, "tech-lead", "bo", at) == (
        f"{incident.ref} Checkout returns 502: P1 (high), triage, for 12m.\n"
        "bo has been Tech Lead for 12m.\n"
        "The next update to customers is overdue since 14:05Z (owner: ana).\n"
        "The next update to executives is due at 14:30Z (owner: ana).\n"
        "Other roles: Incident Manager ana.\n"
        "Since bo was assigned:\n"
        "- 14:00 cy action: rolled back deploy 4512\n"
        "Theories:\n"
        "- pool exhausted (open)"
    )


def test_it_lists_what_is_to_be_done_and_what_is_believed(store: Store) -> None:
    incident = Acting(store, severity="P3")
    for text in ("dns", "pool\nexhausted", "disk full"):
        incident(Note, "bo", text=text, as_kind=NoteKind.THEORY)
    incident(SetTheory, "bo", n=2, state="ruled out", why="it resolves")
    incident(SetTheory, "bo", n=3, state="being tested")
    incident(AddEvidence, "bo", n=3, weight="for", text="graph")
    incident(AddTask, "bo", title="Call the bank")
    incident(AddTask, "bo", title="Roll back", person="cy", due=15)
    incident(BlockTask, "bo", number=1, reason="no line")
    incident(AddTask, "bo", title="Done already")
    incident(CompleteTask, "bo", number=3)
    said = brief.draft(incident.now, incident.timeline, "tech-lead", "bo", incident.now.declared_at)
    assert said.partition("Open tasks:\n")[2] == (
        "- 2 Roll back (cy, due 14:15Z)\n"
        "- 1 Call the bank (unassigned, blocked: no line)\n"
        "Theories:\n"
        "- pool exhausted (being tested, 1 for)\n"
        "- disk full (open)\n"
        "- dns (ruled out: it resolves)"
    )
    for number in range(4):
        incident(AddTask, "bo", title=f"More {number}")
    said = brief.draft(incident.now, incident.timeline, "tech-lead", "bo", incident.now.declared_at)
    assert "(unassigned)\n- and 1 more\nTheories:" in said


def entry(kind: str, text: str, at: datetime, data: dict[str, Any]) -> EntryView:
    return EntryView(
        ref="INC-1", n=1, root=1, kind=kind, data=data, text=text, author="bo", occurred_at=at, recorded_at=at
    )


ENTRIES = st.builds(
    entry,
    st.sampled_from([*NoteKind, "assigned", "undone", "severity", "offered", "made-up"]),
    WORDS,
    MOMENTS,
    st.sampled_from([{}, {"was": None}, {"name": 7}, {"kind": "assigned", "data": {}}]),
)


@pytest.fixture(scope="module", autouse=True)
def entries_written_by_hand() -> Iterator[None]:
    """Their data need not fit their kind."""
    with patch.object(wording, "strict", False):
        yield


@given(
    entries=st.lists(ENTRIES, max_size=30),
    title=WORDS,
    severity=st.sampled_from(Severity),
    phase=st.sampled_from(Phase),
    moments=st.tuples(MOMENTS, MOMENTS, MOMENTS, MOMENTS),
    names=st.lists(st.tuples(WORDS, st.lists(WORDS, max_size=6)), max_size=12),
    holder=WORDS,
)
def test_it_fits_whatever_the_facts_are(
    shared_store: Store,
    entries: list[EntryView],
    title: str,
    severity: Severity,
    phase: Phase,
    moments: tuple[datetime, ...],
    names: list[tuple[str, list[str]]],
    holder: str,
) -> None:
    declared, published, since, now = moments
    real = shown(shared_store)
    roles = tuple(
        real.roles[0].but(
            key=str(place),
            name=name,
            holders=tuple(HolderView(person=person, since=since, given_by="ana") for person in (*people, holder)),
        )
        for place, (name, people) in enumerate(names)
    )
    view = real.but(
        title=title, severity=severity, phase=phase, declared_at=declared, published_at=published, roles=roles
    )
    for key in ("0", "no such role"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(wording, "strict", False)  # these entries are as somebody may have written them by hand
            text = brief.draft(view, entries, key, holder, now)
        assert len(text) <= LIMITS["brief"]
        assert len(TypeAdapter(Brief).validate_python(text)) <= LIMITS["brief"]


@cache
def shown(store: Store) -> IncidentView:
    return Acting(store).now
