"""Pure: a window on a part of a timeline, mostly the newest, and how news and further pages join it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from models.kernel.entry import EntryView
from models.kernel.snapshot import Snapshot

KEPT = 1_000
"""How many entries news alone may fill a window with: a desk that stays open for days stays as quick as it was."""


def opened(newest: Sequence[EntryView], version: int, page: int) -> TimelineView:
    """A window on the newest page of an incident at `version`."""
    return TimelineView(entries=tuple(newest), version=version, complete=len(newest) < page)


def elsewhere(entries: Sequence[EntryView], version: int, *, newest: bool, complete: bool) -> TimelineView:
    """A window on another part, at `version`; whether it reaches the newest entry, and the first one."""
    return TimelineView(
        entries=tuple(entries), version=version, newest=newest, complete=complete, asked_for=len(entries)
    )


def joined(window: TimelineView, news: Iterable[EntryView]) -> TimelineView:
    """The window with every entry recorded after its version, each in the place of the one that it revises.

    What happened before the window's oldest entry stays outside it, as the page that holds it has not been read; so
    does what happened after its newest one where the window does not reach the newest of all. The oldest leave it when
    it has KEPT entries more than somebody has looked back to.
    """
    news = list(news)
    if not news:
        return window
    replaced = {entry.root: entry for entry in news}
    kept = [entry for entry in window.entries if entry.root not in replaced]
    bottom = None if window.complete or not window.entries else _place(window.entries[-1])
    top = None if window.newest or not window.entries else _place(window.entries[0])
    inside = (entry for entry in replaced.values() if bottom is None or _place(entry) >= bottom)
    added = [entry for entry in inside if top is None or _place(entry) <= top]
    entries = tuple(sorted((*kept, *added), key=_place, reverse=True))
    newest = entries[: window.asked_for + KEPT] if window.newest else entries
    complete = window.complete and len(newest) == len(entries)
    return window.but(entries=newest, version=max(entry.n for entry in news), complete=complete)


def extended(window: TimelineView, older: Sequence[EntryView], page: int) -> TimelineView:
    """The window with the page before it."""
    known = {entry.root for entry in window.entries}
    entries = (*window.entries, *(entry for entry in older if entry.root not in known))
    return window.but(entries=entries, complete=len(older) < page, asked_for=len(entries))


def raised(window: TimelineView, newer: Sequence[EntryView], page: int) -> TimelineView:
    """The window with the page after it."""
    known = {entry.root for entry in window.entries}
    entries = (*(entry for entry in newer if entry.root not in known), *window.entries)
    return window.but(entries=entries, newest=len(newer) < page, asked_for=len(entries))


def _place(entry: EntryView) -> tuple[datetime, int]:
    return entry.occurred_at, entry.n


class TimelineView(Snapshot, frozen=True, kw_only=True):
    """Entries of an incident that follow each other, newest first: the newest, as far back as somebody has looked, or
    those where somebody has gone to."""

    entries: tuple[EntryView, ...] = ()
    version: int = 0
    """The number of the last entry that it takes into account."""
    complete: bool = False
    """It reaches back to the first entry."""
    newest: bool = True
    """It reaches the newest entry."""
    asked_for: int = 0
    """How many entries it had when somebody last looked further back."""
