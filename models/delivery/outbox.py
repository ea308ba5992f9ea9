"""The outbox: what is still to be sent, written with what is published, and leased by one sender at a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, or_, select, update

from models.delivery.sending import Outcome
from models.kernel.tables import incidents
from models.kernel.transaction import TAKE_TICKET, TICKET
from models.policy.delivery import DeliveryState
from models.updates.outbox import UNSENT, deliveries, places
from models.updates.tables import status_updates

_LEASE = (
    update(deliveries)
    .where(
        deliveries.c.id == bindparam("delivery"),
        UNSENT,
        deliveries.c.next_at <= bindparam("now"),
        or_(deliveries.c.leased_until.is_(None), deliveries.c.leased_until <= bindparam("now")),
    )
    .values(leased_by=bindparam("sender"), leased_until=bindparam("until"), attempts=deliveries.c.attempts + 1)
    .returning(deliveries.c.id)
)
_DELIVERY = select(deliveries).where(deliveries.c.id == bindparam("delivery"))
_LOCK = select(incidents.c.id).where(incidents.c.id == bindparam("incident")).with_for_update()
_CHANGE = update(deliveries).where(deliveries.c.id == bindparam("delivery"))
_SEEN = update(incidents).where(incidents.c.id == bindparam("incident")).values(changed=TICKET)

LEASE = timedelta(seconds=60)
"""How long a sender has; then others take it for gone. Longer than a sending takes (`http.WHOLE_SECONDS`)."""

PAUSES = (5, 15, 60, 120, 300, 900, 3600)
"""Seconds to wait after each attempt that failed; the last one repeats. Figures of Bridgewatch's own: what passes in
seconds should not hold an update up for a minute, and what lasts for hours should not be asked every minute."""

LASTING_PAUSE = 900
"""Seconds to wait at least where trying again will not help until somebody has changed something."""

PATIENT_ATTEMPTS = 3
"""After so many attempts, some twenty seconds, an update counts as failed; it is tried all the same."""


def lease(connection: Connection, delivery: int, sender: str, now: datetime) -> bool:
    """Take a delivery that is due, unless somebody else has it by now."""
    known = {"delivery": delivery, "sender": sender, "now": now, "until": now + LEASE}
    return connection.execute(_LEASE, known).first() is not None


def settle(connection: Connection, delivery: int, sender: str, outcome: Outcome, now: datetime) -> datetime | None:
    """Write down what came of it, for every desk to see; returns when it is tried next, None: never again."""
    row = connection.execute(_DELIVERY, {"delivery": delivery}).one()
    if row.state == DeliveryState.SENT:
        return None
    if not outcome.sent and row.leased_by != sender:  # somebody else has it by now: what they find is newer
        return now
    # in the order in which commands lock, so that none of them and this wait for each other
    connection.execute(_LOCK, {"incident": row.incident_id})
    change: dict[str, Any] = {"leased_by": None, "leased_until": None, "said": outcome.said}
    if outcome.sent:
        change |= {"state": DeliveryState.SENT, "sent_at": now, "remote_id": outcome.remote_id, "left_out": None}
    else:
        pause = max(PAUSES[min(max(row.attempts, 1), len(PAUSES)) - 1], LASTING_PAUSE if outcome.lasting else 0)
        failed = outcome.lasting or row.attempts >= PATIENT_ATTEMPTS
        change["state"] = DeliveryState.FAILED if failed else DeliveryState.WAITING
        change["next_at"] = now + timedelta(seconds=max(pause * (1 + outcome.jitter / 5), outcome.after))
    connection.execute(_CHANGE.values(**change), {"delivery": delivery})
    connection.execute(TAKE_TICKET)
    connection.execute(_SEEN, {"incident": row.incident_id})
    return change.get("next_at")


_HASTEN = update(deliveries).where(
    deliveries.c.incident_id == bindparam("incident"),
    UNSENT,
    deliveries.c.place_id.in_(select(places.c.id).where(places.c.active, places.c.removed_at.is_(None))),
)
_LATE = (
    select(places.c.key)
    .distinct()
    .join(deliveries, deliveries.c.place_id == places.c.id)
    .where(deliveries.c.incident_id == bindparam("incident"), UNSENT, places.c.active, places.c.removed_at.is_(None))
    .order_by(places.c.key)
)


def hasten(connection: Connection, incident: int, now: datetime) -> list[str]:
    """Have what an incident has not sent yet tried at once; returns the places that it is for."""
    late = [*connection.execute(_LATE, {"incident": incident}).scalars()]
    if late:
        anew = {"state": DeliveryState.WAITING, "attempts": 0, "next_at": now}
        connection.execute(_HASTEN.values(**anew), {"incident": incident})
    return late


_HELD_UP = (
    select(deliveries.c.id, deliveries.c.said, status_updates.c.n, status_updates.c.audience, status_updates.c.phase)
    .join(places, places.c.id == deliveries.c.place_id)
    .join(status_updates, status_updates.c.id == deliveries.c.update_id)
    .where(
        deliveries.c.incident_id == bindparam("incident"),
        places.c.key == bindparam("place"),
        places.c.removed_at.is_(None),
        UNSENT,
    )
    .order_by(deliveries.c.id)
    .limit(1)
)
_LEFT_OUT = select(deliveries).where(
    deliveries.c.incident_id == bindparam("incident"), deliveries.c.left_out == bindparam("number")
)
_later = deliveries.alias()
_OVERTAKEN = select(_later.c.id).where(
    _later.c.incident_id == bindparam("incident"),
    _later.c.place_id == bindparam("place"),
    _later.c.id > bindparam("delivery"),
    or_(_later.c.state == DeliveryState.SENT, _later.c.leased_by.is_not(None)),
)


def held_up(connection: Connection, incident: int, place: str) -> Row[Any, Any, Any, Any, Any] | None:
    """The update of an incident that is sent next to a place, as `id`, `n`, `audience`, `phase` and `said`."""
    return connection.execute(_HELD_UP, {"incident": incident, "place": place}).first()


def leave_out(connection: Connection, delivery: int, n: int) -> None:
    """Never send it, as the entry of that number says; what comes after it at its place is sent."""
    connection.execute(_CHANGE.values(left_out=n), {"delivery": delivery})


def take_in(connection: Connection, incident: int, n: int, now: datetime) -> bool:
    """Send after all what that entry left out, unless what came after it has been sent there, or is just now."""
    row = connection.execute(_LEFT_OUT, {"incident": incident, "number": n}).first()
    if row is None:
        return False
    known = {"incident": incident, "place": row.place_id, "delivery": row.id}
    if connection.execute(_OVERTAKEN, known).first() is not None:
        return False
    connection.execute(_CHANGE.values(left_out=None, next_at=now), {"delivery": row.id})
    return True
