"""What an upgrade of a database would change, told before it is done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from alembic.script import ScriptDirectory

from models.kernel import schema
from models.kernel.engine import connect, find
from models.kernel.errors import in_words
from models.kernel.location import Location
from models.kernel.postgres import admins


class Pending(NamedTuple):
    """An upgrade that has not been made."""

    schema: int
    """The schema that the database has now."""
    changes: tuple[str, ...]
    """What each step changes, the first one first; empty: it is up to date."""


def pending(location: Location) -> Pending:
    """Read what an upgrade would do. It changes nothing.

    Raises Unusable for a database without tables, one of a newer version, and a login that may not upgrade it.
    """
    find(location, create=False)
    engine = connect(location)
    try:
        with in_words(location), engine.connect() as connection:
            found = schema.version_in(connection)
            if not found:
                raise schema.without_tables(location)
            if found < schema.SCHEMA and location.path is None and not admins.may_act_as_owner(connection):
                raise schema.older(connection, location, found)
            if found >= schema.SCHEMA:
                schema.check(connection, location, writes=True)
        return Pending(found, tuple(_changes(found)))
    finally:
        engine.dispose()


def _changes(found: int) -> Iterator[str]:
    scripts = ScriptDirectory.from_config(schema.scripts())
    for step in reversed([*scripts.walk_revisions()]):
        if int(step.revision) > found:
            yield f"{int(step.revision)}: {step.doc}"
