"""However a desk ends, the terminal is as it was before, and what was typed is there on the next one."""

import os
import pty
import re
import signal
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from bench.terminal import DEADLINE
from models.kernel.location import Location
from tests.end_to_end.commanding import Desk
from tests.end_to_end.terminals import ROOT, Window, Windows, environment, windows

__all__ = ["windows"]

SHELL = ("-c", "import os; os.execvp('bash', ['bash', '--norc', '--noprofile', '-i'])")
"""An interactive shell, which has jobs."""

FAILING = (
    "-c",
    "import sys, tui\n"
    "from screens.desk.desk import Desk\n"
    "def fail(self, name): raise ValueError('s3cret')\n"
    "Desk.go_to = fail\n"
    "from tui.cli import main\n"
    "sys.exit(main())",
)
"""A desk with a defect: it fails when it goes to another pane."""

ENDINGS = [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT]


def attributes(window: Window) -> list[object]:
    return termios.tcgetattr(window._master)


def left_clean(window: Window, before: list[object]) -> None:
    """The modes that the desk set are reset, and the line discipline is as before."""
    asked = re.findall(rb"\x1b\[\?([\d;]+)([hl])", bytes(window.raw))
    last = dict(asked)
    assert last.pop(b"25") == b"h"
    assert last.pop(b"7") == b"h"
    assert {mode: state for mode, state in last.items() if state == b"h"} == {}
    assert {b"1049", b"1000", b"1003", b"1006", b"2004", b"1004"} <= set(last)
    assert bytes(window.raw).count(b"\x1b[>") == bytes(window.raw).count(b"\x1b[<u")
    assert attributes(window) == before


def terminal_before(windows: Windows, home: Path) -> list[object]:
    """What a terminal's attributes are when nothing has changed them."""
    other = windows.program([], home, program=("-c", "input()"))
    return attributes(other)


@pytest.mark.parametrize("number", ENDINGS)
def test_a_signal(windows: Windows, sqlite_location: Location, here: Desk, tmp_path: Path, number: int) -> None:
    here("declare", "Checkout returns 502", "--severity", "P1")
    before = terminal_before(windows, tmp_path / "other")
    desk = windows(sqlite_location, "ana")
    desk.wait_for_all("● live", "Checkout returns 502")
    desk.keys("n")
    desk.wait_for("Esc close")
    desk.keys("half a thought")
    desk.wait_for("half a thought")
    os.kill(desk.process.pid, number)
    assert desk.exit_code() == 128 + number
    left_clean(desk, before)
    assert b"What you typed is kept" in desk.raw
    again = windows(sqlite_location, "ana")
    again.wait_for_all("● live", "Checkout returns 502")
    again.keys("n")
    again.wait_for_all("half a thought", "Restored your unsaved text.")


def test_a_defect(windows: Windows, sqlite_location: Location, here: Desk, tmp_path: Path) -> None:
    here("declare", "Checkout returns 502", "--severity", "P1")
    before = terminal_before(windows, tmp_path / "other")
    arguments = ["--database", sqlite_location.url, "--as", "ana"]
    desk = windows.program(arguments, tmp_path / "home", program=FAILING)
    desk.wait_for_all("● live", "Checkout returns 502")
    desk.keys("3")
    assert desk.exit_code() == 70
    left_clean(desk, before)
    said = bytes(desk.raw).decode().rpartition("\x1b[?1049l")[2]
    assert "Internal error (" in said
    assert "s3cret" not in said
    assert "Traceback" not in said


def test_a_terminal_that_is_gone_without_a_word(sqlite_location: Location, here: Desk, tmp_path: Path) -> None:
    here("declare", "Checkout returns 502", "--severity", "P1")
    master, inside = pty.openpty()
    desk = subprocess.Popen(
        [sys.executable, "-m", "tui", "--database", sqlite_location.url, "--as", "ana"],
        stdin=inside,
        stdout=inside,
        stderr=inside,
        env=environment(tmp_path / "home", {}),
        cwd=ROOT,
        start_new_session=True,  # without a controlling terminal, so that no signal comes
    )
    os.close(inside)
    seen = b""
    while b"\x1b[?1049h" not in seen:
        seen += os.read(master, 65_536)
    os.close(master)
    try:
        assert desk.wait(DEADLINE) == 128 + signal.SIGHUP
    finally:
        desk.kill()


