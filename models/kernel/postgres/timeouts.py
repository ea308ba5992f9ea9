"""A connection to Postgres, directly or through a pooler, that does not wait for ever: a network may swallow what is
sent, and break nothing.

A pooler (PgBouncer, for one) lends connections of the server out, often for one transaction at a time. What a session
keeps elsewhere is then lost, or meets somebody else's: settings, prepared statements, LISTEN, the application's name.
"""

from __future__ import annotations

import json
import time
from datetime import datetime
from typing import Any, Self, TypeVar

import psycopg
from psycopg.abc import Buffer, PQGen
from psycopg.adapt import Loader
from psycopg.waiting import Ready

from models.kernel.damage import Damaged

ANSWER_SECONDS = 10.0
"""How long the server may say nothing at all while it is asked something: a proxy, a tunnel or a stopped pooler keeps
the connection up, so that neither keepalives nor `tcp_user_timeout` find out."""

PREPARED_AFTER = 1
"""How often Postgres is asked something before it is to remember how: a desk asks the same few dozen things all day."""

T = TypeVar("T")


class PatientConnection(psycopg.Connection[Any]):
    """Breaks, as a lost connection does, when the server is silent for `patience` seconds."""

    patience = ANSWER_SECONDS
    pooled = False
    """Whether a pooler stands between: the process that answers is not the one that shook hands."""
    _tolerant = False
    _silence = "the server has not answered since it took the connection, for"

    @classmethod
    def begin(cls, *args: Any, **options: Any) -> Self:
        """Connect, in autocommit, and ask whether it is pooled."""
        connection = cls.connect(*args, **options, autocommit=True, prepare_threshold=None)
        try:
            found = connection.execute("SELECT pg_backend_pid()").fetchone()
        except BaseException:
            connection.close()
            raise
        connection._know(pooled=found is not None and found[0] != connection.pgconn.backend_pid)
        return connection

    def _know(self, *, pooled: bool) -> None:
        """What stands between is known from here on; nothing is prepared where another session may meet it."""
        self.pooled = pooled
        self.prepare_threshold = None if pooled else PREPARED_AFTER
        self._silence = "the pooler has not answered for" if pooled else "the server has not answered for"

    def wait(self, gen: PQGen[T], *args: Any, **kwargs: Any) -> T:
        return super().wait(self._impatient(gen), *args, **kwargs)

    def _impatient(self, gen: PQGen[T]) -> PQGen[T]:
        """The same steps; a step is also taken every tenth of a second in which nothing came."""
        heard = time.monotonic()
        try:
            wants = next(gen)
            while True:
                ready = yield wants
                if ready != Ready.NONE:
                    heard = time.monotonic()
                elif time.monotonic() - heard > self.patience:
                    self.pgconn.finish()
                    raise psycopg.OperationalError(f"{self._silence} {self.patience:g} s")
                wants = gen.send(ready)
        except StopIteration as end:
            result: T = end.value
            return result

    def tolerate(self) -> bool:
        """From the next statement on, read times that Python does not know and JSON that is too deep for it as Damaged,
        where the driver would fail; False: it does so already."""
        if self._tolerant:
            return False
        self._tolerant = True
        self.adapters.register_loader("timestamptz", _AnyMoment)
        self.adapters.register_loader("jsonb", _AnyJson)
        return True


class _AnyMoment(Loader):
    def load(self, data: Buffer) -> datetime | Damaged:
        written = bytes(data).decode()
        try:
            return datetime.fromisoformat(written)
        except ValueError:
            return Damaged(written)


class _AnyJson(Loader):
    def load(self, data: Buffer) -> Any:
        written = bytes(data).decode()
        try:
            return json.loads(written)
        except (RecursionError, ValueError):
            return Damaged(written)
