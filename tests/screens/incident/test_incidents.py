"""Declaring incidents and saying what they are, key by key."""

import pytest
from textual.widgets import Input

from models.policy.phase import Phase
from models.updates.agreement import agree
from tests.screens.desks import Place


async def test_declaring_shows_the_incident_and_makes_its_author_the_manager(place: Place) -> None:
    async with place.desk() as at:
        assert "No open incidents. Press d to declare one" in at.text
        await at.press("d", *"Login is down", "tab", "1", "tab", "s", "tab", "3", "enter")
        await at.until(lambda: at.desk.shown)
        assert "Login is down" in at.text
    made = place.incident()
    assert (made.title, made.severity, made.category, made.impact) == ("Login is down", "P1", "security", "most")
    assert made.manager == "ana"
    assert made.phase == Phase.TRIAGE


async def test_declaring_while_another_is_shown_goes_to_the_new_one(place: Place) -> None:
    place.declare("Checkout returns 502", severity="P1")
    async with place.desk() as at:
        await at.press("d", *"Search is slow", "enter")
        await at.until(lambda: at.shown.ref == "INC-2")
        assert at.pane("incidents").chosen == 2
        await at.press("s", "3", *"less", "enter")
    assert place.incident("INC-1").severity == "P1"
    assert place.incident("INC-2").severity == "P3"


async def test_a_manager_can_be_named_or_be_nobody(place: Place) -> None:
    async with place.desk() as at:
        await at.press("d", *"One", "tab", "tab", "tab", "tab", *"bo", "enter")
        await at.press("d", *"Two", "tab", "tab", "tab", "tab", *"nobody", "enter")
        await at.until(lambda: "no incident manager" in at.lines[0])
    assert place.incident("INC-1").manager == "bo"
    assert place.incident("INC-2").manager is None


async def test_a_title_that_is_none_says_so_and_stays_open(place: Place) -> None:
    async with place.desk() as at:
        await at.press("d", "enter")
        assert "The title is empty. Enter a text." in at.text
        await at.press(*"Now it has one", "enter")
        assert at.screen is at.desk
    assert place.incident().title == "Now it has one"


async def test_words_of_a_dialog_that_was_left_come_back(place: Place) -> None:
    async with place.desk() as at:
        await at.press("d", *"Half a thought", "escape")
        assert at.screen is at.desk
        await at.press("d")
        assert "Half a thought" in at.text
        await at.press("enter")
        await at.press("d")
        assert at.dialog == "Declare incident"
        assert at.screen.query_one("#field-title", Input).value == ""
    assert place.incident().title == "Half a thought"


@pytest.mark.parametrize(
    ("keys", "field", "value", "kind"),
    [
        (("s", "2", *"less", "enter"), "severity", "P2", "severity"),
        (("s", "down", "down", "enter", *"less", "enter"), "severity", "P3", "severity"),
        (("C", "2"), "category", "security", "category"),
        (("I", "1"), "impact", "all", "impact"),
        (("p", "enter"), "phase", "investigating", "phase"),
        (("p", "4"), "phase", "resolved", "phase"),
    ],
)
async def test_setting_one_thing(place: Place, keys: tuple[str, ...], field: str, value: str, kind: str) -> None:
    place.declare()
    async with place.desk() as at:
        await at.press(*keys)
        await at.until(lambda: getattr(at.shown, field) == value)
    assert getattr(place.incident(), field) == value
    assert (place.last().kind, place.last().author) == (kind, "ana")


@pytest.mark.parametrize("keys", [("s", "1"), ("s", "escape"), ("s", "q"), ("s", "enter"), ("p", "escape")])
async def test_choosing_what_is_so_or_nothing_writes_nothing(place: Place, keys: tuple[str, ...]) -> None:
    place.declare()
    async with place.desk() as at:
        await at.press(*keys)
        assert at.screen is at.desk
        assert not at.told
    assert len(place.entries()) == 1


async def test_two_changes_in_a_row_typed_fast_are_no_conflict_with_oneself(place: Place) -> None:
    place.declare()
    async with place.desk() as at:
        await at.press("s", "2", *"less", "enter", "s", "3", *"less", "enter", "s", "1")
        await at.caught_up()
        assert at.screen is at.desk, at.text
    assert [entry.data["now"] for entry in place.entries()[1:]] == ["P2", "P3", "P1"]


async def test_lowering_says_what_is_dropped_and_asks_why(place: Place) -> None:
    place.declare()
    async with place.desk() as at:
        await at.press("s", "3")
        assert at.dialog == "Lower severity · INC-1: P1 → P3"
        assert "The update to customers due at 14:37Z is dropped." in at.text
        await at.press("enter")
        assert at.screen is not at.desk
        await at.press(*"a drill", "enter")
        await at.until(lambda: at.shown.severity == "P3")
    assert place.last().text == "a drill"


async def test_lowering_says_that_an_approval_is_still_needed(place: Place) -> None:
    agree(place.store, None)
    place.declare()
    async with place.desk() as at:
        await at.press("s", "2")
        assert "The next update to customers still needs approval, as for P1." in at.text


@pytest.mark.parametrize(("key", "left"), [("k", 5), ("c", 0)])
async def test_what_becomes_of_open_tasks_is_asked(place: Place, key: str, left: int) -> None:
    place.declare()
    async with place.desk() as at:
        await at.press("p", "5")
        assert at.dialog == "INC-1 → canceled: 6 open tasks"
        assert "1 Assign the key roles (ana)" in at.text
        await at.press("escape")
        assert at.shown.phase == "triage"
        await at.press("p", "5", key)
        await at.until(lambda: at.shown.phase == "canceled")
        assert bool(at.shown.tasks_open) is bool(left)


