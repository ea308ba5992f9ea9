"""Theories on the desk: their states on the timeline, what we believe and have ruled out, evidence and decisions."""

import pytest

from models.policy.theory import TheoryState
from models.theories.views import TheoryView
from tests.screens.desks import Place, Sitting


@pytest.fixture
def place(place: Place) -> Place:
    """An incident with two theories: entries 2 and 3."""
    place.declare(severity="P3")
    place.act("note", "bo", ref="INC-1", text="pool exhausted after deploy", as_kind="theory")
    place.act("note", "cy", ref="INC-1", text="dns [/]", as_kind="theory")
    return place


def theory(place: Place, n: int = 2) -> TheoryView:
    return next(theory for theory in place.incident().theories if theory.n == n)


async def showing(at: Sitting, words: str) -> None:
    await at.until(lambda: any(words in " ".join(row.split()) for row in at.rows("timeline")))


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (50, 24)])
async def test_a_theorys_line_says_how_it_stands(place: Place, size: tuple[int, int]) -> None:
    async with place.desk(size) as at:
        await at.press("3")
        await showing(at, "THEORY ? open: dns [/]")
        place.act("theory", "bo", ref="INC-1", n=3, state="ruled out")
        await showing(at, "THEORY ✗ ruled out: dns [/]")
        place.act("theory", "bo", ref="INC-1", n=3, state="being tested")
        await showing(at, "THEORY ◐ being tested: dns")
        place.act("theory", "bo", ref="INC-1", n=3, state="confirmed")
        await showing(at, "THEORY ✓ confirmed: dns")
        assert any("changed theory “dns [/]”: open → ruled out" in " ".join(row.split()) for row in at.rows("timeline"))


async def test_y_sets_the_theory_under_the_cursor(place: Place) -> None:
    async with place.desk() as at:
        await at.press("3", "j", "y")
        assert at.dialog == "State of “pool exhausted after deploy”"
        await at.press("t")
        assert theory(place).state is TheoryState.TESTING
        await showing(at, "THEORY ◐ being tested: pool exhausted")
        await at.press("y", "c", *"restart cured it", "enter")
        found = theory(place)
        assert (found.state, found.moved_by, found.why) == (TheoryState.CONFIRMED, "ana", "restart cured it")
        await at.press("y", "r", "enter")
        assert (theory(place).state, theory(place).why) == (TheoryState.RULED_OUT, "")
        await at.press("u", "u", "y", "u", "y")
    assert theory(place).state is TheoryState.OPEN


async def test_on_what_is_about_a_theory_the_keys_mean_that_theory(place: Place) -> None:
    place.act("evidence", "bo", ref="INC-1", n=2, weight="for", text="graph")
    place.act("theory", "bo", ref="INC-1", n=2, state="being tested")
    async with place.desk() as at:
        await at.press("3", "g", "y")
        assert at.dialog == "State of “pool exhausted after deploy”"
        await at.press("escape", "j", "v")
        assert at.dialog == "Add evidence about “pool exhausted after deploy”"
        await at.press("escape")


async def test_anywhere_else_the_keys_ask_which(place: Place) -> None:
    async with place.desk() as at:
        await at.press("1", "y")
        assert at.dialog == "Set theory state · INC-1"
        await at.press(*"pool", "enter", "t")
        assert theory(place).state is TheoryState.TESTING
        place.act("retract", "cy", ref="INC-1", n=3, reason="no")
        await at.caught_up()
        await at.press("v")
        assert at.dialog == "Add evidence about “pool exhausted after deploy”"
        await at.press("escape")


async def test_evidence(place: Place) -> None:
    async with place.desk() as at:
        await at.press("3", "j", "v", "a")
        assert at.dialog == "Add evidence against “pool exhausted after deploy” · INC-1"
        await at.press(*"idle at night", "tab", *"14:05")
        assert "= 01 Mar" in at.text
        await at.press("enter")
        (found,) = theory(place).evidence
        assert (found.weight, found.text, found.author) == ("against", "idle at night", "ana")
        assert found.occurred_at < place.clock.now
        await showing(at, "EVIDENCE against theory “pool exhausted after")


async def test_evidence_is_revised_as_what_it_is(place: Place) -> None:
    place.act("evidence", "bo", ref="INC-1", n=2, weight="for", text="grph")
    async with place.desk() as at:
        await at.press("3", "g", "r")
        assert "decision" not in at.text
        await at.press("backspace", *"aph", "enter")
        await showing(at, "(edited by ana)")
    (found,) = theory(place).evidence
    assert (found.weight, found.text) == ("for", "grpaph")


