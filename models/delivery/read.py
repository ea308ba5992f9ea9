"""Reads the places that updates go to, and what is on its way there."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property

from sqlalchemy import and_, bindparam, func, or_, select

from models.delivery.views import DeliveryView, DestinationView, secret_names
from models.kernel.names import called
from models.kernel.readable import AnyRow
from models.kernel.reader import Rows
from models.kernel.tables import entries, name_of, people
from models.policy.audience import Audience
from models.policy.delivery import DeliveryState, DestinationKind
from models.updates.outbox import UNSENT, deliveries, places
from models.updates.queries import IDS_OF_LAST_UPDATES
from models.updates.tables import status_updates

_unsent = select(func.count()).where(deliveries.c.place_id == places.c.id, UNSENT)
_PLACES = (
    select(places, name_of(people).label("adder"), _unsent.scalar_subquery().label("unsent"))
    .outerjoin(people, people.c.id == places.c.added_by)
    .where(places.c.removed_at.is_(None))
    .order_by(places.c.key)
)
_leaves, _leaver = entries.alias(), people.alias()
_DELIVERIES = (
    select(deliveries, status_updates.c.n, status_updates.c.audience)
    .add_columns(places.c.key.label("place"), places.c.active, places.c.address, places.c.headers)
    .add_columns(called(_leaver).label("leaver"), _leaves.c.text.label("why"))
    .join(places, places.c.id == deliveries.c.place_id)
    .join(status_updates, status_updates.c.id == deliveries.c.update_id)
    .outerjoin(_leaves, and_(_leaves.c.incident_id == deliveries.c.incident_id, _leaves.c.n == deliveries.c.left_out))
    .outerjoin(_leaver, _leaver.c.id == _leaves.c.author_id)
    .order_by(deliveries.c.id + 0)  # else every one ever sent would be walked through in that order
)
ALL_UNSENT = _DELIVERIES.where(UNSENT, places.c.active).limit(1_000)
OUTBOX = _DELIVERIES.where(
    deliveries.c.incident_id == bindparam("incident"),
    or_(
        (UNSENT) & places.c.removed_at.is_(None),
        status_updates.c.id.in_(IDS_OF_LAST_UPDATES)
        & or_(deliveries.c.state == DeliveryState.SENT, deliveries.c.left_out.is_not(None)),
    ),
)


class Outbox(Rows):
    """Reads places, and what becomes of updates on their way there."""

    def places(self) -> tuple[DestinationView, ...]:
        """Where updates go."""
        return tuple(_place(row) for row in self._rows(_PLACES))

    @cached_property
    def unsent(self) -> dict[int, tuple[DeliveryView, ...]]:
        """What is still to be sent, by incident; nothing of places that are paused."""
        found: defaultdict[int, list[DeliveryView]] = defaultdict(list)
        for row in self._rows(ALL_UNSENT):
            found[row["incident_id"]].append(_delivery(row))
        return {incident: tuple(each) for incident, each in found.items()}

    def _deliveries(self, incident_id: int) -> tuple[DeliveryView, ...]:
        """What of an incident is still to be sent, and what became of its last updates; the oldest first."""
        return tuple(map(_delivery, self._rows(OUTBOX, incident=incident_id)))


def _place(row: AnyRow) -> DestinationView:
    return DestinationView(
        id=row["id"],
        key=row["key"],
        kind=DestinationKind(row["kind"]),
        address=row["address"],
        headers=row["headers"],
        audiences=tuple(map(Audience, row["audiences"])),
        active=row["active"],
        added_by=row["adder"],
        added_at=row["added_at"],
        unsent=row["unsent"],
    )


def _delivery(row: AnyRow) -> DeliveryView:
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
