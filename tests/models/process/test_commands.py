"""The steps of a response as evidence comes and goes, leaving one out, and closing; on both databases."""

from contextlib import closing
from datetime import UTC, datetime

import pytest

from models.board.reader import Reader
from models.incident.fields import SetCategory, SetImpact, SetSeverity
from models.incident.phase import SetPhase
from models.kernel.failures import Conflict, Refused
from models.kernel.notes import NoteKind
from models.kernel.store import Store
from models.policy.phase import Phase
from models.policy.step import StepState
from models.process.commands import SkipStep
from models.process.views import StepView
from models.roles.book import shipped
from models.roles.book_check import check
from models.roles.book_versions import choose_default, import_book
from models.roles.commands import Assign, Release, Take
from models.timeline.commands import EditNote, Note, RetractNote, Undo
from models.updates.editing import EditDraft
from models.updates.maintenance import Schedule
from models.updates.publishing import Publish
from tests import reads
from tests.models.acting import Acting, count, told

DONE, MISSING, SKIPPED = StepState.DONE, StepState.MISSING, StepState.SKIPPED


@pytest.fixture
def incident(store: Store) -> Acting:
    """Under the policy book, whose six steps every severity has."""
    choose_default(store, "policy")
    return Acting(store)


def step(incident: Acting, key: str) -> StepView:
    return next(step for step in incident.now.steps if step.key == key)


def states(incident: Acting) -> list[StepState]:
    return [step.state for step in incident.now.steps]


def tell(incident: Acting, text: str, phase: Phase) -> None:
    incident(EditDraft, "cy", title="Checkout", text=text, phase=phase)
    incident(Publish, "cy")


class TestEvidence:
    def test_at_first_nothing_is_done(self, incident: Acting) -> None:
        assert [(step.key, step.missing) for step in incident.now.steps] == [
            ("assess", ("no note, theory or customer report",)),
            ("categorise", ("no category", "no impact")),
            ("inform", ("no decision or update to the team", "no update to customers")),
            ("resolve", ("no resolution",)),
            ("all-clear", ("no resolved update to customers",)),
            ("document", ("no action", "no timeline entry after resolution")),
        ]
        assert {*states(incident)} == {MISSING}
        assert all((step.since, step.by, step.why) == (None, None, "") for step in incident.now.steps)

    def test_a_note_counts_from_when_it_was_first_written(self, incident: Acting) -> None:
        note = incident(Note, "bo", text="Carts are emty", as_kind=NoteKind.CUSTOMER)
        incident(EditNote, "ana", n=note.n, text="Carts are empty")
        done = step(incident, "assess")
        assert (done.state, done.since, done.by, done.why) == (DONE, note.recorded_at, "bo", "customer report")

    def test_a_note_that_is_taken_back_shows_nothing(self, incident: Acting) -> None:
        incident(Note, "bo", text="Carts are empty")
        assert step(incident, "assess").state is DONE
        incident(Undo, "bo")
        assert step(incident, "assess").state is MISSING
        note = incident(Note, "bo", text="Carts are empty")
        second = incident(Note, "cy", text="And slow", as_kind=NoteKind.THEORY)
        incident(RetractNote, "bo", n=note.n, reason="They are not")
        assert (step(incident, "assess").since, step(incident, "assess").by) == (second.recorded_at, "cy")
        incident(EditNote, "cy", n=second.n, text="And slow", as_kind=NoteKind.ACTION)
        assert step(incident, "assess").state is MISSING

    def test_categorised_when_category_severity_and_impact_are_set(self, incident: Acting) -> None:
        incident(SetCategory, "bo", category="security")
        assert step(incident, "categorise").missing == ("no impact",)
        assert step(incident, "categorise").lacks == ("impact",)
        impact = incident(SetImpact, "cy", impact="all")
        incident(SetCategory, "ana", category="performance")
        done = step(incident, "categorise")
        assert (done.state, done.since, done.by, done.why) == (DONE, impact.recorded_at, "cy", "impact")
        incident(Undo, "cy")
        assert step(incident, "categorise").missing == ("no impact",)
        again = incident(SetImpact, "bo", impact="some")
        assert (step(incident, "categorise").since, step(incident, "categorise").by) == (again.recorded_at, "bo")

    def test_categorised_when_it_is_declared(self, store: Store, incident: Acting) -> None:
        declared = Acting(store, category="security", impact="all")
        done = step(declared, "categorise")
        assert (done.state, done.since, done.by) == (DONE, declared.recorded[0].recorded_at, "ana")

    def test_what_customers_were_told(self, incident: Acting) -> None:
        incident(Note, "ana", text="Roll back", as_kind=NoteKind.DECISION)
        tell(incident, "We know", Phase.IDENTIFIED)
        first = incident.recorded[-1]
        tell(incident, "It is over", Phase.RESOLVED)
        assert (step(incident, "inform").since, step(incident, "inform").by) == (first.recorded_at, "cy")
        assert step(incident, "all-clear").since == incident.recorded[-1].recorded_at
        tell(incident, "It is not", Phase.IDENTIFIED)
        assert step(incident, "all-clear").state is MISSING

    def test_resolved_and_documented_until_it_is_reopened(self, incident: Acting) -> None:
        incident(Note, "bo", text="Rolled back", as_kind=NoteKind.ACTION)
        resolved = incident(SetPhase, "ana", phase="resolved")
        done = step(incident, "resolve")
        assert (done.state, done.since, done.by, done.why) == (DONE, resolved.recorded_at, "ana", "resolution")
        assert step(incident, "document").missing == ("no timeline entry after resolution",)
        note = incident(Note, "bo", text="The pool was too small")
        incident(Note, "cy", text="Far too small")
        done = step(incident, "document")
        assert (done.state, done.since, done.by) == (DONE, note.recorded_at, "bo")
        incident(SetPhase, "ana", phase="identified")
        assert (step(incident, "resolve").state, step(incident, "document").state) == (MISSING, MISSING)
        incident(Undo, "ana")
        assert (step(incident, "resolve").since, step(incident, "document").state) == (resolved.recorded_at, DONE)

    def test_steps_follow_the_severity(self, store: Store) -> None:
        incident = Acting(store, severity="P3")
        assert [step.key for step in incident.now.steps] == ["categorise", "diagnose", "resolve"]
        incident(SetSeverity, "ana", severity="P2", reason="less")
        assert len(incident.now.steps) == 6

    def test_they_are_named_in_the_readers_language(self, incident: Acting) -> None:
        with closing(Store(incident.store.location, language="fr")) as french:
            french.open()
            with french.reading(Reader) as read:
                steps = {step.key: step for step in read.incident(incident.id).steps}
        assert steps["assess"].name == "Évaluer"
        assert steps["document"].text == "Consigner chaque action"


