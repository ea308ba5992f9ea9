"""SQLite on a disk that is full, or may no longer be written to, under open desks."""

import multiprocessing
import os
import shutil
import subprocess
from contextlib import closing, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Queue
from tempfile import TemporaryDirectory

import pytest

import models.live.connection
from models.board.board import read_board
from models.incident.declare import Declare
from models.kernel.failures import ReadOnly, Unreachable
from models.kernel.location import Location
from models.kernel.store import Store
from models.live.link import Link
from models.live.news import News, State
from models.timeline.commands import Note
from tests import reads
from tests.end_to_end.terminals import Windows, windows
from tests.faults.killing import Writing, nothing_is_lost, prepared
from tests.faults.means import small_disk
from tests.models.live.listening import LONG, Open, desk

__all__ = ["desk", "windows"]


def filled(disk: Path) -> Path:
    """Take all the room that is left."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (65_536, 4_096):
            try:
                while file.write(b"x" * size):
                    pass
            except OSError:
                continue
    return ballast


def notes(location: Location) -> list[str]:
    with closing(Store(location)) as store:
        store.open(create=False)
        return [entry.text for entry in reads.newest(store, 1) if entry.kind == "note"]


def test_a_full_disk_and_room_again(windows: Windows, tmp_path: Path) -> None:
    """Its reader's own folder lies on it, too: nothing can be kept there either, and the desk does not say so."""
    with small_disk(tmp_path / "disk", 8) as disk:
        location = Location.file(disk / "bridgewatch.db")
        with closing(Store(location)) as store:
            store.open()
            store.perform(Declare(by="ana", title="Checkout returns 502", severity="P1"))
        ana = windows.program(["--database", location.url, "--as", "ana"], disk / "home")
        ana.wait_for_all("● live", "INC-1 · ")
        bo = windows(location, "bo")
        bo.wait_for_all("● live", "INC-1 · ")
        ana.keys("n")
        ana.wait_for("Add timeline entry")
        ana.keys("all here\r")
        for each in (ana, bo):  # by now both have a connection of their own
            each.wait_for("all here")
        ballast = filled(disk)
        bo.keys("n")
        bo.wait_for("Add timeline entry")
        bo.keys("pool exhausted " + "x" * 900 + "\r")
        bo.wait_for_all("The disk of", "is full.", "Free some disk space")
        ana.keys("e")
        ana.wait_for("Esc Close")
        ana.keys("We know.")
        ana.wait_for_all("We know.", "kept in this window")
        ballast.unlink()
        bo.keys("\r")
        for each in (ana, bo):
            each.wait_for("pool exhausted")
        ana.wait_for("saved")
        bo.wait_for_all("● live", "We know.")
        assert len(notes(location)) == 2
        for each in (ana, bo):
            each.kill()


def test_a_disk_that_is_full_when_somebody_comes(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 8) as disk:
        location = Location.file(disk / "bridgewatch.db")
        with closing(Store(location)) as store:
            store.open()
            store.perform(Declare(by="ana", title="Checkout returns 502", severity="P1"))
        ballast = filled(disk)
        with closing(Store(location)) as store:
            with pytest.raises(Unreachable, match=r"is full\. Free some disk space"):
                store.open(create=False)
            ballast.unlink()
            store.open(create=False)
            assert read_board(store).incidents[0].ref == "INC-1"


def test_a_disk_that_is_mounted_read_only(windows: Windows, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 8) as disk:
        location = Location.file(disk / "bridgewatch.db")
        with closing(Store(location)) as store:
            store.open()
            incident = store.perform(Declare(by="ana", title="Checkout returns 502", severity="P1"))
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        bo = windows(location, "bo")
        bo.wait_for_all("◐ read-only", "Checkout returns 502", "is read-only for you")
        bo.keys("n")
        bo.wait_for_all("Note", "Ask for write access to the file and its folder.")
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
        with closing(Store(location)) as store:
            store.open(create=False)
            store.perform(Note(by="ana", ref=incident.ref, text="written again"))
        bo.wait_for("written again")
        bo.kill()


def test_a_disk_fills_up_while_desks_write(tmp_path: Path, desk: Open) -> None:
    with small_disk(tmp_path / "disk", 12) as disk:
        location = Location.file(disk / "bridgewatch.db")
        refs = prepared(location)
        onlooker = desk(location)
        with Writing(location, refs, 1) as one, Writing(location, refs, 2) as other:
            for _ in range(3):
                one.hear()
                other.hear()
                ballast = filled(disk)
                one.hear(until="ReadOnly")
                assert "is full" in one.outcomes[-1].words
                ballast.unlink()
            for writing in (one, other):
                writing.hear()
                writing.kill()
        last = onlooker.link.read(lambda read: read.ticket()).result(LONG)
        onlooker.live(lambda board: board.ticket == last)
        onlooker.link.stop()
        nothing_is_lost(location, [*one.outcomes, *other.outcomes])


def sit_without_rights(path: Path, parent: Connection) -> None:
    """A desk of somebody whom root's rights do not help; tells of each step, and waits for the next."""
    if os.geteuid() == 0:
        os.setresuid(65534, 65534, 65534)
    vars(models.live.connection)["REST_SECONDS"] = 0.1
    told: Queue[News] = Queue()
    link = Link(Location.file(path), told.put)
    link.start()
    ref = link.perform(Declare(by="ana", title="Checkout returns 502", severity="P1")).result(LONG).ref
    parent.send("declared")
    parent.recv()
    with suppress(ReadOnly):  # what SQLite has open already, it may go on writing to
        link.perform(Note(by="ana", ref=ref, text="written")).result(LONG)
    while told.get(timeout=LONG).state is not State.READ_ONLY:
        pass
    parent.send("read-only")
    parent.recv()
    while told.get(timeout=LONG).state is not State.LIVE:
        pass
    link.perform(Note(by="ana", ref=ref, text="back")).result(LONG)
    link.stop()
    parent.send("back")


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_file_is_made_read_only_and_writable_again(sqlite_template: Path) -> None:
    with TemporaryDirectory(dir="/tmp") as name:
        folder, path = Path(name), Path(name) / "bridgewatch.db"
        shutil.copy(sqlite_template, path)
        for each in (folder, path):
            each.chmod(0o777)
        processes = multiprocessing.get_context("fork")
        here, there = processes.Pipe()
        process = processes.Process(target=sit_without_rights, args=(path, there), daemon=True)
        process.start()
        there.close()

        def told() -> str:
            assert here.poll(LONG)
            return str(here.recv())

        assert told() == "declared"
        path.chmod(0o444)
        folder.chmod(0o555)
        here.send("go on")
        assert told() == "read-only"
        for each in (folder, path):
            each.chmod(0o777)
        here.send("go on")
        assert told() == "back"
        process.join(LONG)
        assert notes(Location.file(path))[0] == "back"
