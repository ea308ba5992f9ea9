"""A connection to Postgres, directly or through a pooler, that does not wait for ever: a network may swallow what is
sent, and break nothing.

A pooler (PgBouncer, for one) lends connections of the server out, often for one transaction at a time. What a session
keeps elsewhere is then lost, or meets somebody else's: settings, prepared statements, LISTEN, the application's name.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self, TypeVar

import psycopg
from psycopg import sql
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
    def begin(cls, *args: Any, settings: Mapping[str, str], **options: Any) -> Self:
        """Connect, in autocommit, and give the session its settings, unless it is pooled: `bind` then says them to each
        transaction. One question answers both, and no start-up packet has options that a pooler would refuse."""
        connection = cls.connect(*args, **options, autocommit=True, prepare_threshold=None)
        lent = sql.SQL("pg_backend_pid() <> {}").format(sql.Literal(connection.pgconn.backend_pid))
        try:
            found = connection.execute(sql.SQL("SELECT {}").format(_set(settings, lent))).fetchone()
        except BaseException:
            connection.close()
            raise
        connection.pooled = bool(found and found[0])
        if not connection.pooled:
            connection.prepare_threshold = PREPARED_AFTER
        connection._silence = (
            "the pooler has not answered for" if connection.pooled else "the server has not answered for"
        )
        return connection

    def bind(self, settings: Mapping[str, str]) -> None:
        """Let the transaction that has begun keep to these settings."""
        self.execute(sql.SQL("SELECT {}").format(_set(settings, sql.SQL("true"))))

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


def _set(settings: Mapping[str, str], local: sql.Composable) -> sql.Composed:
    """What is local ends with the transaction."""
    each = sql.SQL("set_config({}, {}, {})")
    return sql.SQL(", ").join([local, *(each.format(name, value, local) for name, value in settings.items())])
