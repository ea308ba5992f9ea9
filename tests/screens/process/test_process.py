"""The steps of the response: their strip, the card that says what is missing, leaving one out, and closing."""

import pytest

from models.policy.audience import Audience
from models.policy.step import StepState
from models.process.views import StepView
from models.roles.book import shipped
from models.roles.book_check import check
from models.roles.book_versions import choose_default, import_book
from screens.kernel.show import width
from screens.process.view import strip
from tests.screens.desks import Place, Sitting


@pytest.fixture
def place(place: Place) -> Place:
    """An incident under the policy book, whose six steps every severity has."""
    choose_default(place.store, "policy")
    place.declare()
    return place


def step(place: Place, key: str) -> StepView:
    return next(step for step in place.incident().steps if step.key == key)


def frame(at: Sitting, pane: str = "timeline") -> str:
    """What stands above the pane."""
    return at.head(pane)


def made(*states: str) -> list[StepView]:
    names = ("Assess", "Categorize", "Inform", "Resolve", "All clear", "Document")
    return [
        StepView(
            key=name.lower(), name=name, text=name, state=StepState(state),
            missing=(), lacks=(), since=None, by=None, why="", duty=None,
        )
        for name, state in zip(names, states, strict=True)
    ]  # fmt: skip


class TestStrip:
    some = made("done", "skipped", "missing", "done", "missing", "missing")

    @pytest.mark.parametrize(
        ("room", "words"),
        [
            (80, "steps 3/6, next: Inform, All clear, Document"),
            (40, "steps 3/6, next: Inform, All clear +1"),
            (30, "steps 3/6, next: Inform +2"),
            (20, "steps 3/6"),
            (3, "steps 3/6"),
        ],
    )
    def test_what_is_missing_keeps_its_words_the_longest(self, room: int, words: str) -> None:
        assert strip(self.some, room) == words

    def test_nothing_is_missing_any_more(self) -> None:
        assert strip(made(*["done"] * 5, "skipped"), 40) == "all steps done"

    def test_no_steps(self) -> None:
        assert strip([], 80) == ""

    def test_it_never_takes_more_than_its_room(self) -> None:
        least = width("steps 3/6")
        assert all(width(strip(self.some, room)) <= room for room in range(least, 90))


@pytest.mark.parametrize(
    ("size", "words"),
    [
        ((120, 40), "steps 1/6"),
        ((80, 24), "steps 1/6"),
    ],
)
async def test_the_steps_stand_above_the_timeline_and_the_tasks(
    place: Place, size: tuple[int, int], words: str
) -> None:
    async with place.desk(size) as at:
        place.act("note", "bo", ref="INC-1", text="Carts are empty")
        await at.caught_up()
        await at.press("3")
        await at.until(lambda: words in frame(at, "timeline"))
        assert words in at.text
        await at.press("5")
        await at.until(lambda: "steps 1/6" in frame(at, "tasks"))
        assert "steps 1/6" in at.text


@pytest.mark.parametrize("columns", [64, 70, 80, 99, 100, 120])
@pytest.mark.parametrize("language", ["en", "fr", "pl"])
async def test_the_strip_is_never_cut(place: Place, columns: int, language: str) -> None:
    place.act("note", "bo", ref="INC-1", text="Carts are empty")
    async with place.desk((columns, 24), language=language) as at:
        await at.press("5")
        assert f" {frame(at, 'tasks')} " in at.text


async def test_the_card_says_what_is_done_since_when_and_what_is_missing(place: Place) -> None:
    place.act("note", "bo", ref="INC-1", text="Carts are empty")
    place.act("skip", "cy", ref="INC-1", step="inform", reason="Nobody [/] noticed")
    async with place.desk() as at:
        await at.press("i")
        assert at.dialog == "Process · INC-1 · 2 of 6 steps done"
        told = at.drawn("#options")
        assert "✓ Assess: Collect the facts\n  done at 14:32Z by bo: note" in told
        assert (
            "○ Categorize: Set category, severity and impact\n  not done: no category, no impact · owner: ana" in told
        )
        assert "⊘ Inform" in told
        assert "skipped at 14:32Z by cy: Nobody [/] noticed" in told


