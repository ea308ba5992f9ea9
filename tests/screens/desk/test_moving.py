"""Finding one's way: panes, zoom, filter, what needs one, help, leaving."""

import pytest

from models.policy.phase import Phase
from screens.incident.pane import Incidents
from tests.screens.desks import Place, Sitting

WORDS = {name: name for name in ("incidents", "roster", "timeline", "status")}


def fill(place: Place) -> None:
    """Give every role to somebody that a P1 needs."""
    for role in place.incident().unfilled:
        place.act("assign", "ana", ref="INC-1", role=role, person="bo")


def seen(at: Sitting) -> list[str]:
    """The panes that are on the screen."""
    return [name for name in WORDS if at.pane(name).region.area]


@pytest.fixture
def place(place: Place) -> Place:
    place.declare()
    return place


async def test_digits_and_tab_go_to_panes(place: Place) -> None:
    async with place.desk() as at:
        for key, name in (("2", "roster"), ("3", "timeline"), ("4", "status"), ("1", "incidents")):
            await at.press(key)
            assert at.pane(name).has_focus
        await at.press("tab")
        assert at.desk.focused_pane == "roster"
        await at.press("shift+tab", "shift+tab")
        assert at.desk.focused_pane == "status"


@pytest.mark.parametrize(("columns", "panes"), [(120, 4), (80, 4), (50, 2)])
async def test_panes_at_each_width(place: Place, columns: int, panes: int) -> None:
    async with place.desk((columns, 24)) as at:
        assert at.desk.has_class("-narrow") == (columns < 64)
        assert len(seen(at)) == panes
        for key, name in (("2", "roster"), ("3", "timeline"), ("4", "status"), ("1", "incidents")):
            await at.press(key)
            assert name in seen(at)
            assert len(seen(at)) == panes


async def test_zoom_gives_one_pane_everything_and_q_takes_it_back(place: Place) -> None:
    async with place.desk() as at:
        await at.press("3", "z")
        assert seen(at) == ["timeline"]
        assert at.pane("timeline").region.width == 120
        await at.press("2")
        assert seen(at) == ["roster"]
        await at.press("q")
        assert len(seen(at)) == 4
        await at.press("z", "z")
        assert len(seen(at)) == 4


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
async def test_leaving_answers_with_0(place: Place, key: str) -> None:
    async with place.desk() as at:
        assert await at.leave(key) in (0, None)


async def test_q_goes_back_before_it_leaves(place: Place) -> None:
    async with place.desk() as at:
        await at.press("z", "q")
        assert not at.app._exit
        await at.press("/", *"x", "enter", "q")
        assert not at.app._exit
        assert not at.pane("incidents").filter
        assert await at.leave("q") == 0


async def test_every_incident_is_reached_with_the_arrows(place: Place) -> None:
    place.declare("Search is slow", severity="P2")
    async with place.desk() as at:
        await at.press("j")
        await at.until(lambda: at.shown.ref == "INC-2")
        assert "INC-2 · Search is slow" in at.head("timeline")
        await at.press("up")
        await at.until(lambda: at.shown.ref == "INC-1")


async def test_the_cursor_stays_on_its_incident_when_a_worse_one_comes_in_above(place: Place) -> None:
    for n in range(30):
        place.declare(f"Old {n}", severity="P2")
    async with place.desk((120, 24)) as at:
        incidents = at.pane("incidents")
        await at.press(*["j"] * 20)
        await at.until(lambda: at.shown.id == incidents.chosen)
        chosen, y = incidents.chosen, incidents.scroll_offset.y
        place.declare("Worst", by="bo", severity="P1")
        await at.until(lambda: len(incidents.rows) == 32)
        await at.pilot.pause()
        assert incidents.chosen == chosen
        assert incidents.scroll_offset.y == y + 1
        assert at.desk.looking_at == at.shown.id == chosen


