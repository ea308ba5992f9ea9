"""The one door to the database.

What only writing needs is imported when somebody writes: the first board does not wait for it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

from sqlalchemy import Connection, Row, Text, bindparam, cast, func, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from models.kernel import schema
from models.kernel.ahead import Question, Unforeseen, ask_ahead, linger, pooled, settled
from models.kernel.cache import Cache
from models.kernel.engine import SNAPSHOT, FileId, connect, find, had_tables, made_whole
from models.kernel.entry_words import entry_words
from models.kernel.errors import in_words, lacks_tables
from models.kernel.failures import ReadOnly, Unreachable
from models.kernel.location import Location
from models.kernel.meeting import meet, try_transaction
from models.kernel.naming import admit, everybody, name_of
from models.kernel.postgres import admins
from models.kernel.postgres.watch import CHANNEL
from models.kernel.reader import Rows
from models.kernel.sqlite.change_signal import ring
from models.kernel.sqlite.read_only import own_log
from models.kernel.sqlite.write_queue import in_turn
from models.kernel.tables import head

if TYPE_CHECKING:
    from models.kernel.command import Command
    from models.kernel.entry import Done
    from models.kernel.transaction import Transaction

R = TypeVar("R", bound=Rows)
T = TypeVar("T")

_NOW = select(func.clock_timestamp())
_NOTIFY = select(func.pg_notify(bindparam("channel"), cast(head.c.ticket, Text)))

ATTEMPTS = 3
"""How often a command is tried when the connection breaks while it is performed."""

_DEADLOCK, _SERIALIZATION = "40P01", "40001"


class Store:
    """Reads and writes one database. Used by one thread at a time. What is read and written is the subjects' matter.

    Every method may raise Unreachable. `language` is the one that roles are named in; `clock` replaces the machine's,
    for tests.
    """

    def __init__(
        self, location: Location, *, language: str = "en", clock: Callable[[], datetime] | None = None
    ) -> None:
        self.location = location
        self._language = language
        self._clock = clock
        self._kept = Cache()
        self.read_only: ReadOnly | None = None
        """Why this program may not write to the database that it opened; None: it may."""
        self.person: str | None = None
        """Whose the login is that it opened it with; None: nobody has said, or the database has no logins."""
        self.backup: Path | None = None
        """Where the file was copied to before this opening upgraded it; None: it did not."""
        self.clock_trouble = ""
        """Why this machine's clock cannot be right, in words; empty: it may be."""
        self._lingering: Connection | None = None  # of a change on its way, while what is behind it is looked at
        self._everybody: Sequence[Row[Any]] | None = None
        """Who was known when it was opened, for who is admitted next."""
        self._file: FileId = None
        self._engine = connect(location)
        self._writer = self._engine.execution_options(writes=True, together=True)
        self._reader = self._engine.execution_options(begins=SNAPSHOT, together=True)
        self._glancer = self._engine.execution_options(alone=True, together=True)

    def open(
        self, *, create: bool = True, upgrade: bool | None = None, anew: bool = False, people: bool = False
    ) -> None:
        """Make the tables where there are none (and `create` says so), upgrade them where they are older (`upgrade`).

        By default only a SQLite file is upgraded, which the upgrade backs up itself. In a file that was emptied they
        are made `anew` only. `people`: somebody will be admitted, so who is known is read in the same trip. Raises
        Refused for a database that is another program's.
        """
        self.close()
        self._kept.forget()
        self.backup = None
        lost = not anew and had_tables(self.location, create=create)
        new = self.location.path is not None and not os.path.exists(self.location.path)
        self._file = find(self.location, create=create)
        if self.location.path is not None:
            own_log(self.location.path)
        with in_words(self.location):
            try:
                if self._meet(people=people, ends=True):
                    try_transaction(self._engine)
            except (Unforeseen, DBAPIError, Unreachable) as error:
                if not (isinstance(error, Unforeseen) or lacks_tables(error)):
                    raise
                if schema.to_change(self._engine, self.location, create=create, upgrade=upgrade, lost=lost):
                    with in_turn(self.location), made_whole(self.location, new=new), in_words(self.location):
                        self.backup = schema.upgrade(self._engine, self.location, lost=lost)
                self._meet(people=people, ends=False)

    def _meet(self, *, people: bool, ends: bool) -> bool:
        """Whether it was met through a pooler."""
        with self._reader.begin() as connection:
            known = {"own": self._clock is None, "people": people, "ends": ends}
            met = meet(connection, self.location, self.now, self._kept, **known)
            self.read_only, self.person, self.clock_trouble, self._everybody = met
            return pooled(connection)

    def close(self) -> None:
        """Let go of the connection; a later call opens another."""
        self._engine.dispose()

    @contextmanager
    def reading(self, reader: type[R]) -> Iterator[R]:
        """A consistent snapshot, read by that subject's reader."""
        self._same_file()
        # it commits: after a rollback, psycopg forgets which statements Postgres has planned already
        with in_words(self.location), self._reader.begin() as connection:
            yield reader(connection, self._language, self._kept)

    def look(self, reader: type[R], question: Callable[[R], T]) -> T:
        """What the question finds in one snapshot, which it may end by its reader's `foresee`.

        Where it then asks anything else, it is put once more, and takes as many trips as it has questions besides.
        """
        self._same_file()
        with in_words(self.location) if self._lingering is None else nullcontext():
            try:
                return self._look(reader, question, ends=True)
            except Unforeseen:
                return self._look(reader, question, ends=False)
            except DBAPIError as error:  # it was let go of while nothing was asked: nobody has looked at it since
                if not error.connection_invalidated or self._lingering is not None:
                    raise
                return self._look(reader, question, ends=False)

    def _look(self, reader: type[R], question: Callable[[R], T], *, ends: bool) -> T:
        if self._lingering is not None:
            with self._lingering.begin():
                return question(reader(self._lingering, self._language, self._kept, ends=ends))
        with self._reader.begin() as connection:
            return question(reader(connection, self._language, self._kept, ends=ends))

    def admit(self, names: Iterable[str], *, new: bool) -> tuple[str, ...]:
        """Those of them who are new here. Raises Refused as `naming.admit` does."""
        if self._everybody is None:
            with self.glancing(Rows) as read:
                return admit(everybody(read.connection, self._kept), names, new=new)
        known, self._everybody = self._everybody, None
        return admit(known, names, new=new)

    @contextmanager
    def glancing(self, reader: type[R]) -> Iterator[R]:
        """For one statement, which is a snapshot of its own: on Postgres it takes one round trip, and not three."""
        self._same_file()
        with in_words(self.location), self._glancer.begin() as connection:
            read = reader(connection, self._language, self._kept)
            read.trust_names()
            yield read

    def look_again(self, read: Rows) -> None:
        """Find out anew whether this program may write: that can change, and nothing tells."""
        self.read_only = read.read_only(self.location)

    @property
    def writable(self) -> bool:
        return self.read_only is None

    def now(self) -> datetime:
        """This machine's time, without asking the database."""
        return self._clock() if self._clock else datetime.now(UTC)

    def now_in(self, connection: Connection) -> datetime:
        """The database's time where it has a clock of its own, so that desks on several machines agree."""
        if self._clock is not None or self.location.path is not None:
            return self.now()
        now: datetime = connection.execute(_NOW).scalar_one()
        return now.astimezone(UTC)

    def _same_file(self) -> None:
        """Raises Unreachable when the file was moved or replaced: what is written to it then, nobody else sees."""
        if self._file != find(self.location, create=False):
            self.close()
            raise Unreachable(f"{self.location.shown} was moved or replaced.", "The desk opens the new file.")

    @contextmanager
    def _writing(
        self, questions: Iterable[Question] = (), behind: Callable[[], object] | None = None
    ) -> Iterator[Connection]:
        if self.read_only is not None:
            raise self.read_only
        self._same_file()
        with in_turn(self.location), self._writer.connect() as connection:
            with connection.begin():
                ask_ahead(connection, (*questions, (schema.META, {})))
                schema.check(connection, self.location, writes=True)
                yield connection
                if self.location.path is None:
                    connection.execute(_NOTIFY, {"channel": CHANNEL})
                    linger(connection, behind is not None)
                self._same_file()
            if self.location.path is None and behind is not None:
                self._look_behind(connection, behind)
        if self.location.path is not None:
            ring(self.location.path)

    def _look_behind(self, connection: Connection, behind: Callable[[], object]) -> None:
        """Wait for a change together with what is looked at behind it; what fails there is the change's own failure,
        unless that is durable."""
        self._lingering = connection.execution_options(begins=SNAPSHOT)
        try:
            behind()
        except Exception:
            if connection.invalidated or not settled(connection):
                raise
        finally:
            self._lingering = None
        settled(connection)

    def perform(self, command: Command, behind: Callable[[], object] | None = None) -> Done:
        """Do it in one transaction, once, however often the connection breaks on the way.

        `behind` may look at what is so then, on a server, in the trip that makes the command durable: for each try, and
        before that is known; what it finds is true once this returns. On a file, looking afterwards takes no longer.

        Raises Refused, Conflict or Unreachable; then nothing of it was done, unless the words of Unreachable say that
        nobody knows: performing the same command again does it once.
        """
        broken = False
        try:
            with in_words(self.location):
                for _ in range(ATTEMPTS - 1):
                    try:
                        return self._attempt(command, behind)
                    except IntegrityError:  # somebody wrote the same at the same moment; the next look sees it
                        continue
                    except DBAPIError as error:
                        broken |= error.connection_invalidated
                        state = getattr(error.orig, "sqlstate", None)
                        if not error.connection_invalidated and state not in (_DEADLOCK, _SERIALIZATION):
                            raise
                return self._attempt(command, behind)
        except Unreachable as failure:
            if broken:
                failure.message += " It is unknown whether this was saved."
            raise

    def _attempt(self, command: Command, behind: Callable[[], object] | None) -> Done:
        from models.kernel.perform import perform, questions

        clock: tuple[Question, ...] = () if self._clock is not None else ((_NOW, {}),)
        with self._writing((*questions(command, self._kept), *clock), behind) as connection:
            return perform(command, connection, partial(self.now_in, connection), self._kept)

    @contextmanager
    def writing(self) -> Iterator[tuple[Connection, datetime]]:
        """A transaction on behalf of nobody, and its time."""
        with in_words(self.location), self._writing() as connection:
            yield connection, self.now_in(connection)

    @contextmanager
    def acting(self, by: str) -> Iterator[Transaction]:
        """A transaction on behalf of a person, on no incident. Raises Refused for a name that cannot be stored."""
        from models.kernel.transaction import Transaction

        with self.writing() as (connection, _):
            clock = partial(self.now_in, connection)
            yield Transaction(
                connection,
                author=name_of(by),
                command=uuid4(),
                clock=clock,
                ref=None,
                kept=self._kept,
                words=entry_words,
            )

    @contextmanager
    def administering(self, table: str, deed: str) -> Iterator[Connection]:
        """Like `writing`, for a table that only admins change; `deed` says what, in words.

        Raises Refused, which names the admins, where the login is not one.
        """
        with self.writing() as (connection, _):
            admins.admins_only(connection, table, deed)
            yield connection

    @contextmanager
    def acting_as_admin(self, by: str, table: str, deed: str) -> Iterator[Transaction]:
        """Like `acting`, for a table that only admins change. Raises Refused as `administering` does."""
        with self.acting(by) as tx:
            admins.admins_only(tx.connection, table, deed)
            yield tx
