"""Two at one draft: typed words are never written over, colliding ones are asked about, and equal ones are not."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from textual.timer import Timer

from models.board.due_times import OPEN_FOR_EDITING, editing
from models.live.remembered import UnsavedDrafts
from models.updates.editing import HoldDraft
from screens.kernel.dialogs import Dialog
from screens.updates.drafting import RENEW_SECONDS
from tests.screens.desks import NOW, Place, Sitting

QUESTION = "Edit conflict"


@pytest.fixture
def place(place: Place) -> Place:
    place.declare()
    return place


def write(place: Place, text: str, by: str = "bo") -> None:
    """What a colleague drafts."""
    place.act("draft", by, ref="INC-1", title="Payments fail", text=text)


def open_draft(place: Place, by: str) -> None:
    """On another desk."""
    place.store.perform(HoldDraft(by=by, ref="INC-1", open=True))


async def typed(at: Sitting, monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    """Type without ever letting the keys rest, so that nothing is saved by itself."""
    with monkeypatch.context() as patch:
        patch.setattr(at.desk.drafting, "save", lambda: None)
        await at.paste(words)


def questions(at: Sitting) -> int:
    return sum(isinstance(screen, Dialog) for screen in at.app.screen_stack)


class TestWordsThatAreNotSavedYet:
    async def test_a_colleagues_draft_never_overwrites_them(
        self, place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with place.desk() as at:
            drafting = at.desk.drafting
            with monkeypatch.context() as patch:
                patch.setattr(drafting, "save", lambda: None)  # the keys have not rested yet
                await at.press("e", *"mine")
                write(place, "theirs")
                await at.caught_up()
                assert at.shown.draft.text == "theirs"
                assert at.editor.text == "mine"
                await at.type(" too")
                write(place, "theirs as well")
                await at.caught_up()
                assert at.editor.text == "mine too"
            drafting.save()
            await at.until(lambda: at.screen is not at.desk)
            assert at.dialog == QUESTION
            await at.press("b")
            await at.until(lambda: at.editor.text == "theirs as well\n\nmine too")
            await at.until(lambda: "r3 saved" in at.head("status"))
        assert place.incident().draft.text == "theirs as well\n\nmine too"

    async def test_nor_do_they_overwrite_what_was_written_after_a_crash_kept_them(self, place: Place) -> None:
        UnsavedDrafts(place.cache, place.location, "ana").keep("INC-1", "mine", 0)
        write(place, "theirs")
        async with place.desk() as at:
            await at.press("e")
            assert at.editor.text == "mine"
            await at.until(lambda: at.screen is not at.desk)
            assert at.dialog == QUESTION
            assert place.incident().draft.text == "theirs"
            await at.press("t")
            await at.until(lambda: at.editor.text == "theirs")
        assert UnsavedDrafts(place.cache, place.location, "ana").kept("INC-1") is None

    async def test_where_the_cursor_stands_it_stays_when_a_colleagues_words_come(self, place: Place) -> None:
        write(place, "We know.\nMore soon.")
        async with place.desk() as at:
            await at.press("e", "up", "home")
            assert at.editor.cursor_location == (0, 0)
            write(place, "We know it.\nMore soon.")
            await at.until(lambda: at.editor.text == "We know it.\nMore soon.")
            assert at.editor.cursor_location == (0, 0)


class TestTheQuestion:
    async def test_identical_words_are_not_asked_about(self, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
        async with place.desk() as at:
            await at.press("e")
            await typed(at, monkeypatch, "We know.")
            write(place, "We know.")
            at.desk.drafting.save()
            await at.until(lambda: "r1 saved" in at.head("status") or questions(at))
            assert not questions(at)
            await typed(at, monkeypatch, " More.")
            at.desk.drafting.save()
            await at.until(lambda: "r2 saved" in at.head("status") or questions(at))
            assert not questions(at)
        assert [(entry.author, entry.text) for entry in place.entries()][1:] == [
            ("bo", "We know."),
            ("ana", "We know. More."),
        ]

    async def test_nothing_is_saved_and_nothing_else_asked_while_it_is_open(
        self, place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with place.desk() as at:
            drafting = at.desk.drafting
            await at.press("e")
            await typed(at, monkeypatch, "mine")
            write(place, "theirs")
            drafting.save()
            await at.until(lambda: at.screen is not at.desk)
            write(place, "theirs again")
            await at.caught_up()
            drafting.save()
            drafting.stop()
            await at.pilot.pause()
            await at.caught_up()
            assert questions(at) == 1
            assert at.editor.text == "mine"
            assert place.incident().draft.text == "theirs again"
            await at.press("m")
            await at.until(lambda: questions(at) == 1 and "theirs again" in at.body)  # which nobody has been asked of
            await at.press("b")
            await at.until(lambda: not drafting.active)
        assert place.incident().draft.text == "theirs again\n\nmine"

    @pytest.mark.parametrize(("key", "kept"), [("b", "theirs\n\nmine"), ("m", "mine"), ("t", "theirs")])
    async def test_whoever_leaves_the_draft_meanwhile_is_asked_once(
        self, place: Place, monkeypatch: pytest.MonkeyPatch, key: str, kept: str
    ) -> None:
        async with place.desk() as at:
            await at.press("e")
            await typed(at, monkeypatch, "mine")
            write(place, "theirs")
            at.desk.drafting.save()
            at.desk.drafting.stop()
            await at.until(lambda: at.screen is not at.desk)
            await at.press(key)
            await at.until(lambda: not at.desk.drafting.active)
            assert at.screen is at.desk
        assert place.incident().draft.text == kept
        assert UnsavedDrafts(place.cache, place.location, "ana").kept("INC-1") is None


class TestWhoHasItOpen:
    async def test_who_comes_second_is_told(self, place: Place) -> None:
        open_draft(place, "bo")
        async with place.desk() as at:
            await at.press("e")
            assert at.told == ["INC-1: bo is editing this draft too. You will be asked if your changes conflict."]

    @pytest.mark.parametrize(("who", "late"), [("ana", 0), ("bo", 46)], ids=["oneself", "long ago"])
    async def test_who_is_alone_is_not(self, place: Place, who: str, late: int) -> None:
        open_draft(place, who)
        place.clock.forward(seconds=late)
        async with place.desk() as at:
            await at.press("e")
            assert at.told == []

    def test_it_stays_open_while_it_is_renewed_even_if_once_it_could_not_be(self, place: Place) -> None:
        open_draft(place, "bo")
        draft = place.incident().draft
        assert editing(draft, NOW + 2 * timedelta(seconds=RENEW_SECONDS)) == "bo"

    def test_until_it_has_not_been_heard_of_for_too_long(self, place: Place) -> None:
        open_draft(place, "bo")
        draft = place.incident().draft
        assert editing(draft, NOW + OPEN_FOR_EDITING) == "bo"
        assert editing(draft, NOW + OPEN_FOR_EDITING + timedelta(seconds=1)) is None
        assert editing(draft, NOW - OPEN_FOR_EDITING) == "bo"  # of a desk whose clock runs ahead
        assert editing(draft, NOW - OPEN_FOR_EDITING - timedelta(seconds=1)) is None

    async def test_the_desk_says_so_again_and_again(self, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
        async with place.desk() as at:
            renewed: list[Callable[[], object]] = []
            every = at.desk.set_interval

            def note(seconds: float, call: Callable[[], object]) -> Timer:
                renewed.append(call)
                return every(seconds, call)

            monkeypatch.setattr(at.desk, "set_interval", note)
            await at.press("e")
            place.clock.forward(minutes=5)
            for call in renewed:
                call()
            await at.until(lambda: place.incident().draft.open_at == place.clock())
            assert place.incident().draft.open_by == "ana"
