"""What the desk tells its user: one line in the footer's row, and everything it said before."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from screens.kernel.rows import Line, line
from screens.kernel.show import fit, stamp, width, wrap

if TYPE_CHECKING:
    from textual.timer import Timer


KEPT = 200
"""How many messages the history has."""

SECONDS = 5.0
"""How long a message is shown, unless it says otherwise."""

_TONES = {"information": "accent", "warning": "late", "error": "bad"}


class Message(NamedTuple):
    """One thing that was said."""

    at: datetime
    title: str
    """What it is about; may be empty."""
    words: str
    tone: str

    @property
    def whole(self) -> str:
        return f"{self.title}: {self.words}" if self.title else self.words


class MessageLine:
    """Shows the last message for some seconds, and keeps the earlier ones."""

    def __init__(self, draw: Callable[[], None], after: Callable[[float, Callable[[], None]], Timer]) -> None:
        """`draw`: draws the footer's row. `after`: calls something after so many seconds."""
        self._draw = draw
        self._after = after
        self._timer: Timer | None = None
        self.shown: Message | None = None
        self.history: deque[Message] = deque(maxlen=KEPT)
        """The newest first."""

    def say(self, words: str, title: str, severity: str, at: datetime, seconds: float | None) -> None:
        """Show this in place of the footer; the same again while it is shown is not said twice."""
        if self.shown is not None and (self.shown.words, self.shown.title) == (words, title):
            return
        self.shown = Message(at, title, words, _TONES.get(severity, "accent"))
        self.history.appendleft(self.shown)
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._after(seconds or SECONDS, self._end)
        self._draw()

    def _end(self) -> None:
        self.shown = None
        self._draw()

    def line(self, room: int, key: str) -> Line | None:
        """The message in one line; None: there is none now. `key`: opens the history, where a cut one can be read."""
        if self.shown is None:
            return None
        for words in (self.shown.whole, self.shown.words):
            if width(words) <= room - 2:
                return line(" ", (fit(words, room - 2), self.shown.tone), " ")
        more = f" {key} whole message "
        return line(" ", (fit(words, room - 1 - len(more)), self.shown.tone), (more, "key"))


def history_lines(messages: deque[Message], now: datetime, room: int) -> list[Line]:
    """Every message with its time, the newest first."""
    if not messages:
        return [line(("No messages yet.", "dim"))]
    lines: list[Line] = []
    for each in messages:
        at = f"{stamp(each.at, now)} "
        first, *rest = wrap(each.whole, room - len(at))
        lines.append(line((at, "dim"), (first, each.tone)))
        lines += [line(" " * len(at), (part, each.tone)) for part in rest]
    return lines
