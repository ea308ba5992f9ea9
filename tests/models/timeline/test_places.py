"""Going to another place of a long timeline: what is read, and what joins it."""

from datetime import timedelta
from functools import partial

import pytest

from models.board.board import Place, read_at, read_board, read_newer, read_older
from models.board.views import Board
from models.kernel.entry import EntryView
from models.kernel.store import Store
from models.timeline.commands import EditNote, Note
from tests.conftest import Clock
from tests.models.acting import Acting
from tests.rows import heard

PAGE = 5


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.board.board.PAGE", PAGE)


@pytest.fixture
def long(store: Store, clock: Clock) -> Acting:
    """Thirty notes a minute apart, some of them of the same moment."""
    incident = Acting(store)
    first = clock.now.replace(microsecond=0)
    for number in range(30):
        incident(Note, "bo", text=f"note {number}", occurred_at=first - timedelta(minutes=40 - number // 2 * 2))
    return incident


def at(long: Acting, place: Place) -> Board:
    return read_at(long.store, read_board(long.store, long.id), place)


def test_either_end_is_one_page_away(long: Acting) -> None:
    whole = long.timeline
    board = at(long, "oldest")
    assert (board.timeline.newest, board.timeline.complete) == (False, True)
    assert board.timeline.entries == whole[-PAGE:]
    board = read_at(long.store, board, "newest")
    assert (board.timeline.newest, board.timeline.complete) == (True, False)
    assert board.timeline == read_board(long.store, long.id).timeline


def test_a_place_is_read_in_few_statements_of_a_page_each(long: Acting) -> None:
    board = read_board(long.store, long.id)
    middle = long.timeline[15].occurred_at
    for place, most in (("oldest", 3), ("newest", 3), (middle, 4)):  # with what people are called
        statements: list[str] = []
        with heard(lambda *told, statements=statements: statements.append(told[2])):
            assert len(read_at(long.store, board, place).timeline.entries) <= 2 * PAGE  # type: ignore[arg-type]
        assert len([statement for statement in statements if statement.startswith("SELECT")]) <= most


def test_a_moment_stands_amid_what_was_before_and_after_it(long: Acting) -> None:
    whole = long.timeline
    for entry in (whole[12], whole[20]):
        board = at(long, entry.occurred_at)
        before = [each for each in board.timeline.entries if each.occurred_at < entry.occurred_at]
        after = [each for each in board.timeline.entries if each.occurred_at >= entry.occurred_at]
        assert (len(before), len(after)) == (PAGE, PAGE)
        assert before[0] == next(each for each in whole if each.occurred_at < entry.occurred_at)
        assert after[-1] == next(each for each in reversed(whole) if each.occurred_at >= entry.occurred_at)
    assert at(long, whole[0].occurred_at + timedelta(hours=1)).timeline.newest
    assert at(long, whole[-1].occurred_at - timedelta(hours=1)).timeline.complete


@pytest.mark.parametrize("place", ["oldest", "newest", 12])
def test_from_any_place_the_whole_is_read_page_by_page(long: Acting, place: str | int) -> None:
    board = at(long, long.timeline[place].occurred_at if isinstance(place, int) else place)  # type: ignore[arg-type]
    for more, whole in ((read_newer, "newest"), (read_older, "complete")):
        while not getattr(board.timeline, whole):
            board = more(long.store, board)
        assert more(long.store, board) is board
    assert board.timeline.entries == long.timeline


def test_news_stay_out_of_a_part_that_is_not_the_newest_but_for_what_is_in_it(long: Acting) -> None:
    board = at(long, "oldest")
    kept = board.timeline.entries
    inside = kept[1]
    read = partial(read_board, long.store, long.id)
    long(Note, "cy", text="now")
    board = read(board)
    assert board.timeline.entries == kept
    assert board.timeline.version == long.now.version
    edited = long(EditNote, "cy", n=inside.n, text="edited")
    added = long(Note, "cy", text="between", occurred_at=inside.occurred_at + timedelta(seconds=1))
    board = read(board)
    assert _texts(board.timeline.entries) == _texts((kept[0], added, edited, *kept[2:]))
    while not board.timeline.newest:
        board = read_newer(long.store, board)
    assert board.timeline.entries == long.timeline


def _texts(entries: tuple[EntryView, ...]) -> set[str]:
    return {entry.text for entry in entries}


def test_without_an_incident_there_is_no_other_place(store: Store) -> None:
    board = read_board(store)
    assert read_at(store, board, "oldest") is board
    assert read_newer(store, board) is board
