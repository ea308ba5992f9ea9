"""Writing the status-page draft in its place, together with colleagues, and publishing it."""

from concurrent.futures import Future

import pytest

from models.kernel.command import Command
from models.kernel.entry import Done
from models.live.remembered import UnsavedDrafts
from models.updates.editing import EditDraft
from tests.screens.desks import Place


@pytest.fixture
def place(place: Place) -> Place:
    place.declare()
    return place


def write(place: Place, text: str, by: str = "bo") -> None:
    """What a colleague drafts."""
    place.act("draft", by, ref="INC-1", title="Payments fail", text=text)


async def test_the_draft_saves_itself(place: Place) -> None:
    async with place.desk() as at:
        await at.press("e", *"We are looking into it.")
        assert at.desk.has_class("-editing")
        assert await at.desk.drafting.flush()
        assert place.incident().draft.text == "We are looking into it."
        await at.until(lambda: " saved" in at.head("status"))
        await at.press(*" More soon.", "escape")
        assert not at.desk.has_class("-editing")
        await at.until(lambda: "We are looking into it. More soon." in at.text)
        assert "· draft r" in at.text
    assert place.incident().draft.text == "We are looking into it. More soon."


async def test_the_key_after_the_draft_is_the_desks(place: Place) -> None:
    async with place.desk() as at:
        await at.press("e", *"We know.")
        await at.desk.drafting.close()
        assert at.desk.focused is at.pane("status")  # at once: not when the next key has gone to what is hidden


