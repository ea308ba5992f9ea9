"""Reading: the board, whole and from the one before it; a timeline page by page."""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import asdict

from models.board.board import read_board, read_older, rehearse
from models.board.reader import Reader
from models.board.views import Board
from models.incident.declare import Declare
from models.incident.fields import SetSeverity
from models.incident.phase import SetPhase
from models.kernel.command import Command
from models.kernel.entry import EntryView
from models.kernel.failures import Refused
from models.kernel.location import Location
from models.kernel.store import Store
from models.roles.commands import Release, Take
from models.timeline.commands import EditNote, Note, RetractNote, Undo
from models.timeline.read import PAGE
from models.updates.editing import EditDraft, HoldDraft
from models.updates.publishing import Publish
from tests import reads
from tests.conftest import Clock
from tests.models.acting import Acting
from tests.rows import heard


class TestBoard:
    def test_empty(self, store: Store) -> None:
        board = read_board(store)
        assert (board.ticket, board.incidents, board.shown, board.people, board.components) == (0, (), None, (), ())

    def test_most_urgent_first(self, store: Store) -> None:
        incidents = [Acting(store, severity=severity) for severity in ("P3", "P1", "P2", "P1")]
        incidents[1](SetPhase, "ana", phase="resolved")
        refs = [row.ref for row in read_board(store).incidents]
        assert refs == [incidents[place].ref for place in (3, 2, 0, 1)]

    def test_open_ones_and_recently_resolved_ones(self, store: Store, clock: Clock) -> None:
        incident = Acting(store)
        forgotten = Acting(store)
        clock.now += timedelta(days=400)
        assert len(read_board(store).incidents) == 2
        incident(SetPhase, "ana", phase="resolved")
        assert len(read_board(store).incidents) == 2
        clock.now += timedelta(hours=25)
        assert [row.ref for row in read_board(store).incidents] == [forgotten.ref]
        for phase in ("canceled", "triage", "resolved", "closed"):
            forgotten(SetPhase, "ana", phase=phase, force_reason="A drill")
            assert bool(read_board(store).incidents) == (phase in ("triage", "resolved"))
        with store.reading(Reader) as read:
            assert [row.ref for row in read.all_incidents()] == [forgotten.ref, incident.ref]
            assert [row.ref for row in read.all_incidents(1)] == [forgotten.ref]

    def test_time_alone_takes_an_incident_off(self, store: Store, clock: Clock) -> None:
        Acting(store)(SetPhase, "ana", phase="resolved")
        board = read_board(store)
        clock.now += timedelta(hours=25)
        assert read_board(store, before=board).incidents == ()

    def test_after_a_rehearsal_a_change_asks_nothing_that_was_never_asked(self, store: Store) -> None:
        incident = Acting(store)
        incident(SetSeverity, "bo", severity="P3", reason="less")
        seen = read_board(store, "first")
        assert seen.shown is not None
        with closing(Store(store.location)) as desk:
            desk.open()
            before, after = set[str](), set[str]()
            with heard(lambda *told: before.add(told[2])):
                assert read_board(desk, seen.shown.id, seen).ticket == seen.ticket
                rehearse(desk, seen)
            incident(SetSeverity, "bo", severity="P2", reason="less")
            with heard(lambda *told: after.add(told[2])):
                assert read_board(desk, seen.shown.id, seen).incidents[0].severity == "P2"
            assert after <= before
            assert after

    def test_a_rehearsal_of_an_empty_board(self, store: Store) -> None:
        rehearse(store, read_board(store))
        assert read_board(store).incidents == ()

    def test_what_it_looks_at(self, store: Store) -> None:
        incident = Acting(store)
        incident(Take, "bo", role="scribe")
        board = read_board(store, incident.id)
        assert board.shown == incident.now
        assert board.timeline.entries == incident.timeline
        assert (board.timeline.version, board.timeline.complete) == (2, True)
        assert board.people == ("ana", "bo")

    def test_looking_at_one_that_is_not_there(self, store: Store) -> None:
        incident = Acting(store)
        board = read_board(store, 99)
        assert (board.shown, board.timeline.entries) == (None, ())
        assert [row.id for row in board.incidents] == [incident.id]

    def test_looking_at_another(self, store: Store) -> None:
        first, second = Acting(store), Acting(store)
        board = read_board(store, first.id)
        after = read_board(store, second.id, board)
        assert (after.shown, after.timeline.entries) == (second.now, second.timeline)
        assert read_board(store, None, after).shown is None

    def test_who_owes_customers_an_update(self, store: Store) -> None:
        incident = Acting(store)
        assert incident.now.updater == "ana"
        incident(Take, "cy", role="communications-manager")
        assert incident.now.updater == "cy"
        incident(Release, "cy", role="communications-manager")
        incident(Release, "ana", role="incident-manager")
        assert incident.now.updater is None

    def test_people_are_read_again_only_when_somebody_has_come(self, store: Store) -> None:
        incident = Acting(store)
        board = read_board(store)
        statements: list[str] = []
        with heard(lambda *told: statements.append(told[2])):
            incident(Note, "ana", text="Still ana")
            after = read_board(store, before=board)
        assert after.people == ("ana",)
        assert not [statement for statement in statements if "people.key" in statement and "ORDER BY" in statement]
        incident(Note, "bo", text="And bo")
        assert read_board(store, before=after).people == ("ana", "bo")

    def test_another_stores_write(self, store: Store) -> None:
        incident = Acting(store)
        board = read_board(store, incident.id)
        other = Store(store.location)
        other.open(create=False)
        other.perform(Note(by="bo", ref=incident.ref, text="from elsewhere"))
        other.close()
        after = read_board(store, incident.id, board)
        assert after.timeline.entries[0].text == "from elsewhere"
        assert after.ticket == board.ticket + 1


