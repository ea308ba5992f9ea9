"""Words that another tool wrote straight into the database are drawn as words, in their place, and obeyed by nobody."""

import pytest
from rich.cells import cell_len

from models.policy.audience import Audience
from models.policy.severity import Severity
from tests.screens.desks import Place, Sitting, frames
from tests.screens.kernel.test_show import HARMFUL

WORDS = {
    "closing markup": "[/]",
    "markup": "[bold red]x[/bold red] [red",
    "a live action": "[@click=app.quit]x[/]",
    "a title change": "\x1b]0;owned\x07x",
    "the clipboard": "\x1b]52;c;aGVsbG8=\x07x",
    "a cleared screen": "\x1b[2J\x1b[Hx",
    "colour": "\x1b[31mx\x1b[0m \x9b31mx",
    "C1": "a\x85b\x8ec\x9b2Jd\x9d0;t\x9ce",
    "bidi": "\u202egnp.exe \u2066x\u2069 \u200f",
    "zero width": "a\u200bb\u200dc\u2060d\ufeffe",
    "emoji families": "👩\u200d👩\u200d👧\u200d👦 👩🏽\u200d🚒 🏴\u200d☠️ ❤️ 🇫🇷 1️⃣",
    "CJK": "日本語のタイトル 한국어 ｶﾞｷﾞ",
    "right to left": "العربية עברית שָׁלוֹם",
    "marks": "z" + "\u0301" * 40 + " हिन्दी की",
    "one long word": "x" * 190,
    "lines": "one\ntwo\r\nthree\ttabbed\x0bfour",
    "nothing": " ",
}
TOGETHER = {
    name: " ".join(WORDS[one] for one in several)
    for name, several in {
        "markup": ("closing markup", "a live action", "markup"),
        "escapes": ("a title change", "the clipboard", "a cleared screen", "colour", "C1"),
        "hidden": ("bidi", "zero width", "marks", "lines"),
        "wide": ("emoji families", "CJK", "right to left", "one long word"),
    }.items()
}


def poison(place: Place, words: str) -> None:
    """Write them wherever people's words can be, past everything that cleans them."""
    place.declare("Plain", severity=Severity.P1)
    place.act("take", "bo", ref="INC-1", role="tech-lead")
    place.act("add-role", "bo", ref="INC-1", name="Own role")
    theory = place.act("note", "bo", ref="INC-1", text="plain", as_kind="theory").entry.n
    place.act("evidence", "bo", ref="INC-1", n=theory, weight="for", text="plain")
    place.act("block", "bo", ref="INC-1", number=1, reason="plain")
    place.act("skip", "bo", ref="INC-1", step="document", reason="plain")
    place.act("offer", "bo", ref="INC-1", role="tech-lead", person="cy", brief="plain")
    place.act("draft", "bo", ref="INC-1", title="plain", text="plain", components={"API": "degraded"})
    place.act("publish", "bo", ref="INC-1")
    place.act("draft", "bo", ref="INC-1", text="plain")
    place.store.close()
    with_names = words[:60]
    place.by_hand("UPDATE incidents SET title = ?", words)
    place.by_hand("UPDATE people SET name = ? WHERE name = 'bo'", with_names)
    place.by_hand("UPDATE incident_roles SET name = ?, label = ? WHERE book_role IS NULL", with_names, with_names)
    place.by_hand("UPDATE drafts SET text = ?, title = ?, returned = ?, returned_by = edited_by", words, words, words)
    place.by_hand("UPDATE drafts SET components = json_object(?, 'degraded')", with_names)
    place.by_hand(
        "INSERT INTO status_updates (incident_id, n, phase, text, title, components, published_by, published_at)"
        " SELECT incident_id, n, phase, ?, ?, json_object(?, 'degraded'), published_by, published_at"
        " FROM status_updates",
        words,
        words,
        with_names,
    )
    place.by_hand("UPDATE components SET name = ?, description = ?", with_names, words)
    place.by_hand(
        "INSERT INTO entries (incident_id, n, command_id, kind, data, text, author_id, occurred_at, recorded_at, seal)"
        " SELECT 1, version + 1, lower(hex(randomblob(16))), 'note', '{}', ?, 2, declared_at, declared_at, seal"
        " FROM incidents",
        words,
    )
    place.by_hand("UPDATE incidents SET version = version + 1")
    place.by_hand("UPDATE theories SET said = (SELECT version FROM incidents)")
    place.by_hand("UPDATE evidence SET said = (SELECT version FROM incidents)")
    place.by_hand("UPDATE tasks SET title = ?, reason = ?", words, words)
    place.by_hand("UPDATE skips SET reason = ?", words)
    place.by_hand("UPDATE offers SET brief = ?", words)
    place.by_hand("UPDATE head SET ticket = ticket + 1")


def harmless(at: Sitting) -> None:
    """Every line is as wide as the screen and has no character that a terminal obeys; nothing can be clicked."""
    for line in at.lines:
        assert not HARMFUL.search(line), line
        assert cell_len(line) == at.app.size.width, line
    for strip in at.screen._compositor.render_strips(at.app.size):
        for segment in strip:
            assert not any("click" in key for key in (segment.style.meta if segment.style else {})), segment


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS.keys())
async def test_the_panes_show_them_harmless_and_aligned(place: Place, words: str) -> None:
    await aligned(place, words, (80, 24))


@pytest.mark.parametrize("size", [(120, 40), (50, 24)], ids=str)
@pytest.mark.parametrize("words", TOGETHER.values(), ids=TOGETHER.keys())
async def test_so_they_do_at_other_sizes(place: Place, words: str, size: tuple[int, int]) -> None:
    await aligned(place, words, size)


