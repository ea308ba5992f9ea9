"""Keys in turn: what one key opens is there before the next one is heard, however fast somebody types."""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import Any, TypeVar

from textual import events
from textual.app import App
from textual.dom import DOMNode
from textual.message import Message
from textual.timer import Timer

R = TypeVar("R")

PATIENCE_SECONDS = 1.0
"""How long a key waits for what the one before it began; a slow database must not swallow the keyboard."""

TRIPS = 2
"""How often Settled goes round: once behind the key itself, once behind the messages that the key led to."""


class Settled(Message):
    """Follows a key through the same queues: where it arrives, what went before has been dealt with."""

    def __init__(self, turn: int, trip: int = 1) -> None:
        super().__init__()
        self.turn = turn
        self.trip = trip


class KeyQueueApp(App[R]):
    """An app that deals with one key after another.

    Textual hands a key to the widget that has the focus when it is read: of keys typed fast, the second would go to the
    list under the dialog that the first one is about to open.
    """

    def __init__(self) -> None:
        super().__init__()
        self._later: deque[events.Key | events.Paste] = deque()
        self.turn = 0
        """The number of the key under way."""
        self._taken = False
        self._settled = False
        self._holds = 0
        self._patience: Timer | None = None

    async def on_event(self, event: events.Event) -> None:
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
        elif self._taken:
            self._later.append(event)
        else:
            await self._take(event)

    async def _take(self, event: events.Key | events.Paste) -> None:
        self._taken = True
        turn = self.turn
        self.be_patient()
        heard_by = self.focused or self.screen
        await super().on_event(event)
        if not heard_by.post_message(Settled(turn)):
            self._end(turn)

    def on_settled(self, message: Settled) -> None:
        message.stop()
        once_more = Settled(message.turn, message.trip + 1)
        if message.trip < TRIPS and (self.focused or self.screen).post_message(once_more):
            return
        self.settle(message.turn)

    def settle(self, turn: int) -> None:
        """That key has been dealt with; said by what goes away with the queues that Settled went through."""
        if turn != self.turn:
            return
        self._settled = True
        if not self._holds:
            self._end(self.turn)

    @property
    def held(self) -> bool:
        """Something that a key led to is under way."""
        return self._holds > 0

    def hold_keys(self) -> None:
        """Let the next key wait until `release_keys`."""
        self._holds += 1

    def release_keys(self) -> None:
        self._holds = max(0, self._holds - 1)
        if self._settled and not self._holds:
            self._end(self.turn)

    def be_patient(self) -> None:
        """Let the next key wait as long again for the one under way."""
        if self._patience is not None:
            self._patience.stop()
        self._patience = self.set_timer(PATIENCE_SECONDS, partial(self._lose_patience, self.turn))

    def _lose_patience(self, turn: int) -> None:
        if turn == self.turn:
            self._holds = 0
        self._end(turn)

    def _end(self, turn: int) -> None:
        if turn != self.turn or not self._taken:
            return
        self.turn += 1
        self._taken = self._settled = False
        if self._later:
            self._taken = True
            self.call_next(self._take, self._later.popleft())


def turns(node: DOMNode) -> KeyQueueApp[Any]:
    """The app of a screen, as one that takes keys in turn. Raises TypeError for another."""
    app = node.app
    if not isinstance(app, KeyQueueApp):
        raise TypeError("A desk needs an app that takes keys in turn.")
    return app
