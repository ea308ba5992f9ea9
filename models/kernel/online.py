"""Looks up whose desks are open."""

from __future__ import annotations

from sqlalchemy import column, func, select, table

from models.kernel.failures import Failure
from models.kernel.postgres.watch import NAMED
from models.kernel.presence import Desks
from models.kernel.reader import Rows
from models.kernel.sqlite.change_signal import listening
from models.kernel.store import Store

_sessions = table("pg_stat_activity", column("datname"), column("application_name"))
_LISTENING = select(func.substr(_sessions.c.application_name, len(NAMED) + 1).label("label")).where(
    _sessions.c.datname == func.current_database(), _sessions.c.application_name.startswith(NAMED)
)


def desks(store: Store) -> Desks:
    """The desks that are open on the store's database; none that are known where that cannot be looked up."""
    try:
        if store.location.path is not None:
            return Desks.listening(listening(store.location.path))
        with store.reading(Rows) as read:
            return Desks.listening(read.connection.execute(_LISTENING).scalars())
    except (OSError, Failure):
        return Desks()
