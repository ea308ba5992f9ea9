"""People's own words: writing, revising, retracting them, and taking any of it back."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import ValidationError

from models.board.board import read_board
from models.board.reader import Reader
from models.incident.fields import SetSeverity
from models.kernel.failures import Conflict, Refused
from models.kernel.notes import NoteKind
from models.kernel.store import Store
from models.timeline.commands import EditNote, Note, RetractNote, Undo
from tests.conftest import Clock
from tests.models.acting import Acting, told


@pytest.fixture
def incident(store: Store) -> Acting:
    return Acting(store)


WRITTEN = {
    NoteKind.NOTE: "added a note",
    NoteKind.THEORY: "proposed a theory",
    NoteKind.DECISION: "recorded a decision",
    NoteKind.ACTION: "logged an action",
    NoteKind.CUSTOMER: "logged a customer report",
}


def notes(incident: Acting) -> list[str]:
    """What the timeline shows of notes, the oldest first."""
    return [told(entry) for entry in reversed(incident.timeline) if entry.kind != "declared" and entry.root == 2]


class TestNote:
    @pytest.mark.parametrize("kind", list(NoteKind))
    def test_every_kind(self, incident: Acting, kind: NoteKind) -> None:
        entry = incident(Note, "bo", text="pool\nexhausted", as_kind=kind)
        decided = {"author": "bo", "decided_by": "bo", "why": ""} if kind is NoteKind.DECISION else {}
        assert (entry.kind, entry.text, entry.data) == (kind, "pool\nexhausted", decided)
        assert entry.occurred_at == entry.recorded_at
        assert told(entry) == f"bo {WRITTEN[kind]}: pool\nexhausted"

    def test_it_stands_where_it_happened(self, incident: Acting, clock: Clock) -> None:
        incident(Note, "bo", text="late")
        earlier = clock.now - timedelta(minutes=20)
        entry = incident(Note, "bo", text="early", occurred_at=earlier.astimezone(timezone(timedelta(hours=5))))
        assert entry.occurred_at == earlier
        assert entry.occurred_at.tzinfo is UTC
        assert [entry.text for entry in incident.timeline] == ["late", "", "early"]
        assert [entry.n for entry in incident.timeline] == [2, 1, 3]

    def test_not_in_the_future(self, incident: Acting, clock: Clock) -> None:
        incident(Note, "bo", text="another machine's clock", occurred_at=clock.now + timedelta(seconds=60))
        with pytest.raises(Refused, match=r"in the future\. Timeline entries must be in the past\. Enter an earlier"):
            incident(Note, "bo", text="x", occurred_at=clock.now + timedelta(seconds=63))
        with pytest.raises(Refused, match="future"):
            incident(Note, "bo", text="x", occurred_at=datetime.max.replace(tzinfo=UTC))

    def test_long_ago(self, incident: Acting) -> None:
        entry = incident(Note, "bo", text="x", occurred_at=datetime(1, 1, 2, tzinfo=UTC))
        assert incident.timeline[-1] == entry

    @pytest.mark.parametrize(("moment", "hours"), [(datetime(1, 1, 1), 12), (datetime(9999, 12, 31, 23), -12)])  # noqa: DTZ001
    def test_outside_every_calendar(self, moment: datetime, hours: int) -> None:
        with pytest.raises(ValidationError, match="This time is out of range"):
            Note(by="bo", ref="1", text="x", occurred_at=moment.replace(tzinfo=timezone(timedelta(hours=hours))))

    def test_a_time_without_a_zone(self) -> None:
        with pytest.raises(ValidationError, match="timezone"):
            Note(by="bo", ref="1", text="x", occurred_at=datetime(2026, 1, 1))  # noqa: DTZ001

    @pytest.mark.parametrize("text", ["", " \n ", "x" * 20_001, "\ud800"])
    def test_words_that_cannot_be_stored(self, text: str) -> None:
        with pytest.raises(ValidationError):
            Note(by="bo", ref="1", text=text)

    @pytest.mark.parametrize(
        "text", ["[/]", "%s :name $1 '; DROP TABLE entries; --", "a\\u0000b", "👩‍🚒", "x" * 20_000]
    )
    def test_words_that_are_data(self, incident: Acting, text: str) -> None:
        assert incident(Note, "bo", text=text).text == text
        assert incident.timeline[0].text == text

    def test_undo(self, incident: Acting) -> None:
        incident(Note, "bo", text="wrong window")
        undone = incident(Undo, "bo")
        assert told(undone) == "bo reverted “added a note: wrong window”"
        assert notes(incident) == ["bo reverted “added a note: wrong window”"]
        assert (undone.root, undone.occurred_at) == (2, incident.recorded[1].occurred_at)
        with pytest.raises(Refused, match="bo retracted this entry at 14:00:03Z"):
            incident(EditNote, "bo", n=2, text="x")


class TestDecision:
    def test_who_decided_and_why(self, incident: Acting) -> None:
        entry = incident(Note, "bo", text="roll back", as_kind="decision", decided_by="Cy", why="the canary failed")
        assert entry.data == {"author": "bo", "decided_by": "Cy", "why": "the canary failed"}
        assert told(entry) == "bo recorded a decision (decided by Cy; reason: the canary failed): roll back"
        assert "Cy" in read_board(incident.store).people
        entry = incident(Note, "bo", text="wait", as_kind="decision", why="it is night")
        assert told(entry) == "bo recorded a decision (reason: it is night): wait"

    def test_only_a_decision_has_them(self, incident: Acting) -> None:
        for more in ({"decided_by": "cy"}, {"why": "it is night"}):
            with pytest.raises(Refused, match=r"can have a decider and a reason\. This entry is of type action"):
                incident(Note, "bo", text="x", as_kind="action", **more)

    def test_revising_keeps_what_is_not_said_anew(self, incident: Acting) -> None:
        incident(Note, "bo", text="roll back", as_kind="decision", decided_by="cy", why="canary")
        revised = incident(EditNote, "dee", n=2, text="roll back all")
        assert revised.data == {"author": "bo", "decided_by": "cy", "why": "canary"}
        revised = incident(EditNote, "dee", n=2, text="roll back all", why="", decided_by="ana")
        assert revised.data == {"author": "bo", "decided_by": "ana", "why": ""}
        with pytest.raises(Refused, match="The entry already has this text"):
            incident(EditNote, "dee", n=2, text="roll back all", decided_by="ana")
        incident(Undo, "dee")
        incident(Undo, "dee")
        assert notes(incident) == ["dee recorded a decision (decided by cy; reason: canary): roll back"]

    def test_a_note_becomes_one_and_no_more(self, incident: Acting) -> None:
        incident(Note, "bo", text="roll back")
        assert incident(EditNote, "cy", n=2, text="roll back", as_kind="decision").data["decided_by"] == "bo"
        assert incident(EditNote, "cy", n=2, text="roll back", as_kind="note").data == {"author": "bo"}
        with pytest.raises(Refused, match="Only a decision"):
            incident(EditNote, "cy", n=2, text="roll back", why="x")


class TestRevise:
    def test_words_kind_and_time(self, incident: Acting) -> None:
        written = incident(Note, "bo", text="pool exhausted")
        incident(EditNote, "cy", n=2, text="pool exhausted after deploy", saw=2)
        assert notes(incident) == ["cy added a note: pool exhausted after deploy"]
        assert incident.timeline[0].data == {"author": "bo"}
        earlier = written.occurred_at - timedelta(minutes=3)
        revised = incident(
            EditNote, "bo", n=3, text="pool exhausted after deploy", as_kind="theory", occurred_at=earlier
        )
        assert (revised.kind, revised.root, revised.occurred_at) == ("theory", 2, earlier)
        assert [entry.n for entry in incident.timeline] == [1, 4]

    def test_every_version_is_kept(self, incident: Acting) -> None:
        for number, text in enumerate(("one", "two", "three")):
            incident(EditNote, "bo", n=2, text=text) if number else incident(Note, "bo", text=text)
        with incident.store.reading(Reader) as read:
            versions = read.versions(incident.id, 2)
        assert [(version.n, version.text) for version in versions] == [(2, "one"), (3, "two"), (4, "three")]

    def test_somebody_was_faster(self, incident: Acting) -> None:
        incident(Note, "bo", text="one")
        incident(EditNote, "bo", n=2, text="two")
        with pytest.raises(
            Conflict, match=r"bo edited this entry at 14:00:03Z: “two” Saving would overwrite"
        ) as told_so:
            incident(EditNote, "cy", n=2, text="mine", saw=2)
        incident(EditNote, "cy", n=2, text="mine", saw=told_so.value.now)
        assert notes(incident) == ["cy added a note: mine"]

    def test_refused(self, incident: Acting) -> None:
        incident(Note, "bo", text="one")
        with pytest.raises(Refused, match="The entry already has this text"):
            incident(EditNote, "cy", n=2, text="one")
        with pytest.raises(Refused, match="Only notes can be edited"):
            incident(EditNote, "ana", n=1, text="x")
        with pytest.raises(Refused, match=f"{incident.ref} has no entry 9"):
            incident(EditNote, "ana", n=9, text="x")

    def test_undo_goes_back_version_by_version(self, incident: Acting) -> None:
        incident(Note, "bo", text="one")
        incident(EditNote, "bo", n=2, text="two")
        incident(EditNote, "bo", n=2, text="three", as_kind="theory")
        incident(Undo, "bo")
        assert notes(incident) == ["bo added a note: two"]
        incident(Undo, "bo")
        assert notes(incident) == ["bo added a note: one"]
        incident(Undo, "bo")
        assert notes(incident) == ["bo reverted “added a note: one”"]
        with pytest.raises(Refused, match="You have nothing to undo on"):
            incident(Undo, "bo")

    def test_undo_after_writing_again(self, incident: Acting) -> None:
        incident(Note, "bo", text="one")
        incident(EditNote, "bo", n=2, text="two")
        incident(Undo, "bo")
        incident(EditNote, "bo", n=2, text="three")
        incident(Undo, "bo")
        assert notes(incident) == ["bo added a note: one"]

    def test_undo_when_overtaken(self, incident: Acting) -> None:
        incident(Note, "bo", text="one")
        incident(EditNote, "bo", n=2, text="two")
        incident(EditNote, "cy", n=2, text="three")
        with pytest.raises(Refused, match=r"cy has edited this entry\. Retract it instead"):
            incident(Undo, "bo")
        incident(Undo, "cy")
        assert notes(incident) == ["cy added a note: two"]
        assert incident.timeline[0].data == {"author": "bo"}
        incident(Undo, "bo")
        assert notes(incident) == ["bo added a note: one"]


class TestRetract:
    def test_with_a_reason(self, incident: Acting) -> None:
        written = incident(Note, "bo", text="it is the cache")
        retracted = incident(RetractNote, "cy", n=2, reason="it is not")
        assert notes(incident) == ["cy retracted bo's note: it is not"]
        assert (retracted.root, retracted.occurred_at) == (2, written.occurred_at)
        assert incident.recorded[1].text == "it is the cache"
        for again in (RetractNote, EditNote):
            fields = {"reason": "x"} if again is RetractNote else {"text": "x"}
            with pytest.raises(Refused, match="cy retracted this entry at 14:00:03Z"):
                incident(again, "ana", n=2, **fields)

    def test_the_writer_is_named_after_revisions(self, incident: Acting) -> None:
        incident(Note, "bo", text="one", as_kind="theory")
        incident(EditNote, "cy", n=2, text="two")
        assert told(incident(RetractNote, "dee", n=3, reason="no")) == "dee retracted bo's theory: no"

    def test_somebody_was_faster(self, incident: Acting) -> None:
        incident(Note, "bo", text="one")
        incident(EditNote, "bo", n=2, text="two")
        with pytest.raises(Conflict, match="bo edited this entry"):
            incident(RetractNote, "cy", n=2, saw=2, reason="no")

    def test_only_notes(self, incident: Acting) -> None:
        with pytest.raises(Refused, match="Only notes can be edited"):
            incident(RetractNote, "ana", n=1, reason="no")

    def test_undo_brings_it_back(self, incident: Acting) -> None:
        incident(Note, "bo", text="one", as_kind="decision")
        incident(RetractNote, "bo", n=2, reason="no")
        incident(Undo, "bo")
        assert notes(incident) == ["bo recorded a decision: one"]
        incident(Undo, "bo")
        assert notes(incident) == ["bo reverted “recorded a decision: one”"]

    def test_a_note_brought_back_can_be_revised(self, incident: Acting) -> None:
        incident(Note, "bo", text="one")
        incident(RetractNote, "cy", n=2, reason="no")
        with pytest.raises(Refused, match="cy has retracted this entry"):
            incident(Undo, "bo")
        incident(Undo, "cy")
        incident(EditNote, "dee", n=2, text="two")
        assert notes(incident) == ["dee added a note: two"]
        assert incident.timeline[0].data["author"] == "bo"


class TestUndo:
    def test_only_ones_own(self, incident: Acting) -> None:
        incident(Note, "bo", text="one")
        incident(SetSeverity, "cy", severity="P2", reason="less")
        incident(Undo, "bo")
        assert notes(incident) == ["bo reverted “added a note: one”"]
        assert incident.now.severity == "P2"

    def test_nothing_left(self, incident: Acting) -> None:
        with pytest.raises(Refused, match=f"You have nothing to undo on {incident.ref}"):
            incident(Undo, "bo")

    def test_on_that_incident_only(self, incident: Acting) -> None:
        other = Acting(incident.store)
        incident(Note, "bo", text="one")
        with pytest.raises(Refused, match="You have nothing to undo on"):
            other(Undo, "bo")

    def test_twice_the_same_press_is_once(self, incident: Acting) -> None:
        incident(SetSeverity, "bo", severity="P2", reason="less")
        incident(SetSeverity, "bo", severity="P3", reason="less")
        press = Undo(by="bo", ref=incident.ref)
        incident.store.perform(press)
        assert incident.store.perform(press).already
        assert incident.now.severity == "P2"
