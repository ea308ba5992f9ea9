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

from models.board.handover_brief import Known, brief
from models.board.reader import Reader
from models.board.views import IncidentView
from models.incident.fields import SetImpact
from models.kernel import wording
from models.kernel.command import Handover
from models.kernel.entry import EntryView
from models.kernel.notes import NoteKind
from models.kernel.store import Store
from models.kernel.text import LIMITS
from models.policy.phase import Phase
from models.policy.severity import Severity
from models.roles.commands import Take
from models.roles.views import HolderView, OfferView
from models.tasks.commands import AddTask, BlockTask, CompleteTask
from models.theories.commands import AddEvidence, SetTheory
from models.timeline.commands import EditNote, Note, RetractNote
from models.timeline.read import PAGE
from models.updates.editing import EditDraft
from models.updates.publishing import Publish
from tests.models.acting import Acting

WORDS = st.text(max_size=300)
MOMENTS = st.integers(0, 2**31).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def read(incident: Acting, role: str, holder: str, to: str = "dee", written: str = "", **later: float) -> str:
    """The brief as `to` reads it, so much later."""
    now = incident.store.now() + timedelta(**later)
    offer = OfferView(role=role, name="", holder=holder, to=to, by=holder, at=now, brief=written)
    with incident.store.reading(Reader) as reading:
        return brief(reading.known(incident.id, now), offer)


def test_it_tells_whoever_takes_over_what_they_need(store: Store) -> None:
    incident, other = Acting(store), Acting(store, by="ana", title="Mails are late", severity="P3")
    other(Take, "dee", role="scribe")
    other(AddTask, "dee", title="Ask the provider", person="dee")
    incident(Note, "ana", text="before bo came")
    incident(Take, "bo", role="tech-lead")
    incident(SetImpact, "ana", impact="most")
    incident(Note, "cy", text="rolled back\ndeploy 4512", as_kind=NoteKind.ACTION)
    incident(Note, "bo", text="pool exhausted", as_kind=NoteKind.THEORY)
    incident(Note, "bo", text="No deploys today", as_kind=NoteKind.DECISION, decided_by="ana", why="The cause is open")
    incident(AddTask, "bo", title="Call the bank", person="cy")
    said = read(incident, "tech-lead", "bo", written="Objectives: cards first", minutes=12)
    assert said.replace(incident.ref, "INC").replace(other.ref, "OTHER") == (
        "INC Checkout returns 502: P1 (high), triage, for 12m.\n"
        "Business impact: most stakeholders.\n"
        "No update to customers published yet.\n"
        "bo has been Tech Lead for 12m.\n"
        "\n"
        "From bo:\n"
        "Objectives: cards first\n"
        "\n"
        "The next update to customers is overdue since 14:05Z (owner: ana).\n"
        "The next update to executives is due at 14:30Z (owner: ana).\n"
        "Other roles: Incident Manager ana.\n"
        "Unassigned, covered by ana: Communications Manager; Customer Support Lead; Subject Matter Expert; Social "
        "Media Lead; Scribe; Problem Manager.\n"
        "\n"
        "Open tasks, blocked and late ones first:\n"
        "- 1 Assign the key roles (ana, overdue since 14:10Z)\n"
        "- 2 Record a first theory (bo, due 14:15Z)\n"
        "- 5 Prepare an answer for customers (ana, due 14:30Z)\n"
        "- 6 Set a date for the post-mortem (ana)\n"
        "- 7 Call the bank (cy)\n"
        "\n"
        "Decisions:\n"
        "- 14:00Z ana: No deploys today (reason: The cause is open)\n"
        "\n"
        "Theories:\n"
        "- pool exhausted (open)\n"
        "\n"
        "Since bo was assigned:\n"
        "- 14:00Z ana changed impact: none → most\n"
        "- 14:00Z cy action: rolled back deploy 4512\n"
        "- 14:00Z bo added task 7 “Call the bank” for cy\n"
        "\n"
        "Other incidents of dee:\n"
        "- OTHER Mails are late: P3, triage (1 role, 1 task)"
    )


def test_what_customers_were_told_is_in_it(store: Store) -> None:
    incident = Acting(store, severity="P3")
    incident(EditDraft, "ana", title="Cards fail", text="We look into it.", components={"Checkout": "partial outage"})
    incident(Publish, "ana")
    said = read(incident, "incident-manager", "ana", hours=24)
    assert "\nLast update to customers at 01 Mar 14:00Z: We look into it. (Checkout partial outage)\n" in said


def test_blocked_and_late_work_comes_first_and_all_of_the_theories(store: Store) -> None:
    incident = Acting(store, severity="P3")
    for text in ("dns", "pool\nexhausted", "disk full"):
        incident(Note, "bo", text=text, as_kind=NoteKind.THEORY)
    incident(SetTheory, "bo", n=2, state="ruled out", why="it resolves")
    incident(SetTheory, "bo", n=3, state="being tested")
    incident(AddEvidence, "bo", n=3, weight="for", text="graph")
    incident(AddTask, "bo", title="Write to the bank", due=60)
    incident(AddTask, "bo", title="Call the bank")
    incident(AddTask, "bo", title="Roll back", person="cy", due=15)
    incident(BlockTask, "bo", number=2, reason="no line")
    incident(AddTask, "bo", title="Done already")
    incident(CompleteTask, "bo", number=4)
    said = read(incident, "tech-lead", "bo", minutes=20)
    assert said.partition("late ones first:\n")[2].partition("\n\nLatest")[0] == (
        "- 3 Roll back (cy, overdue since 14:15Z)\n"
        "- 2 Call the bank (unassigned, blocked: no line)\n"
        "- 1 Write to the bank (unassigned, due 15:00Z)\n"
        "\n"
        "Theories:\n"
        "- pool exhausted (being tested, 1 for)\n"
        "- disk full (open)\n"
        "- dns (ruled out: it resolves)"
    )
    for number in range(8):
        incident(AddTask, "bo", title=f"More {number}")
    assert "(unassigned)\n- and 1 more\n\nTheories:" in read(incident, "tech-lead", "bo")


def test_every_decision_is_in_it_however_long_ago_and_none_that_was_retracted(store: Store) -> None:
    incident = Acting(store)
    kept = incident(Note, "ana", text="roll back", as_kind=NoteKind.DECISION)
    wrong = incident(Note, "ana", text="roll forward", as_kind=NoteKind.DECISION)
    for n in range(PAGE + 1):
        incident(Note, "bo", text=f"line {n}")
    incident(RetractNote, "ana", n=wrong.n, reason="a slip")
    incident(EditNote, "ana", n=kept.n, text="roll back in all regions", saw=kept.n)
    said = read(incident, "incident-manager", "ana")
    assert "Decisions:\n- 14:00Z ana: roll back in all regions\n\n" in said
    assert "roll forward" not in said


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
            offer = OfferView(role=key, name="", holder=holder, to=holder, by=holder, at=now, brief=title)
            text = brief(Known(incident=view, entries=entries, decisions=entries, others=(view,), now=now), offer)
        assert len(text) <= LIMITS["handover"]
        assert len(TypeAdapter(Handover).validate_python(text)) <= LIMITS["handover"]


@cache
def shown(store: Store) -> IncidentView:
    return Acting(store).now
