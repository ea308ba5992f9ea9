"""A SQLite file opened without a chance to write to it, or to leave anything beside it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from models.failures import Unreachable

_BUSY_SECONDS = 5


class Disturbed(Exception):
    """Somebody began to write while the file was read as one that nobody has open."""


def is_alone(path: Path) -> bool:
    """Whether nobody has the file open: whoever has, has its -wal beside it.

    Raises Unreachable where what was written last cannot be read.
    """
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
            raise Unreachable(
                f"What was written last lies in {wal}, and you may not use that.",
                f"Run it as somebody who may write to {path.parent}.",
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
