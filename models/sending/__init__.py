"""Sending an update to a place: what is sent, and what may come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module

from models.places import PlaceKind, PlaceView
from models.policy import Audience, ComponentState, Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When a maintenance is."""

    starts_at: datetime
    ends_at: datetime
    components: tuple[str, ...]
    canceled_at: datetime | None
    went_wrong: bool
    """It is worked on as an open incident."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """What those inside are told besides."""

    ref: str
    title: str
    """The incident's own."""
    severity: str
    published_by: str
    approved_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """An update, as a place gets it."""

    key: str
    """The same at every attempt."""
    audience: Audience
    incident: str
    """The id that the published page gives the incident."""
    update: str
    """The id that the published page gives the update."""
    title: str
    phase: Phase
    text: str
    components: dict[str, ComponentState]
    next_update_at: datetime | None
    expected_at: datetime | None
    published_at: datetime
    window: Window | None
    """Of a maintenance."""
    inside: Inside | None
    """None for customers: nothing of it leaves the house."""
    remote_id: str | None
    """What the place called the incident when it was sent an earlier update of it."""


class NotSent(Exception):
    """A place did not take it; `reason` says why, in words.

    `lasting`: trying again will not help until somebody has changed something. `after`: seconds that the place wants.
    """

    def __init__(self, reason: str, *, lasting: bool = False, after: float = 0.0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.lasting = lasting
        self.after = after


@dataclass(frozen=True, slots=True)
class Sent:
    """A place has taken it."""

    remote_id: str | None = None
    said: str = ""
    """What it did not take of it."""


Send = Callable[[PlaceView, dict[str, str], Message], Sent]
"""Sends with the place's secrets, by name. Raises NotSent. May be called from several threads at once."""

_SENDERS = {
    PlaceKind.STATUSPAGE: "models.sending.statuspage",
    PlaceKind.WEBHOOK: "models.sending.webhook",
    PlaceKind.APPRISE: "models.sending.people",
}


def sender(kind: PlaceKind) -> Send:
    """What sends to places of that kind; the library that it needs is imported now."""
    found: Send = import_module(_SENDERS[kind]).send
    return found
