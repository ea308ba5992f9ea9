"""What a tired reader must never lose: the way to each pane, the most urgent incident, the row in use, a calm line."""

from __future__ import annotations

import pytest
from textual import events
from textual.widget import Widget

from tests.screens.desks import Place, Sitting


def many(place: Place, count: int = 30) -> None:
    for number in range(count):
        place.declare(f"Incident {number}", severity="P2")


@pytest.mark.parametrize("columns", [50, 63])
async def test_tab_goes_through_all_panes_where_one_is_seen(place: Place, columns: int) -> None:
    place.declare()
    async with place.desk((columns, 24)) as at:
        gone_to = []
        for _ in range(5):
            await at.press("tab")
            gone_to.append(at.desk.focused_pane)
            assert at.pane(gone_to[-1]).has_focus
            assert at.pane(gone_to[-1]).region.area
        assert gone_to == ["roster", "timeline", "tasks", "status", "incidents"]
        await at.press("shift+tab")
        assert at.desk.focused_pane == "status"


async def test_tab_goes_on_in_a_zoomed_window(place: Place) -> None:
    place.declare()
    async with place.desk() as at:
        await at.press("z", "tab")
        assert at.pane("roster").region.width == 120
        assert not at.pane("incidents").region.area
        await at.press("z")
        assert at.pane("incidents").region.area


async def test_the_most_urgent_incidents_out_of_sight_are_counted(place: Place) -> None:
    for _ in range(2):
        place.declare("Checkout is down", severity="P1")
    many(place)
    async with place.desk((80, 24)) as at:
        assert "above" not in at.head("incidents")
        await at.press("G")
        await at.until(lambda: "2 P1 above (g)" in at.head("incidents"))
        await at.press("g")
        await at.until(lambda: "above" not in at.head("incidents"))
        assert "Checkout is down" in at.text


def _wheel(kind: type[events.MouseEvent], pane: Widget, step: int) -> events.MouseEvent:
    return kind(pane, 3, 3, 0, step, 0, shift=False, meta=False, ctrl=False)


async def test_the_wheel_takes_the_cursor_along(place: Place) -> None:
    many(place)
    async with place.desk() as at:
        incidents = at.pane("incidents")
        for _ in range(4):
            incidents.post_message(_wheel(events.MouseScrollDown, incidents, 1))
            await at.quiet()
        top = incidents.scroll_offset.y
        assert top > 0
        assert top <= (incidents.index or 0) < top + incidents.size.height
        for _ in range(40):
            incidents.post_message(_wheel(events.MouseScrollUp, incidents, -1))
        await at.quiet()
        assert incidents.scroll_offset.y == 0
        assert (incidents.index or 0) < incidents.size.height


def _painted(at: Sitting) -> list[int]:
    """How many cells each update of the screen covers, from now on."""
    counted: list[int] = []
    compositor = at.desk._compositor
    render = compositor.render_update

    def counting(*args: object, **named: object) -> object:
        regions = list(compositor._dirty_regions)
        counted.append(sum(region.area for region in regions))
        return render(*args, **named)  # type: ignore[arg-type]

    compositor.render_update = counting  # type: ignore[method-assign, assignment]
    return counted


@pytest.mark.parametrize("key", ["slash", "2", "tab"])
async def test_a_move_of_the_focus_draws_a_few_rows(place: Place, key: str) -> None:
    many(place, 12)
    async with place.desk() as at:
        await at.press(key, "escape", "1")  # what is made at its first use is there
        counted = _painted(at)
        await at.press(key)
        await at.pilot.pause()
        assert 0 < sum(counted) < 120 * 12


class TestTheme:
    async def test_each_is_shown_while_one_looks_at_its_name(self, place: Place) -> None:
        async with place.desk() as at:
            before = at.app.theme
            await at.press("f9", "down")
            assert at.app.theme != before
            await at.press("escape")
            assert at.app.theme == before

    async def test_the_chosen_one_is_kept_for_the_next_start(self, place: Place) -> None:
        async with place.desk() as at:
            await at.press("f9", *"light", "enter")
            chosen = at.app.theme
            assert "light" in chosen
            assert at.told[-1] == f"Theme: {chosen}, also for the next start."
        assert place.app().theme == chosen

    async def test_a_setting_comes_first_and_that_is_said(self, place: Place) -> None:
        async with place.desk(theme="bridgewatch-256") as at:
            await at.press("f9", *"colour", "enter")
            assert at.told[-1].endswith("until you quit: your settings name another theme, which comes first.")
        assert place.app(theme="bridgewatch-256").theme == "bridgewatch-256"

    @pytest.mark.parametrize(
        "kept", [b"no such theme", b"\xff\xfe", b"", b"x" * 100_000], ids=["unknown", "binary", "empty", "long"]
    )
    def test_whatever_the_file_holds_the_desk_starts(self, place: Place, kept: bytes) -> None:
        place.cache.mkdir(parents=True, exist_ok=True)
        (place.cache / "theme").write_bytes(kept)
        assert place.app().theme == "bridgewatch-dark"
