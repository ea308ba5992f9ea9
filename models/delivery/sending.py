"""Sending an update to a place: what is sent, and what may come of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from random import random
from typing import Protocol, cast

from models.delivery.secrets import hidden
from models.delivery.views import DestinationView
from models.policy.audience import Audience, ComponentState
from models.policy.delivery import DestinationKind
from models.policy.phase import Phase
from models.updates.public import PublishedWindow


@dataclass(frozen=True, slots=True, kw_only=True)
class InternalDetails:
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
    window: PublishedWindow | None
    """Of a maintenance."""
    inside: InternalDetails | None
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


class Kind(Protocol):
    """How one kind of place is sent to, with its secrets by name; each raises NotSent.

    May be called from several threads at once.
    """

    def send(self, place: DestinationView, secrets: dict[str, str], message: Message) -> Sent: ...

    def test(self, place: DestinationView, secrets: dict[str, str]) -> str:
        """Find out whether a place takes what is sent, as visibly as need be; returns what was found, in words."""


_KINDS = {
    DestinationKind.STATUSPAGE: "models.delivery.statuspage",
    DestinationKind.WEBHOOK: "models.delivery.webhook",
    DestinationKind.APPRISE: "models.delivery.people",
}


def kind(which: DestinationKind) -> Kind:
    """How places of that kind are sent to; the library that it needs is imported now."""
    return cast(Kind, import_module(_KINDS[which]))


def attempt(place: DestinationView, secrets: dict[str, str], message: Message) -> Outcome:
    """Send once; whatever comes of it holds no secret."""
    try:
        sent = kind(place.kind).send(place, secrets, message)
        return Outcome(sent=True, said=hidden(sent.said, secrets.values()), remote_id=sent.remote_id)
    except NotSent as failed:
        said = hidden(failed.reason, secrets.values())
        return Outcome(sent=False, said=said, lasting=failed.lasting, after=failed.after, jitter=random())  # noqa: S311
    except Exception as error:  # a defect, here or in a library, is a failure like others: the rest is sent
        said = f"Sending failed ({type(error).__name__})."
        return Outcome(sent=False, said=said, lasting=True)
