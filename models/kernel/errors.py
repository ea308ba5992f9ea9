"""Database errors in words for the person at the desk."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError, StatementError

from models.kernel.damage import refused
from models.kernel.failures import Failure, LoginRejected, ReadOnly, Refused, Unreachable, Unusable
from models.kernel.location import Location
from models.kernel.readable import misread
from models.kernel.sqlite.room import lacking


@contextmanager
def in_words(location: Location) -> Iterator[None]:
    """Turn a driver's error into Unreachable, with what to do and without credentials."""
    try:
        yield
    except (DBAPIError, RecursionError) as error:
        if misread(error):
            raise refused() from error
        raise _told(location, getattr(error, "orig", error)) from error
    except SQLAlchemyError as error:
        if isinstance(error, StatementError) and isinstance(error.orig, Failure):  # of a value that was to be written
            raise error.orig from error
        raise Unreachable(f"The database at {location.shown} does not respond.", _plain(location, error)) from error


def lost(location: Location, reason: str) -> Failure:
    """Why a watch has lost the database, in the words that `in_words` has for it."""
    return Unreachable(reason, "The desk keeps retrying.") if location.path else _told(location, Exception(reason))


def _plain(location: Location, error: BaseException | None) -> str:
    said = _first_line(location, error)
    return f"Error: {said}" if said else ""


def _first_line(location: Location, error: BaseException | None) -> str:
    return location.hide(str(error).strip().partition("\n")[0])


_WRITING = (sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_TRUNCATE, sqlite3.SQLITE_IOERR_FSYNC)
"""A disk quota and a limit of the account look like a broken disk to SQLite: nothing is damaged."""

_NOT_WRITTEN = (
    ReadOnly,
    "{0} cannot be written: a limit of your account (file size or disk quota) is reached, or the disk has errors.",
    "What is in it is unharmed. Raise the limit, or check the disk.",
)
_GROWING = (*_WRITING, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE)

_SQLITE: dict[int, tuple[type[Failure], str, str]] = {
    sqlite3.SQLITE_READONLY: (
        ReadOnly,
        "{0} is read-only for you.",
        "Ask for write access to the file and its folder.",
    ),
    sqlite3.SQLITE_BUSY: (Unreachable, "{0} is locked by another program.", "Try again, or close the other program."),
    sqlite3.SQLITE_CORRUPT: (
        Unusable,
        "{0} is damaged.",
        "Restore it from a backup. Keep the damaged file for data recovery.",
    ),
    sqlite3.SQLITE_NOTADB: (
        Unusable,
        "{0} is not a Bridgewatch database, or is damaged.",
        "Choose another path with --database, or restore it from a backup.",
    ),
    sqlite3.SQLITE_FULL: (ReadOnly, "The disk of {0} is full.", "Free some disk space."),
    sqlite3.SQLITE_CANTOPEN: (
        Unusable,
        "{0} cannot be opened.",
        "Check that the folder exists and that you can write to it.",
    ),
    sqlite3.SQLITE_IOERR_SHMSIZE: (  # what it says of a full disk when it has to begin anew beside the file
        Unusable,
        "The disk of {0} is full.",
        "Free some disk space.",
    ),
    **dict.fromkeys(_WRITING, _NOT_WRITTEN),
    sqlite3.SQLITE_IOERR: (
        Unusable,
        "The disk of {0} reports errors.",
        "Check the disk, then restore from a backup.",
    ),
    sqlite3.SQLITE_PERM: (Unusable, "You have no read access to {0}.", "Ask its owner for access."),
}

_NO_SUCH = ("no such table", "no such column")
_UNDEFINED = ("42P01", "42703", "42883")
"""What SQLite says, and the SQLSTATE of a table, a column and a function that are not there."""


def lacks_tables(error: BaseException) -> bool:
    """Whether tables are missing or have an older shape: then they can be made or upgraded."""
    said = getattr(error, "orig", error)
    if isinstance(said, sqlite3.Error):
        return str(said).startswith(_NO_SUCH)
    return isinstance(error, Unusable) or getattr(said, "sqlstate", None) in _UNDEFINED


