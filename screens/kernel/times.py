"""Times that people type, and how they are understood."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from models.kernel.times import parse
from screens.kernel.show import stamp

if TYPE_CHECKING:
    from screens.kernel.desk import Desk


def when(desk: Desk, words: str) -> datetime | None:
    """The time that the text means; None if it is empty. Raises ValueError with a message for the user."""
    return parse(words, desk.clock(), desk.clock().astimezone().tzinfo) if words.strip() else None


def echo_when(desk: Desk) -> Callable[[str], str]:
    """Says how the words of a time are understood."""

    def echo(words: str) -> str:
        try:
            at = when(desk, words)
        except ValueError as error:
            return str(error)
        return f"= {at:%d %b} {stamp(at)}" if at else ""

    return echo
