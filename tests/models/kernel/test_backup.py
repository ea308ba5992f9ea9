"""Copies of a SQLite database, made while others write to it."""

import multiprocessing
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from models.doctor.examine import examine
from models.kernel.failures import Refused, Unusable
from models.kernel.location import Location
from models.kernel.sqlite.backup import back_up
from models.kernel.store import Store
from models.timeline.commands import Note
from tests import reads
from tests.conftest import Clock
from tests.models.acting import Acting, failure
from tests.postgres import Cluster

WRITERS = 20


@pytest.fixture
def path(sqlite_location: Location) -> Path:
    store = Store(sqlite_location)
    store.open(create=False)
    Acting(store)
    store.close()
    assert sqlite_location.path
    return sqlite_location.path


def write(path: Path, number: int, begin: object, enough: object) -> None:
    """Notes, until somebody says that it is enough."""
    store = Store(Location.file(path))
    store.open(create=False)
    begin.wait()  # type: ignore[attr-defined]
    while not enough.is_set():  # type: ignore[attr-defined]
        store.perform(Note(by=f"writer {number}", ref="INC-1", text="The pool is at 200 of 200. " * 40))
    store.close()


@pytest.mark.slow
def test_twenty_write_meanwhile(path: Path, tmp_path: Path, clock: Clock) -> None:
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["models.kernel.store"])
    begin, enough = processes.Barrier(WRITERS + 1), processes.Event()
    writers = [processes.Process(target=write, args=(path, n, begin, enough), daemon=True) for n in range(WRITERS)]
    for writer in writers:
        writer.start()
    begin.wait()
    copies = [tmp_path / f"copy-{number}.db" for number in range(3)]
    try:
        for copy in copies:
            back_up(path, copy)
    finally:
        enough.set()
        for writer in writers:
            writer.join()
    assert [writer.exitcode for writer in writers] == [0] * WRITERS
    counts = []
    for database in (*copies, path):
        report = examine(Location.file(database), clock.now)
        assert report.findings == ()
        counts.append(report.entries)
    assert counts == sorted(counts)
    assert counts[0] >= 1
    assert counts[-1] > counts[0]


