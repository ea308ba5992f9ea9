"""A SQLite file opened without a chance to write to it, or to leave anything beside it."""

from __future__ import annotations

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


def connection(path: Path, *, alone: bool) -> sqlite3.Connection:
    """`alone`: as one that nobody has open; then not even the -wal and -shm are made that reading needs otherwise."""
    options = "mode=ro&immutable=1" if alone else "mode=ro"
    return sqlite3.connect(
        f"{path.as_uri()}?{options}", uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )


@contextmanager
def undisturbed(path: Path, *, alone: bool) -> Iterator[None]:
    """Raises Disturbed at its end when the file was not alone all the time."""
    before = _looks(path)
    yield
    if alone and _looks(path) != before:
        raise Disturbed


def _looks(path: Path) -> tuple[object, ...]:
    status, wal = path.stat(), _beside(path, "-wal")
    return status.st_ino, status.st_size, status.st_mtime_ns, wal.exists() and wal.stat().st_size


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(f"{path.name}{ending}")
