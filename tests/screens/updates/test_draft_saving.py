"""The draft saves itself: while an answer is on its way, after a failure, on leaving it, and beside a colleague."""

from collections.abc import Callable
from concurrent.futures import Future

import pytest
from textual.timer import Timer

from models.kernel.command import Command
from models.kernel.entry import Done
from models.kernel.failures import Unreachable
from models.live.remembered import UnsavedDrafts
from models.updates.editing import EditDraft
from tests.screens.desks import LONG, Place, Sitting


@pytest.fixture
def place(place: Place) -> Place:
    place.declare()
    return place


def full(command: Command) -> Future[Done]:
    """What a database answers whose disk is full."""
    failed: Future[Done] = Future()
    failed.set_exception(Unreachable("The disk is full.", "Make room."))
    return failed


class Answers:
    """The database's answers to what a desk saves: each is done at once, and heard of when the test wants it."""

    def __init__(self, at: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
        self._as_usual = at.desk.link.perform
        self._held: list[tuple[Future[Done], Future[Done]]] = []
        monkeypatch.setattr(at.desk.link, "perform", self._perform)

    def _perform(self, command: Command) -> Future[Done]:
        done = self._as_usual(command)
        if not isinstance(command, EditDraft):
            return done
        heard: Future[Done] = Future()
        self._held.append((done, heard))
        return heard

    @property
    def on_their_way(self) -> int:
        return len(self._held)

    def are_lost(self) -> None:
        """Those that are on their way, though what was asked for is done."""
        held, self._held = self._held, []
        for done, heard in held:
            done.result(LONG)
            heard.set_exception(Unreachable("The database has just gone away.", "The desk keeps trying."))

    def come(self) -> None:
        """Those that are on their way."""
        held, self._held = self._held, []
        for done, heard in held:
            failed = done.exception(LONG)
            if failed is not None:
                heard.set_exception(failed)
            else:
                heard.set_result(done.result())


def drafted(place: Place) -> list[tuple[str, str]]:
    """Who saved which words, the first first."""
    return [(entry.author, entry.text) for entry in place.entries() if entry.kind == "draft"]


async def test_kept_words_that_say_nothing_else_than_the_draft_are_no_trouble(place: Place) -> None:
    place.act("draft", "ana", ref="INC-1", title="Payments fail", text="We know.")
    kept = UnsavedDrafts(place.cache, place.location, "ana")
    kept.keep("INC-1", "We know.\u200d", 1)  # with a joiner that joins nothing, which no draft keeps
    async with place.desk() as at:
        await at.press("e")
        assert await at.desk.drafting.flush()
        assert "r1 saved" in at.head("status")
    assert kept.kept("INC-1") is None
    assert drafted(place) == [("ana", "We know.")]


class TestWhileASaveIsOnItsWay:
    async def test_what_is_typed_meanwhile_is_saved_next(self, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
        async with place.desk() as at:
            answers = Answers(at, monkeypatch)
            await at.press("e")
            await at.paste("We know.")
            at.desk.drafting.save()
            await at.until(lambda: answers.on_their_way)
            await at.type(" More.")
            answers.come()
            await at.until(lambda: answers.on_their_way)
            answers.come()
            await at.until(lambda: "r2 saved" in at.head("status"))
        assert drafted(place) == [("ana", "We know."), ("ana", "We know. More.")]

    async def test_there_is_no_second_one(self, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
        async with place.desk() as at:
            answers = Answers(at, monkeypatch)
            await at.press("e")
            await at.paste("We know.")
            at.desk.drafting.save()
            await at.until(lambda: answers.on_their_way)
            at.desk.drafting.save()
            at.desk.drafting.stop()
            await at.caught_up()
            await at.pilot.pause()
            assert answers.on_their_way == 1
            answers.come()
            await at.until(lambda: not at.desk.drafting.active)
        assert drafted(place) == [("ana", "We know.")]

    async def test_leaving_asks_nothing_about_ones_own_words(
        self, place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with place.desk() as at:
            answers = Answers(at, monkeypatch)
            await at.press("e")
            await at.paste("We know.")
            at.desk.drafting.save()
            await at.until(lambda: answers.on_their_way)
            await at.type(" More soon.")
            at.desk.drafting.stop()
            await at.pilot.pause()
            answers.come()
            await at.until(lambda: answers.on_their_way or at.screen is not at.desk)
            assert at.screen is at.desk
            answers.come()
            await at.until(lambda: not at.desk.drafting.active)
        assert place.incident().draft.text == "We know. More soon."

    async def test_what_is_taken_back_meanwhile_does_not_come_back(
        self, place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with place.desk() as at:
            answers = Answers(at, monkeypatch)
            await at.press("e")
            await at.paste("No")
            at.desk.drafting.save()
            await at.until(lambda: answers.on_their_way)
            await at.press("backspace", "backspace")
            place.act("note", "bo", ref="INC-1", text="meanwhile")
            await at.caught_up()
            assert at.shown.draft.text == "No"
            assert at.editor.text == ""
            answers.come()
            await at.until(lambda: answers.on_their_way)
            answers.come()
            await at.until(lambda: at.shown.draft.revision == 2)
            assert at.editor.text == ""
        assert place.incident().draft.text == ""

    async def test_the_copy_on_this_machine_goes_only_when_every_word_is_saved(
        self, place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        gone: list[tuple[str, str]] = []
        as_usual = UnsavedDrafts.forget
        async with place.desk() as at:

            def forget(kept: UnsavedDrafts, ref: str) -> None:
                gone.append((at.editor.text, place.incident().draft.text))
                as_usual(kept, ref)

            monkeypatch.setattr(UnsavedDrafts, "forget", forget)
            answers = Answers(at, monkeypatch)
            await at.press("e")
            await at.paste("We know.")
            at.desk.drafting.save()
            await at.until(lambda: answers.on_their_way)
            await at.type(" More.")
            answers.come()
            await at.until(lambda: answers.on_their_way)
            kept = UnsavedDrafts(place.cache, place.location, "ana")
            assert gone == []
            assert kept.kept("INC-1") == ("We know. More.", 1)
            answers.come()
            await at.until(lambda: gone)
            assert kept.kept("INC-1") is None
        assert gone == [("We know. More.", "We know. More.")]


class TestAfterAFailure:
    async def test_it_is_tried_again_by_itself(self, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
        async with place.desk() as at:
            drafting, waits = at.desk.drafting, at.desk.set_timer
            later: list[Callable[[], object]] = []
            saved: list[str] = []

            def note(delay: float, call: Callable[[], object]) -> Timer:
                later.append(call)
                return waits(delay, call)

            with monkeypatch.context() as patch:
                patch.setattr(drafting, "save", lambda: saved.append(at.editor.text))
                await at.press("e", *"We know.")
                patch.setattr(at.desk.link, "perform", full)
                patch.setattr(at.desk, "set_timer", note)
                assert not await drafting.flush()
                saved.clear()
                for call in later:
                    call()
                assert saved == ["We know."]
            assert "not saved yet, kept on this computer" in at.head("status")
            drafting.save()
            await at.until(lambda: "r1 saved" in at.head("status"))
        assert place.incident().draft.text == "We know."

    async def test_it_is_not_tried_again_at_once_by_all_that_waited_for_it(
        self, place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with place.desk() as at:
            drafting = at.desk.drafting
            asked: list[Future[Done]] = []

            def perform(command: Command) -> Future[Done]:
                asked.append(Future())
                return asked[-1]

            await at.press("e")
            await at.until(lambda: place.incident().draft.open_by == "ana")
            await at.caught_up()
            with monkeypatch.context() as patch:
                patch.setattr(drafting, "save", lambda: None)
                await at.paste("We know.")
            with monkeypatch.context() as patch:
                patch.setattr(at.desk.link, "perform", perform)
                drafting.save()
                await at.until(lambda: asked)
                for _ in range(3):
                    drafting.save()
                await at.pilot.pause()
                asked[0].set_exception(Unreachable("The disk is full.", "Make room."))
                await at.until(lambda: "not saved yet" in at.head("status"))
                await at.pilot.pause()
                assert len(asked) == 1
            assert await drafting.flush()
        assert drafted(place) == [("ana", "We know.")]

    async def test_whoever_leaves_meanwhile_is_told_once_and_finds_the_words_again(
        self, place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with place.desk() as at:
            with monkeypatch.context() as patch:
                patch.setattr(at.desk.link, "perform", full)
                await at.press("e", *"We know.")
                at.desk.drafting.stop()
                at.desk.drafting.stop()
                await at.until(lambda: not at.desk.drafting.active)
                await at.pilot.pause()
            assert [told for told in at.told if "The draft" in told] == [
                ": The draft is not saved yet, kept on this computer. Press e to continue."
            ]
            assert place.incident().draft.text == ""
            await at.press("e")
            assert at.editor.text == "We know."
            await at.press("escape")
        assert place.incident().draft.text == "We know."

    async def test_an_answer_that_was_lost_is_no_colleague(self, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
        async with place.desk() as at:
            answers = Answers(at, monkeypatch)
            drafting = at.desk.drafting
            await at.press("e")
            await at.paste("We know.")
            drafting.save()
            await at.until(lambda: answers.on_their_way)
            answers.are_lost()
            await at.until(lambda: answers.on_their_way or "not saved yet" in at.head("status"))
            drafting.save()
            await at.until(lambda: answers.on_their_way)
            answers.come()
            await at.until(lambda: "r1 saved" in at.head("status") or at.screen is not at.desk)
            assert at.screen is at.desk
        assert drafted(place) == [("ana", "We know.")]
