"""A timeline entry, and what a command did."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from models.kernel.snapshot import Snapshot


class EntryView(Snapshot, frozen=True, kw_only=True):
    ref: str
    n: int
    root: int
    """The number of its first version; equal to `n` when it was never revised."""
    kind: str
    data: dict[str, Any]
    text: str
    author: str
    occurred_at: datetime
    recorded_at: datetime


class Done(Snapshot, frozen=True, kw_only=True):
    """What a command did."""

    ref: str
    entry: EntryView
    already: bool = False
    """An earlier attempt of the same command had done it."""


def latest(versions: Sequence[EntryView]) -> tuple[EntryView, ...]:
    """Each entry in its latest version, the newest first by when it happened; `versions`: in their numbers' order."""
    by_root = {version.root: version for version in versions}
    return tuple(sorted(by_root.values(), key=attrgetter("occurred_at", "n"), reverse=True))
