"""A key goes where it would have gone had everything been instant, or is dropped with a word."""

from __future__ import annotations

import shutil
from asyncio import sleep
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

from models.board.board import read_board
from models.kernel.location import Location
from screens.kernel import key_queue
from tests.screens.desks import Place, Sitting

PHRASES: tuple[tuple[str, ...], ...] = (
    ("n", *"no data since 10:05", "enter"),
    ("n", *"pool exhausted", "escape"),
    ("d", *"Search is slow", "tab", "2", "enter"),
    ("1", "j"),
    ("1", "k"),
    ("s", "3", *"it is less than we thought", "enter"),
    ("s", "1"),
    ("p", "2"),
    ("t", *"scribe", "enter"),
    ("y", "t"),
    ("y", "r", *"others are paused too", "enter"),
    ("5", "a", *"Pause the queue", "enter"),
    ("e", *"Cards fail. ", "escape"),
    ("/", *"pool", "enter", "escape"),
    ("u",),
    ("I", "2"),
)
"""What people type without looking."""

DROPPED = "What you typed ahead is dropped."
STUCK = "The database has not answered yet, and keys are dropped until it does. Esc goes on without an answer."


class Late:
    """A link whose answers come only after so many more keys were typed."""

    def __init__(self, at: Sitting, wait: Callable[[], int]) -> None:
        link = at.desk.link
        self._wait = wait
        self._held: list[list[Any]] = []
        for name in ("perform", "read"):
            setattr(link, name, self._delayed(getattr(link, name)))

    def _delayed(self, send: Callable[[Any], Future[Any]]) -> Callable[[Any], Future[Any]]:
        def delayed(asked: Any) -> Future[Any]:
            late: Future[Any] = Future()
            self._held.append([self._wait(), send(asked), late])
            return late

        return delayed

    def typed(self) -> bool:
        """One more key was; whether answers are still waited for."""
        for each in self._held:
            each[0] -= 1
        for each in [each for each in self._held if each[0] <= 0]:
            self._held.remove(each)
            _, answer, late = each
            answer.add_done_callback(partial(_pass_on, late))
        return self.waits

    @property
    def waits(self) -> bool:
        return bool(self._held)


def _pass_on(late: Future[Any], done: Future[Any]) -> None:
    if late.cancelled():
        return
    if (failure := done.exception()) is not None:
        late.set_exception(failure)
    else:
        late.set_result(done.result())


@pytest.fixture
def places(sqlite_template: Path, tmp_path: Path) -> Iterator[tuple[Place, Place]]:
    """Two databases with the same in them."""
    made = []
    for name in ("instant", "late"):
        path = tmp_path / name / "bridgewatch.db"
        path.parent.mkdir()
        shutil.copy(sqlite_template, path)
        place = Place(Location.file(path), tmp_path / f"cache of {name}")
        _begin(place)
        made.append(place)
    yield made[0], made[1]
    for place in made:
        place.store.close()


def done(place: Place) -> list[tuple[str, str, str]]:
    """What was done, on every incident."""
    return [
        (row.ref, entry.kind, entry.text or str(entry.data.get("now", "")))
        for row in sorted(read_board(place.store).incidents, key=lambda row: row.id)
        for entry in place.entries(row.ref)
    ]


def _begin(place: Place) -> None:
    place.declare()
    place.declare("Mails are late", severity="P2")
    for ref in ("INC-1", "INC-2"):
        place.act("note", "bo", ref=ref, text="The pool is full", as_kind="theory")


SEEDS = [*range(4), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(4, 16))]


