"""SQLAlchemy engines, set up so that both databases keep the same promises; and their errors, in words."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from models import onlooking, sharing
from models.failures import Failure, ReadOnly, Refused, Unreachable
from models.line import BUSY_SECONDS
from models.location import Location
from models.mounts import network_file_system

PREPARED_AFTER = 1
"""How often Postgres is asked something before it is to remember how: a desk asks the same few dozen things all day."""

_POLITE = {
    "connect_timeout": 5,
    "application_name": "bridgewatch",
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""What the driver is told about a Postgres connection, where the address does not say otherwise."""

_BOUNDED = "-c statement_timeout=30s -c idle_in_transaction_session_timeout=30s"
"""So that a desk that was stopped, or whose network is gone, holds nobody up for longer: its locks go with it."""


def connect(location: Location) -> Engine:
    """An engine for the location; nothing is opened yet. Raises Unreachable for a file on a network file system."""
    if location.path is None:
        address = make_url(location.url)
        options = {
            **{name: value for name, value in _POLITE.items() if name not in address.query},
            "prepare_threshold": PREPARED_AFTER,
            "options": f"-c lock_timeout={BUSY_SECONDS}s -c timezone=UTC -c datestyle=ISO {_BOUNDED}",
        }
        engine = create_engine(address, pool_size=1, max_overflow=1, pool_pre_ping=True, connect_args=options)
        event.listen(engine, "do_connect", _connect_patiently)
        return engine
    network = network_file_system(location.path)
    if network:
        raise Unreachable(
            f"{location.shown} lies on a network file system ({network}), where SQLite's locks do not hold.",
            "Keep the file on a local disk, or use Postgres for a team.",
        )
    path = location.path
    engine = create_engine("sqlite://", creator=lambda: _open(path), poolclass=QueuePool, pool_size=1, max_overflow=0)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _connect_patiently(_dialect: object, _record: object, args: Any, options: Any) -> object:
    from models.patient import PatientConnection  # with psycopg, which an SQLite file does not need

    return PatientConnection.connect(*args, **options)


FileId = tuple[int, int] | None
"""Which file it is that lies at the path (device and inode); None for a database that is no file."""


def find(location: Location, *, create: bool) -> FileId:
    """Which file it is; an empty one is made where there is none and `create` says so. Raises Unreachable."""
    path = location.path
    if path is None:
        return None
    try:
        if create and not path.exists():
            _make(path)
        status = path.stat()
    except FileNotFoundError:
        if create:
            raise Unreachable(
                f"The folder {path.parent} does not exist.", "Create it, or choose another path."
            ) from None
        raise Unreachable(
            f"{path} is gone: was it moved, or is its disk not mounted?",
            "Put it back; the desk goes on by itself. (`bridgewatch init` would begin an empty one.)",
        ) from None
    except OSError as error:
        raise Unreachable(f"{path} cannot be opened: {error.strerror}.", "Check the path and who may use it.") from None
    if not stat.S_ISREG(status.st_mode):
        raise Unreachable(f"{path} is no file.", "Give the path of a database file.")
    return status.st_dev, status.st_ino


def _make(path: Path) -> None:
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, sharing.ALONE))
        path.chmod(sharing.new_file(path.parent))


def _open(path: Path) -> sqlite3.Connection:
    # mode=rw: a database that was moved away is not quietly replaced by an empty one
    return sqlite3.connect(
        f"{path.as_uri()}?mode=rw", uri=True, timeout=BUSY_SECONDS, check_same_thread=False, isolation_level=None
    )


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    with suppress(sqlite3.OperationalError):  # a read-only file keeps the mode that it has
        if connection.execute("PRAGMA user_version").fetchone() == (onlooking.COPY,):  # there is no log yet
            connection.execute("PRAGMA user_version=0")
        connection.execute("PRAGMA journal_mode=WAL")
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # a deferred transaction that reads and then writes fails with an error that no waiting cures
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def in_words(location: Location) -> Iterator[None]:
    """Turn a driver's error into Unreachable, with what to do and without credentials."""
    try:
        yield
    except DBAPIError as error:
        raise _told(location, error.orig) from error
    except SQLAlchemyError as error:
        raise Unreachable(f"The database at {location.shown} does not answer.", _plain(location, error)) from error


def lost(location: Location, reason: str) -> Failure:
    """Why a watch has lost the database, in the words that `in_words` has for it."""
    return Unreachable(reason, "The desk keeps trying.") if location.path else _told(location, Exception(reason))


def _plain(location: Location, error: BaseException | None) -> str:
    said = _first_line(location, error)
    return f"It says: {said}" if said else ""


def _first_line(location: Location, error: BaseException | None) -> str:
    return location.hide(str(error).strip().partition("\n")[0])


