"""Times that people type, and how they are understood."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from models.kernel.times import parse
from screens.kernel.show import stamp

if TYPE_CHECKING:
    from screens.kernel.desk import Desk


def when(desk: Desk, words: str, day: datetime | None = None) -> datetime | None:
    """The time that the text means; None if it is empty. Raises ValueError with a message for the user.

    A time of day is the last one there was; with `day`, the last one there was on that day of UTC or before.
    """
    now = desk.clock()
    if day is not None and ":" in words:
        now = min(now, day.replace(hour=23, minute=59, second=59))
    return parse(words, now, desk.clock().astimezone().tzinfo) if words.strip() else None


def echo_when(desk: Desk, day: datetime | None = None) -> Callable[[str], str]:
    """Says how the words of a time are understood."""

    def echo(words: str) -> str:
        try:
            at = when(desk, words, day)
        except ValueError as error:
            return str(error)
        return f"= {at:%d %b} {stamp(at)}" if at else ""

    return echo
