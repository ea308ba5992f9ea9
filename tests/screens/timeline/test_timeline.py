"""Writing on the timeline, taking back, and reading far back."""

from datetime import UTC, datetime

import pytest

from tests.screens.desks import NOW, Place


@pytest.fixture
def place(place: Place) -> Place:
    place.declare()
    return place


async def test_a_note(place: Place) -> None:
    async with place.desk() as at:
        await at.press("n", *"pool exhausted", "enter")
        await at.until(lambda: "pool exhausted" in at.rows("timeline")[0])
    written = place.last()
    assert (written.kind, written.text, written.author, written.occurred_at) == ("note", "pool exhausted", "ana", NOW)


@pytest.mark.parametrize(
    ("key", "kind"), [("1", "note"), ("2", "theory"), ("3", "decision"), ("4", "action"), ("5", "customer")]
)
async def test_each_kind(place: Place, key: str, kind: str) -> None:
    async with place.desk() as at:
        await at.press("n", *"it is DNS", "tab", key, "enter")
        await at.caught_up()
        tag = {"note": "", "theory": "THEORY ? open:", "customer": "CUSTOMER REPORT"}.get(kind, kind.upper())
        assert f"{tag} it is DNS" in at.text
    assert (place.last().kind, place.last().text) == (kind, "it is DNS")


@pytest.mark.parametrize(
    ("words", "at_time"),
    [
        ("20 minutes ago", datetime(2026, 3, 1, 14, 12, tzinfo=UTC)),
        ("14:05", datetime(2026, 3, 1, 14, 5, tzinfo=UTC)),
        ("14:05 local", datetime(2026, 3, 1, 13, 5, tzinfo=UTC)),
    ],
)
async def test_a_note_says_when_it_happened_and_shows_how_that_is_understood(
    place: Place, words: str, at_time: datetime
) -> None:
    async with place.desk() as at:
        await at.press("n", *"deploy began", "tab", "tab", *words)
        assert f"= 01 Mar {at_time:%H:%MZ}" in at.text
        await at.press("enter")
    assert place.last().occurred_at == at_time
    assert place.last().recorded_at == NOW


async def test_a_time_that_is_none_says_so_and_keeps_the_words(place: Place) -> None:
    async with place.desk() as at:
        await at.press("n", *"deploy began", "tab", "tab", *"sometime", "enter")
        assert at.dialog == "Add timeline entry · INC-1"
        assert "deploy began" in at.text
        await at.press("escape")
    assert len(place.entries()) == 1


async def test_several_lines_and_a_paste(place: Place) -> None:
    async with place.desk() as at:
        await at.press("n", *"one", "ctrl+j")
        await at.paste("two\nthree [/] 🔥")
        await at.press("enter")
    assert place.last().text == "one\ntwo\nthree [/] 🔥"


async def test_revising_ones_note(place: Place) -> None:
    place.act("note", "ana", ref="INC-1", text="it is DNS", as_kind="theory")
    async with place.desk() as at:
        await at.press("3", "g", "r", *", always", "enter")
        await at.until(lambda: "it is DNS, always" in at.rows("timeline")[0])
    assert (place.last().kind, place.last().text, place.last().root) == ("theory", "it is DNS, always", 2)


async def test_revising_what_a_colleague_revised_meanwhile_asks(place: Place) -> None:
    place.act("note", "ana", ref="INC-1", text="it is DNS")
    async with place.desk() as at:
        await at.press("3", "g", "r", *"?")
        place.act("edit", "bo", ref="INC-1", n=2, text="it is not DNS")
        await at.press("enter")
        assert at.dialog == "Changed by someone else"
        assert "it is not DNS" in at.body
        await at.press("k")
        assert place.last().text == "it is not DNS"
        await at.caught_up()
        await at.press("r", *"!", "enter")
    assert (place.last().text, place.last().root) == ("it is not DNS!", 2)