async def test_renaming_begins_with_the_title_and_keeps_the_cursor_at_its_end(place: Place) -> None:
    place.declare("Checkout returns 502")
    async with place.desk() as at:
        await at.press("T", *" for some", "enter")
        await at.until(lambda: at.shown.title == "Checkout returns 502 for some")
    assert place.last().data["was"] == "Checkout returns 502"


async def test_what_a_colleague_did_meanwhile_can_be_left(place: Place) -> None:
    place.declare()
    async with place.desk() as at:
        await at.press("s")
        place.act("severity", "bo", ref="INC-1", severity="P2", reason="less")
        await at.press("3", *"less", "enter")
        assert at.dialog == "Changed by someone else"
        assert "bo changed severity: P1 → P2" in at.body
        await at.press("k")
        assert at.screen is at.desk
    assert place.incident().severity == "P2"


async def test_what_a_colleague_did_meanwhile_can_be_replaced(place: Place) -> None:
    place.declare()
    async with place.desk() as at:
        await at.press("s")
        place.act("severity", "bo", ref="INC-1", severity="P2", reason="less")
        await at.press("3", *"less", "enter")
        await at.press("o")
        assert at.screen is at.desk
        await at.until(lambda: at.shown.severity == "P3")
    assert (place.last().data["was"], place.last().data["now"]) == ("P2", "P3")


async def test_renaming_over_a_colleague_asks_first_and_keeps_the_words(place: Place) -> None:
    place.declare("One")
    async with place.desk() as at:
        await at.press("T", *" two")
        place.act("rename", "bo", ref="INC-1", title="Uno")
        await at.press("enter")
        assert at.dialog == "Changed by someone else"
        await at.press("o")
        await at.until(lambda: at.shown.title == "One two")
        assert at.screen is at.desk


async def test_an_incident_keeps_being_acted_on_while_the_list_moves(place: Place) -> None:
    place.declare("Mine", severity="P2")
    async with place.desk() as at:
        await at.press("s")
        place.declare("Worse", by="bo", severity="P1")
        await at.caught_up()
        await at.press("3", *"less", "enter")
        await at.until(lambda: at.shown.severity == "P3")
        assert at.shown.ref == "INC-1"
    assert place.incident("INC-2").severity == "P1"


async def test_a_database_that_went_away_keeps_the_dialog_and_its_words(place: Place) -> None:
    async with place.desk() as at:
        await at.press("d", *"Kept words")
        place.lose()
        await at.press("enter")
        assert at.dialog == "Declare incident"
        assert "Kept words" in at.text
        place.bring_back()
        await at.press("enter")
        await at.until(lambda: at.screen is at.desk and at.desk.shown)
    assert [place.incident().title] == ["Kept words"]


async def test_an_incident_that_leaves_the_board_stays_under_the_cursor_of_whoever_looks_at_it(place: Place) -> None:
    place.declare("Search is slow", severity="P3")
    place.declare("Checkout returns 502", severity="P1")
    async with place.desk() as at:
        place.act("phase", "bo", ref="INC-2", phase="canceled")
        await at.until(lambda: at.desk.shown is not None and at.desk.shown.phase == "canceled")
        assert at.desk.pane("incidents").cursor == at.desk.looking_at == 2
        assert "canceled" in at.text
        await at.press("k")
        assert at.desk.looking_at == 1
        await at.until(lambda: "canceled" not in at.text)


async def test_merging_goes_to_the_incident_that_goes_on(place: Place) -> None:
    place.declare("Checkout returns 502", severity="P1")
    place.declare("Payments fail [/]", severity="P2")
    async with place.desk() as at:
        await at.press("j", ":", *"merge", "enter")
        assert at.dialog == "Merge INC-2 into"
        assert [option.title for option in at.screen._fitting] == ["P1 INC-1 Checkout returns 502"]  # type: ignore[attr-defined]
        await at.press("enter")
        assert at.body.startswith("INC-2 is closed as merged. It keeps its timeline and 3 open tasks.")
        await at.press(*"one pool", "enter")
        await at.until(lambda: at.shown.ref == "INC-1")
        assert "merged INC-2 “Payments fail [/]” into" in at.text
        assert at.pane("incidents").chosen == 1
        await at.press(":", *"merge", "enter")
        assert at.told == ["Merge: INC-1 is the only open incident."]
    assert place.incident("INC-2").phase == Phase.MERGED
    assert place.last("INC-2").text == "one pool"


async def test_what_the_panes_say_of_keys_is_true_of_the_users_own(place: Place) -> None:
    own = {"declare": "f3", "note": "f4", "draft": "f5", "add-task": "f6", "filter": "f7"}
    async with place.desk(keys=own) as at:
        assert "Press f3 to declare one, f7 to search" in " ".join(at.drawn("#incidents").split())
        assert "Press f4 to add a note." in " ".join(at.drawn("#timeline").split())
        place.declare(severity="P3")
        await at.until(lambda: at.desk.shown)
        assert "Press f5 to write the next update" in " ".join(at.drawn("#status").split())


async def test_a_number_finds_the_incident_of_that_number(place: Place) -> None:
    for number in range(1, 16):
        place.declare(f"Incident {chr(64 + number)}")
    async with place.desk() as at:
        await at.press("slash", *"inc-5")
        assert [row.split()[1] for row in at.rows("incidents")] == ["INC-5"]
        await at.press("backspace", *"15")
        assert [row.split()[1] for row in at.rows("incidents")] == ["INC-15"]
