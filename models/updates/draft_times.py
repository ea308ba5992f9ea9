"""How the times of a draft read; apart from the views, which the first paint does not load."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime


def spoken_time(at: datetime | None, minutes: int | None, stamp: Callable[[datetime], str]) -> str:
    """A time of a draft in words: fixed, or so many minutes after its publication; empty: it has none."""
    if at is not None:
        return stamp(at)
    return f"{minutes} min after publication" if minutes is not None else ""
