"""The desk's colours can be told from what lies under them."""

import pytest
from textual.color import Color
from textual.theme import Theme
from textual.widgets import Input

from models.kernel.failures import Refused
from screens.desk.desk import LOOKS
from screens.kernel.rows import TONES
from tests.screens.busy import busy
from tests.screens.desks import Place
from tui.themes import DEFAULT, THEMES

ON_THE_DESK = ("foreground", "error", "warning", "accent", "success")
FRAMES = " │─╭╮╰╯▌"
ENOUGH = 3.0
"""The contrast that WCAG 2 asks of what is no running text; the dim parts have it."""

RUNNING = 4.5
"""What it asks of running text."""


def contrast(one: Color, other: Color) -> float:
    def light(color: Color) -> float:
        parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
async def test_everything_on_the_desk_can_be_read(place: Place, theme: Theme) -> None:
    busy(place)
    async with place.desk(theme=theme.name) as at:
        for pane in "1234":
            await at.press(pane)
            for strip in at.screen._compositor.render_strips(at.app.size):
                for text, style, _ in strip:
                    if text.strip(FRAMES) and style and style.color and style.bgcolor:
                        colour, ground = Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor)
                        assert contrast(colour, ground) >= ENOUGH, text


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
async def test_what_a_field_waits_for_can_be_read(place: Place, theme: Theme) -> None:
    async with place.desk(theme=theme.name) as at:
        await at.press("d")
        inputs = [one for one in at.screen.query(Input) if one.placeholder]
        await at.press("escape", "slash")
        inputs += [one for one in at.screen.query(Input) if one.placeholder]
        assert len(inputs) == 2
        for one in inputs:
            style = one.get_component_rich_style("input--placeholder")
            assert style.color
            assert style.bgcolor
            assert contrast(Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor)) >= RUNNING


def test_the_themes_are_named_apart_and_have_the_default() -> None:
    names = [theme.name for theme in THEMES]
    assert len(set(names)) == len(names)
    assert DEFAULT in names


def test_every_tone_has_its_colour() -> None:
    looks = LOOKS.read_text()
    for tone in TONES:
        assert f".tone-{tone} " in looks


def test_the_256_colours_are_of_the_256() -> None:
    theme = next(theme for theme in THEMES if theme.name.endswith("256"))
    steps = {0, 95, 135, 175, 215, 255}
    greys = {8 + 10 * n for n in range(24)}
    for name in (*ON_THE_DESK, "primary", "secondary", "background", "surface", "panel"):
        red, green, blue = Color.parse(getattr(theme, name)).rgb
        assert {red, green, blue} <= steps or (red == green == blue and red in greys), name


async def test_the_chosen_theme_is_worn(place: Place) -> None:
    async with place.desk(theme="bridgewatch-light") as at:
        assert at.app.theme == "bridgewatch-light"


def test_an_unknown_theme_is_refused_in_words(place: Place) -> None:
    with pytest.raises(Refused, match="There is no theme 'mauve'"):
        place.app(theme="mauve")


@pytest.mark.parametrize("theme", ["ansi-dark", "ansi-light"])
def test_without_colours_a_theme_that_would_be_black_on_black_gives_way(
    place: Place, theme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert place.app(theme=theme).theme == theme
    monkeypatch.setenv("NO_COLOR", "1")
    assert place.app(theme=theme).theme == DEFAULT
