"""Looks up whose desks are open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import column, func, select, table

from models.failures import Failure
from models.presence import Desks
from models.watch.doorbell import listening
from models.watch.postgres import NAMED

if TYPE_CHECKING:
    from models.store import Store

_sessions = table("pg_stat_activity", column("datname"), column("application_name"))
_LISTENING = select(func.substr(_sessions.c.application_name, len(NAMED) + 1).label("label")).where(
    _sessions.c.datname == func.current_database(), _sessions.c.application_name.startswith(NAMED)
)


def desks(store: Store) -> Desks:
    """The desks that are open on the store's database; none that are known where that cannot be looked up."""
    try:
        if store.location.path is not None:
            return Desks.listening(listening(store.location.path))
        with store.reading() as read:
            return Desks.listening(read.connection.execute(_LISTENING).scalars())
    except (OSError, Failure):
        return Desks()
