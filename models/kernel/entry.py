"""A timeline entry, and what a command did."""

from __future__ import annotations

from datetime import datetime
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
