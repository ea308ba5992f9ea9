"""What is believed: theories change their state, and evidence speaks for and against them."""

from datetime import timedelta

import pytest
from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError

from models.board.reader import Reader
from models.kernel.entry import EntryView
from models.kernel.failures import Conflict, Refused
from models.kernel.notes import NoteKind
from models.kernel.store import Store
from models.policy.theory import TheoryState, Weight
from models.theories.commands import AddEvidence, SetTheory
from models.theories.views import EvidenceView, TheoryView, balance, by_belief
from models.timeline.commands import EditNote, Note, RetractNote, Undo
from tests.conftest import Clock
from tests.models.acting import Acting, count, told
from tests.rows import write_rows


@pytest.fixture
def incident(store: Store) -> Acting:
    return Acting(store)


@pytest.fixture
def theory(incident: Acting) -> int:
    """The number of one that bo has written."""
    return incident(Note, "bo", text="pool exhausted", as_kind=NoteKind.THEORY).n


def stands(incident: Acting) -> TheoryView:
    (found,) = incident.now.theories
    return found


class TestTheory:
    def test_a_note_of_that_kind_makes_an_open_one(self, incident: Acting, theory: int) -> None:
        entry = incident.recorded[-1]
        assert stands(incident) == TheoryView(
            n=theory,
            text="pool exhausted",
            author="bo",
            occurred_at=entry.occurred_at,
            state=TheoryState.OPEN,
            moved_by=None,
            moved_at=None,
            why="",
            evidence=(),
        )

    def test_other_notes_make_none(self, incident: Acting) -> None:
        for kind in NoteKind:
            if kind is not NoteKind.THEORY:
                incident(Note, "bo", text="x", as_kind=kind)
        assert incident.now.theories == ()

    def test_its_state_and_why(self, incident: Acting, theory: int) -> None:
        moved = incident(SetTheory, "cy", n=theory, state="being tested")
        assert told(moved) == "cy changed theory “pool exhausted”: open → being tested"
        moved = incident(SetTheory, "dee", n=theory, state="ruled out", why="it happens without load")
        assert told(moved) == "dee changed theory “pool exhausted”: being tested → ruled out: it happens without load"
        found = stands(incident)
        assert (found.state, found.moved_by, found.moved_at, found.why) == (
            TheoryState.RULED_OUT,
            "dee",
            moved.recorded_at,
            "it happens without load",
        )

    def test_long_words_are_shortened_where_others_name_it(self, incident: Acting) -> None:
        number = incident(Note, "bo", text="it is\nthe pool " + "x" * 60, as_kind=NoteKind.THEORY).n
        called = incident(SetTheory, "cy", n=number, state="confirmed").data["called"]
        assert called == "it is the pool " + "x" * 44 + "…"

    def test_any_of_its_entries_names_it(self, incident: Acting, theory: int) -> None:
        revised = incident(EditNote, "cy", n=theory, text="pool exhausted after deploy")
        incident(SetTheory, "cy", n=revised.n, state="confirmed")
        found = stands(incident)
        assert (found.n, found.text, found.author, found.state) == (
            theory,
            "pool exhausted after deploy",
            "bo",
            TheoryState.CONFIRMED,
        )

    def test_refused(self, incident: Acting, theory: int) -> None:
        with pytest.raises(Refused, match="The theory “pool exhausted” is already open"):
            incident(SetTheory, "cy", n=theory, state="open")
        for command, more in ((SetTheory, {"state": "confirmed"}), (AddEvidence, {"weight": "for", "text": "x"})):
            with pytest.raises(
                Refused, match=rf"Entry 1 of {incident.ref} is not a theory\. See the list: `bridgewatch theories"
            ):
                incident(command, "cy", n=1, **more)
            with pytest.raises(Refused, match=f"{incident.ref} has no entry 9"):
                incident(command, "cy", n=9, **more)
        with pytest.raises(ValidationError):
            SetTheory(by="cy", ref=incident.ref, n=theory, state="likely")

    def test_somebody_was_faster(self, incident: Acting, theory: int) -> None:
        incident(SetTheory, "cy", n=theory, state="ruled out", why="no load")
        with pytest.raises(
            Conflict, match=r"has changed since you opened this: cy changed .* → ruled out: no load at 14:00"
        ) as said:
            incident(SetTheory, "dee", n=theory, state="confirmed", saw="open")
        incident(SetTheory, "dee", n=theory, state="confirmed", saw=said.value.now)
        assert stands(incident).state is TheoryState.CONFIRMED

    def test_the_same_at_the_same_moment_says_who_did_it(self, incident: Acting, theory: int) -> None:
        incident(SetTheory, "cy", n=theory, state="confirmed")
        with pytest.raises(Conflict, match="cy changed theory"):
            incident(SetTheory, "dee", n=theory, state="confirmed", saw="open")

    def test_undo_goes_back_state_by_state(self, incident: Acting, theory: int) -> None:
        incident(SetTheory, "cy", n=theory, state="being tested", why="canary")
        incident(SetTheory, "cy", n=theory, state="confirmed")
        undone = incident(Undo, "cy")
        assert told(undone) == "cy reverted “changed theory ‘pool exhausted’: being tested → confirmed”"
        found = stands(incident)
        assert (found.state, found.moved_by, found.why) == (TheoryState.TESTING, "cy", "canary")
        incident(Undo, "cy")
        found = stands(incident)
        assert (found.state, found.moved_by, found.moved_at, found.why) == (TheoryState.OPEN, None, None, "")

    def test_undo_when_overtaken(self, incident: Acting, theory: int) -> None:
        incident(SetTheory, "cy", n=theory, state="being tested")
        incident(SetTheory, "dee", n=theory, state="confirmed")
        with pytest.raises(Refused, match="“pool exhausted” has changed, so this cannot be undone: dee changed theory"):
            incident(Undo, "cy")
        incident(Undo, "dee")
        incident(Undo, "cy")
        assert stands(incident).state is TheoryState.OPEN

    def test_its_moves_are_those_that_stand(self, incident: Acting, theory: int) -> None:
        other = incident(Note, "bo", text="dns", as_kind=NoteKind.THEORY).n
        incident(SetTheory, "cy", n=theory, state="being tested")
        incident(SetTheory, "cy", n=other, state="ruled out")
        incident(SetTheory, "cy", n=theory, state="ruled out")
        incident(Undo, "cy")
        incident(SetTheory, "cy", n=theory, state="confirmed")
        with incident.store.reading(Reader) as read:
            assert [entry.data["now"] for entry in read.moves(incident.id, theory)] == ["being tested", "confirmed"]


