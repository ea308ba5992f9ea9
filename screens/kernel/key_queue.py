"""Keys in turn: what one key opens is there before the next one is heard, however fast somebody types."""

from __future__ import annotations

from asyncio import sleep
from collections import deque
from collections.abc import Callable
from functools import partial
from math import inf
from typing import Any, TypeVar

from textual import events
from textual.app import App
from textual.dom import DOMNode
from textual.keys import _character_to_key
from textual.message import Message
from textual.screen import ModalScreen
from textual.timer import Timer

from models.live.remembered import UnsavedForms
from screens.kernel.layouts import at_place, language

R = TypeVar("R")

LIST_KEYS = frozenset("jkgG")
"""A list hears these before the desk does."""

PATIENCE_SECONDS = 3.0
"""How long keys wait for what the one before them began; then they are dropped, as nobody expects them any more."""

PAUSE_SECONDS = 0.3
"""Keys closer together than this are one burst: whoever types it does not read what comes up meanwhile."""

WAYS_OUT = frozenset({"escape", "ctrl+c"})
"""What is heard although the database has not answered."""

DEEDS = "deeds"
"""The group of the workers that keys lead to."""

_DROPPED = "What you typed ahead is dropped."
_STUCK = "The database has not answered yet, and keys are dropped until it does. Esc goes on without an answer."

REPEAT_SECONDS = 0.12
"""A key that is held down comes again within this time; nobody presses one twice so fast."""

DELAY_SECONDS = 1.0
"""How long a key is held down at most before it comes again for the first time."""

FIELD_SECONDS = 0.01
"""How long after a dialog is looked at again that has not taken the focus yet."""

TRIPS = 2
"""How often Settled goes round: once behind the key itself, once behind the messages that the key led to."""


class Settled(Message):
    """Follows a key through the same queues: where it arrives, what went before has been dealt with."""

    def __init__(self, turn: int, trip: int = 1) -> None:
        super().__init__()
        self.turn = turn
        self.trip = trip