async def test_what_we_believe_and_have_ruled_out(place: Place) -> None:
    place.act("note", "bo", ref="INC-1", text="disk full", as_kind="theory")
    place.act("theory", "bo", ref="INC-1", n=2, state="confirmed", why="restart cured it")
    place.act("theory", "bo", ref="INC-1", n=3, state="ruled out", why="it resolves")
    place.act("evidence", "cy", ref="INC-1", n=2, weight="for", text="graph")
    place.act("evidence", "bo", ref="INC-1", n=2, weight="against", text="idle [/]")
    async with place.desk() as at:
        await at.press("b")
        assert at.dialog == "Theories · INC-1"
        said = at.drawn("#options")
        order = [
            "Confirmed",
            "✓ pool exhausted after deploy",
            "bo, 14:32Z: restart cured it",
            "1 for, 1 against; latest: against, bo 14:32Z: idle [/]",
            "Open",
            "? disk full",
            "Ruled out",
            "✗ dns [/]",
            "bo, 14:32Z: it resolves",
        ]
        assert [said.index(words) for words in order] == sorted(said.index(words) for words in order)
        assert "Testing" not in said
        await at.press("escape")
        assert at.screen is at.desk


async def test_the_list_sets_argues_and_opens_and_stays_where_it_was(place: Place) -> None:
    async with place.desk() as at:
        await at.press("b", "j", "y", "t")
        assert at.dialog == "Theories · INC-1"
        assert "◐ pool exhausted" in at.drawn("#options")
        await at.press("v", "f", *"graph", "enter")
        assert "1 for; latest: for, ana 14:32Z: graph" in at.drawn("#options")
        await at.press("enter")
        assert at.dialog == "INC-1 · theory 2"
        await at.press("q")
        assert at.dialog == "Theories · INC-1"
        await at.press("q")
        assert at.screen is at.desk
    assert theory(place).state is TheoryState.TESTING


async def test_a_theorys_card(place: Place) -> None:
    place.act("theory", "bo", ref="INC-1", n=2, state="being tested", why="canary")
    place.act("theory", "cy", ref="INC-1", n=2, state="confirmed", why="restart cured it")
    place.act("evidence", "cy", ref="INC-1", n=2, weight="for", text="graph")
    place.act("edit", "bo", ref="INC-1", n=2, text="pool exhausted")
    async with place.desk() as at:
        await showing(at, "(edited)")
        at.pane("timeline").point_at(2)
        await at.press("3", "enter")
        assert at.dialog == "INC-1 · theory 2"
        body = " ".join(at.body.split())
        assert "✓ confirmed since 14:32Z, set by cy: restart cured it" in body
        assert "for 14:32Z cy: graph" in body
        assert "previously 14:32Z bo: being tested: canary" in body
        assert "bo proposed a theory: pool exhausted after deploy" in body


async def test_without_theories_the_keys_say_so(place: Place) -> None:
    place.declare("Search is slow")
    async with place.desk() as at:
        await at.press("1", "g")
        assert at.shown.ref == "INC-2"
        for key in "yvb":
            await at.press(key)
            assert "No theories yet. Press n to add one." in at.told[-1]
        assert at.screen is at.desk


async def test_somebody_was_faster(place: Place) -> None:
    async with place.desk() as at:
        await at.press("3", "j", "y")
        place.act("theory", "cy", ref="INC-1", n=2, state="ruled out", why="no load")
        await at.caught_up()
        await at.press("t")
        assert at.dialog == "Changed by someone else"
        assert "cy changed theory" in at.body
        await at.press("k")
        assert theory(place).state is TheoryState.RULED_OUT
        await at.press("3", "g", "y", "c", *"sure", "enter")
    assert (theory(place).state, theory(place).why) == (TheoryState.CONFIRMED, "sure")


class TestDecisions:
    async def test_a_plain_note_asks_no_more_than_before(self, place: Place) -> None:
        async with place.desk() as at:
            await at.press("n")
            assert "Decided by" not in at.text
            await at.press(*"hello", "enter")
        assert (place.last().kind, place.last().text) == ("note", "hello")

    async def test_a_decision_says_who_decided_and_why(self, place: Place) -> None:
        async with place.desk() as at:
            await at.press("n", *"roll back", "tab", "d")
            assert "Decided by" in at.text
            await at.press("tab", *"BO")
            assert "= bo" in at.text
            await at.press("tab", *"canary failed", "enter")
            await showing(at, "DECISION roll back")
            said = " ".join(" ".join(at.rows("timeline")).split())
            assert "(decided by bo; reason: canary failed)" in said
            await at.press("3", "g", "r", "tab", "tab", "tab", *"!", "enter")
        assert place.last().data == {"author": "ana", "decided_by": "bo", "why": "canary failed!"}

    async def test_somebody_new_is_told_so(self, place: Place) -> None:
        async with place.desk() as at:
            await at.press("n", *"wait", "tab", "d", "tab", *"zoe")
            assert "= zoe (new person)" in at.text
            await at.press("enter")
            await at.press("n")
        assert place.last().data["decided_by"] == "zoe"

    async def test_what_was_typed_for_another_kind_is_not_sent(self, place: Place) -> None:
        async with place.desk() as at:
            await at.press("n", *"wait", "tab", "d", "tab", *"zoe", "shift+tab", "a", "enter")
        assert (place.last().kind, place.last().data) == ("action", {})


async def test_a_phone_shows_every_key_of_the_list(place: Place) -> None:
    async with place.desk((50, 24)) as at:
        await at.press("b")
        assert "⏎ open · y state · v evidence · Esc close" in at.text
