"""Reads the places that updates go to, and what is on its way there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import RowMapping, and_, bindparam, func, or_, select

from models.deliveries import DeliveryView, PlaceView, secret_names
from models.outbox import TURNS
from models.policy import OPEN, Audience, ComponentState, DeliveryState, Phase, PlaceKind
from models.published import ORIGIN, PublishedWindow, public_id
from models.reading.base import Rows
from models.sending import Inside, Message
from models.tables import deliveries, entries, incidents, maintenances, people, places, settings, status_updates
from models.tables.outbox import UNSENT
from models.text import clean

_unsent = select(func.count()).where(deliveries.c.place_id == places.c.id, UNSENT)
_PLACES = (
    select(places, people.c.name.label("adder"), _unsent.scalar_subquery().label("unsent"))
    .join(people, people.c.id == places.c.added_by)
    .where(places.c.removed_at.is_(None))
    .order_by(places.c.key)
)
_leaves, _leaver = entries.alias(), people.alias()
_DELIVERIES = (
    select(deliveries, status_updates.c.n, status_updates.c.audience)
    .add_columns(places.c.key.label("place"), places.c.active, places.c.address, places.c.headers)
    .add_columns(_leaver.c.name.label("leaver"), _leaves.c.text.label("why"))
    .join(places, places.c.id == deliveries.c.place_id)
    .join(status_updates, status_updates.c.id == deliveries.c.update_id)
    .outerjoin(_leaves, and_(_leaves.c.incident_id == deliveries.c.incident_id, _leaves.c.n == deliveries.c.left_out))
    .outerjoin(_leaver, _leaver.c.id == _leaves.c.author_id)
    .order_by(deliveries.c.id + 0)  # else every one ever sent would be walked through in that order
)
_UNSENT = _DELIVERIES.where(UNSENT, places.c.active).limit(1_000)
_OF_INCIDENT = _DELIVERIES.where(
    deliveries.c.incident_id == bindparam("incident"),
    or_(
        (UNSENT) & places.c.removed_at.is_(None),
        status_updates.c.n.in_(bindparam("updates", expanding=True))
        & or_(deliveries.c.state == DeliveryState.SENT, deliveries.c.left_out.is_not(None)),
    ),
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
        _publisher.c.name.label("publisher"),
        _approver.c.name.label("approver"),
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """When a delivery is due that no earlier one of its incident waits before."""

    delivery: int
    place: int
    name: str
    """The place's."""
    ref: str
    """The incident's."""
    at: datetime
    secrets: tuple[str, ...]


class Outbox(Rows):
    """Reads places, and what becomes of updates on their way there."""

    def places(self) -> tuple[PlaceView, ...]:
        """Where updates go."""
        return tuple(_place(row) for row in self._rows(_PLACES))

    @cached_property
    def unsent(self) -> dict[int, tuple[DeliveryView, ...]]:
        """What is still to be sent, by incident; nothing of places that are paused."""
        found: defaultdict[int, list[DeliveryView]] = defaultdict(list)
        for row in self._rows(_UNSENT):
            found[row["incident_id"]].append(_delivery(row))
        return {incident: tuple(each) for incident, each in found.items()}

    def _deliveries(self, incident_id: int, updates: Iterable[int]) -> tuple[DeliveryView, ...]:
        """What of an incident is still to be sent, and what became of these updates, by the numbers of their entries.

        The oldest first.
        """
        rows = self._rows(_OF_INCIDENT, incident=incident_id, updates=[*updates])
        return tuple(map(_delivery, rows))

    def turns(self) -> tuple[Turn, ...]:
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
            for row in self._rows(TURNS)
        )

    def message(self, delivery: int) -> tuple[PlaceView, Message] | None:
        """What is to be sent where; None: its place was removed meanwhile."""
        (row,) = self._rows(_MESSAGE, delivery=delivery)
        place = next((place for place in self.places() if place.id == row["place_id"]), None)
        return (place, self._message(row)) if place else None

    def _message(self, row: RowMapping) -> Message:
        audience, key = Audience(row["audience"]), row["page_key"]
        remote = self._rows(_REMOTE, place=row["place_id"], incident=row["incident_id"])
        return Message(
            key=row["delivery_key"],
            audience=audience,
            incident=public_id(key, "incident", row["incident_id"], row["incident_origin"]),
            update=public_id(key, "update", row["id"], row["origin"]),
            title=clean(self._title(row, audience), lines=False),
            phase=Phase(row["phase"]),
            text=clean(row["text"], lines=True),
            components={clean(name, lines=False): ComponentState(state) for name, state in row["components"].items()},
            next_update_at=row["next_update_at"],
            expected_at=row["expected_at"],
            published_at=row["published_at"],
            window=_window(row),
            inside=None if audience is Audience.CUSTOMERS else _inside(row),
            remote_id=remote[0]["remote_id"] if remote else None,
        )

    def _title(self, row: RowMapping, audience: Audience) -> str:
        """The last title that its readers were given; never the incident's own, unless an import made that public."""
        if row["title"] or audience is not Audience.CUSTOMERS:
            return str(row["title"])
        earlier = self._rows(_TITLE, incident=row["incident_id"], update=row["id"])
        if earlier:
            return str(earlier[0]["title"])
        if (row["incident_origin"] or "").startswith(ORIGIN):
            data: dict[str, Any] = self._rows(_IMPORTED, incident=row["incident_id"])[0]["data"]
            return str(data.get("title", ""))
        return ""


def _place(row: RowMapping) -> PlaceView:
    return PlaceView(
        id=row["id"],
        key=row["key"],
        kind=PlaceKind(row["kind"]),
        address=row["address"],
        headers=row["headers"],
        audiences=tuple(map(Audience, row["audiences"])),
        active=row["active"],
        added_by=row["adder"],
        added_at=row["added_at"],
        unsent=row["unsent"],
    )


def _delivery(row: RowMapping) -> DeliveryView:
    return DeliveryView(
        id=row["id"],
        ref=f"INC-{row['incident_id']}",
        n=row["n"],
        audience=Audience(row["audience"]),
        place=row["place"],
        active=row["active"],
        secrets=secret_names(row["address"], *row["headers"].values()),
        state=DeliveryState(row["state"]),
        attempts=row["attempts"],
        next_at=row["next_at"],
        said=row["said"],
        sent_at=row["sent_at"],
        left_out=f"{row['leaver']}: {row['why']}" if row["leaver"] else "",
    )


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


def _inside(row: RowMapping) -> Inside:
    return Inside(
        ref=f"INC-{row['incident_id']}",
        title=clean(row["own_title"], lines=False),
        severity=row["severity"],
        published_by=row["publisher"],
        approved_by=row["approver"],
    )
