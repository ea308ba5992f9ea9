"""What a search of a timeline has found."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from models.kernel.entry import EntryView


class Hits(NamedTuple):
    """What a search of an incident's timeline has found, the newest first."""

    incident: int
    words: str
    version: int
    """Of the timeline that was searched."""
    entries: tuple[EntryView, ...]
    complete: bool
    """There are no older ones."""
    total: int | None
    """How many there are; None: they are still being counted."""
