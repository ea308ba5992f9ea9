"""A SQLite file opened without a chance to write to it, or to leave anything beside it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from models.kernel.failures import Unusable

COPY = 1
"""`PRAGMA user_version` of a copy that no desk has opened yet; of every other file it is 0."""

_BUSY_SECONDS = 5


class Disturbed(Exception):
    """Somebody began to write while the file was read as one that nobody has open."""


def own_log(path: Path) -> None:
    """Raises Unusable for a copy beside another file's log, which SQLite would take for the copy's own.

    A desk that opens a copy takes the mark away before there is a log.
    """
    wal = _beside(path, "-wal")
    try:
        if not wal.stat().st_size:
            return
        with closing(connection(path, alone=True)) as without_log:
            marked = without_log.execute("PRAGMA user_version").fetchone() == (COPY,)
    except (FileNotFoundError, sqlite3.Error):  # whoever reads it will say so
        return
    if marked:
        raise Unusable(
            f"{path} is a copy, but the log file {wal.name} next to it belongs to the old database."
            " SQLite would mix them.",
            f"Close every desk, then delete {wal} and {_beside(path, '-shm').name}. Nothing has been changed.",
        )


def is_alone(path: Path) -> bool:
    """Whether nobody has the file open: whoever has, has its -wal beside it.

    Raises Unusable where what was written last cannot be read, or where it is another file's.
    """
    own_log(path)
    wal = _beside(path, "-wal")
    if not wal.exists():
        return not _beside(path, "-journal").exists()
    try:
        with closing(connection(path, alone=False)) as probe:
            probe.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            return False
        if wal.stat().st_size:
            raise Unusable(
                f"The latest changes are in {wal}, which you have no access to.",
                f"Run it as a user who can write to {path.parent}.",
            ) from None
        return True
    except sqlite3.DatabaseError:  # whoever reads it will say so
        return False
    return False


class Alone(sqlite3.Connection):
    """A connection to a file that nobody had open, in a folder where not even the lists of readers can be made.

    It takes no lock and sees no log: once the file looks otherwise, what it reads may be neither old nor new.
    """

    path: Path
    looked: tuple[object, ...]

    @property
    def disturbed(self) -> bool:
        return looks(self.path) != self.looked


def connection(path: Path, *, alone: bool) -> sqlite3.Connection:
    """`alone`: as one that nobody has open; then not even the -wal and -shm are made that reading needs otherwise."""
    looked = looks(path) if alone else ()
    options, kind = ("mode=ro&immutable=1", Alone) if alone else ("mode=ro", sqlite3.Connection)
    found = sqlite3.connect(
        f"{path.as_uri()}?{options}",
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        factory=kind,
    )
    if isinstance(found, Alone):
        found.path, found.looked = path, looked
    return found


def opened_alone(path: Path) -> sqlite3.Connection | None:
    """A connection to read with, if the folder takes no file beside it and nobody has it open; None: do as usual.

    Raises Unusable as `is_alone` does.
    """
    if os.access(os.path.dirname(os.path.realpath(path)), os.W_OK) or not is_alone(path):
        return None
    return connection(path, alone=True)


@contextmanager
def undisturbed(path: Path, *, alone: bool) -> Iterator[None]:
    """Raises Disturbed at its end when the file was not alone all the time."""
    before = looks(path)
    yield
    if alone and looks(path) != before:
        raise Disturbed


def looks(path: Path) -> tuple[object, ...]:
    """What a write to the file changes; nothing where it is gone."""
    wal = _beside(path, "-wal")
    try:
        status = path.stat()
    except OSError:
        return ()
    return status.st_ino, status.st_size, status.st_mtime_ns, wal.exists() and wal.stat().st_size


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(f"{path.name}{ending}")