class TestLeavingOut:
    def test_it_is_left_out_for_a_reason_until_it_is_done_after_all(self, incident: Acting) -> None:
        entry = incident(SkipStep, "bo", step="Évaluer", reason="We know this one")
        assert told(entry) == "bo skipped step Assess: We know this one"
        skipped = step(incident, "assess")
        assert (skipped.state, skipped.missing) == (SKIPPED, ())
        assert (skipped.since, skipped.by, skipped.why) == (entry.recorded_at, "bo", "We know this one")
        incident(Note, "cy", text="Carts are empty")
        assert (step(incident, "assess").state, step(incident, "assess").by) == (DONE, "cy")

    def test_it_can_be_undone_and_left_out_again(self, incident: Acting) -> None:
        incident(SkipStep, "bo", step="assess", reason="We know this one")
        incident(Undo, "bo")
        assert step(incident, "assess").state is MISSING
        incident(SkipStep, "cy", step="assess", reason="Another reason")
        assert step(incident, "assess").why == "Another reason"
        assert count(incident.store, "SELECT count(*) FROM skips") == 1

    def test_what_cannot_be_left_out(self, incident: Acting) -> None:
        incident(SkipStep, "bo", step="assess", reason="We know this one")
        with pytest.raises(Refused, match="bo has already skipped Assess: We know this one"):
            incident(SkipStep, "cy", step="assess", reason="Me too")
        with pytest.raises(Refused, match=r"has no step 'nap'.*Its steps: assess, categorise, inform, resolve, all-"):
            incident(SkipStep, "cy", step="nap", reason="Tired")
        incident(Note, "cy", text="Carts are empty")
        with pytest.raises(Refused, match="Assess is already done"):
            incident(SkipStep, "cy", step="assess", reason="Me too")
        with pytest.raises(Refused):
            SkipStep.make(by="cy", ref="INC-1", step="assess", reason=" ")

    def test_a_step_of_another_severity(self, store: Store) -> None:
        incident = Acting(store, severity="P3")
        with pytest.raises(Refused, match=r"has no step 'inform'.*Its steps: categorise, diagnose, resolve"):
            incident(SkipStep, "cy", step="inform", reason="Nobody noticed")