async def aligned(place: Place, words: str, size: tuple[int, int]) -> None:
    poison(place, words)
    async with place.desk(size) as at:
        for key in "12345":
            await at.press(key)
            harmless(at)
            divider = at.desk.query_one("#divider").region
            wanted = {(divider.x, y) for y in range(divider.y, divider.bottom)}
            assert wanted <= {(at_cell % 1000, at_cell // 1000) for at_cell, _ in frames(at.lines)}
        assert at.screen is at.desk


@pytest.mark.parametrize("words", TOGETHER.values(), ids=TOGETHER.keys())
async def test_dialogs_and_notifications_show_them_harmless(place: Place, words: str) -> None:
    poison(place, words)
    async with place.desk((80, 24), me="cy") as at:
        for keys in (
            ("a",),
            ("a", "down", "enter"),
            ("t",),
            ("T",),
            ("P",),
            (":",),
            ("?",),
            ("d",),
            ("n",),
            ("4", "D"),
            ("V",),
            ("K",),
            ("L",),
            ("b",),
            ("i",),
            ("w",),
            ("v",),
            ("y",),
            ("N",),
            ("S",),
            ("5", "o"),
            ("2", "g", "j", "h"),
            ("2", "g", "j", "h", "r"),
        ):
            await at.press(*keys)
            assert at.screen is not at.desk, keys
            harmless(at)
            await at.press(*["escape"] * (2 if keys[-1] == "r" else 1))
            assert at.screen is at.desk, keys
        for pane in "12345":
            await at.press(pane, "g", "enter")
            assert at.screen is not at.desk, pane
            harmless(at)
            await at.press("escape")
        await at.press("3", "g", "r")
        harmless(at)
        await at.press("escape", "x")
        harmless(at)
        await at.press("escape", "n", *"x", "enter", "u")
        await at.until(lambda: at.told)
        harmless(at)
        at.desk.notify(words, title="Action failed", markup=False)
        await at.pilot.pause()
        await at.press("/", *"x")
        harmless(at)
        await at.press("escape", "e")
        harmless(at)
        assert at.screen is at.desk
        await at.press("escape")


@pytest.mark.parametrize("words", TOGETHER.values(), ids=TOGETHER.keys())
async def test_a_conflict_with_somebody_so_named_shows_them_harmless(place: Place, words: str) -> None:
    poison(place, words)
    async with place.desk((80, 24), me="cy") as at:
        await at.press("t", *"tech")
        place.store.open(create=False)
        place.act("take", "dee", ref="INC-1", role="tech-lead")
        await at.press("enter")
        harmless(at)
        await at.press("enter")
        assert at.dialog == "Changed by someone else"
        harmless(at)
        await at.press("k")


async def test_a_megabyte_by_another_tool_is_drawn_in_part_and_scrolls(place: Place) -> None:
    poison(place, "word " * 200_000)
    async with place.desk() as at:
        harmless(at)
        await at.press("3", "j", "G", "g", "4", "G")
        harmless(at)


@pytest.mark.parametrize("words", ["[/]", "[@click=app.quit]x[/]", "日本語 👩\u200d👧"])
async def test_words_typed_are_stored_and_shown_as_typed(place: Place, words: str) -> None:
    place.declare()
    async with place.desk() as at:
        await at.press("T", *["backspace"] * 40)
        await at.paste(words)
        await at.press("enter", "n")
        harmless(at)
        await at.paste(words)
        await at.press("enter")
        await at.caught_up()
        harmless(at)
        await at.press("a", *"scribe", "enter")
        await at.paste(words)
        await at.press("enter", "n")
    assert place.incident().title == place.entries()[-2].text == words
    assert place.holders("scribe") == [words]


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (50, 24)], ids=str)
async def test_what_is_being_typed_is_drawn_as_it_will_be_shown(place: Place, size: tuple[int, int]) -> None:
    words, drawn = "👩\u200d👩\u200d👧\u200d👦 👍🏽 ❤️ 🇫🇷 end", "👩👩👧👦 👍 ❤ FR end"
    place.declare()
    async with place.desk(size) as at:
        for keys in (("n",), ("T", *["backspace"] * 40), ("e",)):
            await at.press(*keys)
            await at.paste(words)
            harmless(at)
            assert drawn in at.text, keys
            await at.press("left", "left", "x")
            assert drawn.replace("end", "exnd") in at.text, keys
            await at.press("backspace")
            await at.press("escape" if keys == ("e",) else "enter")
        await at.caught_up()
    incident = place.incident()
    assert incident.title == incident.drafts[Audience.CUSTOMERS].text == words
    assert words in [entry.text for entry in place.entries()]


@pytest.mark.parametrize("words", ["\x1b]0;owned\x07evil", "\x9b2Jevil", "\u202eevil", "\x00evil"])
async def test_what_terminals_obey_is_gone_before_it_is_stored(place: Place, words: str) -> None:
    async with place.desk() as at:
        await at.press("d")
        await at.paste(words)
        harmless(at)
        await at.press("enter")
        await at.until(lambda: at.desk.shown)
    assert place.incident().title == "evil"


async def test_too_much_is_refused_in_words_and_nothing_is_lost(place: Place) -> None:
    place.declare()
    async with place.desk() as at:
        await at.press("n")
        await at.paste("x" * 1_048_576)
        await at.press("enter")
        assert "1,048,576 characters; the limit is 20,000" in at.text
        harmless(at)
        await at.press("escape")
    assert len(place.entries()) == 1