def _lacking(location: Location, error: BaseException | None) -> Failure:
    return Unusable(
        f"A Bridgewatch table or column is missing in {location.shown} ({_first_line(location, error)}).",
        "Run `bridgewatch doctor` to see what is missing, then restore from a backup.",
    )


INSUFFICIENT_PRIVILEGE = "42501"
"""The SQLSTATE of what a login may not do."""


def _told(location: Location, error: BaseException | None) -> Failure:
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", 0)
        if found := _SQLITE.get(code) or _SQLITE.get(code & 0xFF):
            kind, message, remedy = found
            if location.path is not None and code in _GROWING and (why := lacking(location.path)):
                return kind(*why)
            return kind(message.format(location.shown), remedy)
        if str(error).startswith(_NO_SUCH):
            return _lacking(location, error)
        return Unusable(f"SQLite cannot use {location.shown}.", _plain(location, error))
    told = getattr(error, "diag", None)
    if told is not None and told.sqlstate in _UNDEFINED:
        return _lacking(location, error)
    if told is not None and told.sqlstate == INSUFFICIENT_PRIVILEGE and told.message_hint:  # a trigger of ours
        return Refused(told.message_primary, told.message_hint)
    words = str(error).lower()
    for kind, sign, message, remedy in (*_POOLER, *_POSTGRES):
        if re.search(sign, words):
            return kind(message.format(location.shown), remedy)
    if told is not None and told.sqlstate is not None and not told.sqlstate.startswith(_WAIT):
        return Unusable(f"The database at {location.shown} refused this.", _plain(location, error))
    return Unreachable(f"The database at {location.shown} does not respond.", _plain(location, error))


_WAIT = ("08", "40", "53", "55", "57", "58")
"""The classes of SQLSTATE that a later try may cure: connections, conflicts, resources, locks, the system."""

_POOLER: tuple[tuple[type[Failure], str, str, str], ...] = (
    (
        Unusable,
        "unsupported startup parameter",
        "The pooler at {0} refuses an option of this address.",
        "Take the option out of the address, or add it to ignore_startup_parameters of the pooler.",
    ),
    (
        Unusable,
        "statement pooling mode",
        "The pooler at {0} is in statement mode, which has no transactions.",
        "Set pool_mode = transaction or pool_mode = session for this database.",
    ),
    (
        Unusable,
        "no such database",
        "The pooler at {0} does not know this database.",
        "Check the address, or add the database to the [databases] of the pooler.",
    ),
    (
        LoginRejected,
        'no such user|"trust" authentication failed',
        "The pooler at {0} does not know this login.",
        "Check the user in the address, or add it to auth_file or auth_query of the pooler.",
    ),
    (
        LoginRejected,
        "server login failed|wrong password type",
        "The pooler at {0} cannot log in to Postgres in your name.",
        "Check your password in auth_file of the pooler. Postgres with scram-sha-256 does not take one kept as MD5.",
    ),
    (
        Unreachable,
        "server login has been failing|server down|cannot connect to server|server conn crashed",
        "The pooler at {0} cannot reach Postgres.",
        "Check that Postgres is running. The desk keeps retrying.",
    ),
    (
        Unreachable,
        "max_client_conn",
        "The pooler at {0} has reached its limit of clients.",
        "Close desks, or raise max_client_conn.",
    ),
    (
        Unreachable,
        "query_wait_timeout|the pooler has not answered for",
        "The pooler at {0} does not respond. All its connections to Postgres may be in use.",
        "Set pool_mode = transaction, or raise default_pool_size. The desk keeps retrying.",
    ),
    (
        Unreachable,
        "since it took the connection",
        "{0} accepts connections, but does not respond.",
        "If it is a pooler, all its connections to Postgres may be in use: set pool_mode = transaction, or raise"
        " default_pool_size. If not, check the network or the VPN. The desk keeps retrying.",
    ),
    (
        Unreachable,
        "database .* is disabled|pause mode|suspend_timeout|database removed|idle transaction timeout"
        "|client_idle_timeout|client_login_timeout|query timeout|server idle timeout",
        "The pooler at {0} closed the connection.",
        "The desk keeps retrying.",
    ),
)
"""What PgBouncer says, above what Postgres says: it passes words of Postgres on inside its own."""