async def test_what_is_typed_while_the_draft_is_saved_on_leaving_is_saved_too(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with place.desk() as at:
        drafting = at.desk.drafting
        perform, typed = at.desk.link.perform, iter([" More soon."])

        def typing(command: Command) -> Future[Done]:
            if isinstance(command, EditDraft):
                at.editor.insert(next(typed, ""))
            return perform(command)

        await at.press("e", *"We know.")
        assert await drafting.flush()
        monkeypatch.setattr(at.desk.link, "perform", typing)
        await at.press("!")
        await drafting.close()
    assert place.incident().draft.text == "We know.! More soon."


async def test_letters_are_letters_while_the_draft_is_open(place: Place) -> None:
    async with place.desk() as at:
        await at.press("e", *"dastnspePuzqx1234:/?!")
        assert at.screen is at.desk
        assert at.editor.text == "dastnspePuzqx1234:/?!"
        await at.press("enter", "x", "escape")
    assert place.incident().draft.text == "dastnspePuzqx1234:/?!\nx"


async def test_what_a_colleague_drafts_shows_at_once(place: Place) -> None:
    async with place.desk() as at:
        write(place, "We know.")
        await at.until(lambda: "We know." in at.drawn("#status"))
        assert "draft r1" in at.head("status")


async def test_who_has_the_draft_open_shows_on_every_desk(place: Place) -> None:
    write(place, "We know.")
    async with place.desk(me="cy") as theirs:
        await theirs.press("e")
        async with place.desk() as at:
            await at.until(lambda: "cy is editing" in at.head("status"))
            await theirs.press("escape")
            await at.until(lambda: "cy is editing" not in at.head("status"))


async def test_a_colleagues_words_come_in_while_the_draft_is_open_and_clean(place: Place) -> None:
    async with place.desk() as at:
        await at.press("e")
        write(place, "We know.")
        await at.until(lambda: at.editor.text == "We know.")
        await at.press("end", *" Really.", "escape")
        assert at.screen is at.desk
    assert place.incident().draft.text == "We know. Really."


@pytest.mark.parametrize(
    ("key", "text"),
    [("b", "theirs\n\nmine"), ("m", "mine"), ("t", "theirs")],
)
async def test_two_who_wrote_the_same_draft_are_asked(place: Place, key: str, text: str) -> None:
    async with place.desk() as at:
        await at.press("e")
        await at.paste("mine")
        write(place, "theirs")
        at.desk.drafting.save()
        await at.until(lambda: at.screen is not at.desk)
        assert at.dialog == "Edit conflict"
        assert "Theirs: theirs Mine: mine" in " ".join(at.body.split())
        await at.press(key)
        await at.until(lambda: at.editor.text == text)
        await at.press("escape")
        await at.until(lambda: not at.desk.drafting.active)
    assert place.incident().draft.text == text


async def test_leaving_that_question_keeps_both(place: Place) -> None:
    async with place.desk() as at:
        await at.press("e")
        await at.paste("mine")
        write(place, "theirs")
        at.desk.drafting.save()
        await at.until(lambda: at.screen is not at.desk)
        await at.press("escape")
        await at.until(lambda: at.editor.text == "theirs\n\nmine")
        await at.press("escape")
    assert place.incident().draft.text == "theirs\n\nmine"


async def test_words_that_a_crash_kept_from_the_database_are_there_again(place: Place) -> None:
    UnsavedDrafts(place.cache, place.location, "ana").keep("INC-1", "almost lost", 0)
    async with place.desk() as at:
        await at.press("e")
        assert at.editor.text == "almost lost"
        assert "INC-1: Restored your unsaved text." in at.told
        await at.press("escape")
    assert place.incident().draft.text == "almost lost"
    assert UnsavedDrafts(place.cache, place.location, "ana").kept("INC-1") is None


async def test_words_are_kept_on_this_machine_before_they_are_in_the_database(place: Place) -> None:
    async with place.desk() as at:
        await at.press("e")
        place.lose()
        await at.press(*"typed in the dark")
        kept = UnsavedDrafts(place.cache, place.location, "ana")
        assert kept.kept("INC-1") == ("typed in the dark", 0)
        assert not await at.desk.drafting.flush()
        assert "not saved yet, kept on this computer" in at.head("status")
        place.bring_back()
        await at.until(lambda: place.incident().draft.text == "typed in the dark")
        await at.until(lambda: kept.kept("INC-1") is None)
        assert at.editor.text == "typed in the dark"


async def test_the_phase_told_and_the_components(place: Place) -> None:
    async with place.desk() as at:
        await at.press("4", "enter", "p")
        assert at.dialog == "Phase to publish · INC-1"
        await at.press("2")
        await at.until(lambda: at.shown.draft.phase == "identified")
        assert at.dialog == "Update for customers · INC-1"
        await at.press("k", *"API", "enter")
        assert at.dialog == "API"
        await at.press("4")
        await at.until(lambda: at.shown.draft.components)
        await at.press("escape", "escape")
        assert at.screen is at.desk
        await at.press("K", *"API", "enter", "0")
        await at.until(lambda: not at.shown.draft.components)
        await at.press(*"Web", "enter", "2", "escape")
    draft = place.incident().draft
    assert (draft.phase, draft.components) == ("identified", {"Web": "degraded"})


async def test_publishing_asks_first_and_tells_customers(place: Place) -> None:
    write(place, "We are on it.", by="ana")
    async with place.desk() as at:
        await at.press("P")
        assert at.dialog == "Publish r1 for customers · INC-1"
        assert "We are on it." in at.body
        await at.press("n")
        assert place.incident().last_update is None
        await at.press("P", "y")
        await at.until(lambda: at.shown.last_update)
        assert "─ published 14:32Z by ana [investigating]" in at.text
        assert "due 14:52Z, in 20m · no draft" in at.text
    told = place.incident().last_update
    assert told is not None
    assert (told.text, told.published_by) == ("We are on it.", "ana")


async def test_publishing_what_is_still_open_saves_it_first(place: Place) -> None:
    async with place.desk() as at:
        await at.press("e", *"Fresh words", "escape", "P")
        assert at.dialog == "Set update title · INC-1"
        await at.press("enter", "y")
        await at.until(lambda: at.shown.last_update)
    told = place.incident().last_update
    assert told is not None
    assert (told.text, told.title) == ("Fresh words", "Issue with our services")


async def test_a_title_that_is_typed_takes_the_place_of_the_one_proposed(place: Place) -> None:
    async with place.desk() as at:
        await at.press("e", *"We know.", "escape", "P", *"Payments", "escape", "P")
        assert at.dialog == "Set update title · INC-1"
        await at.press(*" fail", "enter", "y")  # what was typed before is nobody's proposal any more
        await at.until(lambda: at.shown.last_update)
    told = place.incident().last_update
    assert told is not None
    assert told.title == "Payments fail"


async def test_publishing_what_a_colleague_changed_meanwhile_asks(place: Place) -> None:
    write(place, "first", by="ana")
    async with place.desk() as at:
        await at.press("P")
        write(place, "second")
        await at.press("y")
        assert at.dialog == "Changed by someone else"
        await at.press("k")
    assert place.incident().last_update is None


async def test_publishing_nothing_says_so(place: Place) -> None:
    async with place.desk() as at:
        await at.press("P")
        assert at.told == ["Publish: No draft. Press e to write one."]


async def test_going_to_another_incident_saves_the_draft_of_the_one_before(place: Place) -> None:
    place.declare("Other", severity="P3")
    async with place.desk() as at:
        await at.press("e", *"for the first", "escape", "1", "j")
        await at.until(lambda: at.shown.ref == "INC-2")
        await at.press("e", *"for the other")
        await at.press("escape")
    assert place.incident("INC-1").draft.text == "for the first"
    assert place.incident("INC-2").draft.text == "for the other"


async def test_quitting_from_the_draft_saves_it(place: Place) -> None:
    async with place.desk() as at:
        assert await at.leave("e", *"last words", "escape", "q") == 0
    assert place.incident().draft.text == "last words"
