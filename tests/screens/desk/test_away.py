"""The desk while its database is away, was never there, or may only be read."""

from collections.abc import Callable
from concurrent.futures import Future
from shutil import copytree

import pytest

from models.kernel.command import Command
from models.kernel.entry import Done
from models.kernel.failures import Unreachable
from models.kernel.store import Store
from models.live.news import State
from tests.screens.desks import Place, sit


@pytest.fixture
def place(place: Place) -> Place:
    place.declare()
    return place


async def test_a_desk_whose_database_goes_away_stays_and_comes_back_by_itself(place: Place) -> None:
    async with place.desk() as at:
        place.lose()
        await at.until(lambda: at.desk.news.state is State.LOST)
        place.clock.forward(minutes=3)
        at.desk.draw()
        await at.until(lambda: "○ offline" in at.lines[0])
        assert "Checkout returns 502" in at.text
        assert "3m old" in at.banner
        place.act_where_it_is("note", "bo", ref="INC-1", text="meanwhile")
        place.bring_back()
        await at.until(lambda: "meanwhile" in at.text and "● live" in at.lines[0])
        await at.until(lambda: at.told and "While you were away, 3m: 1 new timeline entry" in at.told[-1])


async def test_an_older_backup_put_in_place_without_the_incident_shown(place: Place) -> None:
    older = place._folder.with_name("older")
    place.store.close()
    copytree(place._folder, older)
    place.declare("Search is slow")
    async with place.desk() as at:
        await at.press("1", "g")
        await at.until(lambda: at.shown.ref == "INC-2")
        place.lose()
        await at.until(lambda: at.desk.news.state is State.LOST)
        older.rename(place._folder)
        await at.until(lambda: "● live" in at.lines[0] and at.shown.ref == "INC-1")
        assert at.desk.board is not None
        assert [row.ref for row in at.desk.board.incidents] == ["INC-1"]


@pytest.mark.parametrize("key", "satpPuCITA")
async def test_keys_that_need_the_database_say_that_it_is_away(place: Place, key: str) -> None:
    place.act("draft", "ana", ref="INC-1", text="We know.")
    async with place.desk() as at:
        place.lose()
        await at.until(lambda: at.desk.news.state is State.LOST)
        await at.press(key)
        assert at.screen is at.desk
        assert "The database is offline" in at.told[-1]
        place.bring_back()


