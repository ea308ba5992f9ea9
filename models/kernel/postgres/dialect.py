"""SQLAlchemy's way to Postgres over sessions that wait for their answers together.

A statement is late where SQLAlchemy knows its columns, or that it has none: its answer is waited for when somebody
looks at it. Statements that are executed one after the other, and looked at then, cost one trip.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import Delete, Float, Insert, Numeric, Select, Table, TextualSelect, Update
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg, PGExecutionContext_psycopg
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql import visitors
from sqlalchemy.sql.selectable import CompoundSelect

from models.kernel.ahead import Unforeseen
from models.kernel.postgres.session import Answer, Columns, Session

_ENDED = ("57P01", "57P02", "57P03", "57P05", "25P03")
"""The SQLSTATEs of a session that the server ends: shut down, crashed, starting up, idle for too long."""

_Tables = frozenset[str] | None
"""Of a statement; None: it may be any."""


class Context(PGExecutionContext_psycopg):
    def create_server_side_cursor(self) -> DBAPICursor:
        session: Session = self.root_connection.connection.driver_connection  # type: ignore[assignment]
        session.one_by_one()  # a pipeline has no server-side cursors
        cursor: DBAPICursor = super().create_server_side_cursor()  # type: ignore[no-untyped-call]
        return cursor


class Dialect(PGDialect_psycopg):
    """Asks the server nothing that its handshake has told."""

    supports_statement_cache = True
    execution_ctx_cls = Context

    def _get_server_version_info(self, connection: Any) -> tuple[int, int]:
        major, minor = divmod(_session(connection.connection).info.server_version, 10_000)
        return major, minor

    def _get_default_schema_name(self, connection: Any) -> str:
        raise NotImplementedError  # whatever the search path finds

    def get_default_isolation_level(self, dbapi_conn: Any) -> Any:
        raise NotImplementedError  # nobody asks for another one but in words of BEGIN

    def _set_backslash_escapes(self, connection: Any) -> None:
        told = _session(connection.connection).info.parameter_status("standard_conforming_strings")
        self._backslash_escapes = told == "off"

    def is_disconnect(self, e: Any, connection: Any, cursor: Any) -> bool:
        """Also where the server has said that it ends the session, and the end itself has not come yet."""
        gone: bool = super().is_disconnect(e, connection, cursor)  # type: ignore[no-untyped-call]
        return gone or getattr(e, "sqlstate", None) in _ENDED

    def do_ping(self, dbapi_connection: Any) -> bool:
        alive: bool = dbapi_connection.alive()
        return alive

    def do_begin(self, dbapi_connection: Any) -> None:
        _session(dbapi_connection).start()

    def do_commit(self, dbapi_connection: Any) -> None:
        _session(dbapi_connection).commit()

    def do_rollback(self, dbapi_connection: Any) -> None:
        _session(dbapi_connection).rollback()

    def do_execute(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        session: Session = cursor.connection
        if not isinstance(cursor, Answer) or not (session.together or session.ended):
            super().do_execute(cursor, statement, parameters, context)  # type: ignore[no-untyped-call]
            return
        options = context.execution_options
        if options.get("ends", False):
            cursor.late = True
            session.end(cursor)
            return
        key, ahead = _key(statement, parameters), options.get("ahead", False)
        known = None if key is None else session.ahead.get(key)
        if known is not None and not known[0].in_use:
            cursor.close()
            context.cursor, known[0].in_use = known[0], not ahead
            return
        if session.ended:
            if not options.get("alone", False):
                raise Unforeseen(statement)
            session.commit()
            session.start()
        self._pose(cursor, session, context)
        cursor.execute(statement, parameters)
        if ahead and cursor.late and key is not None:
            cursor.kept = True
            session.ahead[key] = cursor, _read(context.compiled)
        if options.get("alone", False):
            session.end()

    def do_executemany(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        session: Session = cursor.connection
        if isinstance(cursor, Answer) and session.together:
            self._pose(cursor, session, context)
        super().do_executemany(cursor, statement, parameters, context)  # type: ignore[no-untyped-call]

    def _pose(self, cursor: Answer, session: Session, context: Any) -> None:
        """Find out whether its answer can be late, and drop what was asked ahead and may be otherwise after it."""
        cursor.late, cursor.columns = _late(context.compiled) if context.compiled is not None else (False, None)
        changes = context.execution_options.get("changes")
        cursor.late |= changes is not None
        cursor.late &= not context.execution_options.get("preserve_rowcount", False)
        written = frozenset((changes,)) if changes else _written(context.compiled)
        for key, (_, tables) in list(session.ahead.items()):
            if written is None or (written and tables is None) or (tables and written & tables):
                del session.ahead[key]


def _session(connection: Any) -> Session:
    """Of what SQLAlchemy hands its dialect: the session, or what the pool has put around it."""
    session: Session = getattr(connection, "driver_connection", connection)
    return session


def _key(statement: str, parameters: Any) -> Any:
    """The same for the same question; None: it cannot be told."""
    key = statement, tuple(sorted(parameters.items())) if parameters else ()
    try:
        hash(key)
    except TypeError:
        return None
    return key


@lru_cache(maxsize=512)
def _late(compiled: Any) -> tuple[bool, Columns | None]:
    """Whether its answer can be late, and the columns that it then has."""
    statement = compiled.statement
    if isinstance(statement, (Insert, Update, Delete)):
        return not (compiled.effective_returning or statement._returning), None
    ordered = isinstance(statement, (Select, CompoundSelect)) or (
        isinstance(statement, TextualSelect) and statement.positional
    )
    found = compiled._result_columns if ordered else ()
    # how a number with a point is read depends on the answer
    if not found or any(isinstance(column.type, (Float, Numeric)) for column in found):
        return False, None
    return True, [(column.keyname, None, None, None, None, None, None) for column in found]


@lru_cache(maxsize=512)
def _read(compiled: Any) -> _Tables:
    """The tables that a statement reads."""
    if isinstance(compiled.statement, TextualSelect):
        return None
    return frozenset(part.name for part in visitors.iterate(compiled.statement) if isinstance(part, Table))


@lru_cache(maxsize=512)
def _written(compiled: Any) -> _Tables:
    """The tables that a statement writes to; what is not SQLAlchemy's own words may write to any."""
    if compiled is None:
        return None
    if isinstance(compiled.statement, (Insert, Update, Delete)):
        table: Any = compiled.statement.table
        return frozenset((table.name,))
    return frozenset() if isinstance(compiled.statement, (Select, CompoundSelect, TextualSelect)) else None
