"""A copy of a SQLite database as it is at one moment, while desks write to it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from models.kernel.failures import Refused, Unusable
from models.kernel.sqlite import read_only
from models.kernel.sqlite.room import lacking

_PAGES = 4_096
"""How many are copied in one go; a desk that writes meanwhile waits for no more than these."""

Progress = Callable[[int, int], object]
"""Is told how many bytes are copied, of how many."""


def back_up(
    source: Path, target: Path, *, mode: int = 0o600, replace: bool = False, tell: Progress | None = None
) -> None:
    """Copy it, look whether the copy is sound, and only then give it its name.

    Raises Refused for a target that is there, unless `replace`, or that cannot be written, and Unusable for a
    database that cannot be copied, or whose copy is damaged. What lay at the target is then as it was.
    """
    there = os.path.exists(target)
    if there and not replace:
        raise Refused(f"{target} already exists.", "Choose another name, or overwrite it with --force.")
    if there and target.samefile(source):
        raise Refused(f"{target} is the database itself.", "Choose another name.")
    unfinished = target.with_name(f".bridgewatch-{os.getpid()}.unfinished")
    try:
        os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))
        unfinished.chmod(mode)
        _copy(source, unfinished, tell)
        _check(unfinished, source)
        _sync(unfinished)
        unfinished.rename(target)
        _sync(target.parent)
    except OSError as error:
        raise Refused(f"{target} cannot be written: {error.strerror}.", "Choose another name or folder.") from None
    except sqlite3.Error as error:
        remedy = "Free some disk space, or check the database with `bridgewatch doctor`."
        why = lacking(target, source.stat().st_size) or (f"{source} could not be copied to {target}: {error}.", remedy)
        raise Unusable(*why) from None
    finally:
        with suppress(OSError):
            unfinished.unlink()


def _copy(source: Path, target: Path, tell: Progress | None) -> None:
    if read_only.is_alone(source):
        with suppress(read_only.Disturbed):
            return _copied(source, target, tell, alone=True)
    return _copied(source, target, tell, alone=False)


def _copied(source: Path, target: Path, tell: Progress | None, *, alone: bool) -> None:
    # through SQLite itself: a file handle of Python's own, once closed, would drop SQLite's locks
    with (
        read_only.undisturbed(source, alone=alone),
        closing(read_only.connection(source, alone=alone)) as before,
        closing(sqlite3.connect(f"{target.as_uri()}?mode=rw", uri=True)) as after,
    ):
        size = before.execute("PRAGMA page_size").fetchone()[0]
        before.execute("BEGIN")  # one snapshot: else SQLite begins anew whenever somebody writes meanwhile
        before.execute("SELECT count(*) FROM sqlite_master").fetchone()
        before.backup(
            after, pages=_PAGES, progress=lambda status, left, total: tell and tell((total - left) * size, total * size)
        )
        after.execute("PRAGMA journal_mode=DELETE")  # else the copy could not be read from a read-only folder
        after.execute(f"PRAGMA user_version={read_only.COPY}")


def _check(copy: Path, source: Path) -> None:
    with closing(sqlite3.connect(f"{copy.as_uri()}?mode=ro", uri=True)) as connection:
        said = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
        empty = connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    if said != ["ok"]:
        raise Unusable(
            f"The copy is damaged, and so is {source}: {'; '.join(said)}.",
            "Run `bridgewatch doctor` for the next steps.",
        )
    if empty:
        raise Unusable(f"{source} is empty: there is nothing to back up.", "Restore it from a backup.")


def _sync(path: Path) -> None:
    """To the disk, so that it is there after the machine stops, too."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
