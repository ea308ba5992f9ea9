"""A SQLite file that a group shares: who is in it can do everything, and nobody else anything.

Where these tests do not run as root they cannot become other people; then those that need it say that they were left
out, and the others look at the modes alone.
"""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.doctor.examine import examine
from models.doctor.modes import modes
from models.kernel.location import Location
from models.kernel.sqlite.change_signal import Doorbell, bells_of
from models.kernel.store import Store
from tests.conftest import Clock
from tests.models.acting import Acting

GROUP = 61_000
ANA, BO, STRANGER = (61_001, [GROUP]), (61_002, [GROUP]), (61_003, [61_003])

PERSON = """
import os, sys, tempfile
from pathlib import Path
from models.incident.declare import Declare
from models.timeline.commands import Note
from models.doctor.examine import examine
from models.kernel.failures import Failure
from models.kernel.location import Location
from models.kernel.store import Store
from models.kernel.watch import Heard
from models.kernel.sqlite.change_signal import bells_of
from models.kernel.sqlite.change_signal import ring
from models.kernel.sqlite.watch import SqliteWatch
from datetime import UTC, datetime

def declare(path):
    store = Store(Location.parse(path))
    store.open()
    store.perform(Declare(by="ana", title="Slow", severity="P3"))
    store.close()

def note(path, times="1"):
    store = Store(Location.parse(path))
    store.open(create=False)
    for number in range(int(times)):
        store.perform(Note(by="bo", ref="INC-1", text=f"Observation {number}"))
    store.close()

def listen(path):
    with SqliteWatch(path, "ana") as watch:
        watch._poll = 60
        assert watch.doorbell
        assert watch.wait(1) is Heard.CHANGED
        print("listening", flush=True)
        print(watch.wait(30).value, flush=True)

def check(path):
    try:
        for finding in examine(Location.parse(path), datetime.now(UTC)).findings:
            print(finding.found)
    except Failure as failure:
        print(failure.message)

def trespass(path):
    for deed in (
        lambda: Path(path).read_bytes(),
        lambda: Path(path).write_bytes(b""),
        lambda: os.listdir(bells_of(path)),
        lambda: Path(path + "-wal").write_bytes(b""),
        lambda: Path(path + ".lock").open("w"),
        lambda: Path(bells_of(path), "planted").touch(),
        lambda: Path(path).with_name("planted").touch(),
        lambda: Path(path).unlink(),
    ):
        try:
            deed()
        except PermissionError:
            continue
        print("it could")
    for address in sys.argv[6:]:
        import socket
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bell:
            try:
                bell.sendto(b"", address)
            except PermissionError:
                continue
            print("it rang")
    try:
        note(path)
    except Failure as failure:
        print(type(failure).__name__)

# what is imported late has to be there before the program's own folder may no longer be read
with tempfile.TemporaryDirectory() as folder:
    declare(f"{folder}/b.db")
    note(f"{folder}/b.db")
    check(f"{folder}/b.db")
    SqliteWatch(f"{folder}/b.db").close()
_, does, path, uid, groups, *more = sys.argv
os.setgroups([int(group) for group in groups.split(",")])
os.setresgid(int(uid), int(uid), int(uid))
os.setresuid(int(uid), int(uid), int(uid))
os.umask(0o077)
globals()[does](path, *(more if does == "note" else []))
"""
"""One person's process: first it loads all it needs, then it becomes that person."""

_open = all(folder.stat().st_mode & 0o005 == 0o005 for folder in Path(__file__).resolve().parents)
_why = "only root can become two people" if os.geteuid() != 0 else "other people may not enter the program's folder"
as_root = pytest.mark.skipif(
    os.geteuid() != 0 or not (_open or os.environ.get("CI")), reason=f"{_why}: sharing is not tested here"
)
"""Continuous integration gives them such a folder, or fails."""


def person(does: str, path: Path, who: tuple[int, list[int]], *more: str) -> subprocess.Popen[str]:
    uid, groups = who
    arguments = [sys.executable, "-c", PERSON, does, str(path), str(uid), ",".join(map(str, groups)), *more]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)


def said(process: subprocess.Popen[str]) -> list[str]:
    words, _ = process.communicate(timeout=120)
    return words.splitlines()


@pytest.fixture
def shared() -> Iterator[Path]:
    """The folder that README's first command makes."""
    place = Path(tempfile.mkdtemp(prefix="bridgewatch-shared-"))
    place.chmod(0o755)
    folder = place / "incidents"
    folder.mkdir()
    os.chown(folder, -1, GROUP if os.geteuid() == 0 else -1)
    folder.chmod(0o2770)
    yield folder
    shutil.rmtree(place)


def found(path: Path) -> list[str]:
    return [finding.found for finding in modes(path)]


@as_root
@pytest.mark.slow
def test_two_of_a_group_write_and_ring(shared: Path) -> None:
    path = shared / "b.db"
    assert said(person("declare", path, ANA)) == []
    assert stat.filemode(path.stat().st_mode) == "-rw-rw----"
    ears = [person("listen", path, who) for who in (ANA, BO)]
    for ear in ears:
        assert ear.stdout
        assert ear.stdout.readline() == "listening\n"
    assert said(person("note", path, BO)) == []
    assert [said(ear) for ear in ears] == [["changed"]] * 2
    ears = [person("listen", path, BO)]
    assert ears[0].stdout
    assert ears[0].stdout.readline() == "listening\n"
    assert said(person("note", path, ANA)) == []
    assert said(ears[0]) == ["changed"]
    both = [person("note", path, who, "25") for who in (ANA, BO)]
    assert [said(each) for each in both] == [[], []]
    report = examine(Location.file(path), Clock().now)
    assert report.entries == 1 + 2 + 50
    assert report.findings == ()
    assert said(person("check", path, BO)) == []


