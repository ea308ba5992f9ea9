"""Public facts: the only data that the status page is rendered from.

No name of a person, no draft, no internal note and no internal title is in any of these: a page made from them
cannot leak one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from models.policy.audience import ComponentState
from models.policy.phase import Phase
from models.updates.public import PublishedWindow


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedUpdate:
    """What customers were told once."""

    id: str
    phase: Phase
    text: str
    states: dict[str, ComponentState]
    """Of the components that it names."""
    at: datetime
    order: int = 0
    """Its place in the order of publication, among those of the same time."""


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
