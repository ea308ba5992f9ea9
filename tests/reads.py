"""What tests read from a store, each in a snapshot of its own."""

from __future__ import annotations

from datetime import datetime

from models.board.reader import Reader
from models.board.views import IncidentRow, IncidentView
from models.delivery.views import DestinationView
from models.kernel.entry import EntryView
from models.kernel.store import Store
from models.policy.audience import Audience
from models.roles.views import HoldingView
from models.updates.internal import Finding
from models.updates.templates import FilledTemplate


def incident(store: Store, number: int) -> IncidentView:
    with store.reading(Reader) as read:
        return read.incident(number)


def newest(store: Store, number: int) -> tuple[EntryView, ...]:
    """The newest page of an incident's timeline, newest first."""
    with store.reading(Reader) as read:
        return read.newest(number)


def versions(store: Store, number: int, root: int) -> tuple[EntryView, ...]:
    with store.reading(Reader) as read:
        return read.versions(number, root)


def moves(store: Store, number: int, theory: int) -> tuple[EntryView, ...]:
    with store.reading(Reader) as read:
        return read.moves(number, theory)


def history(store: Store, number: int, role: str) -> tuple[HoldingView, ...]:
    with store.reading(Reader) as read:
        return read.history(number, role)


def found(store: Store, words: str, below: int | None = None) -> tuple[tuple[IncidentRow, ...], int | None]:
    with store.reading(Reader) as read:
        return read.found(words, below)


def places(store: Store) -> tuple[DestinationView, ...]:
    with store.reading(Reader) as read:
        return read.places()


def template(store: Store, number: int, to: Audience, now: datetime) -> FilledTemplate:
    with store.reading(Reader) as read:
        return read.template(number, to, now)


def findings(store: Store, number: int, to: Audience) -> tuple[Finding, ...]:
    with store.reading(Reader) as read:
        return read.findings(read.incident(number).drafts[to])