@pytest.mark.parametrize("seed", SEEDS)
async def test_no_letter_is_lost_and_nothing_is_done_that_was_not_meant(places: tuple[Place, Place], seed: int) -> None:
    chance = Random(seed)
    phrases = chance.sample(PHRASES, k=7)
    instant, late = places
    async with instant.desk() as at:
        for phrase in phrases:
            for key in phrase:
                await at.press(key)
        screen = at.lines[1:-1]
    async with late.desk() as at:
        link = Late(at, lambda: chance.randint(0, 25))
        for key in (key for phrase in phrases for key in phrase):
            at._post(key)
            for _ in range(chance.randint(0, 3)):
                await sleep(0)
            link.typed()
        await at.until(lambda: not (link.typed() or at.app._taken or at.app._later))
        await at.quiet()
        await at.caught_up()
        if any(DROPPED in said for said in at.told):
            assert not Counter(done(late)) - Counter(done(instant))
        else:
            assert at.lines[1:-1] == screen
            assert done(late) == done(instant)


async def test_what_is_typed_ahead_does_not_answer_a_conflict(place: Place) -> None:
    ref = place.declare()
    async with place.desk() as at:
        await at.press("p")
        place.act("phase", "bo", ref=ref, phase="investigating")
        at._post("2", "o", "k", apart=0.05)
        await at.quiet()
        assert at.dialog == "Changed by someone else"
        assert at.told == [f": {DROPPED}"]
        at._post("o", apart=0.05)  # in one breath with what went before
        await at.quiet()
        assert at.dialog == "Changed by someone else"
        await at.press("k")
    assert place.incident().phase == "investigating"


async def test_what_is_typed_ahead_does_not_say_that_a_person_is_new(place: Place) -> None:
    place.declare()
    async with place.desk() as at:
        await at.press("2", "g", "j", "a", "enter", *"boo")
        at._post("enter", "n", apart=0.05)
        await at.quiet()
        assert at.dialog == "Who is meant?"
        assert at.told == [f": {DROPPED}"]
    assert "boo" not in read_board(place.store).people


async def test_what_is_typed_after_a_form_that_is_not_sent_is_not_typed_into_it(place: Place) -> None:
    place.declare()
    async with place.desk() as at:
        await at.press("n", *"pool exhausted")
        place.lose()
        at._post("enter", *"s1", apart=0.2)
        await at.quiet()
        assert at.drawn("#field-text").strip() == "pool exhausted"
        assert at.told[-1] == f": {DROPPED}"
        place.bring_back()


async def test_leaving_the_draft_does_not_wait_for_the_database(place: Place) -> None:
    place.declare()
    async with place.desk() as at:
        await at.press("e", *"Cards fail.")
        link = Late(at, lambda: 2)
        await at.pilot.press("escape")  # the app itself hears the next key
        assert at.app._later or link.waits
        link.typed()
        link.typed()
        await at.quiet()
        assert at.desk.focused_pane == "status"


async def test_keys_are_dropped_while_the_database_does_not_answer_and_esc_goes_on(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = place.declare()
    async with place.desk() as at:
        await at.press("s", "3", *"less than we thought")
        link = Late(at, lambda: 2)
        with monkeypatch.context() as hasty:
            hasty.setattr(key_queue, "PATIENCE_SECONDS", 0.05)
            at._post("enter")
            await at.until(lambda: link.waits and at.app._stuck)
        at._post("n", "d")
        await at.until(lambda: len(at.told) == 1)
        assert at.told == [f": {STUCK}"]
        assert at.dialog.startswith("Lower severity")
        at._post("escape")
        await at.quiet()
        assert at.screen is at.desk
        link.typed()
        link.typed()
        await at.until(lambda: place.incident().severity == "P3")
        await at.press("n")
        assert at.dialog == f"Add timeline entry · {ref}"


async def test_who_does_not_wait_for_an_answer_and_does_the_same_again_does_it_once(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.declare()
    async with place.desk() as at:
        await at.press("p")
        link = Late(at, lambda: 1)
        with monkeypatch.context() as hasty:
            hasty.setattr(key_queue, "PATIENCE_SECONDS", 0.05)
            at._post("2")
            await at.until(lambda: link.waits and at.app._stuck)
        at._post("escape")
        await at.quiet()
        assert at.told == [": Not waiting any longer. The timeline shows whether it was done."]
        link.typed()
        await at.caught_up()
        assert [entry.kind for entry in place.entries()] == ["declared", "phase"]
