"""What stays whole where there is little room."""

import pytest

from screens.kernel.dialogs import Pick
from screens.kernel.options import Option
from tests.screens.busy import busy
from tests.screens.desks import Place

NARROW = (50, 24)


async def test_all_that_is_said_of_a_few_options_can_be_read(place: Place) -> None:
    said = "P1 needs a second pair of eyes before customers read what is written"
    options = (Option(value=1, title="Keep both: theirs first, mine below", key="b"),)
    longer = (Option(value=1, title="Request approval", hint=said, key="y"), Option(value=2, title="Cancel", key="n"))
    async with place.desk(NARROW) as at:
        at.app.push_screen(Pick("Without hints", options))
        await at.until(lambda: "Keep both: theirs first, mine below" in at.text)
        at.app.push_screen(Pick("With one", longer))
        await at.until(lambda: "Request approval" in at.text)
        assert said in " ".join(at.drawn("#options").split())


async def test_what_is_said_of_many_options_is_cut_with_a_sign(place: Place) -> None:
    options = [
        Option(value=name, title=name, hint="holds every role that there is on this one, and more of another")
        for name in "abc"
    ]
    async with place.desk(NARROW) as at:
        at.app.push_screen(Pick("Many", options, search=True))
        await at.until(lambda: "holds every role" in at.text)
        assert [row.endswith("…") for row in at.drawn("#options").splitlines()] == [True] * 3


async def test_a_search_that_finds_nothing_says_so(place: Place) -> None:
    place.declare()
    async with place.desk(NARROW) as at:
        await at.press("t", *"xyz")
        assert "No matches." in at.text
        await at.press("enter", "backspace", "backspace", "backspace")
        assert "No matches." not in at.text
        assert "Tech Lead" in at.text


@pytest.mark.parametrize("size", [(120, 40), (80, 24), NARROW], ids=["120", "80", "50"])
async def test_a_hint_is_never_cut(place: Place, size: tuple[int, int]) -> None:
    place.declare()
    place.act("take", "ana", ref="INC-1", role="scribe")
    async with place.desk(size) as at:
        await at.press("2")
        hint = at.head("roster")
        assert hint == "2 Roster · 2 of 8" or size[0] < 64
        words = " ".join(at.drawn("#roster").split())
        assert ("hint: ana is Incident Manager and also Scribe" in words) != ("hint: ana has 2 roles" in words)


async def test_who_owes_an_update_is_never_cut(place: Place) -> None:
    busy(place)
    async with place.desk((80, 24)) as at:
        assert at.head("status").startswith("4 Status page · 15m late")
        await at.press("e")
        assert at.head("status").startswith("4 Draft · r3 saved · 15m late")
    async with place.desk() as at:
        assert at.head("status").startswith("4 Status page · 15m late (cy)")


async def test_while_one_writes_the_footer_offers_no_letters(place: Place) -> None:
    place.declare()
    async with place.desk() as at:
        await at.press("e")
        assert [text.strip() for text, _ in at.footer] == ["Esc", "Close", "Ctrl+Z", "Undo typing"]
        await at.press("escape")
        assert "Publish" in [text.strip() for text, _ in at.footer]


async def test_many_holders_are_counted(place: Place) -> None:
    place.declare()
    for person in ("bo", "cy", "dee", "eli", "fay", "gus", "hal", "ivy", "jo", "kim"):
        place.act("take", person, ref="INC-1", role="subject-matter-expert")
    for size, told in (((120, 40), "bo, cy, dee, eli +6"), (NARROW, "bo, cy, dee, eli +6"), ((80, 24), "bo, cy +8")):
        async with place.desk(size) as at:
            await at.press("2")
            assert told in at.drawn("#roster")


async def test_the_sign_of_an_empty_role_stays_in_its_column(place: Place) -> None:
    place.declare(by="maximiliane")
    async with place.desk((80, 24)) as at:
        rows = at.drawn("#roster").splitlines()
        assert {row[25] for row in rows[1:]} == {"▲", "("}
        assert all("maximiliane" in row for row in rows[1:])


async def test_every_choice_can_be_seen_and_chosen(place: Place) -> None:
    async with place.desk(NARROW) as at:
        await at.press("d", *"Slow", "tab", "tab")
        for category in ("functionality", "security", "performance", "maintenance"):
            assert category in at.text
        await at.press("m")
        assert "‹maintenance›" in at.text
        await at.press("enter")
        await at.until(lambda: at.desk.shown)
    assert place.incident().category == "maintenance"


async def test_what_a_dialog_s_keys_do_is_never_cut(place: Place) -> None:
    place.declare()
    async with place.desk(NARROW) as at:
        await at.press("n")
        assert "⏎ OK · Ctrl+J line · Tab next · Esc close ─╯" in at.text


async def test_a_promise_for_inside_stands_apart_from_the_age(place: Place) -> None:
    place.declare()
    place.act("draft", "ana", ref="INC-1", title="Payments", text="We look into it")
    place.act("publish", "ana", ref="INC-1")
    place.clock.forward(minutes=31)
    place.act("draft", "ana", ref="INC-1", text="We still do")
    place.act("publish", "ana", ref="INC-1")
    place.declare("Another", severity="P3")
    debt = "▲5 INC-1 update for executives 1m late, owner: you"
    for size, row, told in (
        ((120, 40), "31m exec 1m late", debt),
        ((80, 24), "tri 20m", "▲5 INC-1 update 1m late (you)"),
        (NARROW, "tri 20m", "▲5 INC-1 1m late (you)"),
    ):
        async with place.desk(size) as at:
            await at.press("1")
            assert row in at.drawn("#incidents")
            assert told in at.lines[0]
