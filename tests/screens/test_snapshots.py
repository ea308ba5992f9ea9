"""What the desk looks like. `pytest tests/screens/test_snapshots.py --snapshot-update -n 0` accepts new looks."""

from typing import Any

import pytest

from tests.screens.busy import busy
from tests.screens.desks import Place, Sitting
from tests.screens.looks import MIDDLE, NARROW, SIZES, WIDE, same

__all__ = ["same"]


@SIZES
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_desk(place: Place, same: Any, size: tuple[int, int], theme: str) -> None:
    busy(place)
    assert same(place, size, theme=f"bridgewatch-{theme}")


@pytest.mark.parametrize("theme", ["colour-blind", "256"])
def test_the_other_themes(place: Place, same: Any, theme: str) -> None:
    busy(place)
    assert same(place, WIDE, theme=f"bridgewatch-{theme}")


@SIZES
def test_without_colours(place: Place, same: Any, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    busy(place)
    assert same(place, size)


@pytest.mark.parametrize("pane", ["2", "3", "4"])
def test_each_pane_when_there_is_room_for_one(place: Place, same: Any, pane: str) -> None:
    busy(place)
    assert same(place, NARROW, pane)


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param("d", id="declare"),
        pytest.param("d enter", id="declare-refused"),
        pytest.param("n d n s tab 2 tab 2 0 m", id="note"),
        pytest.param("3 j r", id="revise"),
        pytest.param("a", id="role"),
        pytest.param("a s e c r é t enter", id="person"),
        pytest.param("a enter Z o ë", id="somebody-new"),
        pytest.param("s", id="severity"),
        pytest.param("s 3 o n e", id="severity-lowered"),
        pytest.param("W", id="needs"),
        pytest.param("p", id="phase"),
        pytest.param("A", id="add-role"),
        pytest.param("P", id="publish"),
        pytest.param("4 enter", id="draft-details"),
        pytest.param("?", id="help"),
        pytest.param(":", id="palette"),
        pytest.param(": s e v", id="palette-searching"),
        pytest.param("enter", id="incident-card"),
        pytest.param("2 enter", id="role-card"),
        pytest.param("3 j enter", id="entry-card"),
        pytest.param("/ s l o w", id="filtering"),
        pytest.param("3 z", id="zoomed"),
        pytest.param("3 x", id="notification"),
    ],
)
def test_what_keys_open(place: Place, same: Any, keys: str) -> None:
    busy(place)
    assert same(place, MIDDLE, keys)


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param("d", id="declare"),
        pytest.param("n d n s tab 2 tab 2 0 m", id="note"),
        pytest.param("a", id="role"),
        pytest.param("p", id="phase"),
        pytest.param("s 3", id="severity-lowered"),
        pytest.param("W", id="needs"),
        pytest.param("P", id="publish"),
        pytest.param("4 enter", id="draft-details"),
        pytest.param("?", id="help"),
        pytest.param(":", id="palette"),
        pytest.param("enter", id="incident-card"),
        pytest.param("2 enter", id="role-card"),
        pytest.param("3 x", id="notification"),
        pytest.param("e", id="writing"),
    ],
)
def test_what_keys_open_on_a_phone(place: Place, same: Any, keys: str) -> None:
    busy(place)
    assert same(place, NARROW, keys)


@pytest.mark.parametrize("look", ["light", "no-colour"])
@pytest.mark.parametrize(
    "keys",
    [
        pytest.param("d enter", id="form"),
        pytest.param("a", id="picker"),
        pytest.param("2 enter", id="card"),
        pytest.param("b", id="theories"),
        pytest.param("5", id="tasks"),
    ],
)
def test_other_looks(place: Place, same: Any, monkeypatch: pytest.MonkeyPatch, keys: str, look: str) -> None:
    busy(place)
    if look == "no-colour":
        monkeypatch.setenv("NO_COLOR", "1")
    assert same(place, MIDDLE, keys, theme=f"bridgewatch-{'light' if look == 'light' else 'dark'}")


@SIZES
@pytest.mark.parametrize("answering", [False, True], ids=["offering", "answering"])
def test_a_hand_over(place: Place, same: Any, size: tuple[int, int], answering: bool) -> None:
    busy(place)
    if answering:
        brief = "The pool is full since 14:02.\n\nThe bank knows."
        place.act("offer", "bo", ref="INC-4", role="tech-lead", person="ana", brief=brief)
    assert same(place, size, "h" if answering else "2 h enter enter")


@pytest.mark.parametrize("size", [MIDDLE, NARROW], ids=["80", "50"])
def test_a_merger(place: Place, same: Any, size: tuple[int, int]) -> None:
    busy(place)
    assert same(place, size, "j : m e r g e enter enter")


@SIZES
@pytest.mark.parametrize(
    "keys",
    [
        pytest.param("b", id="theories"),
        pytest.param("i", id="steps"),
        pytest.param("5", id="tasks"),
        pytest.param("w", id="who"),
    ],
)
def test_who_does_what(place: Place, same: Any, size: tuple[int, int], keys: str) -> None:
    busy(place)
    first = place.act("note", "bo", ref="INC-4", text="The load balancer drops calls", as_kind="theory").entry.n
    place.act("theory", "cy", ref="INC-4", n=first, state="being tested")
    place.act("evidence", "cy", ref="INC-4", n=first, weight="against", text="It counts none")
    second = place.act("note", "ana", ref="INC-4", text="The card network is down", as_kind="theory").entry.n
    place.act("theory", "ana", ref="INC-4", n=second, state="ruled out", why="Other shops are paid")
    assert same(place, size, keys)


def test_the_draft_being_written(place: Place, same: Any) -> None:
    busy(place)

    async def steps(at: Sitting) -> None:
        await at.press("e")
        await at.until(lambda: at.shown.draft.open_by == at.desk.me and at.desk.query_one("#editor").has_focus)
        await at.caught_up()
        await at.quiet()

    assert same(place, MIDDLE, steps)


def test_a_conflict(place: Place, same: Any) -> None:
    busy(place)

    async def steps(at: Sitting) -> None:
        await at.press("s")
        place.act("severity", "bo", ref=at.shown.ref, severity="P3", reason="less")
        await at.press("2", *"less", "enter")

    assert same(place, MIDDLE, steps)


def test_two_drafts(place: Place, same: Any) -> None:
    busy(place)

    async def steps(at: Sitting) -> None:
        await at.press("e")
        await at.paste(" Mine.")
        place.act("draft", "cy", ref=at.shown.ref, text="Theirs.")
        at.desk.drafting.save()
        await at.until(lambda: at.screen is not at.desk)

    assert same(place, MIDDLE, steps)


@SIZES
def test_the_first_run(place: Place, same: Any, size: tuple[int, int]) -> None:
    assert same(place, size)