class TestItsNote:
    def test_retracting_ends_it_and_undo_brings_it_back_as_it_was(self, incident: Acting, theory: int) -> None:
        incident(SetTheory, "cy", n=theory, state="being tested")
        incident(AddEvidence, "cy", n=theory, weight="for", text="graph")
        before = stands(incident)
        incident(RetractNote, "bo", n=theory, reason="wrong incident")
        assert incident.now.theories == ()
        with pytest.raises(Refused, match="bo retracted this entry"):
            incident(SetTheory, "cy", n=theory, state="confirmed")
        incident(Undo, "bo")
        assert stands(incident) == before

    def test_undoing_it(self, incident: Acting, theory: int) -> None:
        incident(Undo, "bo")
        assert incident.now.theories == ()
        with pytest.raises(Refused, match="bo retracted this entry"):
            incident(AddEvidence, "cy", n=theory, weight="for", text="x")

    def test_a_state_can_be_taken_back_after_the_note_was(self, incident: Acting, theory: int) -> None:
        incident(SetTheory, "cy", n=theory, state="confirmed")
        incident(RetractNote, "bo", n=theory, reason="no")
        incident(Undo, "cy")
        incident(Undo, "bo")
        assert stands(incident).state is TheoryState.OPEN

    def test_revising_its_kind(self, incident: Acting, theory: int) -> None:
        incident(SetTheory, "cy", n=theory, state="being tested")
        incident(EditNote, "bo", n=theory, text="pool exhausted", as_kind="note")
        assert incident.now.theories == ()
        with pytest.raises(Refused, match="is not a theory"):
            incident(SetTheory, "cy", n=theory, state="confirmed")
        incident(Undo, "bo")
        assert stands(incident).state is TheoryState.TESTING

    def test_a_note_becomes_one(self, incident: Acting) -> None:
        number = incident(Note, "bo", text="dns").n
        incident(EditNote, "cy", n=number, text="dns", as_kind="theory")
        assert (stands(incident).n, stands(incident).author) == (number, "bo")
        incident(Undo, "cy")
        assert incident.now.theories == ()


