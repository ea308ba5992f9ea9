"""What has not changed is not drawn again, and what belongs together is drawn together."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, NamedTuple
from unittest.mock import patch

import pytest
from textual._compositor import ChopsUpdate, Compositor, LayoutUpdate

from screens.desk import acting
from tests.screens.desks import LONG, Place, Sitting
from tui import app as program


@pytest.fixture(autouse=True)
def _not_resized(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is drawn for a terminal that came to rest."""
    monkeypatch.setattr(program, "SETTLED_SECONDS", LONG)


@contextmanager
def drawn_lines(at: Sitting, name: str) -> Iterator[list[int]]:
    """Each line of the pane that is drawn meanwhile."""
    pane, lines = at.pane(name), list[int]()
    draw = pane.render_line

    def note(y: int) -> Any:
        lines.append(y)
        return draw(y)

    with patch.object(pane, "render_line", note):
        yield lines


class Paint(NamedTuple):
    """What was drawn at once."""

    whole: bool
    """All of the screen."""
    desk: bool
    """The desk itself is shown, without a dialog."""
    header: str


@contextmanager
def painted(at: Sitting) -> Iterator[list[Paint]]:
    """All that is drawn meanwhile."""
    seen: list[Paint] = []
    paint = Compositor.render_update

    def note(self: Compositor, **how: Any) -> Any:
        drawn = paint(self, **how)
        if not isinstance(drawn, ChopsUpdate) or drawn.spans:
            seen.append(Paint(isinstance(drawn, LayoutUpdate), at.screen is at.desk, header(at)))
        return drawn

    with patch.object(Compositor, "render_update", note):
        yield seen


def header(at: Sitting) -> str:
    return at.drawn(at.desk.query_one("#header"))


def before(paint: Paint) -> bool:
    """It shows the desk as it was when the key was pressed."""
    return paint.desk and "P2 1" in paint.header


async def test_a_title_alone_draws_no_row(place: Place) -> None:
    for number in range(40):
        place.declare(f"Incident {number}", severity="P2")
    async with place.desk() as at:
        await at.press("down")
        with drawn_lines(at, "incidents") as lines:
            await at.press("down")
            await at.until(lambda: "3/40" in at.text)
            await at.pilot.pause()
        assert len(set(lines)) == 2  # the row that the cursor left, and the one that it came to


async def test_a_closed_dialog_is_drawn_over_once(place: Place) -> None:
    place.declare()
    async with place.desk() as at:
        await at.press("s")
        with painted(at) as seen:
            await at.press("escape")
            await at.until(lambda: seen and at.screen is at.desk)
            await at.pilot.pause()
            await at.pilot.pause()
        assert [paint.whole for paint in seen].count(True) == 1


async def test_a_dialog_goes_with_what_it_led_to(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acting, "MOMENT_SECONDS", LONG)
    place.declare(severity="P2")
    async with place.desk() as at:
        await at.press("s")
        with painted(at) as seen:
            await at.press("1")
            await at.until(lambda: any("P1 1" in paint.header for paint in seen if paint.desk))
        assert not any(map(before, seen))


async def test_a_deed_that_takes_long_holds_up_no_screen(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acting, "MOMENT_SECONDS", 0.001)
    place.declare(severity="P2")
    async with place.desk() as at:
        await at.press("s")
        with closing(sqlite3.connect(str(place.location.path), isolation_level=None)) as other, painted(at) as seen:
            other.execute("BEGIN IMMEDIATE")
            at._post("1")
            await at.until(lambda: any(map(before, seen)))
            other.execute("ROLLBACK")
            await at.until(lambda: at.shown.severity == "P1")