@as_root
@pytest.mark.slow
def test_what_either_leaves_behind_serves_the_other(shared: Path) -> None:
    """A -wal, a -shm, a .lock and a folder of bells that one of them made while the other was away."""
    path = shared / "b.db"
    assert said(person("declare", path, ANA)) == []
    ear = person("listen", path, BO)
    assert ear.stdout
    assert ear.stdout.readline() == "listening\n"
    assert {each.name for each in shared.iterdir()} == {"b.db", "b.db-wal", "b.db-shm", "b.db.lock", "b.db.desks"}
    assert found(path) == []
    ear.kill()
    ear.communicate()
    assert {each.name for each in shared.iterdir()} >= {"b.db-wal", "b.db-shm"}
    assert said(person("note", path, ANA)) == []
    assert not list((shared / "b.db.desks").iterdir()), "the dead bell is taken away by another than its owner"


@as_root
@pytest.mark.slow
@pytest.mark.parametrize("alone", [False, True])
def test_a_stranger_can_do_nothing(shared: Path, alone: bool) -> None:
    """Neither to a group's file in its folder, nor to somebody's own in a folder that everybody may enter."""
    if alone:
        shared.chmod(0o755)
        os.chown(shared, ANA[0], GROUP)
    path = shared / "b.db"
    assert said(person("declare", path, ANA)) == []
    ear = person("listen", path, ANA)
    assert ear.stdout
    assert ear.stdout.readline() == "listening\n"
    bells = [str(bell) for bell in Path(bells_of(path)).iterdir()]
    assert len(bells) == 1
    assert said(person("trespass", path, STRANGER, *bells)) == ["Unusable"]
    assert found(path) == []
    ear.kill()
    ear.communicate()


@as_root
@pytest.mark.slow
def test_who_may_only_read_can_look_whether_it_is_sound(shared: Path) -> None:
    path = shared / "b.db"
    store = Store(Location.file(path))
    store.open()
    Acting(store)
    store.close()
    path.chmod(0o440)
    shared.chmod(0o550)
    assert said(person("check", path, BO)) == []
    assert {each.name for each in shared.iterdir()} == {"b.db", "b.db.lock"}
    store.open()
    Acting(store)
    assert said(person("check", path, BO)) == []
    (shared / "b.db-shm").chmod(0o600)
    assert said(person("check", path, BO)) == [f"The latest changes are in {path}-wal, which you have no access to."]
    store.close()


def test_whatever_the_umask(shared: Path) -> None:
    before = os.umask(0o077)
    try:
        store = Store(Location.file(shared / "b.db"))
        store.open()
        Acting(store)
        bell = Doorbell(shared / "b.db")
        made = {each.name: stat.filemode(each.stat().st_mode) for each in shared.iterdir()}
        bell.close()
        store.close()
    finally:
        os.umask(before)
    assert made == {
        **{f"b.db{ending}": "-rw-rw----" for ending in ("", "-wal", "-shm", ".lock")},
        "b.db.desks": "drwxrws---",
    }


def test_a_folder_of_ones_own_keeps_its_database_to_oneself(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        store = Store(Location.file(tmp_path / "b.db"))
        store.open()
        Acting(store)
        bell = Doorbell(tmp_path / "b.db")
        made = {each.name: stat.filemode(each.stat().st_mode) for each in tmp_path.iterdir()}
        bell.close()
        store.close()
    finally:
        os.umask(before)
    assert made == {
        **{f"b.db{ending}": "-rw-------" for ending in ("", "-wal", "-shm", ".lock")},
        "b.db.desks": "drwx------",
    }


@pytest.mark.parametrize(
    ("mode", "name", "words"),
    [
        (0o640, "b.db", "but {file} does not"),
        (0o664, "b.db", ""),
        (0o600, "b.db.lock", "The file belongs to group"),
        (0o640, "b.db-wal", "The file belongs to group"),
        (0o2750, "b.db.desks", "The file belongs to group"),
        (0o770, ".", "The file belongs to group"),
        (0o2755, ".", "The file belongs to group"),
        (0o2777, ".", "Every user on this machine can create files in"),
    ],
)
def test_what_it_says_mends_it(shared: Path, mode: int, name: str, words: str) -> None:
    """The folders above are open to everybody, this one is not: so what others may do with a file is no matter."""
    path = shared / "b.db"
    store = Store(Location.file(path))
    store.open()
    Acting(store)
    with_bell = Doorbell(path)
    assert found(path) == []
    (shared / name).chmod(mode)
    told = list(modes(path))
    if not words:
        assert told == []
    for finding in told:
        assert words.format(file=path) in finding.found
        subprocess.run(finding.do, shell=True, check=True)  # noqa: S602
    assert bool(told) == bool(words)
    assert found(path) == []
    with_bell.close()
    store.close()


def test_a_file_that_everybody_may_read(shared: Path) -> None:
    shared.chmod(0o755)
    path = shared / "b.db"
    store = Store(Location.file(path))
    store.open()
    store.close()
    path.chmod(0o646)
    (finding,) = modes(path)
    assert finding.found.startswith(f"Every user on this machine can read and change {path} (-rw-r--rw- ")
    subprocess.run(finding.do, shell=True, check=True)  # noqa: S602
    assert found(path) == []
