"""A session that sends what it is told at once, and waits for the answers together, when somebody looks at one.

Its transactions are pipelines: over a network that takes its time, what counts is how often one waits for it.
"""

from __future__ import annotations

import select
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from typing import Any, Self

import psycopg
from psycopg import sql
from psycopg.pq import TransactionStatus

from models.kernel.postgres.timeouts import PatientConnection

Columns = Sequence[tuple[Any, ...]]
"""What a cursor says of its columns, as the DBAPI has it."""


class Answer(psycopg.Cursor[Any]):
    """A cursor whose answer is waited for when somebody looks at it."""

    columns: Columns | None = None
    late = False
    """Whether SQLAlchemy has its `columns` before the answer is there; None: it has none."""
    kept = False
    """Whether it was asked ahead: then it can be looked at again once it was closed."""
    in_use = False
    """Whether somebody looks at it now: whoever asks the same meanwhile is sent on their own way."""

    def _arrive(self) -> None:
        if self.pgresult is None:
            session: Any = self.connection
            session.arrive()

    @property
    def description(self) -> Any:
        if self.late:
            return self.columns
        self._arrive()
        return super().description

    @property
    def rowcount(self) -> Any:
        if self.late and not self.closed:
            return None  # SQLAlchemy asks before it closes; whoever wants to know asks afterwards
        self._arrive()
        return super().rowcount

    def fetchone(self) -> Any:
        self._arrive()
        return super().fetchone()

    def fetchmany(self, size: int = 0) -> Any:
        self._arrive()
        return super().fetchmany(size)

    def fetchall(self) -> Any:
        self._arrive()
        return super().fetchall()

    def close(self) -> None:
        if not self.kept:
            super().close()
            return
        self.in_use = False
        if self.rownumber:
            self.scroll(0, mode="absolute")


class Session(PatientConnection):
    """A connection in autocommit: the transactions are its own statements, which travel with the others."""

    begins = "BEGIN"
    """The words that the next transaction begins with."""
    waits_together = False
    """Whether its answers are waited for together, or each by itself."""
    lingers = False
    """Whether the next end of a transaction is sent and not waited for."""
    _lingering: psycopg.Cursor[Any] | None = None
    _settings: Mapping[str, str] = {}
    _bound = False
    _stack: ExitStack
    _pipeline_here: psycopg.Pipeline | None = None
    _ended = False
    _failed = False
    _asked: psycopg.Cursor[Any] | None = None
    ahead: dict[Any, tuple[Answer, frozenset[str] | None]]
    """What was asked ahead in this transaction, and the tables that it was read from; None: any."""

    @classmethod
    def open(cls, *args: Any, settings: Mapping[str, str], **options: Any) -> Self:
        """Connect. Nothing is asked: the first transaction brings the session its settings, unless it is pooled; then
        each transaction brings them. No start-up packet has options that a pooler would refuse."""
        session = cls.connect(*args, **options, autocommit=True, prepare_threshold=None, cursor_factory=Answer)
        session._settings = settings
        session._stack = ExitStack()
        session.ahead = {}
        return session

    @property
    def together(self) -> bool:
        """Whether answers are waited for together."""
        return self._pipeline_here is not None

    @property
    def ended(self) -> bool:
        """Whether the end of the transaction was sent."""
        return self._ended

    def close(self) -> None:
        with suppress(psycopg.Error):  # a pipeline that is only forgotten says so in the log, on whatever screen
            self._leave()
        super().close()

    def alive(self) -> bool:
        """Whether the server has said nothing though nobody asked: it does when it goes. Raises OperationalError."""
        poll = select.poll()
        poll.register(self.fileno(), select.POLLIN)
        while poll.poll(0):
            self.pgconn.consume_input()
        return True

    def tolerate(self) -> bool:
        self.ahead.clear()  # those cursors read as they did when they asked
        return super().tolerate()

    def start(self) -> None:
        """Begin a transaction as `begins` and `waits_together` have it."""
        self._ended = self._failed = self.lingers = False
        self.ahead.clear()
        if self.waits_together and not self.together:
            self._pipeline_here = self._stack.enter_context(self.pipeline())
        self._say(sql.SQL(self.begins))
        self._asked = None if self._bound else self._say(self._binding())
        if not self.waits_together:
            self._learn()

    def _binding(self) -> sql.Composed:
        lent = sql.SQL("pg_backend_pid() <> {}").format(sql.Literal(self.pgconn.backend_pid))
        each = (sql.SQL("set_config({}, {}, {})").format(name, value, lent) for name, value in self._settings.items())
        return sql.SQL("SELECT {}").format(sql.SQL(", ").join([lent, *each]))

    def _say(self, statement: sql.SQL | sql.Composed) -> psycopg.Cursor[Any]:
        cursor = psycopg.Cursor(self)
        cursor.execute(statement, prepare=False)
        return cursor

    def arrive(self) -> None:
        """Wait for all answers that are on their way."""
        try:
            if self._ended:
                self._leave()
            elif self._pipeline_here is not None:
                self._pipeline_here.sync()
        except BaseException:
            self._failed = True
            raise
        self._learn()

    def end(self, cursor: Answer | None = None) -> None:
        """Send the end of the transaction behind what was asked; nothing more can be."""
        (cursor or psycopg.Cursor(self)).execute("COMMIT", prepare=False)
        self._ended = True

    @property
    def durable(self) -> bool:
        """Whether the transaction that lingered is known to be durable."""
        return self._lingering is not None and self._lingering.statusmessage == "COMMIT"

    def commit(self) -> None:
        """Wait until the transaction is durable; where it `lingers`, the end of the next one waits for both."""
        if self.lingers:
            self._lingering, self.lingers = self._say(sql.SQL("COMMIT")), False
            self.ahead.clear()
            return
        try:
            if not self._ended and not self._is_idle():
                self._say(sql.SQL("COMMIT"))
            self._leave()
        except psycopg.Error:  # of something before: then the end was skipped, and is still to come
            self._failed = True
            self.rollback()
            raise
        self._learn()
        self._bound = not self.pooled
        self.ahead.clear()

    def rollback(self) -> None:
        """Leave nothing of the transaction behind, whatever has failed in it."""
        try:
            if not self._failed and not self._ended and not self._is_idle():
                self._say(sql.SQL("ROLLBACK"))
            self._leave()
        except psycopg.Error:  # what has failed before, and was told or is to be forgotten
            if self.broken or self.closed:
                return
        if not self._is_idle():
            # behind what has failed something was to be prepared, and was not: this forgets all that was prepared
            try:
                super().rollback()
            except psycopg.OperationalError:
                if not (self.broken or self.closed):
                    raise
                return
        self._learn()
        self.ahead.clear()

    def one_by_one(self) -> None:
        """From here to its end, the transaction waits for each answer: what follows cannot be told together."""
        if not self._ended:
            self._leave()

    def _leave(self) -> None:
        self._pipeline_here = None
        self._stack.close()

    def _is_idle(self) -> bool:
        return self.pgconn.transaction_status == TransactionStatus.IDLE

    def _learn(self) -> None:
        """What the server has said of a pooler."""
        if self._asked is not None and self._asked.pgresult is not None and (told := self._asked.fetchone()):
            self._know(pooled=told[0])
            self._asked = None
