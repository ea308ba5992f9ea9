"""Opens the ear that fits a database."""

from __future__ import annotations

from models.location import Location
from models.watch import Watch


def watch(location: Location, person: str | None = None) -> Watch:
    """A watch on the database there, for that person's desk or for none. Raises Gone when there is nothing to watch."""
    if location.path is not None:
        from models.watch.sqlite import SqliteWatch

        return SqliteWatch(location.path, person)
    from models.watch.postgres import PostgresWatch

    return PostgresWatch(location.url, person)
