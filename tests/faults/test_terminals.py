"""What happens to terminals: resized again and again, closed, detached and attached in tmux, fed broken bytes."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from threading import Event

import pytest

from bench.terminal import DEADLINE, Terminal
from models.kernel.location import Location
from tests.end_to_end.terminals import ROOT, Windows, environment, windows
from tests.faults.means import tmux

__all__ = ["windows"]


Run = Callable[..., None]


@pytest.fixture
def run(sqlite_location: Location) -> Run:
    """The command line, by a colleague."""

    def run(*arguments: str) -> None:
        command = [sys.executable, "-m", "tui", "--database", sqlite_location.url, "--as", "bo", *arguments]
        subprocess.run(command, check=True, capture_output=True, cwd=ROOT)

    return run


def test_resized_a_hundred_times(windows: Windows, sqlite_location: Location, run: Run) -> None:
    run("declare", "Checkout returns 502", "--severity", "P1")
    desk = windows(sqlite_location, "ana")
    desk.wait_for_all("● live", "Checkout returns 502")
    desk.keys("e")
    desk.wait_for("Esc Close")
    desk.keys("We know.")
    for _ in range(100):
        desk.resize(20, 5)
        desk.resize(120, 40)
    desk.wait_for_all("Checkout returns 502", "We know.", "4 Draft")
    desk.keys("\x1b")
    desk.wait_for_all("Checkout returns 502", "We know.", "? Help")
    desk.keys("q")
    assert desk.exit_code() == 0


class Session:
    """A desk in tmux, and whoever attaches to it."""

    def __init__(self, folder: Path, command: list[str], environment: dict[str, str]) -> None:
        self._tmux = [tmux(), "-S", str(folder / "tmux"), "-f", "/dev/null"]
        self.environment = environment
        self._run("new-session", "-d", "-x", "120", "-y", "40", "-s", "desk", "-c", str(ROOT), *command)

    def _run(self, *arguments: str) -> str:
        ended = subprocess.run(
            [*self._tmux, *arguments], capture_output=True, text=True, check=True, env=self.environment
        )
        return ended.stdout

    def attach(self, columns: int, lines: int) -> Terminal:
        command = [*self._tmux, "attach-session", "-t", "desk"]
        return Terminal(command, environment=self.environment, folder=ROOT, columns=columns, lines=lines)

    def keys(self, *keys: str) -> None:
        self._run("send-keys", "-t", "desk", *keys)

    def attached(self) -> bool:
        return bool(self._run("list-clients", "-t", "desk"))

    def detach(self) -> None:
        self._run("detach-client", "-s", "desk")

    def screen(self) -> list[str]:
        return self._run("capture-pane", "-p", "-t", "desk").splitlines()

    def buffer(self) -> str:
        """What tmux would paste."""
        return self._run("show-buffer")

    def process(self) -> int:
        return int(self._run("display-message", "-p", "-t", "desk", "#{pane_pid}"))

    def close(self) -> None:
        """Its desk's terminal is closed, as when a window is."""
        subprocess.run([*self._tmux, "kill-server"], capture_output=True)


@pytest.fixture
def session(tmp_path: Path, sqlite_location: Location) -> Iterator[Session]:
    command = [sys.executable, "-m", "tui", "--database", sqlite_location.url, "--as", "ana"]
    session = Session(tmp_path, command, environment(tmp_path / "homes" / "ana", {"TMUX": ""}))
    yield session
    session.close()


def attached(session: Session, columns: int, lines: int, seen: Callable[[list[str]], bool]) -> None:
    """Attach, wait until the pane shows it, send what is no UTF-8, and detach."""
    with session.attach(columns, lines) as client:
        assert client.until(lambda: session.attached() and seen(session.screen()), DEADLINE), "\n".join(
            session.screen()
        )
        client.send(b"\x1b[M !\xe9\xff\xc3(")
        session.detach()
        client.exit_code()


def test_detached_and_attached_in_tmux(session: Session, run: Run) -> None:
    def shows(*words: str) -> Callable[[list[str]], bool]:
        return lambda lines: all(any(word in line for line in lines) for word in words)

    attached(session, 120, 40, shows("● live", "No open incidents"))
    run("declare", "Checkout returns 502", "--severity", "P1")
    for number, (columns, lines) in enumerate([(80, 24), (50, 24), (20, 6), (120, 40)]):
        run("note", "1", f"note {number}")
        attached(session, columns, lines, shows("P1 1"))
    attached(session, 120, 40, shows("Checkout returns 502", "note 3", "● live"))
    session.keys("d")
    with session.attach(120, 40) as client:
        assert client.until(lambda: shows("Esc")(session.screen()))
        session.keys("Search is slow", "Enter")
        assert client.until(lambda: shows("INC-2")(session.screen()))
        session.keys("q")
        client.exit_code()


def test_closed_while_typing(session: Session, sqlite_location: Location, run: Run, windows: Windows) -> None:
    run("declare", "Checkout returns 502", "--severity", "P1")
    desk = session.process()
    with session.attach(120, 40) as client:
        assert client.until(lambda: any("INC-1 · " in line for line in session.screen()))
        session.keys("e")
        assert client.until(lambda: any("Esc Close" in line for line in session.screen()))
        session.keys("We know.")
        assert client.until(lambda: any("We know." in line for line in session.screen()))
        session.close()
        client.exit_code()
    for _ in range(int(DEADLINE / 0.05)):
        if gone(desk):
            break
        Event().wait(0.05)
    assert gone(desk)
    again = windows(sqlite_location, "ana")
    again.wait_for_all("● live", "INC-1 · ")
    again.keys("e")
    again.wait_for_all("We know.", "Esc Close")


def _in_buffer(session: Session, copied: str) -> bool:
    return session.buffer().startswith(copied)


def test_copied_in_tmux(session: Session, run: Run) -> None:
    run("declare", "Checkout returns 502", "--severity", "P1")
    with session.attach(120, 40) as client:
        assert client.until(lambda: any("INC-1 · " in line for line in session.screen()))
        for keys, copied in (
            ("Yi", "INC-1"),
            ("Yr", "P1 INC-1 Checkout returns 502 triage"),
            ("Yb", "# INC-1 Checkout"),
        ):
            session.keys(*keys)
            assert client.until(lambda: any("clipboard and tmux's buffer" in line for line in session.screen()))
            assert client.until(partial(_in_buffer, session, copied))
        session.keys("q")
        client.exit_code()


def gone(process: int) -> bool:
    """Whether it has ended, also where nobody has taken note of it."""
    status = Path(f"/proc/{process}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z"
