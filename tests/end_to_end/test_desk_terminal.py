"""What terminals and people's words do to a desk: nothing."""

import re
from pathlib import Path

import pytest
from sqlalchemy import text

from models.kernel.engine import connect
from models.kernel.location import Location
from tests.end_to_end.commanding import Desk
from tests.end_to_end.terminals import Window, Windows, windows

__all__ = ["windows"]

ESCAPES = (
    "\x1b]0;owned\x07",
    "\x1b]52;c;b3duZWQ=\x07",
    "\x1b[31;45;7m",
    "\x1b[2J\x1b[H\x1b[3J",
    "\x1bPq#0~\x1b\\",
    "\x9b6n",
    "\x9d0;owned\x9c",
    "\u202eback\u200b\u2066",
)
HOSTILE = "".join(f"<{escape}>" for escape in ESCAPES) + "[/] [@click=app.quit]x[/] end"


def unharmed(raw: bytes) -> None:
    said = raw.decode()
    for escape in ESCAPES:
        assert escape not in said
    assert not re.search("[\x80-\x9f\u202e\u200b\u2066]", said)
    assert "owned\x07" not in said


def test_hostile_words_do_nothing(windows: Windows, run: Desk) -> None:
    run("declare", f"Checkout {HOSTILE}", "--severity", "P1")
    run("note", "1", f"By command {HOSTILE}")
    location = Location.parse(run.database)
    engine = connect(location)
    with engine.begin() as connection:  # as another tool would write
        hostile = {"words": HOSTILE}
        connection.execute(text("UPDATE people SET name = 'ana' || :words"), {"words": "".join(ESCAPES)[:60]})
        connection.execute(text("UPDATE incidents SET title = 'Checkout ' || :words"), hostile)
        connection.execute(text("UPDATE drafts SET text = 'Drafted ' || :words"), hostile)
    engine.dispose()

    desk = windows(location, "bo")
    desk.wait_for_all("● live", "Checkout", "By command")
    for key, words in (
        ("\r", "q close"),
        ("T", "Rename"),
        ("a", "Assign role"),
        ("e", "Esc Close"),
        ("?", "q close"),
    ):
        desk.keys(key)
        desk.wait_for(words)
        desk.keys("\x1b")
        desk.wait_for(lambda lines: not any("Esc " in line or "q close" in line for line in lines))
    desk.keys("3")
    desk.keys("r")
    desk.wait_for("Edit note")
    desk.keys("\x1b[200~pasted \x1b]0;owned\x07 \u009b6n\u202e\x1b[201~")
    desk.wait_for("pasted")
    desk.keys("\r")
    desk.wait_for(lambda lines: not any("Ctrl+J" in line for line in lines))
    unharmed(bytes(desk.raw))
    desk.keys("q")
    assert desk.exit_code() == 0


def test_a_megabyte_of_text(windows: Windows, sqlite_location: Location, here: Desk) -> None:
    here("declare", "Checkout", "--severity", "P1")
    engine = connect(sqlite_location)
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE incidents SET title = :title"), {"title": "Checkout " + "検e\u0301👨‍👩‍👧" * 200_000}
        )
    engine.dispose()
    desk = windows(sqlite_location, "bo")
    desk.wait_for_all("● live", "Checkout")
    desk.keys("q")
    assert desk.exit_code() == 0


def test_broken_bytes_on_the_input(windows: Windows, sqlite_location: Location) -> None:
    desk = windows(sqlite_location, "ana")
    desk.wait_for("● live")
    desk.send(b"\xff\x1b[M\xe9")
    desk.send(b"\xc3\x28\xf0\x9f\xed\xa0\x80")
    desk.keys("\x1b")
    desk.keys("?")
    desk.wait_for("q close")
    desk.keys("qq")
    assert desk.exit_code() == 0


def test_sizes_from_tiny_to_wide(windows: Windows, sqlite_location: Location, here: Desk) -> None:
    here("declare", "Checkout returns 502", "--severity", "P1")
    desk = windows(sqlite_location, "ana")
    desk.wait_for_all("● live", "Checkout returns 502")
    for columns, lines in ((20, 5), (1, 1), (300, 90)):
        desk.resize(columns, lines)
    desk.resize(20, 5)
    desk.wait_for("P1 1 Checkou…")
    desk.resize(120, 40)
    desk.wait_for_all("Checkout returns 502", "4 Status page", "? Help")
    desk.keys("q")
    assert desk.exit_code() == 0


