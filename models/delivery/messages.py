"""Reads what a sender sends: what is due, and how a place gets it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, func, select

from models.delivery.read import Outbox
from models.delivery.sending import InternalDetails, Message
from models.delivery.views import DestinationView, secret_names
from models.kernel.names import called
from models.kernel.snapshot import Snapshot
from models.kernel.tables import entries, incidents, people, settings
from models.kernel.text import clean
from models.policy.audience import Audience, ComponentState
from models.policy.delivery import DeliveryState
from models.policy.phase import OPEN, Phase
from models.updates.components import still_said, still_worse
from models.updates.outbox import UNSENT, deliveries, places
from models.updates.public import ORIGIN, PublishedWindow, public_id
from models.updates.tables import maintenances, status_updates

_before = deliveries.alias()
_first = ~(
    select(_before.c.id)
    .where(
        _before.c.place_id == deliveries.c.place_id,
        _before.c.incident_id == deliveries.c.incident_id,
        _before.c.id < deliveries.c.id,
        _before.c.state != DeliveryState.SENT,
        _before.c.left_out.is_(None),
    )
    .exists()
)
_turn = func.coalesce(deliveries.c.leased_until, deliveries.c.next_at)
_TURNS = (
    select(
        deliveries.c.id,
        deliveries.c.place_id,
        deliveries.c.incident_id,
        places.c.key,
        places.c.address,
        places.c.headers,
        deliveries.c.leased_until,
        deliveries.c.next_at,
    )
    .join(places, places.c.id == deliveries.c.place_id)
    .where(UNSENT, places.c.active, places.c.removed_at.is_(None), _first)
    .order_by(_turn, deliveries.c.id)
    .limit(1_000)
)
_publisher, _approver = people.alias(), people.alias()
_MESSAGE = (
    select(status_updates)
    .add_columns(
        deliveries.c.key.label("delivery_key"),
        deliveries.c.place_id,
        incidents.c.title.label("own_title"),
        incidents.c.severity,
        incidents.c.phase.label("own_phase"),
        incidents.c.origin.label("incident_origin"),
        maintenances.c.starts_at,
        maintenances.c.ends_at,
        maintenances.c.components.label("maintained"),
        maintenances.c.canceled_at,
        called(_publisher).label("publisher"),
        called(_approver).label("approver"),
        settings.c.value.label("page_key"),
    )
    .join(deliveries, deliveries.c.update_id == status_updates.c.id)
    .join(incidents, incidents.c.id == status_updates.c.incident_id)
    .join(_publisher, _publisher.c.id == status_updates.c.published_by)
    .join(settings, settings.c.key == "page-key")
    .outerjoin(_approver, _approver.c.id == status_updates.c.approved_by)
    .outerjoin(maintenances, maintenances.c.incident_id == incidents.c.id)
    .where(deliveries.c.id == bindparam("delivery"))
)
_TITLE = (
    select(status_updates.c.title)
    .where(
        status_updates.c.incident_id == bindparam("incident"),
        status_updates.c.audience == Audience.CUSTOMERS,
        status_updates.c.title != "",
        status_updates.c.id <= bindparam("update"),
    )
    .order_by(status_updates.c.id.desc())
    .limit(1)
)
_IMPORTED = select(entries.c.data).where(entries.c.incident_id == bindparam("incident"), entries.c.n == 1)
_REMOTE = (
    select(deliveries.c.remote_id)
    .where(
        deliveries.c.place_id == bindparam("place"),
        deliveries.c.incident_id == bindparam("incident"),
        deliveries.c.remote_id.is_not(None),
    )
    .order_by(deliveries.c.id.desc())
    .limit(1)
)


class Turn(Snapshot, frozen=True, kw_only=True):
    """When a delivery is due that no earlier one of its incident waits before."""

    delivery: int
    place: int
    name: str
    """The place's."""
    ref: str
    """The incident's."""
    at: datetime
    secrets: tuple[str, ...]


def turns_due(connection: Connection) -> tuple[Turn, ...]:
    """What is sent next to each place of each incident, the first one due first."""
    return tuple(
        Turn(
            delivery=row["id"],
            place=row["place_id"],
            name=row["key"],
            ref=f"INC-{row['incident_id']}",
            at=row["leased_until"] or row["next_at"],
            secrets=secret_names(row["address"], *row["headers"].values()),
        )
        for row in connection.execute(_TURNS).mappings()
    )


def message(read: Outbox, delivery: int) -> tuple[DestinationView, Message] | None:
    """What is to be sent where; None: its place was removed meanwhile."""
    row = read.connection.execute(_MESSAGE, {"delivery": delivery}).mappings().one()
    place = next((place for place in read.places() if place.id == row["place_id"]), None)
    return (place, _message(read.connection, row)) if place else None


def _message(connection: Connection, row: RowMapping) -> Message:
    audience, key = Audience(row["audience"]), row["page_key"]
    remote = connection.execute(_REMOTE, {"place": row["place_id"], "incident": row["incident_id"]}).scalar()
    return Message(
        key=row["delivery_key"],
        audience=audience,
        incident=public_id(key, "incident", row["incident_id"], row["incident_origin"]),
        update=public_id(key, "update", row["id"], row["origin"]),
        title=clean(_title(connection, row, audience), lines=False),
        phase=Phase(row["phase"]),
        text=clean(row["text"], lines=True),
        components=_components(connection, row, audience),
        next_update_at=row["next_update_at"],
        expected_at=row["expected_at"],
        published_at=row["published_at"],
        window=_window(row),
        inside=None if audience is Audience.CUSTOMERS else _inside(row),
        remote_id=remote,
    )


def _components(connection: Connection, row: RowMapping, audience: Audience) -> dict[str, ComponentState]:
    """Their states; for customers the worst that any open incident last said, as on the page."""
    said = {name: ComponentState(state) for name, state in row["components"].items()}
    if audience is Audience.CUSTOMERS:
        others = still_said(connection, row["incident_id"], said, row["published_at"])
        said |= {name: other.state for name, other in still_worse(said, others).items()}
    return {clean(name, lines=False): state for name, state in said.items()}


def _title(connection: Connection, row: RowMapping, audience: Audience) -> str:
    """The last title that its readers were given; never the incident's own, unless an import made that public."""
    if row["title"] or audience is not Audience.CUSTOMERS:
        return str(row["title"])
    earlier = connection.execute(_TITLE, {"incident": row["incident_id"], "update": row["id"]}).scalar()
    if earlier:
        return str(earlier)
    if (row["incident_origin"] or "").startswith(ORIGIN):
        data: dict[str, Any] = connection.execute(_IMPORTED, {"incident": row["incident_id"]}).scalar_one()
        return str(data.get("title", ""))
    return ""


def _window(row: RowMapping) -> PublishedWindow | None:
    if row["starts_at"] is None:
        return None
    return PublishedWindow(
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        components=tuple(clean(name, lines=False) for name in row["maintained"]),
        canceled_at=row["canceled_at"],
        went_wrong=row["own_phase"] in OPEN,
    )


def _inside(row: RowMapping) -> InternalDetails:
    return InternalDetails(
        ref=f"INC-{row['incident_id']}",
        title=clean(row["own_title"], lines=False),
        severity=row["severity"],
        published_by=row["publisher"],
        approved_by=row["approver"],
    )
