"""The outbox: destinations of updates, and the queue of deliveries that is written together with each update."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    insert,
    select,
    text,
)

from models.kernel.columns import Flag, Id, Json, Moment, Word, metadata, of_form, one_of, partial_index, person
from models.policy.delivery import DeliveryState, DestinationKind

places = Table(
    "places",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", String(64), nullable=False),
    Column("kind", Word(16, DestinationKind, DestinationKind.WEBHOOK), nullable=False),
    Column("address", Text, nullable=False, comment="with {names} in place of secrets, which are never kept here"),
    Column("headers", Json("texts"), nullable=False, comment="name -> value, with {names} in place of secrets"),
    Column("audiences", Json("audiences"), nullable=False, comment="whose updates go there"),
    Column("active", Flag, nullable=False, server_default=text("true")),
    person("added_by"),
    Column("added_at", Moment, nullable=False),
    Column("removed_at", Moment, comment="what had been sent there until then stays on the record"),
    one_of("kind", DestinationKind),
    of_form("headers", "texts"),
    of_form("audiences", "audiences"),
    CheckConstraint("length(key) > 0", name="key"),
    partial_index("places_in_use", "key", where="removed_at IS NULL", unique=True),
)

UNSENT = text("deliveries.state <> 'sent' AND deliveries.left_out IS NULL")
"""What is still to be sent.

Its first half is asked to the letter, as the index of what is on its way has it: a prepared statement knows no other.
"""

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("place_id", Id, ForeignKey("places.id"), nullable=False),
    Column("update_id", Id, ForeignKey("status_updates.id"), nullable=False),
    Column("incident_id", Id, ForeignKey("incidents.id"), nullable=False),
    Column("key", String(36), nullable=False, unique=True, comment="the same at every attempt: the idempotency key"),
    Column("state", Word(16, DeliveryState, DeliveryState.FAILED), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_at", Moment, nullable=False, comment="not before"),
    Column("leased_by", String(36), comment="who sends it at the moment"),
    Column("leased_until", Moment, comment="then somebody else may"),
    Column("said", Text, nullable=False, server_default="", comment="why it was not sent, or what was left out"),
    Column("remote_id", String(200), comment="what the place calls the incident"),
    Column("sent_at", Moment),
    Column("left_out", Integer, comment="the entry that says why it need not be sent"),
    UniqueConstraint("place_id", "update_id"),
    one_of("state", DeliveryState),
    CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_at_some_time"),
    CheckConstraint("(leased_by IS NULL) = (leased_until IS NULL)", name="leased_by_somebody"),
    partial_index("deliveries_unsent", "next_at", where="state <> 'sent'"),
    Index("deliveries_incident_id_place_id", "incident_id", "place_id"),
)

IN_USE = select(places.c.id, places.c.audiences).where(places.c.removed_at.is_(None))


def queue(connection: Connection, incident: int, update_id: int, audience: str, now: datetime) -> None:
    """Queue a delivery of an update for each destination of its audience, in the transaction that publishes it."""
    rows = [
        {
            "place_id": place.id,
            "update_id": update_id,
            "incident_id": incident,
            "key": str(uuid4()),
            "state": DeliveryState.WAITING,
            "next_at": now,
        }
        for place in connection.execute(IN_USE)
        if audience in place.audiences
    ]
    if rows:
        connection.execute(insert(deliveries), rows)
