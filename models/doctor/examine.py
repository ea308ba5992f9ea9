"""Looks whether a database is sound, whole and unchanged, without writing to it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError, DBAPIError

from models.doctor import checkpoint, file, rows, server
from models.doctor.history import History
from models.doctor.modes import modes
from models.doctor.report import Finding, Report
from models.doctor.shape import shape
from models.kernel import clocks, schema
from models.kernel.engine import SNAPSHOT, connect, find
from models.kernel.errors import in_words
from models.kernel.failures import Refused
from models.kernel.location import Location
from models.kernel.postgres import logins
from models.kernel.sqlite import read_only


def examine(location: Location, now: datetime, seals: Iterable[str] = ()) -> Report:
    """Everything that can be told from a reading of the whole database.

    `seals`: what earlier reports ended with, to be compared with the history up to then. Raises Refused where there is
    nothing of Bridgewatch's, and Unreachable where the database cannot be read at all.
    """
    find(location, create=False)
    with in_words(location):
        if location.path is not None and read_only.is_alone(location.path):
            with suppress(read_only.Disturbed):
                return _Examination(location, now, list(seals)).report(alone=True)
        return _Examination(location, now, list(seals)).report(alone=False)


_UNREADABLE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What a row that somebody has put together by hand may come to."""


@dataclass
class _Examination:
    location: Location
    now: datetime
    seals: list[str]
    findings: list[Finding] = field(default_factory=list)
    advice: list[Finding] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)

    def report(self, *, alone: bool) -> Report:
        began = time.monotonic()
        until = checkpoint.until(self.now)
        history = History(checkpoint.Checkpoints([until, *map(checkpoint.moment, self.seals)]))
        unchanged: list[str] = []
        seal = None
        with self._opened(alone=alone) as connection:
            found = self._soundness(connection, alone=alone)
            if found == schema.SCHEMA:
                self._try("clock", lambda: self._clock(connection))
                self._try("constraints, indexes and triggers", lambda: self.findings.extend(shape(connection)))
                if self.location.path is None:
                    self._try("privileges", lambda: self.findings.extend(server.privileges(connection)))
                self._try("rows", lambda: self.findings.extend(rows.findings(connection)))
                if self._try("entries, hashes and replay", lambda: history.read(connection)):
                    seal = history.covers.seals()[until]
                    unchanged, changed = checkpoint.compared(self.seals, history.covers.seals())
                    self.findings += changed
        return Report(
            database=self.location.shown,
            schema=found,
            incidents=history.incidents,
            entries=history.entries,
            findings=(*self.findings, *history.findings),
            advice=tuple(self.advice),
            unchecked=tuple(self.unchecked),
            unchanged=tuple(unchanged),
            seal=seal,
            seconds=round(time.monotonic() - began, 3),
        )

    def _soundness(self, connection: Connection, *, alone: bool) -> int | None:
        """What comes before the history; answers with the schema that was found, if it can be read."""
        path = self.location.path
        if path is not None:
            self._try("file permissions", lambda: self.findings.extend(modes(path)))
            self.advice += file.advice()
            self._try("file integrity", lambda: self.findings.extend(file.sound(connection)))
            if not alone:  # else it is not told, and does not matter: each desk sets it when it comes
                self._try("journal mode", lambda: self.findings.extend(file.kept_safe(connection)))
        else:
            self.findings += server.kept_safe(connection)
            self.advice += server.advice(connection)
            self.unchecked.append(server.UNCHECKED)
        return self._schema(connection)

    def _clock(self, connection: Connection) -> None:
        there = logins.session(connection).now
        if there is None:
            trouble = clocks.beside_the_entries(connection, lambda: self.now)
        else:
            trouble = clocks.beside_the_server(self.now, there, datetime.now(UTC))
        if trouble:
            found, means, do = trouble.split(". ")
            self.advice.append(Finding("clock", f"{found}.", f"{means}.", do))

    def _schema(self, connection: Connection) -> int | None:
        try:
            version = schema.version_in(connection)
        except DatabaseError:
            if not any(finding.about in ("file", "server") for finding in self.findings):
                raise
            return None  # what was found says why
        if not version:
            raise Refused(f"{self.location.shown} is not a Bridgewatch database: its tables are missing.")
        if version < schema.SCHEMA:
            self._other_schema(version, "an older", "Open a desk with write access to upgrade it, then check again.")
        elif version > schema.SCHEMA:
            self._other_schema(version, "a newer", "Check it with a newer version: pip install --upgrade bridgewatch.")
        return version

    def _other_schema(self, version: int, which: str, do: str) -> None:
        self.findings.append(
            Finding(
                "version",
                f"The database has {which} schema ({version}) than this version of Bridgewatch ({schema.SCHEMA}).",
                "This version cannot check its constraints and entries.",
                do,
            )
        )
        self.unchecked.append("Constraints, indexes, triggers, entries, hashes and replay: the schema is different.")

    def _try(self, what: str, look: Callable[[], object]) -> bool:
        """Whether it could be looked at to the end."""
        try:
            look()
        except (DBAPIError, OSError, *_UNREADABLE) as error:
            reason = str(error.orig if isinstance(error, DBAPIError) else error).strip().splitlines()
            told = self.location.hide(reason[0]) if reason else type(error).__name__
            self.findings.append(
                Finding(
                    "file" if self.location.path else "server",
                    f"The check of {what} did not finish: {told}.",
                    "The database is damaged, or this login cannot read all of it.",
                    "Restore a backup (see the documentation), or run the check with full read access.",
                )
            )
            return False
        return True

    @contextmanager
    def _opened(self, *, alone: bool) -> Iterator[Connection]:
        if self.location.path is not None:
            with file.opened(self.location.path, alone=alone) as connection:
                yield connection
            return
        engine = connect(self.location)
        try:
            with engine.connect().execution_options(begins=f"{SNAPSHOT} READ ONLY") as connection:
                yield connection
        finally:
            engine.dispose()