async def test_a_colleagues_new_incident_shows_at_once_and_takes_nothing_away(place: Place) -> None:
    async with place.desk() as at:
        place.declare("Search is slow", by="bo", severity="P2")
        await at.until(lambda: "Search is slow" in at.text)
        assert "P2 1" in at.lines[0]
        assert at.shown.ref == "INC-1"


# What needs somebody


async def test_next_goes_round_what_needs_the_reader(place: Place) -> None:
    fill(place)
    place.act("take", "ana", ref="INC-1", role="communications-manager")
    place.declare("Nobody manages this", severity="P3", manager="nobody")
    place.clock.forward(minutes=8)
    async with place.desk() as at:
        assert "▲ INC-2 has no incident manager · INC-1 update 3m late, owner: you · ! next" in at.lines[0]
        await at.press("!")
        assert (at.desk.looking_at, at.desk.focused_pane) == (1, "status")
        await at.press("!")
        await at.until(lambda: at.shown.ref == "INC-2")
        assert at.desk.focused_pane == "roster"
        await at.press("!")
        assert at.desk.looking_at == 1


async def test_what_others_owe_needs_others(place: Place) -> None:
    place.clock.forward(minutes=8)
    async with place.desk(me="bo") as at:
        assert "waiting" not in at.lines[0]
        await at.press("!")
        assert at.told == ["Next: Nothing is waiting for you."]


async def test_an_overdue_update_counts_below_zero(place: Place) -> None:
    place.clock.forward(minutes=8)
    async with place.desk() as at:
        assert at.rows("incidents")[0].endswith("8m  3m late")


# The filter


@pytest.mark.parametrize(
    ("pane", "words", "left"),
    [
        ("1", "search", ["INC-2"]),
        ("2", "secrétaire", ["Scribe"]),
        ("3", "dns", ["it is DNS"]),
        ("4", "roll", ["We roll back"]),
    ],
)
async def test_each_pane_is_filtered(place: Place, pane: str, words: str, left: list[str]) -> None:
    place.declare("Search is slow", severity="P2")
    place.act("note", "bo", ref="INC-1", text="it is DNS")
    place.act("draft", "bo", ref="INC-1", text="We know.\nWe roll back.")
    async with place.desk() as at:
        name = list(WORDS)[int(pane) - 1]
        full = len(at.pane(name).rows)
        await at.press(pane, "/", *words)
        assert len(at.pane(name).rows) == len(left) < full
        assert all(word in row for word, row in zip(left, at.rows(name), strict=True))
        assert f"/{words}" in at.head(name)
        await at.press("enter")
        assert at.pane(name).has_focus
        assert len(at.pane(name).rows) == len(left)
        await at.press("escape")
        await at.until(lambda: len(at.pane(name).rows) == full)


async def test_escape_while_typing_a_filter_shows_everything(place: Place) -> None:
    async with place.desk() as at:
        await at.press("/", *"zzz")
        assert "No matches for “zzz”" in at.text
        await at.press("escape")
        assert at.rows("incidents")[0].startswith(" P1 INC-1")
        assert at.pane("incidents").has_focus


async def test_the_filter_finds_earlier_incidents_in_the_database(place: Place) -> None:
    place.declare("Long ago", severity="P2")
    for phase in (Phase.RESOLVED, Phase.CLOSED):
        place.act("phase", "bo", ref="INC-2", phase=phase, force_reason="A drill")
    async with place.desk() as at:
        assert "Long ago" not in at.text
        await at.press("/", *"long")
        await at.until(lambda: "INC-2 Long ago" in at.rows("incidents")[0])
        await at.press("enter")
        await at.until(lambda: at.shown.ref == "INC-2")
        await at.press("escape")
        assert at.shown.ref == "INC-2"