def test_it_is_its_owners_alone_and_nothing_else_is_left(path: Path, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    umask = os.umask(0)
    try:
        back_up(path, tmp_path / "copy.db")
    finally:
        os.umask(umask)
    assert sorted(tmp_path.iterdir()) == sorted([*before, tmp_path / "copy.db"])
    assert (tmp_path / "copy.db").stat().st_mode & 0o7777 == 0o600
    assert not {"-wal", "-shm"} & {each.name[-4:] for each in tmp_path.iterdir()}


def test_what_lies_there_stays_unless_it_is_to_be_replaced(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_text("somebody's letter")
    with pytest.raises(Refused, match="already exists"):
        back_up(path, copy)
    assert copy.read_text() == "somebody's letter"
    back_up(path, copy, replace=True)
    with closing(sqlite3.connect(copy)) as kept:
        assert kept.execute("SELECT count(*) FROM entries").fetchone() == (1,)
    with pytest.raises(Refused, match="is the database itself"):
        back_up(path, path, replace=True)


def test_a_folder_that_is_not_there(path: Path, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"cannot be written: No such file or directory"):
        back_up(path, tmp_path / "none" / "copy.db")


def test_a_damaged_database_makes_no_backup(path: Path, tmp_path: Path) -> None:
    raw = bytearray(path.read_bytes())
    for page in range(4, len(raw) // 4096):
        raw[page * 4096 : page * 4096 + 16] = b"\x55" * 16
    path.write_bytes(raw)
    copy = tmp_path / "copy.db"
    copy.write_text("the last good one")
    with pytest.raises(Unusable, match=r"damaged|malformed"):
        back_up(path, copy, replace=True)
    assert copy.read_text() == "the last good one"
    assert not list(tmp_path.glob(".*"))


def test_a_large_one_says_how_far_it_is(path: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(path)) as tool:
        tool.execute("CREATE TABLE ballast AS SELECT zeroblob(40000000) AS x")
        tool.commit()
    told: list[tuple[int, int]] = []
    back_up(path, tmp_path / "copy.db", tell=lambda copied, size: told.append((copied, size)))
    assert len(told) > 2
    assert [copied for copied, _ in told] == sorted({copied for copied, _ in told})
    assert told[-1] == ((tmp_path / "copy.db").stat().st_size,) * 2


def left_by_a_crash(path: Path) -> None:
    """A note, which only the -wal holds: it is left there with the -shm, as by a desk that was killed."""
    store = Store(Location.file(path))
    store.open(create=False)
    store.perform(Note(by="bo", ref="INC-1", text="after the copy"))
    crashed = [(each, each.read_bytes()) for each in path.parent.glob("bridgewatch.db-*")]
    store.close()
    for each, left in crashed:
        each.write_bytes(left)


def test_restoring_it(path: Path, tmp_path: Path, clock: Clock) -> None:
    """As the docs say: leave every desk, remove the -wal and the -shm, put the copy in the file's place."""
    back_up(path, tmp_path / "copy.db")
    left_by_a_crash(path)
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink()
    (tmp_path / "copy.db").rename(path)
    assert examine(Location.file(path), clock.now).findings == ()
    store = Store(Location.file(path))
    store.open(create=False)
    assert reads.incident(store, 1).version == 1
    store.perform(Note(by="bo", ref="INC-1", text="after the restoring"))
    another = Store(Location.file(path))
    another.open(create=False)  # the log is the copy's own by now
    another.close()
    store.close()
    report = examine(Location.file(path), clock.now)
    assert (report.findings, report.entries) == ((), 2)


def test_restoring_it_beside_the_log_of_the_file_before(path: Path, tmp_path: Path, clock: Clock) -> None:
    back_up(path, tmp_path / "copy.db")
    left_by_a_crash(path)
    path.write_bytes((tmp_path / "copy.db").read_bytes())  # as cp does
    beside = {each: each.read_bytes() for each in path.parent.glob("bridgewatch.db*")}
    told = (
        f"{path} is a copy, but the log file bridgewatch.db-wal next to it belongs to the old database."
        f" SQLite would mix them. Close every desk, then delete {path}-wal and bridgewatch.db-shm."
        " Nothing has been changed."
    )
    store = Store(Location.file(path))
    assert failure(lambda: store.open(create=False), Unusable) == told
    assert failure(lambda: examine(Location.file(path), clock.now), Unusable) == told
    assert failure(lambda: back_up(path, tmp_path / "another.db"), Unusable) == told
    assert {each: each.read_bytes() for each in beside} == beside
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink()
    store.open(create=False)
    assert reads.incident(store, 1).version == 1
    store.close()


def test_restoring_a_dump(postgres: Cluster, postgres_location: Location, clock: Clock) -> None:
    """Into an empty database, and over one that holds something else, with the commands that README names."""
    store = Store(postgres_location)
    store.open(create=False)
    Acting(store)(Note, "bo", text="naïve → \u0301")
    store.close()
    dump = postgres.folder / "incidents.dump"
    database = make_url(postgres_location.url).database or ""
    how = ("--host", str(postgres.folder), "--port", str(postgres.port), "--username", "postgres")
    postgres.run(
        "pg_dump", *how, "--format=custom", "--file", str(dump), make_url(postgres_location.url).database or ""
    )
    for template in ("template0", database):
        there = Location.parse(postgres.new_database(template))
        name = make_url(there.url).database or ""
        postgres.run("pg_restore", *how, "--clean", "--if-exists", "--dbname", name, str(dump))
        report = examine(there, clock.now)
        assert [finding.about for finding in report.findings] == ["durability"]
        assert (report.incidents, report.entries) == (1, 2)
    dump.unlink()
