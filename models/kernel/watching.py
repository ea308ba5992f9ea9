"""Opens the ear that fits a database."""

from __future__ import annotations

from models.kernel.location import Location
from models.kernel.watch import Watch


def watch(location: Location, person: str | None = None) -> Watch:
    """A watch on the database there, for that person's desk or for none. Raises Gone when there is nothing to watch."""
    if location.path is not None:
        from models.kernel.sqlite.watch import SqliteWatch

        return SqliteWatch(location.path, person)
    from models.kernel.postgres.watch import PostgresWatch

    return PostgresWatch(location.url, person)