@pytest.mark.parametrize("theme", ["", "bridgewatch-light", "ansi-dark"])
def test_without_colours(windows: Windows, sqlite_location: Location, here: Desk, theme: str) -> None:
    here("declare", "Checkout returns 502", "--severity", "P1")
    desk = windows(sqlite_location, "ana", NO_COLOR="1", BRIDGEWATCH_THEME=theme)
    desk.wait_for_all("● live", "Checkout returns 502", "4 Status page")
    with desk.looking() as screen:
        drawn = [cell for row in screen.buffer.values() for cell in row.values() if cell.data.strip()]
    assert all(_is_grey(cell.fg) and _is_grey(cell.bg) for cell in drawn)
    assert all(cell.fg != cell.bg or cell.fg == "default" for cell in drawn)


def _is_grey(colour: str) -> bool:
    return colour == "default" or colour[0:2] == colour[2:4] == colour[4:6]


def test_the_terminal_is_given_back(windows: Windows, sqlite_location: Location) -> None:
    desk = windows(sqlite_location, "ana")
    desk.wait_for("● live")
    desk.keys("q")
    assert desk.exit_code() == 0
    desk.until(lambda: b"\x1b[?1049l" in desk.raw)
    raw = bytes(desk.raw)
    for on, off in ((b"\x1b[?1049h", b"\x1b[?1049l"), (b"\x1b[?25l", b"\x1b[?25h"), (b"\x1b[?1000h", b"\x1b[?1000l")):
        assert raw.rfind(on) < raw.rfind(off)


def test_a_database_that_is_none(windows: Windows, tmp_path: Path) -> None:
    file = tmp_path / "notes.db"
    file.write_text("shopping list, and long enough for a header of SQLite " * 20)
    desk = windows(Location.file(file), "ana")
    desk.wait_for("is not a Bridgewatch database")
    desk.keys("q")
    assert desk.exit_code() == 0


def test_the_draft_in_ones_own_editor(windows: Windows, here: Desk, sqlite_location: Location, tmp_path: Path) -> None:
    here("declare", "Checkout returns 502", "--severity", "P2")
    here("draft", "1", "We know.")
    editor = tmp_path / "editor"
    longer_than_a_key_waits = "sleep 1.2"
    editor.write_text(f'#!/bin/sh\nprintf "We know\nmore.\n" > "$1"\n{longer_than_a_key_waits}\n')
    editor.chmod(0o755)
    desk = windows(sqlite_location, "ana", EDITOR=str(editor), VISUAL="")
    desk.wait_for_all("● live", "We know.")
    desk.keys("4")
    before = desk.mark()
    desk.keys("E")
    desk.arrival(b"\x1b[?2004h", before)  # the terminal is the desk's again
    desk.keys("V")  # and so is a letter, which goes into no draft
    desk.wait_for("3 words")
    assert here.json("show", "1")["drafts"]["customers"]["text"] == "We know\nmore."


def rung(desk: Window) -> int:
    """How often the bell did; the same character ends a window's title."""
    return re.sub(rb"\x1b\][^\x07]*\x07", b"", bytes(desk.raw)).count(b"\x07")


def test_the_bell_rings_once_and_not_where_it_is_switched_off(windows: Windows, run: Desk, tmp_path: Path) -> None:
    run("rules", "reset")
    run("declare", "Checkout returns 502", "--severity", "P1", by="ana")
    run("take", "1", "tech lead", by="bo")
    config = tmp_path / "homes" / "bo" / "config" / "bridgewatch" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("bell = false\n")
    location = Location.parse(run.database)
    desks = [windows(location, person) for person in ("ana", "bo")]
    for desk in desks:
        desk.wait_for_all("● live", "Checkout returns 502")
    assert [*map(rung, desks)] == [0, 0]
    run("draft", "1", "We know.", "--title", "Payments fail", by="cy")
    run("request-approval", "1", by="cy")
    run("note", "1", "the pool is full", by="cy")
    run("assign", "1", "scribe", "di", by="ana")
    for desk in desks:
        desk.wait_for_all("review ", "the pool is full", "assigned Scribe to di")
        desk.keys("?")
        desk.wait_for("q close")
    assert [*map(rung, desks)] == [1, 0]
