"""A connection to Postgres that does not wait for ever: a network may swallow what is sent, and break nothing."""

from __future__ import annotations

import time
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.waiting import Ready

ANSWER_SECONDS = 10.0
"""How long the server may say nothing at all while it is asked something: a proxy, a tunnel or a stopped pooler keeps
the connection up, so that neither keepalives nor `tcp_user_timeout` find out."""

T = TypeVar("T")


class PatientConnection(psycopg.Connection[Any]):
    """Breaks, as a lost connection does, when the server is silent for `patience` seconds."""

    patience = ANSWER_SECONDS

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
                    raise psycopg.OperationalError(f"the server has not answered for {self.patience:g} s")
                wants = gen.send(ready)
        except StopIteration as end:
            result: T = end.value
            return result
