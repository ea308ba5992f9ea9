"""What others did that the user has to see: notices that wait until they are seen, and what an absence has missed."""

from __future__ import annotations

import time
from asyncio import wrap_future
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from models.board.due_times import Need
from models.board.meanwhile import Look, changed, notices, summary, to_look_into
from models.kernel.failures import Failure
from models.live.news import News, State
from screens.kernel.show import age

if TYPE_CHECKING:
    from models.board.views import Board
    from models.kernel.entry import EntryView
    from screens.kernel.desk import DeskScreen

AWAY = timedelta(minutes=1)
"""From so long on, an absence is told of."""

SECONDS = 20.0
"""How long that is shown; the messages keep it."""

_LIVE = (State.LIVE, State.READ_ONLY)


class _Left(NamedTuple):
    """When the user was last known to see the board, and which."""

    board: Board
    at: datetime


class Meanwhile:
    """Compares each board with the one before it."""

    def __init__(self, desk: DeskScreen) -> None:
        self._desk = desk
        self._board: Board | None = None
        """The last one that was live."""
        self._left: _Left | None = None
        """Since when the user does not see the board; None: they do."""
        self._blurred = False
        """The terminal is out of sight."""
        self._asleep = _asleep_seconds()
        self.notices: tuple[Need, ...] = ()
        """What the user has not seen yet."""

    def heard(self, before: News) -> None:
        """Look into what is new on the board; `before`: what was known until now."""
        board = self._desk.board
        if self._desk.news.state not in _LIVE or board is None:
            self.leave()
            return
        known, self._board = self._board, board
        if known is None and before.board is not None:  # an earlier run's
            known = before.board
            self._left = _Left(known, known.read_at)
        if self._left is not None and not self._blurred:
            self._come_back(self._left, reconnected=before.state is State.LOST)
        elif known is not None and (looks := to_look_into(known, board, self._desk.me)):
            self._desk.run_worker(self._look_into(looks), group="meanwhile")

    def blur(self) -> None:
        """The terminal is out of sight from now on."""
        self._blurred = True
        self.leave()

    def focus(self) -> None:
        """It is in sight again."""
        self._blurred = False
        if self._left is not None and self._desk.current:
            self._come_back(self._left)

    def leave(self) -> None:
        """The user does not see from now on what happens."""
        if self._left is None and self._board is not None:
            self._left = _Left(self._board, self._desk.clock())

    def tick(self) -> None:
        """Whether the machine was asleep shows by its clocks: one of them stands still meanwhile."""
        before, self._asleep = self._asleep, _asleep_seconds()
        slept = timedelta(seconds=self._asleep - before)
        if slept >= AWAY and self._left is None and self._board is not None:
            self._left = _Left(self._board, self._desk.clock() - slept)
            self._desk.link.refresh()

    def saw(self, need: Need) -> bool:
        """The user has looked at this one; whether it was a notice."""
        before = len(self.notices)
        self.notices = tuple(each for each in self.notices if each != need)
        return len(self.notices) < before

    def met(self, incident: int) -> None:
        """The user looks at that incident, which was the news."""
        self.notices = tuple(each for each in self.notices if each.incident != incident or each.pane != "incidents")

    def _come_back(self, left: _Left, *, reconnected: bool = False) -> None:
        self._left = None
        if self._board is not None:
            looks, away = changed(left.board, self._board), self._desk.clock() - left.at
            self._desk.run_worker(self._catch_up(looks, away, reconnected), group="meanwhile")

    async def _look_into(self, looks: Sequence[Look]) -> None:
        self._add(notices(await self._entries(looks), self._desk.me))

    async def _catch_up(self, looks: Sequence[Look], away: timedelta, reconnected: bool) -> None:
        found = await self._entries(looks)
        self._add(notices(found, self._desk.me))
        told = "; ".join(summary(found, self._desk.me))
        if told and away >= AWAY:
            words = f"While you were away, {age(away.total_seconds())}: {told}"
            self._desk.notify(words, timeout=SECONDS, markup=False)
        elif reconnected:
            self._desk.notify("Reconnected. The board is up to date.", markup=False)

    def _add(self, found: Sequence[Need]) -> None:
        if found:
            again = {(need.incident, need.pane, need.row) for need in found}
            kept = (need for need in self.notices if (need.incident, need.pane, need.row) not in again)
            self.notices = (*found, *kept)
            self._desk.draw()

    async def _entries(self, looks: Sequence[Look]) -> Mapping[int, Sequence[EntryView]]:
        """The new entries of each incident; of one that cannot be read now, none."""

        known = {look.incident: look.since for look in looks}
        try:
            return await wrap_future(self._desk.link.read(lambda read: read.since_each(known))) if looks else {}
        except Failure:
            return {}


def _asleep_seconds() -> float:
    """By how much the clock that goes on in a sleep is ahead of the one that stands still."""
    return time.time() - time.monotonic()
