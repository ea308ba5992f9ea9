"""Which components of an imported page are here already, and under which name: names are unique, and never change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, select, text

from models.imports.statuspage_components import Named
from models.imports.statuspage_parts import NAMED
from models.kernel.reader import Rows
from models.kernel.store import Store
from models.kernel.text import LIMITS
from models.kernel.transaction import TAKE_TICKET
from models.updates.tables import components

_COMPONENTS = select(components.c.name, components.c.origin)
_ADD_COMPONENT = text(
    "INSERT INTO components (name, state, description, origin, position)"
    " VALUES (:name, :state, :description, :origin, (SELECT coalesce(max(position), 0) + 1 FROM components))"
    " ON CONFLICT DO NOTHING"
)


def add_components(store: Store, parts: Sequence[Named]) -> dict[str, Named]:
    """All of them as `names` has it; those that are new are here from now on, in this order and in the page's state."""
    with store.reading(Rows) as read:
        added, known = names(read.connection, parts)
    if added:
        with store.writing() as (connection, _):
            added, known = names(connection, parts)
            for part in added:
                row = {"name": part.name, "state": part.state, "description": part.description, "origin": part.origin}
                connection.execute(_ADD_COMPONENT, row)
            connection.execute(TAKE_TICKET)
    return known


def names(connection: Connection | None, parts: Sequence[Named]) -> tuple[list[Named], dict[str, Named]]:
    """Those that are new, and all of them by where they came from, each with the name that it has or gets here.

    One that has another's name is the same, unless both have ids of the page. `connection` None: nothing is here yet.
    """
    rows = [] if connection is None else connection.execute(_COMPONENTS).all()
    here: Mapping[str, str] = {row.origin: row.name for row in rows if row.origin}
    owners: dict[str, str | None] = {row.name: row.origin for row in rows}
    added: list[Named] = []
    known: dict[str, Named] = {}
    for part in parts:
        if part.origin in here:
            known[part.origin] = replace(part, name=here[part.origin])
            continue
        called = part
        if not part.origin.startswith(NAMED):
            called = replace(part, name=_free(part.name, owners))
        known[part.origin] = replace(called, here=owners.get(called.name) or "")
        if called.name not in owners:
            owners[called.name] = called.origin
            added.append(called)
    return added, known


def _free(name: str, owners: Mapping[str, str | None]) -> str:
    """The name, or the next like it that no other component with an id has."""
    found, number = name, 1
    while (owner := owners.get(found)) is not None and not owner.startswith(NAMED):
        number += 1
        ending = f" ({number})"
        found = f"{name[: LIMITS['component'] - len(ending)].rstrip()}{ending}"
    return found
