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
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Boolean, Connection, Engine, Select, cast, func, inspect, select, text

from models.kernel.failures import ReadOnly, Refused, Unusable
from models.kernel.location import Location
from models.kernel.postgres import admins
from models.kernel.readable import answers
from models.kernel.sqlite.backup import back_up
from models.kernel.tables import meta

if TYPE_CHECKING:
    from alembic.config import Config

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
    """Raises ReadOnly or Unusable when the database has a shape that this program must not write, or read."""
    _check(connection, _standing(connection, META), location, writes=writes)


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


def _check(connection: Connection, standing: _Standing, location: Location, *, writes: bool) -> None:
    found, min_reader, min_writer = standing[:3]
    if min_reader > SCHEMA:
        raise Unusable(_newer(location, found), _UPGRADE)
    if writes and min_writer > SCHEMA:
        raise ReadOnly(f"{_newer(location, found)} This version can only read it.", _UPGRADE)
    if found < SCHEMA:
        raise older(connection, location, found)


def without_tables(location: Location) -> Unusable:
    return Unusable(
        f"{location.shown} has no Bridgewatch tables.",
        "Create them with `bridgewatch init`, or check the address of the database.",
    )


def emptied(location: Location) -> Unusable:
    return Unusable(
        f"{location.shown} is empty: something has taken away all that was in it.",
        "Restore it from a backup. (`bridgewatch init` begins an empty database.)",
    )


def older(connection: Connection, location: Location, found: int) -> Unusable:
    """That it has to be upgraded first, and who does that: a file is backed up by it, a server is not."""
    message = f"{location.shown} has an older schema ({found}; this version needs {SCHEMA})."
    if location.path is not None:
        return Unusable(message, "Open it with write access: Bridgewatch then backs it up and upgrades it.")
    if admins.may_act_as_owner(connection):
        return Unusable(message, "Back it up with pg_dump, then run `bridgewatch upgrade`.")
    return Unusable(message, f"Ask {admins.admins(connection)} to back it up and run `bridgewatch upgrade`.")


def _newer(location: Location, found: int) -> str:
    return (
        f"{location.shown} was upgraded by a newer version of Bridgewatch"
        f" (schema {found}; this version supports {SCHEMA})."
    )


def read_only(connection: Connection, location: Location) -> ReadOnly | None:
    """Why this program may not write to the database that it found, with the privileges that it has; None: it may.

    Raises Unusable when it may not read it either.
    """
    sqlite = connection.dialect.name == "sqlite"
    standing = _standing(connection, META if sqlite else STANDING)
    _check(connection, standing, location, writes=False)
    if standing.min_writer > SCHEMA:
        return ReadOnly(f"{_newer(location, standing.schema)} This version can only read it.", _UPGRADE)
    if sqlite:
        if _writable(location.path):
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


def _writable(path: Path | None) -> bool:
    """Whether a file and its folder may be written to; False: it is no file."""
    if path is None:
        return False
    file = os.path.realpath(path)
    return os.access(file, os.W_OK) and os.access(os.path.dirname(file), os.W_OK)


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


def to_change(engine: Engine, location: Location, *, create: bool, upgrade: bool | None, lost: bool = False) -> bool:
    """Whether tables are to be made (`create`), or upgraded (`upgrade`; None: in a file).

    Raises Unusable for a database without tables, or with older ones, that is to stay so, and where they are `lost`.
    """
    with engine.connect() as connection:
        found = version_in(connection)
        if found >= SCHEMA:
            return False
        if not found and not create:
            if not lost:
                raise without_tables(location)
            if not os.path.exists(f"{location.path}.lock"):  # else somebody may be making them: wait, and look again
                raise emptied(location)
        if found and not (_writable(location.path) if upgrade is None else upgrade):
            raise older(connection, location, found)
    return True


def upgrade(engine: Engine, location: Location, *, lost: bool = False) -> Path | None:
    """Bring the tables to SCHEMA, in one transaction, one process at a time; an SQLite file is backed up first.

    Answers with that backup. Raises Unusable where there are no tables, and those that there were are `lost`, and
    Refused for a login that may not change them.
    """
    from alembic import command

    found = version(engine)  # another process may have upgraded while this one waited its turn
    if found >= SCHEMA:
        return None
    backup = None
    if lost and not found:
        raise emptied(location)
    if found and location.path is not None:
        name = f"{location.path.name}.schema-{found}-{datetime.now(UTC):%Y%m%dT%H%M%S}.backup"
        backup = location.path.with_name(name)
        back_up(location.path, backup, mode=location.path.stat().st_mode & 0o660)
    with _rebuilding(engine) as connection:
        if location.path is None:
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('bridgewatch'))"))
            if not admins.become_owner(connection):
                raise Refused(
                    f"{location.shown} has an older schema ({found}), which login {admins.login(connection)} is not"
                    " allowed to upgrade.",
                    f"Ask {admins.admins(connection)} to back it up and run `bridgewatch upgrade`.",
                )
        config = scripts()
        config.attributes["connection"] = connection
        command.upgrade(config, f"{SCHEMA:04}")
        if location.path is None:
            from models.kernel.postgres.grants import renew

            renew(connection)
    return backup


def scripts() -> Config:
    """Where the migrations are, for alembic."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config


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