_POSTGRES: tuple[tuple[type[Failure], str, str, str], ...] = (
    (
        LoginRejected,
        "password authentication failed",
        "{0} rejected the password.",
        "Check the user in the address, and the password there or in ~/.pgpass.",
    ),
    (
        LoginRejected,
        "authentication failed for user",
        "{0} rejected the login.",
        "Check the user in the address, and how pg_hba.conf lets that login in.",
    ),
    (
        Unusable,
        "no pg_hba.conf entry",
        "{0} accepts no login from this computer with this address.",
        "Check the user and the database in the address. The file pg_hba.conf on the server lists who can log in.",
    ),
    (
        Unusable,
        "does not support ssl|certificate",
        "A verified connection to {0} is not possible: its certificate is missing or not trusted.",
        "Check sslmode and sslrootcert in the address, or ask the administrator of the server.",
    ),
    (
        LoginRejected,
        "permission denied for database|not permitted to log in",
        "Your login may not connect to {0}.",
        "Ask an admin of the database.",
    ),
    (LoginRejected, "no password supplied", "{0} requires a password.", "Put it into ~/.pgpass, or into the address."),
    (
        Unreachable,
        "could not translate host|failed to resolve host|name or service not known",
        "The host of {0} is unknown.",
        "Check the spelling of the address.",
    ),
    (Unreachable, "server closed the connection", "{0} closed the connection.", "The desk keeps retrying."),
    (Unreachable, "terminating connection", "{0} was stopped, or closed the connection.", "The desk keeps retrying."),
    (
        Unreachable,
        "has not answered for",
        "The host of {0} does not respond.",
        "Check the network or the VPN. The desk keeps retrying.",
    ),
    (
        Unreachable,
        "session is read-only",
        "None of the hosts of {0} accepts writes right now.",
        "A failover may be in progress. The desk keeps retrying.",
    ),
    (Unreachable, "starting up", "{0} is starting.", "The desk keeps retrying."),
    (Unreachable, "shutting down", "{0} is shutting down.", "The desk keeps retrying."),
    (Unreachable, "in recovery mode", "{0} is recovering from a crash.", "The desk keeps retrying."),
    (
        Unreachable,
        "connection refused",
        "Connection refused by {0}.",
        "Check that Postgres is running there, and the port.",
    ),
    (
        Unreachable,
        "timeout expired|connection timeout",
        "The host of {0} does not respond.",
        "Check the network or the VPN. The desk keeps retrying.",
    ),
    (
        Unusable,
        'database ".*" does not exist',
        "{0} does not exist.",
        "Create it with createdb, or check the address.",
    ),
    (
        LoginRejected,
        'role ".*" does not exist',
        "This login does not exist in {0}.",
        "Check the user in the address, or create it with createuser.",
    ),
    (
        Unreachable,
        "too many connections",
        "{0} has reached its connection limit.",
        "Close connections, or raise the limit.",
    ),
    (
        Unreachable,
        "too many clients|remaining connection slots",
        "{0} has reached its connection limit.",
        "Close connections, or raise max_connections.",
    ),
    (
        ReadOnly,
        "read-only transaction",
        "{0} is read-only right now.",
        "It may be a standby. Use the address of the primary.",
    ),
    (ReadOnly, "no space left", "The disk of {0} is full.", "Free some disk space on the server."),
    (ReadOnly, "permission denied", "Your login has no permission for this in {0}.", "Ask an admin of the database."),
    (Unreachable, "lock timeout", "Another session holds a lock in {0} for too long.", "Try again."),
)