_SQLITE: dict[int, tuple[type[Failure], str, str]] = {
    sqlite3.SQLITE_READONLY: (
        ReadOnly,
        "{0} can be read, but not written.",
        "Ask for write access to the file and its folder.",
    ),
    sqlite3.SQLITE_BUSY: (Unreachable, "{0} is locked by somebody else.", "Try again; another program holds the file."),
    sqlite3.SQLITE_CORRUPT: (
        Unreachable,
        "{0} is damaged.",
        "Restore it from a backup; keep the damaged file for a rescue.",
    ),
    sqlite3.SQLITE_NOTADB: (
        Unreachable,
        "{0} is not a Bridgewatch database, or is damaged.",
        "Choose another path with --database, or restore it from a backup.",
    ),
    sqlite3.SQLITE_FULL: (ReadOnly, "The disk that holds {0} is full.", "Make room; then it can be written again."),
    sqlite3.SQLITE_CANTOPEN: (
        Unreachable,
        "{0} cannot be opened.",
        "Check that its folder exists and that you may write there.",
    ),
    sqlite3.SQLITE_IOERR_SHMSIZE: (  # what it says of a full disk when it has to begin anew beside the file
        Unreachable,
        "The disk that holds {0} is full.",
        "Make room; then it can be used again.",
    ),
    sqlite3.SQLITE_IOERR: (
        Unreachable,
        "The disk that holds {0} gives errors.",
        "Check the disk; then restore from a backup.",
    ),
    sqlite3.SQLITE_PERM: (Unreachable, "You may not read {0}.", "Ask its owner for access."),
}


_NO_SUCH = ("no such table", "no such column")
_UNDEFINED = ("42P01", "42703", "42883")
"""What SQLite says, and the SQLSTATE of a table, a column and a function that are not there."""


def _lacking(location: Location, error: BaseException | None) -> Failure:
    return Unreachable(
        f"{location.shown} lacks something that Bridgewatch has made there ({_first_line(location, error)}).",
        "`bridgewatch doctor` says what is missing; restore it from a backup.",
    )


INSUFFICIENT_PRIVILEGE = "42501"
"""The SQLSTATE of what a login may not do."""


def _told(location: Location, error: BaseException | None) -> Failure:
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", 0)
        if found := _SQLITE.get(code) or _SQLITE.get(code & 0xFF):
            kind, message, remedy = found
            return kind(message.format(location.shown), remedy)
        if str(error).startswith(_NO_SUCH):
            return _lacking(location, error)
        return Unreachable(f"SQLite refuses {location.shown}.", _plain(location, error))
    told = getattr(error, "diag", None)
    if told is not None and told.sqlstate in _UNDEFINED:
        return _lacking(location, error)
    if told is not None and told.sqlstate == INSUFFICIENT_PRIVILEGE and told.message_hint:  # a trigger of ours
        return Refused(told.message_primary, told.message_hint)
    words = str(error).lower()
    for sign, message, remedy in _POSTGRES:
        if re.search(sign, words):
            kind = ReadOnly if sign in _READABLE else Unreachable
            return kind(message.format(location.shown), remedy)
    return Unreachable(f"The database at {location.shown} does not answer.", _plain(location, error))


_READABLE = ("read-only transaction", "permission denied", "no space left")
"""The signs of what keeps nobody from reading."""

_POSTGRES = (
    (
        "password authentication failed",
        "{0} refuses the password.",
        "Check the user and password in BRIDGEWATCH_DATABASE.",
    ),
    ("no password supplied", "{0} wants a password.", "Put it into BRIDGEWATCH_DATABASE or ~/.pgpass."),
    ("could not translate host", "The host of {0} is not known.", "Check the address for a slip."),
    ("failed to resolve host", "The host of {0} is not known.", "Check the address for a slip."),
    ("name or service not known", "The host of {0} is not known.", "Check the address for a slip."),
    ("server closed the connection", "{0} broke the connection.", "The desk keeps trying."),
    ("terminating connection", "{0} was stopped, or ended the connection.", "The desk keeps trying."),
    (
        "has not answered for",
        "The host of {0} does not answer.",
        "Check the network or the VPN; the desk keeps trying.",
    ),
    (
        "session is read-only",
        "No host of {0} takes what is written at the moment.",
        "A standby may be about to take over; the desk keeps trying.",
    ),
    ("starting up", "{0} is starting.", "The desk keeps trying."),
    ("shutting down", "{0} is being stopped.", "The desk keeps trying."),
    ("in recovery mode", "{0} is recovering from a crash.", "The desk keeps trying."),
    ("connection refused", "Nothing listens at {0}.", "Check that Postgres runs there, and the port."),
    ("timeout expired", "The host of {0} does not answer.", "Check the network or the VPN; the desk keeps trying."),
    ("connection timeout", "The host of {0} does not answer.", "Check the network or the VPN; the desk keeps trying."),
    (
        'database ".*" does not exist',
        "{0} does not exist.",
        "Create it with createdb, or check the address.",
    ),
    (
        'role ".*" does not exist',
        "{0} has no such login.",
        "Check the user in the address, or create it with createuser.",
    ),
    ("too many connections", "{0} has no connection left.", "Close some, or raise the limit."),
    ("too many clients", "{0} has no connection left.", "Close some, or raise max_connections."),
    ("remaining connection slots", "{0} has no connection left.", "Close some, or raise max_connections."),
    ("read-only transaction", "{0} is read-only at the moment.", "It may be a standby; use the primary's address."),
    ("no space left", "The disk of {0} is full.", "Make room there; then it can be written again."),
    ("permission denied", "Your login may not do that in {0}.", "Ask its keeper for the privilege."),
    ("lock timeout", "Somebody holds a lock in {0} for too long.", "Try again."),
)