@pytest.mark.slow
def test_a_terminal_that_is_stopped(sqlite_location: Location, here: Desk, tmp_path: Path) -> None:
    """Nobody reads what the desk draws, so that it waits for the terminal when it is told to end."""
    here("declare", "Checkout returns 502", "--severity", "P1")
    master, inside = pty.openpty()
    command = [sys.executable, "-m", "tui", "--database", sqlite_location.url, "--as", "ana"]
    home = environment(tmp_path / "home", {})
    with subprocess.Popen(command, stdin=inside, stdout=inside, stderr=inside, env=home, cwd=ROOT) as desk:
        seen = b""
        while b"\x1b[?1049h" not in seen:
            seen += os.read(master, 65_536)
        for _ in range(200):
            os.write(master, b"z")
        desk.send_signal(signal.SIGTERM)
        assert desk.wait(DEADLINE) == 128 + signal.SIGTERM
    os.close(inside)
    os.close(master)


def test_ctrl_z_and_fg(windows: Windows, sqlite_location: Location, here: Desk, tmp_path: Path) -> None:
    here("declare", "Checkout returns 502", "--severity", "P1")
    bare = tmp_path / "inputrc"
    bare.write_text("set enable-bracketed-paste off\n")
    shell = windows.program([], tmp_path / "home", program=SHELL, PS1="shell> ", INPUTRC=str(bare))
    shell.wait_for("shell>")
    before = attributes(shell)
    desk = f"{sys.executable} -m tui --database {sqlite_location.url} --as ana"
    for _ in range(2):
        mark = shell.mark()
        shell.keys(f"{desk}\r")
        shell.arrival("● live".encode(), mark)  # the emulated screen still has the one before
        shell.wait_for_all("● live", "Checkout returns 502")
        mark = shell.mark()
        shell.keys("\x1a")
        shell.wait_for("Stopped")
        shell.arrival(b"shell>", mark)
        left_clean(shell, before)
        shell.keys("fg\r")
        shell.wait_for(lambda lines: any("4 Status page" in line for line in lines) and "● live" in lines[0])
        shell.keys("n")
        shell.wait_for("Esc close")
        shell.keys("\x1b")
        shell.wait_for(lambda lines: not any("Esc close" in line for line in lines))
        mark = shell.mark()
        shell.keys("q")
        shell.arrival(b"shell>", mark)
    left_clean(shell, before)


def test_ctrl_z_where_no_shell_could_bring_it_back(windows: Windows, sqlite_location: Location) -> None:
    desk = windows(sqlite_location, "ana")
    desk.wait_for("● live")
    desk.keys("\x1a")
    desk.wait_for("The desk stays open")
    desk.keys("?")
    desk.wait_for("q close")
    desk.keys("qq")
    assert desk.exit_code() == 0


def test_what_is_typed_before_the_desk_is_there(windows: Windows, sqlite_location: Location, here: Desk) -> None:
    here("declare", "Checkout returns 502", "--severity", "P1")
    desk = windows(sqlite_location, "ana")
    desk.keys("nno data since 10:05\r")
    desk.wait_for_all("● live", "no data since 10:05")
    desk.wait_for(lambda lines: not any("Esc close" in line for line in lines))
    desk.keys("q")
    assert desk.exit_code() == 0
    assert "no data since 10:05" in here("show", "1").out
    assert b"nno data" not in desk.raw.rpartition(b"\x1b[?1049h")[2]


def test_the_reference_is_copied_through_the_terminal(windows: Windows, sqlite_location: Location, here: Desk) -> None:
    here("declare", "Checkout returns 502", "--severity", "P1")
    desk = windows(sqlite_location, "ana", TMUX="")
    desk.wait_for_all("● live", "Checkout returns 502")
    desk.keys("Yi")
    desk.wait_for_all("The reference is in the clipboard")
    assert b"\x1b]52;c;SU5DLTE=\x07" in desk.raw
    desk.keys("q")
    assert desk.exit_code() == 0
