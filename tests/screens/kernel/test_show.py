"""What is drawn is harmless and as wide as it says."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len as rich_cells
from textual._cells import cell_len
from textual.app import App, ComposeResult
from textual.widgets import Static

from screens.kernel import show

HOSTILE = [
    "[/]",
    "[@click=app.quit]x[/]",
    "[red",
    "\x1b]0;title\x07",
    "\x1b]52;c;aGVsbG8=\x07",
    "\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\",
    "\x1b[2J\x1b[H",
    "\x1b",
    "\x9b2J",
    "\x9d0;title\x9c",
    "\x00\x07\x08\x0b\x0c\r\x7f",
    "\ud800 \udc80 \ud83d\ude00",
    "👩‍👩‍👧‍👦 👩🏽‍🚒 🏴‍☠️ ❤️ 🇫🇷 🏴󠁧󠁢󠁥󠁮󠁧󠁿 1️⃣",
    "\u202egnp.exe \u2066\u200f",
    "العربية עברית שָׁלוֹם",
    "日本語 한국어 ｶﾞ",
    "हिन्दी की বাংলা தமிழ்",
    "z" + "\u0301" * 99,
    "\u0301\u200d\ufe0f",
    "\U000e0041\U0001fae8\u0378\ue000\u2630",
    "x" * 1_048_576,
]
pieces = st.one_of(st.sampled_from(HOSTILE[:-1]), st.characters(), st.text(), st.sampled_from(" \n\t"))
texts = st.lists(pieces).map("".join)
HARMFUL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200d-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff]")


@given(texts)
def test_drawn_text_is_harmless_and_stays_so(text: str) -> None:
    assert not HARMFUL.search(show.safe_lines(text))
    assert not HARMFUL.search(show.safe(text))
    assert "\n" not in show.safe(text)
    # Composing may move a mark of another script next to this joiner, which then has nothing left to shape.
    if "\u200c" not in text:
        assert show.safe(show.safe(text)) == show.safe(text)
        assert show.safe_lines(show.safe_lines(text)) == show.safe_lines(text)


@given(texts, st.integers(0, 60), st.sampled_from(["left", "right"]))
def test_fit_takes_exactly_the_cells(text: str, cells: int, align: str) -> None:
    fitted = show.fit(text, cells, align="right" if align == "right" else "left")
    assert cell_len(fitted) == rich_cells(fitted) == cells
    if show.width(text) <= cells:
        assert fitted.strip() == show.safe(text).strip()


@given(texts)
def test_what_is_typed_keeps_its_places_and_its_width(text: str) -> None:
    drawn = show.in_place(text)
    assert len(drawn) == len(text)
    assert [cell_len(character) for character in drawn] == [cell_len(character) for character in text]
    assert cell_len(drawn) == cell_len(drawn.replace(show.NOTHING, "")) == cell_len(text)


@given(texts)
def test_each_drawn_character_is_as_wide_for_a_plain_terminal(text: str) -> None:
    for character in show.safe(text):
        kind = unicodedata.category(character)
        if kind in ("Mn", "Me", "Cf") or "\u1160" <= character <= "\u11ff" or unicodedata.combining(character):
            continue
        assert cell_len(character) == (2 if unicodedata.east_asian_width(character) in "WF" else 1)


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("👩‍👩‍👧", "👩👩👧"),
        ("👍🏽", "👍"),
        ("❤️", "❤"),
        ("🇫🇷", "FR"),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🏴"),
        ("e\u0301", "é"),
        ("की", "की"),
        ("a\ud800b", "a\ufffdb"),
        ("\u0378", "\ufffd"),
        ("\u2630", "\ufffd"),
        ("a\tb\nc", "a b c"),
        ("[b]x[/]", "[b]x[/]"),
    ],
)
def test_what_is_drawn(text: str, drawn: str) -> None:
    assert show.safe(text) == drawn


@pytest.mark.parametrize(
    ("text", "cells", "fitted"),
    [
        ("Checkout", 10, "Checkout  "),
        ("Checkout", 5, "Chec…"),
        ("日本語", 5, "日本…"),
        ("日本語", 4, "日… "),
        ("👩‍👩‍👧", 5, "👩👩…"),
        ("ne\u0301e", 2, "n…"),
        ("x\u0316\u0301\u0316\u0301yz", 2, "x\u0316\u0301\u0316\u0301…"),
        ("abc", 1, "…"),
        ("abc", 0, ""),
    ],
)
def test_fit_cuts_between_characters(text: str, cells: int, fitted: str) -> None:
    assert show.fit(text, cells) == unicodedata.normalize("NFC", fitted)


def test_fit_to_the_right() -> None:
    assert show.fit("-3m", 5, align="right") == "  -3m"


def test_spacing_vowel_signs_take_a_cell_as_they_do_in_terminals() -> None:
    assert cell_len("की") == rich_cells("की") == 2


@given(texts, st.integers(6, 30))
@example("aaaaaaaa bb", 8)
@example("         " + "a" * 20, 8)
@example("\t\t\t", 8)
@example("a" + "\u093e" * 9 + "b" * 9, 8)
def test_wrapping_loses_blanks_only(text: str, cells: int) -> None:
    lines = show.wrap(text, cells)
    assert all(cell_len(line) <= cells for line in lines)
    assert "".join("".join(lines).split()) == "".join(show.safe_lines(text).split())
    assert len(lines) >= show.safe_lines(text).count("\n") + 1


@pytest.mark.parametrize(
    ("text", "cells", "lines"),
    [
        ("the quick brown fox", 10, ["the quick", "brown fox"]),
        ("a\n\n  b", 10, ["a", "", "  b"]),
        ("abcdefghijklmnopqr st", 8, ["abcdefgh", "ijklmnop", "qr st"]),
        ("ab 日本語日本語", 9, ["ab", "日本語日", "本語"]),
        ("aaaaaaaa    bb", 8, ["aaaaaaaa", "bb"]),
        ("Erreur\u00a0: x", 9, ["Erreur\u00a0:", "x"]),
        ("", 10, [""]),
    ],
)
def test_wrap(text: str, cells: int, lines: list[str]) -> None:
    assert show.wrap(text, cells) == lines


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(59, "59s"), (840, "14m"), (899, "14m"), (900, "15m"), (1199, "15m"), (1200, "20m"), (3599, "55m"), (7300, "2h")],
)
def test_about(seconds: float, shown: str) -> None:
    assert show.about(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (-5, "0s"),
        (0, "0s"),
        (45.9, "45s"),
        (60, "1m"),
        (42 * 60, "42m"),
        (7200, "2h"),
        (86_399, "23h"),
        (86_400 * 3, "3d"),
    ],
)
def test_age(seconds: float, shown: str) -> None:
    assert show.age(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (720, "12m"),
        (0, "0s"),
        (-0.5, "0s"),
        (-1, "-1s"),
        (-180, "-3m"),
        (-86_400 * 99, "-99d"),
        (-86_400 * 100, "-14w"),
    ],
)
def test_countdown(seconds: float, shown: str) -> None:
    assert show.countdown(seconds) == shown


@given(st.floats(-1e12, 1e12))
def test_ages_are_narrow(seconds: float) -> None:
    assert 2 <= len(show.age(seconds)) <= 3
    assert 2 <= len(show.countdown(seconds)) <= 4


def test_times_of_day() -> None:
    at = datetime(2026, 7, 1, 16, 32, tzinfo=timezone(timedelta(hours=2)))
    assert show.clock(at) == "14:32"
    assert show.stamp(at) == "14:32Z"
    assert show.clock(at.astimezone(UTC), timezone(timedelta(hours=1))) == "15:32"


class Shown(App[None]):
    """Draws texts in each way that a pane does."""

    def __init__(self, texts: list[str]) -> None:
        super().__init__()
        self.texts = texts

    def compose(self) -> ComposeResult:
        for text in self.texts:
            yield Static(show.content(text))
            yield Static(show.content_lines(text, "bold"))
            yield Static(show.content(show.fit(text, 30)))
            titled = Static("")
            titled.border_title = show.content(text)
            yield titled


async def drawn_segments(texts: list[str]) -> list[str]:
    app = Shown(texts)
    async with app.run_test(size=(120, 200), notifications=True):
        return [segment.text for strip in app.screen._compositor.render_strips() for segment in strip]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
async def test_nothing_of_a_hostile_text_is_drawn_as_a_command(text: str) -> None:
    segments = await drawn_segments([text])
    assert any(segment.strip() for segment in segments) or not show.safe(text)
    assert not HARMFUL.search("".join(segments))


@pytest.mark.parametrize("markup", HOSTILE[:3])
async def test_markup_is_drawn_as_typed(markup: str) -> None:
    assert markup in "".join(await drawn_segments([markup]))
