"""The demo: made-up colleagues act, leave the reader's work alone, and are gone with their database afterwards."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from models.board.board import read_board
from models.board.due_times import needs
from models.board.reader import Reader
from models.board.views import Board, IncidentView
from models.kernel.location import Location
from models.kernel.store import Store
from models.roles.commands import Take
from models.updates.editing import EditDraft, HoldDraft
from tests.end_to_end.terminals import Windows, windows
from tui.demo import CHECKOUT, LIVE, SEARCH, play, prepare, run
from tui.settings import Settings, Usage

__all__ = ["windows"]

NOW = datetime(2026, 3, 1, 14, 0, tzinfo=UTC)


class Demo:
    """A prepared demo whose play takes no time."""

    def __init__(self, store: Store, refs: dict[str, str]) -> None:
        self.store = store
        self.refs = refs

    def play(self, over: Callable[[float], bool] = lambda seconds: False) -> None:
        play(self.store, LIVE, self.refs, over)

    def board(self, on: str) -> Board:
        return read_board(self.store, int(self.refs[on].removeprefix("INC-")))

    def incident(self, on: str = CHECKOUT) -> IncidentView:
        shown = self.board(on).shown
        assert shown is not None
        return shown


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    location = Location.file(tmp_path / "demo.db")
    refs = prepare(location, "zoe", NOW)
    store = Store(location, clock=lambda: NOW)
    store.open(create=False)
    yield Demo(store, refs)
    store.close()


def test_the_desk_opens_on_two_incidents_one_of_them_late(demo: Demo) -> None:
    board = demo.board(CHECKOUT)
    assert [(row.ref, row.severity) for row in board.incidents] == [
        (demo.refs[CHECKOUT], "P1"),
        (demo.refs[SEARCH], "P2"),
    ]
    waiting = [need.words for need in needs(board, "zoe", NOW) if not need.about.startswith("given")]
    assert waiting == ["update 4m overdue", "Communications Manager, Scribe unassigned"]
    assert demo.incident().manager == "zoe"
    assert {part.name for part in board.components} >= {"Actions", "Pages", "Search"}
    with demo.store.reading(Reader) as read:
        assert [row.title for row in read.all_incidents()][2:] == [
            "Incident with Pages and Actions",
            "Disruption with Git SSH",
        ]


def test_the_colleagues_play_it_to_the_end(demo: Demo) -> None:
    demo.play()
    shown = demo.incident()
    assert (shown.severity, shown.phase, shown.impact) == ("P2", "monitoring", "some")
    holders = {role.key: tuple(holder.person for holder in role.holders) for role in shown.roles if role.holders}
    assert holders == {
        "incident-manager": ("zoe",),
        "tech-lead": ("bo",),
        "tech-lead/database": ("ana",),
        "communications-manager": ("cy",),
        "customer-support-lead": ("dee",),
        "scribe": ("dee",),
    }
    with demo.store.reading(Reader) as read:
        told = [update.phase for update in read.updates(shown.id)]
        entries = read.newest(shown.id)
    assert told == ["monitoring", "identified", "investigating"]
    assert {entry.kind for entry in entries} >= {"note", "theory", "decision", "action", "customer", "draft"}
    assert [need for need in needs(demo.board(CHECKOUT), "zoe", NOW) if not need.about.startswith("given")] == []
    states = {part.name: part.state for part in demo.board(CHECKOUT).components}
    assert (states["Checkout"], states["Card payments"]) == ("operational", "degraded")


def test_every_act_succeeds_while_nobody_interferes(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    done = []
    perform = demo.store.perform
    monkeypatch.setattr(demo.store, "perform", lambda command: done.append(perform(command)))
    demo.play()
    assert len(done) == len(LIVE)


def test_something_moves_every_few_seconds_at_first() -> None:
    busy = [act.after for act in LIVE if act.after < 20]
    assert max(busy) <= 3
    assert sum(busy) > 90


def test_what_the_reader_took_stays_theirs(demo: Demo) -> None:
    demo.store.perform(Take(by="zoe", ref=demo.refs[CHECKOUT], role="communications-manager", saw=()))
    demo.play()
    held = {role.key: [holder.person for holder in role.holders] for role in demo.incident().roles}
    assert held["communications-manager"] == ["zoe"]


def test_the_readers_draft_is_neither_changed_nor_published(demo: Demo) -> None:
    demo.store.perform(EditDraft(by="zoe", ref=demo.refs[CHECKOUT], text="Mine."))
    demo.play()
    shown = demo.incident()
    assert (shown.draft.text, shown.last_update) == ("Mine.", None)
    assert shown.phase == "monitoring"


def test_a_draft_that_the_reader_has_open_is_left_alone(demo: Demo) -> None:
    demo.store.perform(HoldDraft(by="zoe", ref=demo.refs[CHECKOUT], open=True))
    demo.play()
    assert (demo.incident().draft.text, demo.incident().last_update) == ("", None)


def test_it_ends_when_the_desk_does(demo: Demo) -> None:
    before = demo.incident()
    demo.play(lambda seconds: True)
    assert demo.incident() == before


def test_the_desk_opens_moves_and_leaves_nothing_behind(windows: Windows, tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    desk = windows.program(["--as", "zoe", "demo"], tmp_path / "home", TMPDIR=str(temporary))
    desk.wait_for("4m late")
    desk.wait_for("Support counts 14 tickets")
    desk.wait_for("took over Scribe")
    assert len(list(temporary.iterdir())) == 1
    desk.keys("q")
    assert desk.exit_code() == 0
    assert not list(temporary.iterdir())
    assert not list((tmp_path / "home").rglob("board-*"))


@pytest.mark.parametrize("chosen", [{"theme": "mauve"}, {"keys": {"note": "nonsense"}}])
def test_a_theme_or_a_key_that_cannot_be_is_a_slip(tmp_path: Path, chosen: dict[str, Any]) -> None:
    with pytest.raises(Usage):
        run(Settings(database=Location.file(tmp_path / "x.db"), me="ana", cache=tmp_path, **chosen))