class KeyQueueApp(App[R]):
    """An app that deals with one key after another: each goes where it would have gone had everything been instant.

    Textual hands a key to the widget that has the focus when it is read: of keys typed fast, the second would go to the
    list under the dialog that the first one is about to open. Keys wait for their turn instead. Where nobody could
    foresee what comes up, or it takes too long, they are dropped, and the message line says so.
    """

    def __init__(self) -> None:
        super().__init__()
        self._later: deque[tuple[events.Key | events.Paste, float]] = deque()
        """What waits, with how long ago the same key had come before it."""
        self.turn = 0
        """The number of the key under way."""
        self.own_keys: frozenset[str] = frozenset()
        """The keys of all verbs."""
        self.forms = UnsavedForms()
        """What was typed into forms and not sent."""
        self._taken = False
        self._settled = False
        self._holds = 0
        self._patience: Timer | None = None
        self._waits = False
        self._stuck = False
        """What a key led to takes too long."""
        self._surprise: str | None = None
        """What the user was told last that they could not foresee, until they pause."""
        self._last: tuple[str, float] = ("", 0.0)
        self._since = inf

    async def on_event(self, event: events.Event) -> None:
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
            return
        before, at = self._last
        key, pause = (event.key if isinstance(event, events.Key) else ""), event.time - at
        self._last = key, event.time
        since = pause if key and key == before else inf
        if self._waits and key == "ctrl+c":
            await super().on_event(event)
        elif self._surprise is not None and pause < PAUSE_SECONDS:
            if since > REPEAT_SECONDS:  # else it is held down
                self._tell_dropped(self._surprise)
        elif self._stuck and key not in WAYS_OUT:
            self._tell_dropped(_STUCK)
        elif self._stuck:
            self._go_on()
            await self._take(event, since)
        elif self._taken or self._waits:
            self._later.append((event, since))
        else:
            self._surprise = None
            await self._take(event, since)

    def surprise(self, said: str = "") -> None:
        """Something came up that nobody foresees: drop what was typed ahead, and what follows without a pause.

        `said`: what the user was told of it, to be said again with that.
        """
        self._surprise = f"{said} {_DROPPED}".lstrip()
        if self._later:
            self._tell_dropped(self._surprise)

    def _tell_dropped(self, said: str) -> None:
        self._later.clear()
        self.screen_stack[0].notify(said, severity="warning", markup=False)

    def _go_on(self) -> None:
        """Do not wait any longer for what a key led to."""
        if not isinstance(self.screen, ModalScreen):  # else the key closes the dialog that waits
            self.workers.cancel_group(self.screen, DEEDS)
            self.screen.notify("Not waiting any longer. The timeline shows whether it was done.", markup=False)
        self._holds = 0
        self._end(self.turn)

    async def _take(self, event: events.Key | events.Paste, since: float, waited: float = 0.0) -> None:
        self._taken = True
        if not getattr(self.screen, "ready", True) and waited < PATIENCE_SECONDS:
            # a dialog that is slow to open has no field yet, and a letter would go nowhere
            self.set_timer(FIELD_SECONDS, partial(self._take, event, since, waited + FIELD_SECONDS))
            return
        self._since = since
        turn = self.turn
        self.be_patient()
        if isinstance(event, events.Key):
            event = self._meant(event)
        heard_by = self.focused or self.screen
        await super().on_event(event)
        if not heard_by.post_message(Settled(turn)):
            self._end(turn)

    def _meant(self, event: events.Key) -> events.Key:
        """The key that was meant. Terminals send the same for Alt and a key as for Esc and that key after it."""
        _, alt, key = event.key.rpartition("alt+")
        if alt and event.character:
            if self._on_desk(event) and event.key in self.own_keys:
                return events.Key(event.key, None)
            self._later.appendleft((events.Key(key, event.character), inf))
            return events.Key("escape", "\x1b")
        modifiers, _, last = event.key.rpartition("+")
        sign = last if modifiers else event.character
        if sign is None or len(sign) != 1 or event.key in self.own_keys or (not modifiers and self._typed(event)):
            return event
        meant = at_place(sign, language())
        if meant is None:
            return event
        key = _character_to_key(meant)
        if modifiers:
            return events.Key(f"{modifiers}+{key}", None)
        known = key in self.own_keys or meant in LIST_KEYS or isinstance(self.screen, ModalScreen)
        return events.Key(key, meant) if known else event

    def _on_desk(self, event: events.Key) -> bool:
        return not isinstance(self.screen, ModalScreen) and not self._typed(event)

    def _typed(self, event: events.Key) -> bool:
        """Whether the key is a character for the field that has the focus."""
        return self.focused is not None and self.focused.check_consume_key(event.key, event.character)

    async def pressed(self) -> bool:
        """Whether the key under way was pressed, not sent once more because it is held down."""
        if self._since < REPEAT_SECONDS:
            return False
        if self._since > DELAY_SECONDS:
            return True
        await sleep(REPEAT_SECONDS)  # the first one to come again is followed by others
        return not (self._later and self._later[0][1] < REPEAT_SECONDS)

    def wait_for_desk(self) -> None:
        """Let all keys but Ctrl+C wait until `desk_answers`: what they act on is not there yet."""
        self._waits = True

    def desk_answers(self, load: Callable[[], None] | None) -> int:
        """Hear the keys that wait, once `load` has loaded what they may open; None: they have nothing to act on.

        These are dropped, and counted.
        """
        if not self._waits:
            return 0
        self._waits = False
        dropped = 0 if load else len(self._later)
        if load is None:
            self._later.clear()
        elif self._later:
            load()  # now: what the first key opens would otherwise wait for it, and the next key lose patience
        self._next()
        return dropped

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
        if turn == self.turn and self._taken:
            self._stuck = True
            if self._later:
                self._tell_dropped(_STUCK)

    def _end(self, turn: int) -> None:
        if turn != self.turn or not self._taken:
            return
        self.turn += 1
        self._taken = self._settled = self._stuck = False
        self._since = inf
        self._next()

    def _next(self) -> None:
        if self._later and not self._taken and not self._waits:
            self._taken = True
            self.call_next(self._take, *self._later.popleft())


def turns(node: DOMNode) -> KeyQueueApp[Any]:
    """The app of a screen, as one that takes keys in turn. Raises TypeError for another."""
    app = node.app
    if not isinstance(app, KeyQueueApp):
        raise TypeError("A desk needs an app that takes keys in turn.")
    return app
