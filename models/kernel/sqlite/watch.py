"""Watches a SQLite database: a doorbell says when to look, `PRAGMA data_version` says whether something changed."""

from __future__ import annotations

import os
import selectors
import sqlite3
from contextlib import closing
from pathlib import Path

from models.kernel.sqlite.change_signal import Doorbell
from models.kernel.sqlite.read_only import looks
from models.kernel.watch import POLL, Gone, Watch

POLL_WITHOUT_DOORBELL = 0.05
"""Seconds between two looks where a socket cannot be."""


class SqliteWatch(Watch):
    """Hears every commit to the database file `path`; Gone also when that file is deleted or replaced.

    `person`: whose desk it is, which other desks can then see; None: it is no desk.
    """

    address: str | None
    """Where this desk's doorbell hangs, for `ring(path, besides=address)`; None without one."""

    def __init__(self, path: str | os.PathLike[str], person: str | None = None) -> None:
        self._path = os.path.realpath(path)
        self._identity = self._identify()
        self._version: object = None
        self._connection = _connect(self._path)
        super().__init__()
        self._bell: Doorbell | None = None
        try:
            self._bell = Doorbell(self._path, person)
        except OSError:
            self._poll = POLL_WITHOUT_DOORBELL
        else:
            self._poll = POLL
            self._selector.register(self._bell, selectors.EVENT_READ)
        self.doorbell = self._bell is not None
        self.address = self._bell.address if self._bell else None

    def _look(self) -> bool:
        if self._bell:
            self._bell.hush()
        if self._identify() != self._identity:
            raise Gone(f"The database file {self._path} was replaced by another one.")
        version = self._read_version()
        changed, self._version = version != self._version, version
        if not changed:
            self.unchanged_at = self.clock()
        return changed

    def _patience(self) -> float:
        return self._poll

    def _release(self) -> None:
        if self._bell:
            self._bell.close()
        self._connection.close()

    def _identify(self) -> tuple[int, int]:
        try:
            status = os.stat(self._path)
        except FileNotFoundError:
            raise Gone(f"The database file {self._path} is missing.") from None
        except OSError as error:
            raise Gone(f"The database file {self._path} cannot be reached: {error.strerror}.") from None
        return status.st_dev, status.st_ino

    def _read_version(self) -> object:
        """What differs after a commit: a number, or how the file looks where SQLite can keep nothing beside it."""
        try:
            return _data_version(self._connection)
        except sqlite3.Error as error:
            code = error.sqlite_errorcode & 0xFF
            if code == sqlite3.SQLITE_BUSY:
                return self._version
            if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
                return looks(Path(self._path))
            raise Gone(f"The database file {self._path} cannot be read: {error}.") from None


def _connect(path: str) -> sqlite3.Connection:
    try:
        return sqlite3.connect(
            f"{Path(path).as_uri()}?mode=ro", uri=True, timeout=0, isolation_level=None, check_same_thread=False
        )
    except sqlite3.Error as error:
        raise Gone(f"The database file {path} cannot be opened: {error}.") from None


def _data_version(connection: sqlite3.Connection) -> int:
    """A number of this connection's own that another connection's commit changes."""
    with closing(connection.execute("PRAGMA data_version")) as cursor:
        return int(cursor.fetchone()[0])