START = datetime(2026, 3, 1, tzinfo=UTC)

ACTS = st.tuples(
    st.sampled_from(
        ["declare", "severity", "phase", "take", "note", "revise", "move", "retract", "draft", "hold", "publish"]
    ),
    st.sampled_from(["ana", "bo"]),
    st.integers(0, 7),
)


def act(store: Store, refs: list[str], what: str, by: str, number: int) -> None:
    """One of ACTS, on one of the incidents; what is refused changes nothing."""
    ref = refs[number % len(refs)]
    commands: dict[str, Callable[[], Command]] = {
        "declare": lambda: Declare(by=by, title=f"Another {number}", severity="P3"),
        "severity": lambda: SetSeverity(by=by, ref=ref, severity=f"P{number % 3 + 1}", reason="less"),
        "phase": lambda: SetPhase(
            by=by,
            ref=ref,
            phase=["resolved", "closed", "canceled", "monitoring"][number % 4],
            force_reason="A drill",
        ),
        "take": lambda: Take(by=by, ref=ref, role=["scribe", "tech-lead", "subject-matter-expert"][number % 3]),
        "note": lambda: Note(by=by, ref=ref, text=f"note {number}"),
        "revise": lambda: EditNote(by=by, ref=ref, n=number + 1, text=f"revised {number}"),
        "move": lambda: EditNote(
            by=by, ref=ref, n=number + 1, text="moved", occurred_at=START - timedelta(minutes=number)
        ),
        "retract": lambda: RetractNote(by=by, ref=ref, n=number + 1, reason="no"),
        "draft": lambda: EditDraft(
            by=by, ref=ref, title="It fails", text=f"draft {number}", components={"API": "degraded"}
        ),
        "hold": lambda: HoldDraft(by=by, ref=ref, open=number % 2 == 0),
        "publish": lambda: Publish(by=by, ref=ref),
        "undo": lambda: Undo(by=by, ref=ref),
    }
    try:
        done = store.perform(commands[what]())
    except Refused:
        return
    if done.ref not in refs:
        refs.append(done.ref)


