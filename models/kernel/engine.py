"""SQLAlchemy engines, set up so that both databases keep the same promises; and their errors, in words."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.dialects import registry
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import QueuePool

from models.kernel.failures import Unreachable, Unusable
from models.kernel.location import Location
from models.kernel.sqlite import read_only, sharing
from models.kernel.sqlite.mounts import network_file_system
from models.kernel.sqlite.write_queue import BUSY_SECONDS

_POLITE = {
    "connect_timeout": 5,
    "application_name": "bridgewatch",
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""What the driver is told about a Postgres connection, where the address does not say otherwise."""

_SETTINGS = {
    "timezone": "UTC",
    "datestyle": "ISO",
    "statement_timeout": "30s",
    "idle_in_transaction_session_timeout": "30s",
}
"""What a session keeps to. A desk that was stopped, or whose network is gone, holds nobody up for longer: its locks go
with it."""


SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ"


def connect(location: Location) -> Engine:
    """An engine for the location; nothing is opened yet. Raises Unusable for a file on a network file system."""
    if location.path is None:
        return _postgres(location)
    network = network_file_system(location.path)
    if network:
        raise Unusable(
            f"{location.shown} is on a network file system ({network}), where SQLite locks are not reliable.",
            "Move the file to a local disk, or use Postgres for a team.",
        )
    path = location.path
    engine = create_engine("sqlite://", creator=lambda: _open(path), poolclass=QueuePool, pool_size=1, max_overflow=0)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "checkout", _renew_disturbed)
    event.listen(engine, "commit", _notice_disturbed)
    return engine


def _postgres(location: Location) -> Engine:
    address = make_url(location.url)
    options = {name: value for name, value in _POLITE.items() if name not in address.query}
    settings = {"lock_timeout": f"{BUSY_SECONDS}s", **_SETTINGS}
    engine = create_engine(
        address.set(drivername="postgresql+bridgewatch"),
        pool_size=1,
        max_overflow=1,
        pool_pre_ping=True,
        connect_args=options,
        use_native_hstore=False,
    )

    def open_session(_dialect: object, _record: object, args: Any, options: Any) -> object:
        from models.kernel.postgres.session import Session  # with psycopg, which a file does not need

        return Session.open(*args, settings=settings, **options)

    event.listen(engine, "do_connect", open_session)
    event.listen(engine, "begin", _begin_postgres)
    return engine


registry.register("postgresql.bridgewatch", "models.kernel.postgres.dialect", "Dialect")


def _begin_postgres(connection: Connection) -> None:
    session: Any = connection.connection.driver_connection
    options = connection.get_execution_options()
    session.begins = options.get("begins", "BEGIN")
    session.waits_together = options.get("together", False)


FileId = tuple[int, int] | None
"""Which file it is that lies at the path (device and inode); None for a database that is no file."""


def find(location: Location, *, create: bool) -> FileId:
    """Which file it is; an empty one is made where there is none and `create` says so.

    Raises Unreachable for a missing file, which may come back, and Unusable for one that cannot be a database.
    """
    path = location.path
    if path is None:
        return None
    try:
        with suppress(FileNotFoundError):
            os.stat(f"{path}-journal")  # SQLite's own files beside it need longer names than its
        if create and not path.exists():
            _make(path)
        status = path.stat()
    except FileNotFoundError:
        if create:
            raise Unusable(f"The folder {path.parent} does not exist.", "Create it, or choose another path.") from None
        raise Unreachable(
            f"{path} is missing. It may have been moved, or its disk is not mounted.",
            "Restore the file; the desk then reconnects. (`bridgewatch init` creates an empty one.)",
        ) from None
    except OSError as error:
        raise Unusable(f"{path} cannot be opened: {error.strerror}.", "Check the path and its permissions.") from None
    if not stat.S_ISREG(status.st_mode):
        raise Unusable(f"{path} is not a file.", "Enter the path of a database file.")
    return status.st_dev, status.st_ino


@contextmanager
def made_whole(location: Location, *, new: bool) -> Iterator[None]:
    """Remove a `new` file whose tables could not be made: the next start would take it for one that was emptied."""
    try:
        yield
    except BaseException:
        if new and location.path is not None:
            for ending in ("", "-wal", "-shm", "-journal"):
                with suppress(OSError):
                    os.unlink(f"{location.path}{ending}")
        raise


def had_tables(location: Location, *, create: bool) -> bool:
    """Whether a file in which there are no tables had some: whoever writes to a database leaves a lock beside it.

    Where one is not to `create` a database, there was one.
    """
    path = location.path
    return path is not None and os.path.isfile(path) and (not create or os.path.exists(f"{path}.lock"))


def _make(path: Path) -> None:
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, sharing.ALONE))
        path.chmod(sharing.new_file(path.parent))


def _open(path: Path) -> sqlite3.Connection:
    # mode=rw: a database that was moved away is not quietly replaced by an empty one
    return read_only.opened_alone(path) or sqlite3.connect(
        f"{path.as_uri()}?mode=rw", uri=True, timeout=BUSY_SECONDS, check_same_thread=False, isolation_level=None
    )


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    with suppress(sqlite3.OperationalError):  # a read-only file keeps the mode that it has
        if connection.execute("PRAGMA user_version").fetchone() == (read_only.COPY,):  # there is no log yet
            connection.execute("PRAGMA user_version=0")
        connection.execute("PRAGMA journal_mode=WAL")
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")


def _renew_disturbed(connection: sqlite3.Connection, *_: object) -> None:
    if isinstance(connection, read_only.Alone) and connection.disturbed:
        raise DisconnectionError


def _notice_disturbed(connection: Connection) -> None:
    session = connection.connection.driver_connection
    if isinstance(session, read_only.Alone) and session.disturbed:
        raise Unreachable(f"{session.path} was changed while it was read.", "Try again.")


def _begin_sqlite(connection: Connection) -> None:
    # a deferred transaction that reads and then writes fails with an error that no waiting cures
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