async def test_enter_leads_to_what_the_step_lacks_one_thing_after_the_other(place: Place) -> None:
    async with place.desk() as at:
        await at.press("i", "enter")
        assert at.dialog == "Add timeline entry · INC-1"
        await at.type("Carts are empty")
        await at.press("enter", "i", "enter")
        assert at.dialog == "Change category · INC-1"
        await at.press("2", "i", "enter")
        assert at.dialog == "Change impact · INC-1"
        await at.press("1", "i", "enter")
        assert at.dialog == "Add timeline entry · INC-1"
        assert "‹decision›" in at.text
        await at.type("Roll back")
        await at.press("enter", "i", "enter")
        await at.until(lambda: at.editor.has_focus)
    assert [step(place, key).state for key in ("assess", "categorise")] == ["done", "done"]
    assert step(place, "inform").missing == ("no update to customers",)


async def test_enter_on_a_step_that_is_done_changes_nothing(place: Place) -> None:
    place.act("note", "bo", ref="INC-1", text="Carts are empty")
    async with place.desk() as at:
        await at.press("i", "g", "up", "enter")
        assert at.screen is at.desk
        await at.press("i", "up", "S")
        assert at.screen is at.desk
    assert place.last().kind == "note"


async def test_leaving_a_step_out_from_the_card_and_by_its_own_key(place: Place) -> None:
    async with place.desk() as at:
        await at.press("i", "S")
        assert at.dialog == "Skip Assess · INC-1"
        await at.press("enter")
        assert "The reason is empty." in at.text
        await at.type("We know")
        await at.press("escape", "i", "S")
        await at.type(" this one")
        await at.press("enter")
        assert step(place, "assess").why == "We know this one"
        await at.press("S")
        assert at.dialog == "Skip step · INC-1"
        await at.press("down", "enter")
        assert at.dialog == "Skip Inform · INC-1"
        await at.type("A drill")
        await at.press("enter", "u")
    assert [step(place, key).state for key in ("assess", "inform")] == ["skipped", "missing"]


async def test_closing_with_steps_missing_asks_why_and_keeps_what_is_typed(place: Place) -> None:
    place.act("phase", "bo", ref="INC-1", phase="resolved")
    async with place.desk() as at:
        await at.press("p", "enter", "k")
        assert at.dialog == "INC-1: steps not done"
        assert "○ Categorize: no category, no impact" in at.body
        assert "○ Resolve" not in at.body
        await at.press("enter")
        assert "The reason is empty." in at.text
        await at.type("Nobody is")
        await at.press("escape")
        assert place.incident().phase == "resolved"
        await at.press("p", "enter", "k")
        await at.type(" left")
        await at.press("enter")
    assert place.incident().phase == "closed"
    assert place.last().text == "Nobody is left"
    assert place.last().data["missing"] == ["Assess", "Categorize", "Inform", "All clear", "Document"]


async def test_closing_when_nothing_is_missing_asks_of_tasks_alone(place: Place) -> None:
    place.act("phase", "bo", ref="INC-1", phase="resolved")
    for key in ("assess", "categorise", "inform", "all-clear", "document"):
        place.act("skip", "bo", ref="INC-1", step=key, reason="A drill")
    async with place.desk() as at:
        await at.until(lambda: "✓⊘" in frame(at) or "all steps done" in frame(at))
        await at.press("p", "enter", "k")
        assert at.screen is at.desk
        await at.press("S")
        assert "No process steps are left to do." in at.told[-1]
    assert place.incident().phase == "closed"


async def test_the_key_follows_the_keymap_in_the_card_too(place: Place) -> None:
    async with place.desk(keys={"skip": "f6"}) as at:
        await at.press("i")
        assert "f6 skip" in at.text
        await at.press("f6")
        assert at.dialog == "Skip Assess · INC-1"


@pytest.mark.parametrize(("audience", "pane"), [("team", "4 Team draft"), ("executives", "4 Executive draft")])
async def test_a_step_that_asks_to_tell_somebody_leads_to_their_draft(place: Place, audience: str, pane: str) -> None:
    book = shipped("policy").replace('evidence = [["note", "theory", "customer"]]', f'evidence = ["{audience}-told"]')
    import_book(place.store, check(book.encode(), "own.toml"), "bo", default=True)
    place.declare("Search is slow")
    async with place.desk() as at:
        await at.press("g")
        await at.until(lambda: at.shown.ref == "INC-2")
        await at.press("i", "enter")
        await at.until(lambda: at.desk.drafting.active)
        assert pane in at.text
        await at.type("It is bad")
        await at.press("escape")
        await at.until(lambda: at.shown.drafts[Audience(audience)].text == "It is bad")
        await at.press("i", "enter")
        assert at.dialog == f"Publish r1 for {'the ' if audience == 'team' else ''}{audience} · INC-2"
