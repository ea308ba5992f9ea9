"""The header: incident counts, what waits for the user, the user, the time and the connection state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from models.live.news import News, State
from models.policy.phase import OPEN
from models.policy.severity import Severity
from screens.kernel.rows import Line, Part, cells, line
from screens.kernel.show import age, clock, fit, safe, stamp, width, wrap

if TYPE_CHECKING:
    from models.board.due_times import Need
    from models.board.views import Board


_STATES: dict[State, Part] = {
    State.OPENING: ("◌ connecting", "warn"),
    State.LIVE: ("● live", "good"),
    State.READ_ONLY: ("◐ read-only", "warn"),
    State.LOST: ("○ offline", "bad"),
    State.REFUSED: ("✗ error", "bad"),
}

_SHORTEST = 8
"""The fewest characters that one need takes, with its reference and separator."""

_ENOUGH = 24
"""With fewer characters left for the needs, their count is written shorter."""


def header(news: News, me: str, waiting: Sequence[Need], now: datetime, room: int) -> tuple[Line, Line]:
    """What waits for the user, and the user with the time and the state; the most important part is dropped last."""
    left: list[Part] = [(" Bridgewatch ", "strong")] if room >= 100 else []
    left += _counts(news.board)
    local = clock(now, now.astimezone().tzinfo or UTC)
    clocks = stamp(now) if local == clock(now) or room < 70 else f"{stamp(now)} {local}"
    right: list[Part] = [(f"{safe(me)}  ", "accent"), (f"{clocks}  ", ""), _STATES[news.state], (" ", "")]
    if room < 60:
        right = right[1:]
    left_over = room - cells(left) - cells(right)
    middle = _needs(waiting, left_over)
    return line(*left, *middle), line(*right)


def banner(news: News, now: datetime, room: int) -> list[Line]:
    """Why the board is not live, and how old its data is; of a live one, whether this machine's clock is wrong."""
    if news.state is State.LIVE:
        return _told(news.clock_trouble, "warn", room) if news.clock_trouble else []
    if news.state is State.OPENING and news.board is None:
        return []
    if news.state is State.READ_ONLY:
        return _told(f"Read-only: you can view incidents but not change them. {news.failure or ''}", "warn", room)
    why = str(news.failure) if news.failure else "Connecting to the database…"
    if news.board is not None:
        known = news.since or news.board.read_at
        why = f"{why} Showing data from {stamp(known)} ({age((now - known).total_seconds())} old)."
    return _told(why, "bad" if news.failure else "warn", room)


def _told(words: str, tone: str, room: int) -> list[Line]:
    return [line(" ", (part, tone)) for part in wrap(words, room - 2)]


def _counts(board: Board | None) -> list[Part]:
    counted = Counter(row.severity for row in board.incidents if row.phase in OPEN) if board else Counter[Severity]()
    parts: list[Part] = []
    for severity in Severity:
        if counted[severity]:
            parts += [(f" {severity} ×{counted[severity]}", severity.lower()), (" ", "")]
    return parts or [(" no open incidents ", "good")] if board else []


def _needs(waiting: Sequence[Need], room: int) -> list[Part]:
    if not waiting:
        return []
    whole: Part = (f" ▲ {len(waiting)} waiting for you", "bad")
    brief: Part = (f" ▲ {len(waiting)} waiting", "bad")
    short: Part = (f" ▲{len(waiting)}", "bad")
    count = whole if room - cells([whole]) - 3 >= _ENOUGH else brief
    left = room - cells([count]) - 3
    if left >= 10:
        # one more than can fit: making fifty of them safe to draw takes longer than drawing the line
        told = " · ".join(f"{need.ref} {need.words}" for need in waiting[: left // _SHORTEST + 1])
        return [count, (f": {fit(told, min(left, width(told)))} ", "")]
    return next(([part] for part in (whole, brief, short) if cells([part]) < room), [])