class TestEvidence:
    @pytest.mark.parametrize(
        ("weight", "words"),
        [
            ("for", "supporting theory “pool exhausted”"),
            ("against", "against theory “pool exhausted”"),
            ("neutral", "related to theory “pool exhausted”"),
        ],
    )
    def test_for_against_and_neither(
        self, incident: Acting, theory: int, clock: Clock, weight: str, words: str
    ) -> None:
        at = clock.now - timedelta(minutes=5)
        entry = incident(AddEvidence, "cy", n=theory, weight=weight, text="graph\n[/]", occurred_at=at)
        assert told(entry) == f"cy added evidence {words}: graph\n[/]"
        assert stands(incident).evidence == (
            EvidenceView(n=entry.n, weight=Weight(weight), text="graph\n[/]", author="cy", occurred_at=at),
        )

    def test_the_newest_first_and_counted(self, incident: Acting, theory: int) -> None:
        assert balance(stands(incident)) == ""
        for weight, text in (("for", "one"), ("against", "two"), ("for", "three")):
            incident(AddEvidence, "cy", n=theory, weight=weight, text=text)
        assert [each.text for each in stands(incident).evidence] == ["three", "two", "one"]
        assert balance(stands(incident)) == "2 for, 1 against"

    def test_it_is_revised_and_retracted_as_a_note(self, incident: Acting, theory: int) -> None:
        number = incident(AddEvidence, "cy", n=theory, weight="against", text="grpah").n
        revised = incident(EditNote, "dee", n=number, text="graph")
        assert told(revised) == "dee added evidence against theory “pool exhausted”: graph"
        (found,) = stands(incident).evidence
        assert (found.n, found.weight, found.text, found.author) == (number, Weight.AGAINST, "graph", "cy")
        assert told(incident(RetractNote, "dee", n=number, reason="old")) == "dee retracted cy's evidence: old"
        assert stands(incident).evidence == ()
        incident(Undo, "dee")
        incident(Undo, "dee")
        assert [each.text for each in stands(incident).evidence] == ["grpah"]
        incident(Undo, "cy")
        assert stands(incident).evidence == ()

    @pytest.mark.parametrize("kind", list(NoteKind))
    def test_it_stays_evidence(self, incident: Acting, theory: int, kind: NoteKind) -> None:
        number = incident(AddEvidence, "cy", n=theory, weight="for", text="graph").n
        with pytest.raises(Refused, match="The type of an evidence entry cannot be changed"):
            incident(EditNote, "cy", n=number, text="graph", as_kind=kind)


def test_what_is_believed_stands_before_what_has_been_ruled_out(incident: Acting) -> None:
    states = ("ruled out", "open", "confirmed", "being tested", "open")
    for state in states:
        number = incident(Note, "bo", text=state, as_kind=NoteKind.THEORY).n
        if state != "open":
            incident(SetTheory, "bo", n=number, state=state)
    found = by_belief(incident.now.theories)
    assert [theory.text for theory in found] == ["confirmed", "being tested", "open", "open", "ruled out"]
    assert found[2].n > found[3].n


def entries(incident: Acting) -> list[EntryView]:
    return [entry for entry in incident.recorded if entry.kind == "theory-moved"]


def test_many_at_once_move_it_once(incident: Acting, theory: int) -> None:
    press = SetTheory(by="cy", ref=incident.ref, n=theory, state="confirmed")
    incident.store.perform(press)
    assert incident.store.perform(press).already
    assert len(entries(incident)) == 1


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE theories SET state = 'likely'",
        "UPDATE theories SET state = 'confirmed'",
        "UPDATE theories SET said = 0",
        "UPDATE theories SET said = 99",
        "UPDATE evidence SET weight = 'perhaps'",
        "UPDATE evidence SET theory = 1",
        "UPDATE evidence SET n = theory",
        "DELETE FROM theories",
        "INSERT INTO theories (incident_id, n, state) SELECT incident_id, 99, 'open' FROM theories",
    ],
)
def test_the_database_keeps_its_rules_whoever_writes(incident: Acting, theory: int, tampering: str) -> None:
    incident(AddEvidence, "cy", n=theory, weight="for", text="graph")
    with pytest.raises(IntegrityError), write_rows(incident.store) as connection:
        connection.exec_driver_sql(tampering)
    assert count(incident.store, "SELECT count(*) FROM theories") == 1
