"""A new command is one declaration: key, footer, palette, help, command line, other desks and undo follow."""

import json
import subprocess
import sys
from pathlib import Path

from models.kernel.location import Location
from tests.end_to_end.terminals import ROOT, Windows, both, windows

__all__ = ["windows"]

TOY = ("-m", "tests.end_to_end.toy")


def told(location: Location, *arguments: str) -> str:
    command = [sys.executable, *TOY, "--database", location.url, "--as", "cy", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_a_command_is_added_with_two_files(windows: Windows, location: Location, tmp_path: Path) -> None:
    told(location, "declare", "Checkout returns 502", "--severity", "P2")
    arguments = ["--database", location.url, "--as"]
    ana = windows.program([*arguments, "ana"], tmp_path / "ana", program=TOY)
    bo = windows.program([*arguments, "bo"], tmp_path / "bo", program=TOY)
    for desk in (ana, bo):
        desk.wait_for_all("● live", "X Thank")

    ana.keys("?")
    ana.wait_for("Thank a responder on the timeline.")
    ana.keys("q:thank")
    ana.wait_for(both("Thank", "Thank a responder on the timeline."))
    ana.keys("\r")
    ana.wait_for("Thank whom?")
    ana.keys("cy\r")
    for desk in (ana, bo):
        desk.wait_for(both("ana", "thanked cy: Well done"))
    ana.keys("u")
    bo.wait_for_all("reverted “thanked cy: Well done”")

    assert "who is thanked" not in told(location, "thank", "--help")
    assert "--text TEXT" in told(location, "thank", "--help")
    assert "Thank a responder on the timeline." in told(location, "--help")
    entry = json.loads(told(location, "thank", "INC-1", "bo", "--text", "You found it", "--json"))
    assert (entry["kind"], entry["data"], entry["text"]) == ("thanked", {"person": "bo"}, "You found it")
    assert "thanked bo: You found it" in told(location, "show", "1")


def test_a_program_that_does_not_know_it_reads_its_entries_plainly(location: Location) -> None:
    told(location, "declare", "Checkout returns 502", "--severity", "P2")
    told(location, "thank", "1", "bo")
    command = [sys.executable, "-m", "tui", "--database", location.url, "show", "1"]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "cy thanked: Well done" in " ".join(shown.split())