async def test_the_filter_looks_back_part_by_part_to_the_first_incident(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.board.incidents.SEARCHED", 2)
    monkeypatch.setattr("screens.desk.filtering.FOUND", 3)
    for number in range(9):
        ref = place.declare(f"Long ago {number}", severity="P2")
        place.act("phase", "bo", ref=ref, phase=Phase.CANCELED)
    async with place.desk() as at:
        await at.press("/", *"ago 0")
        await at.until(lambda: "Long ago 0" in at.rows("incidents")[0])
        await at.press("backspace", "backspace")
        await at.until(lambda: not at.desk.query_one(Incidents).looking)
        assert [" ".join(row.partition("Long")[0].split()) for row in at.rows("incidents")] == [
            f"P2 INC-{number}" for number in (10, 9, 8, 7)
        ]


async def test_a_filter_that_finds_nothing_says_so_when_all_was_looked_through(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.board.incidents.SEARCHED", 1)
    place.declare("Other", severity="P2")
    async with place.desk() as at:
        desk = at.desk
        desk.query_one(Incidents).looking = True
        desk.query_one(Incidents).set_filter("zzz")
        assert at.rows("incidents")[0].startswith("Searching past incidents")
        await at.press("/", *"z")
        await at.until(lambda: "No matches for “zzzz”" in at.text)


async def test_letters_are_letters_in_the_filter(place: Place) -> None:
    async with place.desk() as at:
        await at.press("/", *"dastnq1?")
        assert at.pane("incidents").filter == "dastnq1?"
        assert at.screen is at.desk


async def test_a_filtered_timeline_finds_what_nobody_has_looked_at_yet(place: Place) -> None:
    place.act("note", "bo", ref="INC-1", text="the needle")
    for n in range(250):
        place.act("note", "bo", ref="INC-1", text=f"hay {n}")
    async with place.desk() as at:
        await at.press("3", "/", *"needle")
        await at.until(lambda: "the needle" in at.rows("timeline")[0])


# Keys that can do nothing, and fast ones


async def test_keys_without_an_incident_say_why_they_do_nothing(place: Place) -> None:
    place.act("phase", "ana", ref="INC-1", phase=Phase.CANCELED)
    async with place.desk() as at:
        for key in "satnpePuCITA":
            await at.press(key)
            assert at.screen is at.desk
        assert {told.split(": ")[1] for told in at.told} == {"No incident selected. Press d to declare one."}
    assert len(place.entries()) == 2


async def test_dimmed_keys_are_those_that_can_do_nothing(place: Place) -> None:
    fill(place)
    async with place.desk() as at:
        tones = {text.strip(): tone for text, tone in at.footer if text.strip()}
        assert tones["Publish"] == tones["Next"] == "dim"
        assert tones["Declare"] == tones["Note"] == ""


async def test_many_dialogs_in_one_burst_of_keys(place: Place) -> None:
    async with place.desk() as at:
        burst = [key for n in range(8) for key in ("n", *f"note {n}", "enter", "I", str(1 + n % 2))]
        await at.press(*burst)
        await at.caught_up()
        assert at.screen is at.desk
    entries = place.entries()[1:]
    assert [entry.text for entry in entries if entry.kind == "note"] == [f"note {n}" for n in range(8)]
    assert len(entries) == 16


async def test_a_mouse_is_never_needed_and_works(place: Place) -> None:
    place.declare("Search is slow", severity="P2")
    async with place.desk() as at:
        await at.pilot.click("#incidents", offset=(4, 1))
        await at.until(lambda: at.shown.ref == "INC-2")


async def test_the_cursor_and_the_panes_agree_however_fast_somebody_moves(place: Place) -> None:
    for n in range(30):
        place.declare(f"Old {n}", severity="P2")
    async with place.desk((120, 24)) as at:
        incidents = at.pane("incidents")
        for _ in range(3):
            await at.press(*["j"] * 12, *["k"] * 4)
            place.declare("Worse", by="bo", severity="P1")
        await at.caught_up()
        await at.until(lambda: at.desk.arrived)
        assert incidents.chosen == at.desk.looking_at == at.shown.id
        titles = [row.title for row in at.desk.board.incidents] if at.desk.board else []
        assert titles.index(at.shown.title) == 24 + 3
