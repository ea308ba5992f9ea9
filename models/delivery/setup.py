"""Setting up the places that updates go to. They are kept in the database, so that every desk can send."""

from __future__ import annotations

from sqlalchemy import bindparam, func, insert, select, update

from models.delivery.destinations import NewDestination
from models.kernel.failures import Refused
from models.kernel.tables import incidents
from models.kernel.transaction import TICKET, Transaction
from models.updates.outbox import UNSENT, deliveries, places

_PLACE = select(places.c.id, places.c.kind).where(places.c.key == bindparam("key"), places.c.removed_at.is_(None))
_SET = update(places).where(places.c.id == bindparam("place"))
_unsent = (deliveries.c.place_id == bindparam("place"), UNSENT)
_COUNT = select(func.count()).where(*_unsent)
_DUE = update(deliveries).where(*_unsent)
_late = incidents.c.id.in_(select(deliveries.c.incident_id).where(*_unsent))
_LOCK = select(incidents.c.id).where(_late).order_by(incidents.c.id).with_for_update()
_SEEN = update(incidents).where(_late)


def add(tx: Transaction, place: NewDestination) -> None:
    """Set up a place, or change the one that is called so; what waits for it is tried at once.

    Raises Refused when a place of another kind is called so.
    """
    values = place.model_dump(mode="json", exclude={"key", "kind"})
    found = tx.connection.execute(_PLACE, {"key": place.key}).first()
    if found is None:
        new = {"key": place.key, "kind": place.kind, "added_by": tx.author_id, "added_at": tx.now, "active": True}
        tx.connection.execute(insert(places), {**new, **values})
        tx.finish()
        return
    if found.kind != place.kind:
        raise Refused(
            f"Destination {place.key!r} already exists, with type {found.kind}.",
            f"Choose another name, or `bridgewatch destination remove {place.key}` first.",
        )
    _change(tx, found.id, **values)


def switch(tx: Transaction, key: str, *, active: bool) -> int:
    """Hold back what is published, or send it all; returns how much waits. Raises Refused when there is no place."""
    return _change(tx, _found(tx, key), active=active)


def remove(tx: Transaction, key: str) -> int:
    """Send nothing there any more; returns how much was still to be sent. Raises Refused when there is no place."""
    return _change(tx, _found(tx, key), active=False, removed_at=tx.now)


def _found(tx: Transaction, key: str) -> int:
    place: int | None = tx.connection.execute(_PLACE, {"key": key}).scalar()
    if place is None:
        raise Refused(f"There is no destination {key!r}.", "See the list: `bridgewatch destination list`.")
    return place


def _change(tx: Transaction, place: int, **values: object) -> int:
    """Change it, and let every desk see that; returns how much waits for it."""
    # in the order in which commands and senders lock, so that none of them and this wait for each other
    tx.connection.execute(_LOCK, {"place": place})
    tx.connection.execute(_SET.values(**values), {"place": place})
    tx.connection.execute(_DUE.values(next_at=tx.now), {"place": place})
    count: int = tx.connection.execute(_COUNT, {"place": place}).scalar_one()
    tx.finish()
    tx.connection.execute(_SEEN.values(changed=TICKET), {"place": place})
    return count
