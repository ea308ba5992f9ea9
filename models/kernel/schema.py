"""Which shape the tables have, and bringing them to the shape that this program knows.

`meta` is asked first, in well under a millisecond; what upgrades is imported only when there is something to change.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Boolean, Connection, Engine, Select, cast, func, inspect, select, text

from models.kernel.failures import ReadOnly, Refused, Unreachable
from models.kernel.location import Location
from models.kernel.postgres import admins
from models.kernel.readable import answers
from models.kernel.sqlite.backup import back_up
from models.kernel.tables import meta

SCHEMA = 18
"""The shape that this program writes; each migration raises it by one."""

_UPGRADE = "Upgrade Bridgewatch: pip install --upgrade bridgewatch."

META = select(meta.c.schema, meta.c.min_reader, meta.c.min_writer)
_NOTED = text("SELECT version_num FROM alembic_version")

_SHAPED = {
    "sqlite": text("SELECT name FROM sqlite_schema WHERE type = 'table' AND name = 'meta'"),
    "postgresql": text("SELECT to_regclass('meta')::text"),
}
STANDING = META.add_columns(  # every board asks, and each question to a server is a way there and back
    func.pg_is_in_recovery().label("follows"),
    cast(func.current_setting("transaction_read_only"), Boolean).label("closed"),
    func.has_table_privilege("entries", "INSERT").label("allowed"),
)


def check(connection: Connection, location: Location, *, writes: bool) -> None:
    """Raises ReadOnly or Unreachable when the database has a shape that this program must not write, or read."""
    _check(_standing(connection, META), location, writes=writes)


class _Standing(NamedTuple):
    """What the database is, and what may be done to it."""

    schema: int
    min_reader: int
    min_writer: int
    follows: bool = False
    closed: bool = False
    allowed: bool = True


def _standing(connection: Connection, statement: Select[Any]) -> _Standing:
    """As the statement finds it; what cannot be so in `meta` is taken from what the migrations have noted."""
    schema, min_reader, min_writer, *rest = tuple(answers(connection, statement)[0])
    if not _counts(schema):
        noted = str(connection.execute(_NOTED).scalar())
        schema = int(noted) if noted.isdecimal() else SCHEMA
    oldest = (each if _counts(each) and each <= schema else schema for each in (min_reader, min_writer))
    reader, writer = oldest
    return _Standing(schema, reader, writer, *rest)


def _counts(number: object) -> bool:
    return isinstance(number, int) and number > 0


def _check(standing: _Standing, location: Location, *, writes: bool) -> None:
    found, min_reader, min_writer = standing[:3]
    if min_reader > SCHEMA:
        raise Unreachable(_newer(location, found), _UPGRADE)
    if writes and min_writer > SCHEMA:
        raise ReadOnly(f"{_newer(location, found)} This version can only read it.", _UPGRADE)
    if found < SCHEMA:
        raise Unreachable(f"{location.shown} has an older schema ({found}).", "Restart Bridgewatch to upgrade it.")


def _newer(location: Location, found: int) -> str:
    return (
        f"{location.shown} was upgraded by a newer version of Bridgewatch"
        f" (schema {found}; this version supports {SCHEMA})."
    )


def read_only(connection: Connection, location: Location) -> ReadOnly | None:
    """Why this program may not write to the database that it found, with the privileges that it has; None: it may.

    Raises Unreachable when it may not read it either.
    """
    sqlite = connection.dialect.name == "sqlite"
    standing = _standing(connection, META if sqlite else STANDING)
    _check(standing, location, writes=False)
    if standing.min_writer > SCHEMA:
        return ReadOnly(f"{_newer(location, standing.schema)} This version can only read it.", _UPGRADE)
    if sqlite:
        file = os.path.realpath(location.path or "")
        if os.access(file, os.W_OK) and os.access(os.path.dirname(file), os.W_OK):
            return None
        message = f"{location.shown} is read-only for you."
        return ReadOnly(message, "Ask for write access to the file and its folder.")
    if standing.follows:
        return ReadOnly(
            f"{location.shown} is a standby and read-only.", "To make changes, use the address of the primary."
        )
    if standing.closed:
        return ReadOnly(
            f"{location.shown} is read-only right now.", "This works again when the database accepts writes."
        )
    if not standing.allowed:
        observer = f"Login {admins.login(connection)} has read-only access."
        return ReadOnly(observer, f"Ask {admins.admins(connection)} to make you a responder.")
    return None


def version(engine: Engine) -> int:
    """As `version_in` has it, on a connection of its own."""
    with engine.connect() as connection:
        return version_in(connection)


def version_in(connection: Connection) -> int:
    """The schema found: 0 for an empty database. Raises Refused for tables that are not Bridgewatch's."""
    if connection.execute(_SHAPED[connection.dialect.name]).scalar() is not None:
        return _standing(connection, META).schema
    from models.kernel.postgres.privileges import RESPONDER

    if set(inspect(connection).get_table_names()) & (set(RESPONDER) - {"alembic_version"}):
        raise Refused("This database contains tables of another program.", "Choose another database with --database.")
    return 0


def upgrade(engine: Engine, location: Location, *, lost: bool = False) -> None:
    """Bring the tables to SCHEMA, in one transaction, one process at a time; an SQLite file is backed up first.

    Raises Unreachable where there are no tables, and those that there were are `lost`.
    """
    from alembic import command
    from alembic.config import Config

    found = version(engine)  # another process may have upgraded while this one waited its turn
    if found >= SCHEMA:
        return
    if lost and not found:
        raise Unreachable(
            f"{location.shown} is empty: something has taken away all that was in it.",
            "Restore it from a backup. (`bridgewatch init` begins an empty database.)",
        )
    if found and location.path is not None:
        name = f"{location.path.name}.schema-{found}-{datetime.now(UTC):%Y%m%dT%H%M%S}.backup"
        back_up(location.path, location.path.with_name(name), mode=location.path.stat().st_mode & 0o660)
    with _rebuilding(engine) as connection:
        if location.path is None:
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('bridgewatch'))"))
            if not admins.become_owner(connection):
                raise Refused(
                    f"{location.shown} has an older schema ({found}), which login {admins.login(connection)} is not"
                    " allowed to upgrade.",
                    f"Ask {admins.admins(connection)} to start this version of Bridgewatch once.",
                )
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, f"{SCHEMA:04}")
        if location.path is None:
            from models.kernel.postgres.grants import renew

            renew(connection)


@contextmanager
def _rebuilding(engine: Engine) -> Iterator[Connection]:
    """A transaction in which SQLite lets a table be made anew that others refer to: every row keeps its id.

    Postgres may take as long as it needs: a table of years is not rebuilt in the seconds that a desk waits.
    """
    with engine.execution_options(writes=True).connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        raw: Any = connection.connection.driver_connection
        if sqlite:
            raw.execute("PRAGMA foreign_keys=OFF")  # inside a transaction it would do nothing
        else:
            raw.patience = math.inf
        try:
            with connection.begin():
                if not sqlite:
                    connection.execute(text("SET LOCAL statement_timeout = 0"))
                yield connection
        finally:
            if sqlite:
                raw.execute("PRAGMA foreign_keys=ON")
            else:
                del raw.patience