async def test_retracting_asks_why(place: Place) -> None:
    place.act("note", "bo", ref="INC-1", text="it is DNS")
    async with place.desk() as at:
        await at.press("3", "g", "x")
        assert at.dialog == "Retract bo's note · INC-1"
        await at.press("enter")
        assert "The reason is empty" in at.text
        await at.press(*"it was not", "enter")
        await at.until(lambda: "retracted bo's note: it was not" in at.text)
    assert (place.last().kind, place.last().text, place.last().root) == ("retracted", "it was not", 2)


@pytest.mark.parametrize("key", ["r", "x"])
async def test_what_was_done_cannot_be_changed_and_the_key_says_so(place: Place, key: str) -> None:
    async with place.desk() as at:
        await at.press("3", key)
        assert at.screen is at.desk
        assert "Only notes can be edited. Recorded actions cannot be changed." in at.told[0]
    assert len(place.entries()) == 1


async def test_undo_takes_back_one_thing_after_the_other_and_says_what(place: Place) -> None:
    async with place.desk() as at:
        await at.press("s", "2", *"less", "enter", "n", *"hm", "enter", "u", "u", "y")
        await at.caught_up()
        assert "severity: P1 → P2" in at.told[-1]
        await at.press("u", "y")
        assert "A declaration cannot be undone" in at.told[-1]
    assert place.incident().severity == "P1"
    assert [entry.kind for entry in place.entries()] == ["declared", "severity", "note", "undone", "undone"]


async def test_undo_never_takes_back_what_a_colleague_did(place: Place) -> None:
    place.act("severity", "bo", ref="INC-1", severity="P3", reason="less")
    async with place.desk(me="cy") as at:
        await at.press("u")
        assert "You have nothing to undo on INC-1" in at.told[0]
    assert place.incident().severity == "P3"


async def test_the_card_of_an_entry_shows_every_version(place: Place) -> None:
    place.act("note", "ana", ref="INC-1", text="first words")
    place.act("edit", "bo", ref="INC-1", n=2, text="second words")
    async with place.desk() as at:
        await at.press("3", "g", "enter")
        assert at.dialog == "INC-1 · entry 3"
        assert "first words" in at.text
        assert "second words" in at.text
        await at.press("q")
        assert at.screen is at.desk


async def test_the_cursor_and_what_is_seen_stay_while_colleagues_write(place: Place) -> None:
    for n in range(60):
        place.act("note", "bo", ref="INC-1", text=f"note {n}")
    async with place.desk() as at:
        timeline = at.pane("timeline")
        await at.press("3", *["j"] * 40)
        chosen, y = timeline.chosen, timeline.scroll_offset.y
        before = at.drawn("#timeline")
        assert y > 0
        for n in range(5):
            place.act("note", "cy", ref="INC-1", text=f"more {n}")
        await at.until(lambda: len(timeline.rows) == 66)
        await at.pilot.pause()
        assert timeline.chosen == chosen
        assert timeline.scroll_offset.y == y + 5
        assert at.drawn("#timeline") == before


async def test_a_timeline_that_nobody_reads_shows_what_comes_in(place: Place) -> None:
    for n in range(60):
        place.act("note", "bo", ref="INC-1", text=f"note {n}")
    async with place.desk() as at:
        place.act("note", "cy", ref="INC-1", text="just now")
        await at.until(lambda: "just now" in at.text)


async def test_times_are_in_the_order_in_which_things_happened(place: Place) -> None:
    async with place.desk() as at:
        await at.press("n", *"later", "enter", "n", *"before", "tab", "tab", *"40 minutes ago", "enter")
        await at.until(lambda: len(at.pane("timeline").rows) == 3)
        assert ["declared P1" in row for row in at.rows("timeline")] == [False, True, False]
        assert "later" in at.rows("timeline")[0]
        assert "before" in at.rows("timeline")[2]


async def test_the_entry_of_a_merger_leads_to_the_incident_that_went_into_this_one(place: Place) -> None:
    place.declare("Payments fail", severity="P2")
    place.act("note", "bo", ref="INC-2", text="the bank says so")
    place.act("merge", "ana", ref="INC-2", into="INC-1")
    async with place.desk() as at:
        await at.press("3", "g", "enter")
        assert "Go to INC-2" in at.text
        await at.press("o")
        await at.until(lambda: at.shown.ref == "INC-2")
        assert "the bank says so" in at.text
