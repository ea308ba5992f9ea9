"""What has left the house: every fact that the published page may be made of, and nothing else.

No name of a person, no draft, no internal note and no incident's own title is in any of these; whoever makes a page
from them cannot leak one.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

from models.policy import ComponentState, Phase

ORIGIN = "statuspage:"
"""Before the id that an imported page had given something; it keeps that id, so that links to it go on working."""

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
_LENGTH = 12


def public_id(key: str, what: str, number: int | str, origin: str | None = None) -> str:
    """Twelve lower-case letters and digits, as Statuspage has them: always the same, and telling nothing.

    `key` is the database's own, so that nobody counts incidents from outside.
    """
    if origin is not None and origin.startswith(ORIGIN):
        return origin.removeprefix(ORIGIN)
    digest = int.from_bytes(hmac.digest(key.encode(), f"{what}:{number}".encode(), hashlib.sha256))
    letters = []
    for _ in range(_LENGTH):
        digest, letter = divmod(digest, len(_ALPHABET))
        letters.append(_ALPHABET[letter])
    return "".join(letters)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedUpdate:
    """What customers were told once."""

    id: str
    phase: Phase
    text: str
    states: dict[str, ComponentState]
    """Of the components that it names."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedWindow:
    """When a maintenance is."""

    starts_at: datetime
    ends_at: datetime
    components: tuple[str, ...]
    canceled_at: datetime | None
    went_wrong: bool
    """It is being worked on as an open incident, and does not end by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedIncident:
    """An incident that customers were told of."""

    id: str
    name: str
    """The last title that customers read; empty: there was none."""
    began: datetime
    """As the page said that it was imported from, or when customers were first told of it."""
    impact: str | None
    """As the page said that it was imported from: none, minor, major, critical or maintenance."""
    updates: tuple[PublishedUpdate, ...]
    """The oldest first, at least one."""
    window: PublishedWindow | None
    """Of a scheduled maintenance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedComponent:
    """A part of the service that customers were told of."""

    id: str
    name: str
    description: str
    state: ComponentState
    """As an imported page last had it; counts only while no update has named it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """All of it."""

    page_id: str
    incidents: tuple[PublishedIncident, ...]
    """In the order in which customers were first told of them."""
    components: tuple[PublishedComponent, ...]
    """In the page's order."""
    names: frozenset[str] = frozenset()
    """Of every component that there is; an update's word on any other counts for nothing."""
    ticket: int = 0
    """The last change of the database that is in it."""