class TestClosing:
    def test_it_is_refused_while_steps_are_missing(self, incident: Acting) -> None:
        incident(SetPhase, "ana", phase="resolved")
        for key in ("assess", "inform", "all-clear"):
            incident(SkipStep, "ana", step=key, reason="A drill")
        with pytest.raises(Refused) as refused:
            incident(SetPhase, "ana", phase="closed")
        assert refused.value.message == (
            f"{incident.ref} cannot be closed: steps not done: Categorize (no category; no impact); "
            "Document (no action; no timeline entry after resolution)."
        )
        assert "--force-reason" in refused.value.remedy
        assert incident.now.phase == "resolved"

    def test_a_reason_forces_it(self, incident: Acting) -> None:
        incident(SetPhase, "ana", phase="resolved")
        for key in ("assess", "inform", "all-clear"):
            incident(SkipStep, "ana", step=key, reason="A drill")
        forced = incident(SetPhase, "ana", phase="closed", force_reason="Nobody is left")
        assert (
            told(forced)
            == "ana changed phase: resolved → closed with steps not done: Categorize, Document: Nobody is left"
        )
        assert incident.now.phase == "closed"
        incident(Undo, "ana")
        assert incident.now.phase == "resolved"

    def test_nothing_is_asked_when_every_step_is_done_or_left_out(self, incident: Acting) -> None:
        incident(SetPhase, "ana", phase="resolved")
        incident(SetCategory, "ana", category="security")
        incident(SetImpact, "ana", impact="all")
        incident(Note, "ana", text="Rolled back", as_kind=NoteKind.ACTION)
        tell(incident, "It is over", Phase.RESOLVED)
        incident(SkipStep, "ana", step="inform", reason="It lasted a minute")
        assert incident.now.steps[0].missing == ("no note, theory or customer report",)
        incident(Note, "bo", text="It was the pool")
        assert states(incident) == [DONE, DONE, SKIPPED, DONE, DONE, DONE]
        assert told(incident(SetPhase, "ana", phase="closed")) == "ana changed phase: resolved → closed"

    def test_other_ends_and_steps_back_are_free(self, incident: Acting) -> None:
        incident(SetPhase, "ana", phase="canceled")
        incident(SetPhase, "ana", phase="investigating")
        incident(SetPhase, "ana", phase="resolved")
        incident(SetPhase, "ana", phase="closed", force_reason="Nobody is left")
        incident(SetPhase, "ana", phase="resolved")

    def test_who_was_slower_reads_of_the_faster_one_first(self, incident: Acting) -> None:
        incident(SetPhase, "ana", phase="resolved")
        incident(SetPhase, "bo", phase="monitoring")
        with pytest.raises(Conflict, match="bo changed phase: resolved → monitoring"):
            incident(SetPhase, "ana", phase="closed", saw="resolved")


STEPS = """
[[steps]]
key = "write"
evidence = ["role:scribe"]
name.en = "Write"
text.en = "Somebody writes"
"""


class TestRoles:
    """No book of the program's own asks for one; a team's may."""

    @pytest.fixture
    def incident(self, store: Store) -> Acting:
        book = check((shipped("high-velocity") + STEPS).encode(), "own.toml")
        import_book(store, book, "ana", default=True)
        return Acting(store)

    def test_it_counts_from_when_it_was_first_held(self, incident: Acting) -> None:
        assert step(incident, "write").state is MISSING
        incident(Take, "bo", role="scribe")
        incident(Take, "cy", role="scribe")
        incident(Release, "cy", role="scribe")
        assert (step(incident, "write").state, step(incident, "write").by) == (DONE, "bo")

    def test_what_was_taken_back_was_not_held(self, incident: Acting) -> None:
        incident(Assign, "ana", role="scribe", person="bo")
        incident(Undo, "ana")
        assert step(incident, "write").state is MISSING
        incident(Take, "cy", role="scribe")
        incident(Take, "bo", role="scribe")
        incident(Undo, "bo")
        assert incident.holders("scribe") == ("cy",)
        assert (step(incident, "write").state, step(incident, "write").by) == (DONE, "cy")


def test_a_maintenance_has_steps_only_once_it_is_an_incident(store: Store) -> None:
    starts = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
    announced = Schedule.make(by="ana", title="New cables", text="We replace cables.", starts_at=starts, lasts=90)
    ref = store.perform(announced).ref
    found = []
    for phase in ("identified", "resolved"):
        found.append(bool(reads.incident(store, 1).steps))
        store.perform(SetPhase(by="bo", ref=ref, phase=phase))
    assert [*found, bool(reads.incident(store, 1).steps)] == [False, True, True]


def test_a_quiet_maintenance_closes_without_a_reason(store: Store) -> None:
    starts = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
    announced = Schedule.make(by="ana", title="New cables", text="We replace cables.", starts_at=starts, lasts=90)
    ref = store.perform(announced).ref
    store.perform(SetPhase(by="bo", ref=ref, phase="closed"))
    assert reads.incident(store, 1).phase == "closed"
