"""The kinds of destination, and how far a delivery is."""

from __future__ import annotations

from enum import StrEnum


class DestinationKind(StrEnum):
    """What sort of place published updates go to."""

    STATUSPAGE = "statuspage"
    """A page at Statuspage, by its REST API."""
    WEBHOOK = "webhook"
    """Any address, which is sent JSON."""
    APPRISE = "apprise"
    """People: chat, mail, and whatever else the library Apprise knows."""


class DeliveryState(StrEnum):
    """How far an update is on its way to a place."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    """Not for want of trying; it is tried again, but somebody should look."""
