"""The header: incident counts, what waits for the user, the user, the time and the connection state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from models.board.due_times import NO_MANAGER, overdue
from models.kernel.wording import the
from models.live.news import News, State
from models.policy.audience import Audience
from models.policy.phase import OPEN
from models.policy.severity import Severity
from screens.kernel.rows import Line, Part, cells, line
from screens.kernel.show import age, clock, fit, safe, stamp, width

if TYPE_CHECKING:
    from models.board.due_times import Need
    from models.board.views import Board, IncidentRow
    from models.updates.views import PromiseView


_STATES: dict[State, Part] = {
    State.OPENING: ("◌ connecting", "warn"),
    State.LIVE: ("● live", "good"),
    State.READ_ONLY: ("◐ read-only", "warn"),
    State.LOST: ("○ offline", "bad"),
    State.REFUSED: ("✗ error", "bad"),
}

ALARM = "▲"
"""Stands before what is owed or missing."""

_WORTH = 8
"""The fewest cells in which anything can be read."""

_MOST = 12
"""The most things that are told in one line: making fifty safe to draw takes longer than drawing them."""


def header(news: News, me: str, waiting: Sequence[Need], now: datetime, room: int, next_key: str) -> tuple[Line, Line]:
    """The incidents by severity, what is owed, and the user with the time and the state.

    What is owed is cut from the right, its order is by how much it costs: incidents that nobody manages, the update
    that is late the longest, then what waits for the user.
    """
    left = _counts(news.board)
    local = clock(now, now.astimezone().tzinfo or UTC)
    clocks = stamp(now) if local == clock(now) or room < 70 else f"{stamp(now)} {local}"
    right: list[Part] = [(f"{clocks} ", ""), _STATES[news.state], (" ", "")]
    if news.person is not None and room >= 60:
        right = [(f"{safe(news.person)} ", "accent"), *right]
    left_over = room - cells(left) - cells(right) - 2
    return line(*left, *_owed(news.board, me, waiting, now, left_over, next_key)), line(*right)


def _counts(board: Board | None) -> list[Part]:
    counted = Counter(row.severity for row in board.incidents if row.phase in OPEN) if board else Counter[Severity]()
    parts: list[Part] = []
    for severity in Severity:
        if counted[severity]:
            parts += [(" ", ""), (f"{severity}", severity.lower()), (f" {counted[severity]}", "")]
    return parts or [(" no open incidents", "good")] if board else []


def _owed(board: Board | None, me: str, waiting: Sequence[Need], now: datetime, room: int, key: str) -> list[Part]:
    """What is owed, in at most `room` cells; the longest form that fits whole, else the longest one, cut."""
    if board is None:
        return []
    unmanaged = [row for row in board.incidents if row.phase in OPEN and row.manager is None][:_MOST]
    missing = [_unmanaged(row)[0] for row in unmanaged]
    late = overdue(board, now)
    debts = [_debts(*late, me, now)[0]] if late else []
    # the debt is told already, and so are incidents without a manager
    rest = [need for need in waiting if not (late and _same(need, *late)) and need.words != NO_MANAGER]
    told = [*missing, *debts, *(safe(f"{need.ref} {need.words}") for need in rest[:_MOST])]
    if not told:
        return []
    go: Part = (f" · {key} next" if waiting else "", "dim")
    whole: Part = (f"  {ALARM} {' · '.join(told)}", "late")
    if cells([whole, go]) <= room:
        return [whole, go]
    count = f"  {ALARM}{len(told) if len(told) > 1 else ''} "
    ways = _unmanaged(unmanaged[0]) if unmanaged else _debts(*late, me, now) if late else (told[0],)
    first = next((way for way in ways if cells([(count, "")]) + width(way) <= room), "")
    if not first:
        return [(fit(f"{count}{ways[-1]}", room).rstrip(), "late")] if room >= _WORTH else []
    more = room - cells([(count, "")]) - width(first) - 3
    others = f" · {fit(' · '.join(told[1:]), more).rstrip()}" if told[1:] and more >= _WORTH else ""
    return [(f"{count}{first}", "late"), (others, "")]


def _same(need: Need, row: IncidentRow, promise: PromiseView) -> bool:
    return need.incident == row.id and need.pane == "status" and need.row == promise.audience and not need.about


def _unmanaged(row: IncidentRow) -> tuple[str, ...]:
    """That nobody manages it, the longest form first."""
    return f"{row.ref} has no incident manager", f"{row.ref} has no manager", f"{row.ref} unmanaged"


def _debts(row: IncidentRow, promise: PromiseView, me: str, now: datetime) -> tuple[str, ...]:
    """Who owes whom an update, and how late it is; the longest form first."""
    to = "" if promise.audience is Audience.CUSTOMERS else f" for {the(promise.audience)}"
    owner = "unassigned" if row.updater is None else "you" if row.updater == me else safe(row.updater)
    late = f"{age((now - promise.due_at).total_seconds()).strip()} late"
    return (
        f"{row.ref} update{to} {late}, owner: {owner}",
        f"{row.ref} update {late} ({owner})",
        f"{row.ref} {late} ({owner})",
        f"{row.ref} {late}",
    )
