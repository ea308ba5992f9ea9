"""The banner: why the board is not live, and how old its data is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from models.kernel.failures import LoginRejected
from models.live.news import News, State
from screens.kernel.line import LineBar
from screens.kernel.rows import Line, line
from screens.kernel.show import age, stamp, wrap


class Banner(LineBar):
    """Told by `tell`; while it says how old the data is, it counts each second.

    `again`: the key that tries a rejected login again.
    """

    def __init__(self, clock: Callable[[], datetime], again: str) -> None:
        super().__init__(id="banner")
        self._clock = clock
        self._again = again
        self._news = News(State.OPENING, None)

    def on_mount(self) -> None:
        self._count = self.set_interval(1, self._draw, pause=True)

    def tell(self, news: News) -> None:
        """Show what is wrong, or nothing."""
        self._news = news
        self._draw()
        if news.board is not None and news.state in (State.LOST, State.REFUSED, State.OPENING):
            self._count.resume()
        else:
            self._count.pause()

    def _draw(self) -> None:
        lines = banner(self._news, self._clock(), self.app.size.width, self._again)
        if self.display != bool(lines):
            self.display = bool(lines)
        self.set_lines(lines)


def banner(news: News, now: datetime, room: int, again: str) -> list[Line]:
    """Why the board is not live, and how old its data is; of a live one, whether this machine's clock is wrong.

    `again`: the key that tries a rejected login again.
    """
    if news.state is State.LIVE:
        return _told(news.clock_trouble, "warn", room) if news.clock_trouble else []
    if news.state is State.OPENING and news.board is None:
        return []
    if news.state is State.READ_ONLY:
        return _told(f"Read-only: you can view incidents but not change them. {news.failure or ''}", "warn", room)
    why = str(news.failure) if news.failure else "Connecting to the database…"
    if isinstance(news.failure, LoginRejected):
        why = f"{why} Press {again} to try again."
    if news.board is not None:
        known = news.since or news.board.read_at
        why = f"{why} Showing data from {stamp(known, now)} ({age((now - known).total_seconds())} old)."
    return _told(why, "bad" if news.failure else "warn", room)


def _told(words: str, tone: str, room: int) -> list[Line]:
    return [line(" ", (part, tone)) for part in wrap(words, room - 2)]
