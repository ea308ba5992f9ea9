"""The outbox: what is still to be sent, written with what is published, and leased by one sender at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, bindparam, delete, func, insert, or_, select, update

from models.failures import Refused
from models.places import DeliveryState, NewPlace
from models.tables import deliveries, incidents, places
from models.transaction import TAKE_TICKET

_ACTIVE = select(places.c.id, places.c.audiences).where(places.c.active)
_before = deliveries.alias()
_free = or_(deliveries.c.leased_until.is_(None), deliveries.c.leased_until <= bindparam("now"))
_first = ~(
    select(_before.c.id)
    .where(
        _before.c.place_id == deliveries.c.place_id,
        _before.c.incident_id == deliveries.c.incident_id,
        _before.c.id < deliveries.c.id,
        _before.c.state != DeliveryState.SENT,
    )
    .exists()
)
DUE = (
    select(deliveries.c.id, places.c.key, places.c.address, places.c.headers)
    .join(places, places.c.id == deliveries.c.place_id)
    .where(
        deliveries.c.state != DeliveryState.SENT,
        deliveries.c.next_at <= bindparam("now"),
        places.c.active,
        _free,
        _first,
    )
    .order_by(deliveries.c.next_at, deliveries.c.id)
    .limit(100)
)
_LEASE = (
    update(deliveries)
    .where(
        deliveries.c.id == bindparam("delivery"),
        deliveries.c.state != DeliveryState.SENT,
        deliveries.c.next_at <= bindparam("now"),
        _free,
    )
    .values(leased_by=bindparam("sender"), leased_until=bindparam("until"), attempts=deliveries.c.attempts + 1)
    .returning(deliveries.c.id)
)
_turn = func.coalesce(deliveries.c.leased_until, deliveries.c.next_at)
NEXT = (
    select(func.min(_turn))
    .join(places, places.c.id == deliveries.c.place_id)
    .where(deliveries.c.state != DeliveryState.SENT, places.c.active, _first)
)
_DELIVERY = select(deliveries).where(deliveries.c.id == bindparam("delivery"))
_LOCK = select(incidents.c.id).where(incidents.c.id == bindparam("incident")).with_for_update()
_CHANGE = update(deliveries).where(deliveries.c.id == bindparam("delivery"))
_UNSENT_OF = update(deliveries).where(
    deliveries.c.incident_id == bindparam("incident"), deliveries.c.state != DeliveryState.SENT
)
_SEEN = update(incidents).where(incidents.c.id == bindparam("incident")).values(changed=bindparam("ticket"))

LEASE = timedelta(seconds=60)
"""How long a sender has; then others take it for gone. Longer than any one sending takes (`models.sending.http`)."""

PAUSES = (1, 2, 5, 15, 60)
"""Minutes to wait after each attempt that failed; the last one repeats. Figures of Bridgewatch's own."""

PATIENT_ATTEMPTS = 3
"""After so many attempts, some three minutes, an update counts as failed; it is tried all the same."""


def put(connection: Connection, incident: int, update_id: int, audience: str, now: datetime) -> None:
    """Put an update into the outbox once for each place that its audience reads."""
    rows = [
        {
            "place_id": place.id,
            "update_id": update_id,
            "incident_id": incident,
            "key": str(uuid4()),
            "state": DeliveryState.WAITING,
            "next_at": now,
        }
        for place in connection.execute(_ACTIVE)
        if audience in place.audiences
    ]
    if rows:
        connection.execute(insert(deliveries), rows)


def lease(connection: Connection, delivery: int, sender: str, now: datetime, span: timedelta) -> bool:
    """Take a delivery, unless somebody else has it by now."""
    known = {"delivery": delivery, "sender": sender, "now": now, "until": now + span}
    return connection.execute(_LEASE, known).first() is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of sending once."""

    sent: bool
    said: str = ""
    remote_id: str | None = None
    lasting: bool = False
    """It did not fail in passing."""
    after: float = 0.0
    """Seconds that the place asked us to stay away."""
    jitter: float = 0.0
    """From 0 to 1: how much of a fifth longer the pause is, so that many do not come back at once."""


def settle(connection: Connection, delivery: int, sender: str, outcome: Outcome, now: datetime) -> None:
    """Write down what came of it, for every desk to see."""
    row = connection.execute(_DELIVERY, {"delivery": delivery}).first()
    if row is None or row.state == DeliveryState.SENT or not (outcome.sent or row.leased_by == sender):
        return  # its place was removed, or somebody else has it: what they find is newer
    # in the order in which commands lock, so that none of them and this wait for each other
    connection.execute(_LOCK, {"incident": row.incident_id})
    free: dict[str, Any] = {"leased_by": None, "leased_until": None, "said": outcome.said}
    if outcome.sent:
        change = {**free, "state": DeliveryState.SENT, "sent_at": now, "remote_id": outcome.remote_id}
    else:
        pause = 60 * PAUSES[min(row.attempts, len(PAUSES)) - 1] * (1 + outcome.jitter / 5)
        failed = outcome.lasting or row.attempts >= PATIENT_ATTEMPTS
        state = DeliveryState.FAILED if failed else DeliveryState.WAITING
        change = {**free, "state": state, "next_at": now + timedelta(seconds=max(pause, outcome.after))}
    connection.execute(_CHANGE.values(**change), {"delivery": delivery})
    _tell(connection, row.incident_id)


def hasten(connection: Connection, incident: int, now: datetime) -> int:
    """Let what an incident has not sent yet be tried at once; returns how much that is."""
    return connection.execute(_UNSENT_OF.values(next_at=now), {"incident": incident}).rowcount


def add_place(connection: Connection, place: NewPlace, author: int, now: datetime) -> None:
    """Set up a place, or set it up anew under its key."""
    values = {**place.model_dump(mode="json", exclude={"key"}), "active": True}
    changed = connection.execute(update(places).where(places.c.key == place.key), values)
    if not changed.rowcount:
        connection.execute(insert(places), {"key": place.key, "added_by": author, "added_at": now, **values})
    _tell(connection)


def switch_place(connection: Connection, key: str, *, active: bool) -> None:
    """Send nothing to a place for a while, or go on. Raises Refused when there is none."""
    if not connection.execute(update(places).where(places.c.key == key), {"active": active}).rowcount:
        raise _no_place(key)
    _tell(connection)


def remove_place(connection: Connection, key: str) -> int:
    """Forget a place, and what was sent there or was to be; returns how much was still to be sent."""
    place = connection.execute(select(places.c.id).where(places.c.key == key)).scalar()
    if place is None:
        raise _no_place(key)
    unsent = select(func.count()).where(deliveries.c.place_id == place, deliveries.c.state != DeliveryState.SENT)
    count: int = connection.execute(unsent).scalar_one()
    connection.execute(delete(deliveries).where(deliveries.c.place_id == place))
    connection.execute(delete(places).where(places.c.id == place))
    _tell(connection)
    return count


def _no_place(key: str) -> Refused:
    return Refused(f"There is no place {key!r}.", "`bridgewatch place list` lists them.")


def _tell(connection: Connection, incident: int | None = None) -> None:
    """Let every desk read its board anew, and that incident if one is named."""
    ticket = connection.execute(TAKE_TICKET).scalar_one()
    if incident is not None:
        connection.execute(_SEEN, {"incident": incident, "ticket": ticket})
