"""Times that people type, and how they are understood."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from models.kernel import zones
from models.kernel.times import Unclear, coming, is_local, parse
from screens.kernel.show import stamp

if TYPE_CHECKING:
    from screens.kernel.desk import Desk


_NOT_YET = "not a valid time yet"


def when(desk: Desk, words: str, day: datetime | None = None) -> datetime | None:
    """The time that the text means; None if it is empty. Raises ValueError with a message for the user.

    A time of day is the last one there was; with `day`, the last one there was on that day of UTC or before.
    """
    now = desk.clock()
    if day is not None and ":" in words:
        now = min(now, day.replace(hour=23, minute=59, second=59))
    return parse(words, now, zones.local().zone) if words.strip() else None


def ahead(desk: Desk, words: str) -> datetime:
    """The time to come that the text means. Raises ValueError with a message for the user."""
    return coming(words, desk.clock(), zones.local().zone)


def echo_when(desk: Desk, day: datetime | None = None) -> Callable[[str], str]:
    """Says how the words of a time are understood, in a few words, as it stands beside the field."""

    def echo(words: str) -> str:
        try:
            at = when(desk, words, day)
        except Unclear as error:
            return error.brief
        except ValueError:
            return _NOT_YET
        return f"= {at:%d %b} {stamp(at)}{_doubt(words)}" if at else ""

    return echo


def echo_ahead(desk: Desk) -> Callable[[str], str]:
    """Says how the words of a time to come are understood."""

    def echo(words: str) -> str:
        try:
            at = ahead(desk, words)
        except Unclear as error:
            return error.brief
        except ValueError:
            return _NOT_YET if words.strip() else ""
        return f"= {at:%a %d %b} {stamp(at)}{_doubt(words)}"

    return echo


def _doubt(words: str) -> str:
    trouble = zones.local().trouble if is_local(words) else ""
    return f" {trouble}" if trouble else ""