@pytest.mark.parametrize("keys", ["P", "4 V", "h", "3 enter"])
async def test_a_database_that_goes_away_under_a_key_ends_no_desk(
    place: Place, keys: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(question: object) -> Future[None]:
        future: Future[None] = Future()
        future.set_exception(Unreachable("The database has just gone away.", "The desk keeps retrying."))
        return future

    place.act("draft", "ana", ref="INC-1", text="We know.", title="Payments fail")
    place.act("edit", "ana", ref="INC-1", n=place.act("note", "ana", ref="INC-1", text="one").entry.n, text="two")
    async with place.desk() as at:
        monkeypatch.setattr(at.desk.link, "read", gone)
        monkeypatch.setattr(at.desk.link, "desks", lambda: gone(None))
        await at.press(*keys.split())
        await at.until(lambda: at.told and "The database has just gone away." in at.told[-1])
        assert at.screen is at.desk
        await at.press("s")
        assert at.dialog == "Change severity · INC-1"


async def test_words_typed_meanwhile_are_kept_and_offered_again(place: Place) -> None:
    async with place.desk() as at:
        place.lose()
        await at.until(lambda: at.desk.news.state is State.LOST)
        await at.press("n", *"seen in the dark", "enter")
        assert at.dialog == "Add timeline entry · INC-1"
        assert "seen in the dark" in at.text
        await at.press("escape")
        assert at.app.forms.kept("note INC-1")["text"] == "seen in the dark"
        place.bring_back()
        await at.until(lambda: at.desk.live)
        await at.press("n")
        assert "seen in the dark" in at.text
        await at.press("enter")
        assert at.screen is at.desk
        assert not at.app.forms.kept("note INC-1")
    assert place.last().text == "seen in the dark"


async def test_words_kept_for_one_incident_are_not_offered_for_another(place: Place) -> None:
    place.declare("Other", severity="P2")
    async with place.desk() as at:
        await at.press("n", *"about the first", "escape", "j")
        await at.until(lambda: at.shown.ref == "INC-2")
        await at.press("n")
        assert "about the first" not in at.text


async def test_moving_around_works_on_the_last_known_board(place: Place) -> None:
    async with place.desk() as at:
        place.lose()
        await at.until(lambda: at.desk.news.state is State.LOST)
        await at.press("2", "g", "enter")
        assert at.dialog == "Incident Manager"
        await at.press("q", "3", "/", *"declared", "enter", "escape", "z", "q", "?", "q")
        assert at.screen is at.desk
        place.bring_back()


async def test_the_last_known_board_is_shown_at_start_and_said_to_be_old(place: Place) -> None:
    async with place.desk():
        pass
    place.lose()
    place.clock.forward(hours=2)
    async with sit(place, place.app(), (120, 40), live=False) as at:
        await at.until(lambda: at.desk.news.state is State.LOST)
        await at.until(lambda: "Checkout returns 502" in at.text)
        assert "2h old" in at.banner
        assert at.pane("incidents").has_class("-old")
        place.bring_back()
        await at.until(lambda: "● live" in at.lines[0])
        assert not at.pane("incidents").has_class("-old")
        await at.press("s", "3", *"less", "enter")
    assert place.incident().severity == "P3"


async def test_the_first_start_without_a_database_says_so_and_can_be_left(place: Place) -> None:
    place.cache = place.cache.with_name("never")
    place.lose()
    async with sit(place, place.app(), (120, 40), live=False) as at:
        await at.until(lambda: at.desk.news.failure)
        assert "live" not in at.lines[0]
        assert "does not exist" in at.banner
        assert await at.leave("q") == 0
    place.bring_back()


async def test_a_database_of_a_newer_program_can_be_looked_at(place: Place) -> None:
    place.store.close()
    place.by_hand("UPDATE meta SET schema = 99, min_writer = 99")
    async with place.desk() as at:
        assert at.desk.news.state is State.READ_ONLY
        assert "◐ read-only" in at.lines[0]
        assert "Read-only: you can view incidents but not change them." in at.banner
        assert "Upgrade Bridgewatch" in at.banner
        for key in "dsne":
            await at.press(key)
            assert at.screen is at.desk
            assert "This version can only read it. Upgrade Bridgewatch" in at.told[-1]


async def test_a_database_that_a_newer_program_keeps_from_readers_is_refused_in_words(place: Place) -> None:
    place.store.close()
    place.by_hand("UPDATE meta SET schema = 99, min_reader = 99, min_writer = 99")
    async with sit(place, place.app(), (120, 40), live=False) as at:
        await at.until(lambda: at.desk.news.state in (State.REFUSED, State.LOST))
        await at.until(lambda: "newer" in at.banner)


async def test_an_answer_that_nobody_waits_for_any_more_harms_nothing(place: Place) -> None:
    async with place.desk() as at:
        for _ in range(50):
            at.desk.link.read(lambda read: read.found("x")).cancel()
        await at.press("s", "2", *"less", "enter")
        await at.until(lambda: at.shown.severity == "P2")


async def test_from_an_incident_that_left_the_board_one_goes_to_another(place: Place) -> None:
    place.declare("Other", severity="P2")
    async with place.desk() as at:
        await at.press("j", "k")
        place.act("phase", "bo", ref="INC-1", phase="canceled")
        await at.until(lambda: "canceled" in at.text)
        await at.press("k", "s", "3", *"less", "enter")
        await at.until(lambda: place.incident("INC-2").severity == "P3")


async def test_what_was_done_while_the_answer_was_lost_is_not_done_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_usual = Store.perform

    def unanswered(store: Store, command: Command, behind: Callable[[], object] | None = None) -> Done:
        as_usual(store, command, behind)
        raise Unreachable("The host does not answer. It is unknown whether this was saved.")

    async with place.desk() as at:
        with monkeypatch.context() as patch:
            patch.setattr(Store, "perform", unanswered)
            await at.press("n", *"once", "enter")
        assert at.dialog == "Add timeline entry · INC-1"
        assert "It is unknown whether" in at.text
        await at.until(lambda: at.desk.live)
        await at.press("enter")
        assert at.screen is at.desk
        await at.press("n", *"once", "enter")  # this is meant
        assert at.screen is at.desk
    assert [entry.text for entry in place.entries() if entry.kind == "note"] == ["once", "once"]
