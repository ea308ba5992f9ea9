"""A SQLite file: opened without a chance to write, and whether it is sound."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, NullPool, create_engine, event
from sqlalchemy.exc import DatabaseError

from models.doctor.report import Finding
from models.kernel.sqlite import read_only

RESET_MENDED = (3, 51, 3)
"""The first SQLite without the WAL-reset bug, which could damage a file that two programs write to at once."""

_TOLD = 3
"""How many of SQLite's own sentences are shown."""


@contextmanager
def opened(path: Path, *, alone: bool) -> Iterator[Connection]:
    """One snapshot of the file; `alone` and Disturbed as in `models.kernel.sqlite.read_only`."""
    engine = create_engine("sqlite://", creator=lambda: _connect(path, alone), poolclass=NullPool)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    try:
        with read_only.undisturbed(path, alone=alone), engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def sound(connection: Connection) -> Iterator[Finding]:
    """SQLite's own checks of the whole file, and of what refers to what."""
    try:
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")  # `rows` names what breaks them
        said = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check")]
        rows = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    except DatabaseError as error:
        said, rows = [str(error.orig)], []
    if said != ["ok"]:
        yield Finding(
            "file",
            f"The file is damaged. SQLite says: {'; '.join(said[:_TOLD])}{_more(said)}.",
            "Possible causes: the disk, a copy made during a write, or another program.",
            "Close every desk, keep the damaged file, and restore a backup (see the documentation).",
        )
    said = [f"row {row[1]} of {row[0]} refers to a missing row of {row[2]}" for row in rows]
    if said:
        yield Finding(
            "file",
            f"There are references to missing rows: {'; '.join(said[:_TOLD])}{_more(said)}.",
            "Rows were deleted or added outside Bridgewatch, with a tool that does not check references.",
            "Restore a backup, or add the missing rows.",
        )


def kept_safe(connection: Connection) -> Iterator[Finding]:
    mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
    if mode != "wal":
        yield Finding(
            "durability",
            f"The journal mode is {mode!r}, not 'wal'.",
            "Desks have to wait for each other to read. Another program changed the mode, or the file is read-only.",
            "Open a desk with write access to set it again.",
        )


def advice(version: tuple[int, int, int] = sqlite3.sqlite_version_info) -> Iterator[Finding]:
    if version < RESET_MENDED:
        linked, mended = (".".join(map(str, each)) for each in (version, RESET_MENDED))
        yield Finding(
            "version",
            f"This Python uses SQLite {linked}.",
            f"Before {mended}, two programs that write at the same time can damage the file in rare cases."
            " Bridgewatch prevents this between its own writers, but not with other programs.",
            "While desks are open, write to the file only with Bridgewatch, or use a Python with a newer SQLite.",
        )


def _connect(path: Path, alone: bool) -> sqlite3.Connection:
    connection = read_only.connection(path, alone=alone)
    connection.text_factory = lambda raw: raw.decode(errors="surrogateescape")  # what is no text is told by its seal
    return connection


def _more(said: list[str]) -> str:
    return f", and {len(said) - _TOLD} more" if len(said) > _TOLD else ""
