"""Opens the ear that fits a database."""

from __future__ import annotations

from models.kernel.location import Location
from models.kernel.postgres.watch import PostgresWatch
from models.kernel.sqlite.watch import SqliteWatch
from models.kernel.watch import Watch


def watch(location: Location, person: str | None = None) -> Watch:
    """A watch on the database there, for that person's desk or for none. Raises Gone when there is nothing to watch."""
    if location.path is not None:
        return SqliteWatch(location.path, person)
    return PostgresWatch(location.url, person)
