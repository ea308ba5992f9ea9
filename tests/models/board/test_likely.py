"""In which order people are offered."""

from models.board.board import read_board
from models.board.likely import likely
from models.incident.declare import Declare
from models.kernel.store import Store
from models.roles.commands import Take
from models.timeline.commands import Note
from tests.models.acting import Acting


def test_those_at_work_here_then_elsewhere_then_the_rest_by_name(store: Store) -> None:
    elsewhere = Acting(store, title="Search is slow", by="gil")
    elsewhere(Take, "fay", role="scribe")
    incident = Acting(store)
    for person in ("zoe", "bo", "Abe"):
        over = store.perform(Declare(by=person, title="Long ago", severity="P3")).ref
        assert over
    incident(Take, "cy", role="scribe")
    incident(Note, "dee", text="look")
    incident(Take, "eve", role="tech-lead")
    incident(Note, "cy", text="again")
    board = read_board(store, incident.id)
    assert board.shown is not None
    assert likely(board, board.shown, "ana")[:3] == ("cy", "eve", "dee")
    assert likely(board, board.shown, "ana")[3:] == ("Abe", "bo", "zoe", "gil", "fay", "ana")
    assert likely(board, board.shown, "ana", last=("cy",))[0] == "eve"
    assert likely(board, board.shown, "ana", last=("cy",))[-1] == "cy"
    assert likely(board, None, "dee")[:2] == ("Abe", "bo")


def test_people_without_an_incident_stand_by_name(store: Store) -> None:
    incident = Acting(store)
    incident(Note, "zoe", text="look")
    incident(Note, "Bo", text="look")
    other = Acting(store, by="ana")
    board = read_board(store, other.id)
    empty = board.but(incidents=())
    assert likely(empty, None, "ana") == ("ana", "Bo", "zoe")
    assert set(likely(board, board.shown, "x")) == {"ana", "Bo", "zoe"}
