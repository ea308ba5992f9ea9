"""Watches a Postgres database: NOTIFY says that something changed, the ticket in `head` proves that none was missed."""

from __future__ import annotations

import selectors
import time
from typing import TYPE_CHECKING

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from models.kernel.presence import LISTENER, label
from models.kernel.watch import POLL, Gone, Watch

if TYPE_CHECKING:
    from psycopg.pq.abc import PGresult

    from models.kernel.postgres.timeouts import PatientConnection


CHANNEL = "bridgewatch"
"""Writers notify it in their transaction, with the ticket that they took; an older program gives none."""

HEARTBEAT = 5.0
"""Seconds of silence after which the server is asked for a sign of life."""

PATIENCE = 5.0
"""Seconds that the server has to answer in."""

_TICKET = b"SELECT ticket FROM head"
_LISTEN = "LISTEN {channel}; SELECT ticket, set_config('application_name', '{name}', false) FROM head"

_READ_ONLY = "25006"
"""What a standby answers to LISTEN: nobody rings there, and what it has caught up with is found by polling."""

NAMED = "bridgewatch "
"""The names of the connections that listen begin so, whatever the address calls others; their label follows."""

_UNNAMED = "watch"
"""The label of a desk that does not say whose it is: behind a pooler, or an older program's."""

_CONNECTION = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "2",
    "tcp_user_timeout": "10000",
}


class PostgresWatch(Watch):
    """Hears every commit of a writer that notifies; holds one connection.

    `url` is SQLAlchemy's, as the engine gets it. Behind a pooler LISTEN would lead nowhere, or to whoever is lent the
    connection next, and the connection is not this desk's to name: there `doorbell` is False and the ticket is polled.
    `person`: whose desk it is, which other desks can then see; None: it is no desk.
    """

    def __init__(
        self, url: str, person: str | None = None, *, heartbeat: float = HEARTBEAT, patience: float = PATIENCE
    ) -> None:
        self._heartbeat = heartbeat
        self._answer_within = patience
        self._ticket: bytes | None = b"none read yet"
        self._ticket_outrun = False
        self._follows = False
        self._connection = _connect(url, LISTENER if person is None else _UNNAMED)
        self.doorbell = not self._connection.pooled
        super().__init__()
        self._selector.register(self._connection, selectors.EVENT_READ)
        try:
            listen = _LISTEN.format(channel=CHANNEL, name=NAMED + label(person)).encode()
            self._ask(listen if self.doorbell else _TICKET)
        except Gone:
            self.close()
            raise

    def _look(self) -> bool:
        changed = self._hear()
        if not changed and self._patience() <= 0:
            if self._asked:
                raise Gone(f"The database has not answered for {self._answer_within:g} s.")
            self._ask(_TICKET)
        return changed

    def _patience(self) -> float:
        return self._due - time.monotonic()

    def _release(self) -> None:
        self._connection.close()

    def _ask(self, query: bytes) -> None:
        import psycopg

        try:
            self._connection.pgconn.send_query(query)
            self._connection.pgconn.flush()
        except psycopg.Error as error:
            raise _broken(error) from None
        self._asked = True
        self._asked_at = self.clock()
        self._due = time.monotonic() + self._answer_within

    def _hear(self) -> bool:
        import psycopg

        server = self._connection.pgconn
        changed = False
        try:
            server.consume_input()
            while self._asked and not server.is_busy():
                if answer := server.get_result():
                    changed |= self._is_news(answer)
                else:
                    self._asked = False
                    self._due = time.monotonic() + (self._heartbeat if self.doorbell else POLL)
            while notice := server.notifies():
                self.ticket = _number(notice.extra) if not changed or self.ticket is not None else None
                changed = self._ticket_outrun = True
        except psycopg.Error as error:
            raise _broken(error) from None
        return changed

    def _is_news(self, answer: PGresult) -> bool:
        from psycopg.pq import ExecStatus

        if answer.status == ExecStatus.FATAL_ERROR and _state(answer) == _READ_ONLY and not self._follows:
            self._follows, self.doorbell, self.ticket = True, False, None
            return True  # before the first look at the ticket
        if answer.status == ExecStatus.FATAL_ERROR:
            raise Gone(f"The database cannot be watched: {_one_line(answer.error_message.decode(errors='replace'))}")
        if answer.status != ExecStatus.TUPLES_OK:
            return False
        if not answer.ntuples:
            raise Gone("The database cannot be watched: its table head is empty.")
        ticket = answer.get_value(0, 0)
        if ticket == self._ticket:
            self.unchanged_at = self._asked_at
        changed = ticket != self._ticket and not self._ticket_outrun
        self._ticket, self._ticket_outrun = ticket, False
        if changed:  # it may be another history's, whose tickets are lower
            self.ticket = None
        return changed


def _number(said: bytes | None) -> int | None:
    return int(said) if said and said.isdigit() else None


def _state(answer: PGresult) -> str:
    """The SQLSTATE of an answer that is an error."""
    from psycopg.pq import DiagnosticField

    return (answer.error_field(DiagnosticField.SQLSTATE) or b"").decode()


def _connect(url: str, name: str) -> PatientConnection:
    import psycopg

    from models.kernel.postgres.timeouts import PatientConnection

    try:
        # The engine's own reading: libpq would take a space or an @ in the password of the same URL otherwise.
        address = make_url(url)
        _, given = address.get_dialect()().create_connect_args(address)
    except (ArgumentError, ValueError):
        # The words may quote a part of the password.
        raise Gone("The database URL is not valid.") from None
    try:
        known = {**_CONNECTION, **given, "application_name": NAMED + name}
        return PatientConnection.begin(**known)
    except psycopg.Error as error:
        raise Gone(f"The database cannot be reached: {_one_line(str(error))}") from None


def _broken(error: Exception) -> Gone:
    return Gone(f"The connection to the database was lost: {_one_line(str(error))}")


def _one_line(text: str) -> str:
    return " ".join(text.split())
