"""Which key was meant: Esc and a letter, a key held down, another layout, what was typed before the desk was there."""

import pytest
from textual import events

from models.live.news import State
from screens.kernel.dialogs import Dialog
from screens.kernel.messages import DeskChanged
from tests.screens.desks import Place, sit


def alt(key: str) -> events.Key:
    """What a terminal sends for Alt and the key, and for Esc with the key right after it."""
    return events.Key(f"alt+{key}", key)


async def test_esc_and_a_letter_leave_a_field_and_do_what_the_letter_does(place: Place) -> None:
    place.declare()
    place.declare("Search is slow", severity="P2")
    async with place.desk() as at:
        await at.press("n", *"hello")
        at.app.post_message(alt("j"))
        await at.quiet()
        assert at.screen is at.desk
        await at.until(lambda: at.shown.ref == "INC-2")
        assert at.app.forms.kept("note INC-1")["text"] == "hello"


@pytest.mark.parametrize("opening", ["n", "a", "s", "w", "e", "slash"])
async def test_esc_and_a_letter_type_nothing_wherever_it_is(place: Place, opening: str) -> None:
    place.declare()
    async with place.desk() as at:
        await at.press(opening)
        at.app.post_message(alt("d"))
        await at.quiet()
        assert at.dialog == "Declare incident"
        assert not place.incident().draft.text


async def test_alt_is_a_key_of_the_desk_where_the_keymap_names_it(place: Place) -> None:
    place.declare()
    async with place.desk(keys={"note": "alt+j", "declare": "ctrl+k"}) as at:
        at.app.post_message(alt("j"))
        await at.quiet()
        assert at.dialog == "Add timeline entry · INC-1"
        at.app.post_message(alt("j"))
        await at.quiet()
        assert at.screen is at.desk
        await at.press("ctrl+k")
        assert at.dialog == "Declare incident"
        assert "Ctrl+k Declare" in "".join(text for text, _ in at.desk.query_one("#footer")._lines[0])  # type: ignore[attr-defined]


@pytest.mark.parametrize("after", [0.033, 0.2, 0.66])
async def test_a_key_that_is_held_down_takes_back_one_action(place: Place, after: float) -> None:
    ref = place.declare()
    for number in range(5):
        place.act("note", "ana", ref=ref, text=f"note {number}")
    before = place.incident().version
    async with place.desk() as at:
        await at.hold("u", after=after)
        assert place.incident().version == before + 1
        await at.press("u")
        assert at.dialog == f"Undo once more · {ref}"
        assert at.body == "You reverted “added a note: note 4” already."
        await at.press("n", "u", "y")
        assert place.incident().version == before + 2


async def test_a_refusal_of_a_held_key_is_told_once(place: Place) -> None:
    place.declare(by="bo")
    async with place.desk() as at:
        for _ in range(5):
            await at.press("P")
        assert len(at.told) == 1


async def test_keys_that_move_go_on_while_they_are_held(place: Place) -> None:
    for number in range(6):
        place.declare(f"Incident {number}", severity="P2")
    async with place.desk() as at:
        first = at.pane("incidents").index
        await at.hold("j", after=0.3, times=5)
        assert first is not None
        assert at.pane("incidents").index == first + 5


@pytest.mark.parametrize(
    ("key", "dialog"), [("т", "Add timeline entry · INC-1"), ("В", None), ("ν", "Add timeline entry · INC-1")]
)
async def test_a_key_of_another_layout_does_what_stands_at_its_place(
    place: Place, key: str, dialog: str | None
) -> None:
    place.declare()
    async with place.desk() as at:
        await at.press("4", key)
        assert isinstance(at.screen, Dialog)
        if dialog is not None:
            assert at.dialog == dialog
            await at.press(key)
            assert key in at.text  # in a field it is a letter


@pytest.mark.parametrize("key", ["ã", "х", "ß"])
async def test_a_key_that_the_layout_does_not_have_is_told(place: Place, key: str) -> None:
    place.declare()
    async with place.desk() as at:
        await at.press(key)
        assert at.told == [f"{key}: The desk has no key here on this keyboard layout. Switch to a Latin one."]


async def test_lists_and_dialogs_hear_other_layouts(place: Place) -> None:
    place.declare()
    place.declare("Search is slow", severity="P2")
    async with place.desk() as at:
        await at.press("о")  # at the place of j
        await at.until(lambda: at.shown.ref == "INC-2")
        await at.press("?")
        assert isinstance(at.screen, Dialog)
        await at.press("й")  # of q
        assert at.app.screen is at.desk


async def test_what_is_typed_while_the_desk_starts_waits_for_it(place: Place) -> None:
    place.declare()
    async with sit(place, place.app(), (120, 40), live=False) as at:
        at._post("n", *"no data since 10:05", "enter")
        await at.live()
        await at.quiet()
        await at.until(lambda: place.last().text == "no data since 10:05")


async def test_what_was_typed_for_a_desk_that_cannot_start_is_dropped(place: Place) -> None:
    place.declare()
    app = place.app()
    place.lose()
    async with sit(place, app, (120, 40), live=False) as at:
        await at.until(lambda: at.desk.news.state is State.LOST)
        at.app.wait_for_desk()
        at._post("n", *"no data since 10:05", "enter")
        await at.until(lambda: at.app._later)
        at.desk.post_message(DeskChanged(at.desk.news))
        await at.until(lambda: at.told)
        assert at.told[-1] == ": What you typed before the desk was there is dropped."
        assert at.screen is at.desk
    place.bring_back()


async def test_ctrl_c_is_heard_while_the_desk_starts(place: Place) -> None:
    async with sit(place, place.app(), (120, 40), live=False) as at:
        at.app.wait_for_desk()
        assert await at.leave("x", "ctrl+c") == 0


async def test_words_of_a_form_are_there_on_the_next_desk(place: Place) -> None:
    place.declare()
    async with place.desk() as at:
        await at.press("n", *"half a thou")
    async with place.desk() as at:
        await at.press("n")
        assert "half a thou" in at.text
        assert at.told == [": Restored your unsaved text."]
        await at.press(*"ght", "enter")
        assert place.last().text == "half a thought"
    async with place.desk() as at:
        await at.press("n")
        assert "half" not in at.drawn("#field-text")