class TestFinding:
    def test_by_title_or_number_the_newest_first(self, store: Store) -> None:
        for title in ("Checkout 100% down", "Search is slow", "checkout is slow"):
            Acting(store, title=title)(SetPhase, "ana", phase="canceled")
        assert refs(store, "CHECKOUT") == ["INC-3", "INC-1"]
        assert refs(store, " 100% ") == ["INC-1"]
        assert refs(store, "0_") == []
        assert refs(store, "inc-2") == refs(store, "2") == ["INC-2"]
        assert refs(store, "9" * 20) == []

    def test_part_by_part_everything_is_looked_through_once(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("models.board.incidents.SEARCHED", 2)
        for number in range(7):
            Acting(store, title=f"Slow {number}")
        found, below, parts = [], None, 0
        while parts == 0 or below is not None:
            rows, below = reads.found(store, "slow", below)
            found += [row.ref for row in rows]
            parts += 1
        assert found == [f"INC-{number}" for number in range(7, 0, -1)]
        assert parts == 4
        assert reads.found(store, "INC-1")[0][0].ref == "INC-1"  # at the first look, however far back

    def test_in_an_empty_database(self, store: Store) -> None:
        assert reads.found(store, "slow") == ((), None)

    def test_enough_is_enough(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("models.board.incidents.FOUND", 2)
        for number in range(3):
            Acting(store, title=f"Slow {number}")
        rows, below = reads.found(store, "slow")
        assert ([row.ref for row in rows], below) == (["INC-3", "INC-2"], None)


def refs(store: Store, words: str) -> list[str]:
    rows, below = reads.found(store, words)
    assert below is None
    return [row.ref for row in rows]


class TestBoardFromTheOneBefore:
    @pytest.fixture(autouse=True)
    def small_pages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("models.board.board.PAGE", 3)

    @settings(max_examples=15)
    @given(st.lists(st.one_of(ACTS, st.just(("undo", "ana", 0)), st.just(("look", "", 1))), max_size=25))
    def test_it_equals_a_whole_one(self, shared_store: Store, acts: list[tuple[str, str, int]]) -> None:
        store = shared_store
        refs = [Acting(store).ref]
        looking_at = int(refs[0].removeprefix("INC-"))
        board: Board | None = None
        for what, by, number in acts:
            if what == "look":
                board = read_board(store, looking_at, board)
            else:
                act(store, refs, what, by, number)
        board = read_board(store, looking_at, board)
        whole = read_board(store, looking_at)
        shown = board.timeline.entries
        assert shown
        assert board.timeline.version == whole.timeline.version
        assert shown[: len(whole.timeline.entries)] == whole.timeline.entries[: len(shown)]
        assert {**asdict(board), "timeline": None, "read_at": None} == {
            **asdict(whole),
            "timeline": None,
            "read_at": None,
        }
        while not board.timeline.complete:
            board = read_older(store, board)
        with store.reading(Reader) as read:
            assert board.timeline.entries == read.newest(looking_at, 1_000)


class TestTimeline:
    @pytest.fixture
    def long(self, store: Store, clock: Clock) -> Acting:
        """250 notes, some of them of the same moment, some revised, retracted and undone."""
        incident = Acting(store)
        for number in range(250):
            earlier = clock.now - timedelta(seconds=number * 7 % 50)
            incident(Note, "bo", text=f"note {number}", occurred_at=earlier.replace(microsecond=0))
        for n in range(2, 252, 9):
            incident(EditNote, "cy", n=n, text=f"revised {n}")
        for n in range(2, 252, 27):
            incident(RetractNote, "dee", n=n, reason="no")
        for _ in range(5):
            incident(Undo, "bo") if incident.timeline[0].author == "bo" else incident(Undo, "dee")
        return incident

    def test_page_by_page_it_is_whole(self, long: Acting) -> None:
        board = read_board(long.store, long.id)
        assert len(board.timeline.entries) == PAGE
        pages = 1
        while not board.timeline.complete:
            board = read_older(long.store, board)
            pages += 1
        assert pages == 3
        assert board.timeline.entries == long.timeline
        assert sorted(entry.root for entry in board.timeline.entries) == list(range(1, 252))
        assert list(board.timeline.entries) == sorted(board.timeline.entries, key=place, reverse=True)
        assert read_older(long.store, board) == board

    def test_news_meanwhile(self, long: Acting) -> None:
        board = read_older(long.store, read_board(long.store, long.id))
        oldest, middle = board.timeline.entries[-1], board.timeline.entries[50]
        long(Note, "bo", text="now")
        long(Note, "bo", text="long ago", occurred_at=oldest.occurred_at - timedelta(hours=1))
        long(EditNote, "cy", n=middle.n, text="news") if middle.kind == "note" else None
        board = read_board(long.store, long.id, board)
        assert board.timeline.entries == long.timeline[: len(board.timeline.entries)]
        while not board.timeline.complete:
            board = read_older(long.store, board)
        assert board.timeline.entries == long.timeline
        assert board.timeline.entries[-1].text == "long ago"

    def test_older_of_nothing(self, store: Store) -> None:
        board = read_board(store)
        assert read_older(store, board) is board


def place(entry: EntryView) -> tuple[object, int]:
    return entry.occurred_at, entry.n


def test_postgres_plans_what_is_read_often_only_once(postgres_location: Location) -> None:
    store = Store(postgres_location)
    store.open(create=False)
    Acting(store)
    for _ in range(8):
        read_board(store, "first")
    with store.reading(Reader) as read:
        kept = read.connection.exec_driver_sql("SELECT count(*) FROM pg_prepared_statements").scalar_one()
    store.close()
    assert kept > 10
