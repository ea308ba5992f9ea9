"""How the desk's keys do things: ask, send the command, and say what came of it."""

from __future__ import annotations

from asyncio import Event, Future, get_running_loop, wrap_future
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from models.kernel.failures import Conflict, Failure, Unreachable
from models.kernel.verbs import Verb, by_name
from screens.desk.disabled import why_not
from screens.kernel.actions import act
from screens.kernel.key_queue import turns
from screens.kernel.verbs import ACTIONS

if TYPE_CHECKING:
    from models.kernel.command import Command
    from models.kernel.entry import Done
    from screens.kernel.desk import DeskScreen
    from screens.kernel.dialogs import Dialog


T = TypeVar("T")

MOMENT_SECONDS = 0.1
"""How long the screen may stand still for a deed: up to here people take what a key leads to for immediate."""


class Acting:
    """What a desk does on behalf of its reader."""

    def __init__(self, desk: DeskScreen) -> None:
        self._desk = desk
        self._heard = Event()
        self._unanswered: Command | None = None
        """What was asked for last, if the database went away over it: it may have been done all the same."""

    def may(self, name: str) -> Verb | None:
        """The verb of that name, if it can be done; else the reader is told why it cannot."""
        verb = next(verb for verb in ACTIONS if verb.name == name)
        reason = why_not(self._desk, verb)
        if reason is None:
            return verb
        self._desk.notify(reason, title=verb.title, severity="warning", markup=False)
        return None

    async def do(self, verb: Verb) -> None:
        """Do what the verb says, on the incident that the reader went to."""
        try:
            if verb.command:
                await self.arrive()
            await act(self._desk, verb.name)
        except Failure as failure:  # something could not be looked up: the desk goes on, and so does what is typed
            self._not_done(failure)
        finally:
            keys = turns(self._desk)
            keys.call_later(keys.release_keys)  # after the call that focuses what the deed leads to

    async def arrive(self) -> None:
        """Wait until the panes show the incident that the reader went to."""
        await self._until(lambda: self._desk.arrived)

    def heard(self) -> None:
        """The board has changed."""
        self._heard.set()
        self._heard.clear()

    async def _until(self, holds: Callable[[], bool]) -> None:
        """Wait until that is so of the board, as long as there is a live one."""
        while self._desk.current and self._desk.looking_at is not None and not holds():
            await self._heard.wait()

    async def ask(self, dialog: Dialog[T]) -> T | None:
        """Show a dialog and wait for its answer; the keys meant for it wait until it is there.

        Those after it wait until what the answer leads to is done, which is what the key led to that asked.
        """
        answer: Future[T | None] = get_running_loop().create_future()
        keys = turns(self._desk)
        led_by_key = keys.held

        def hear(said: T | None) -> None:
            keys.hold_keys()
            answer.set_result(said)

        await keys.push_screen(dialog, hear)
        if led_by_key:
            keys.call_later(keys.release_keys)  # after the dialog's own call that focuses its field
        said = await answer
        if not led_by_key:
            keys.release_keys()
        return said

    async def perform(self, verb: str, **fields: Any) -> Done | None:
        """Do it, and say what is wrong if it cannot be done. A conflict asks whether to go on."""
        try:
            return await self.attempt(verb, **fields)
        except Failure as failure:
            self._not_done(failure)
            return None

    async def exactly(self, verb: str, **fields: Any) -> Done | None:
        """Do it as its author saw it, or say why not: nobody vouches for what they have not seen."""
        try:
            return await self._send(verb, fields)
        except Failure as failure:
            self._not_done(failure)
            return None

    def _not_done(self, failure: Failure) -> None:
        self._desk.notify(str(failure), title="Not done", severity="warning", timeout=8, markup=False)

    async def attempt(self, verb: str, **fields: Any) -> Done | None:
        """Do it; None when there was a conflict and the author left it at that. Raises Refused or Unreachable."""
        try:
            return await self._send(verb, fields)
        except Conflict as conflict:
            if not await self._replace(conflict):
                return None
            return await self.attempt(verb, **{**fields, "saw": conflict.now})

    async def _send(self, verb: str, fields: dict[str, Any]) -> Done:
        command = by_name()[verb].load().make(by=self._desk.me, **fields)
        before, self._unanswered = self._unanswered, None
        if before is not None and before == command.model_copy(update={"id": before.id}):
            command = before  # the same again is a retry, and is done once
        try:
            with self._drawn_at_once():
                done = await wrap_future(self._desk.link.perform(command))
                await self._until(lambda: self._has(done))
        except Unreachable:
            self._unanswered = command
            raise
        return done

    @contextmanager
    def _drawn_at_once(self) -> Iterator[None]:
        """Draw what a deed leads to together with the dialog's going, which would keep the deed itself waiting.

        For a moment: a deed that takes longer must not hold up the screen.
        """
        batch = ExitStack()
        batch.enter_context(self._desk.app.batch_update())
        timer = self._desk.set_timer(MOMENT_SECONDS, lambda: self._draw(batch))
        try:
            yield
        finally:
            timer.stop()
            self._draw(batch)

    def _draw(self, batch: ExitStack) -> None:
        batch.close()
        self._desk.check_idle()  # the batch's end is told to the app alone, and it is the screen that draws

    def _has(self, done: Done) -> bool:
        """The board shows what was done, so that the next key begins from there."""
        shown = self._desk.shown
        return shown is None or shown.ref != done.ref or shown.version >= done.entry.n

    async def _replace(self, conflict: Conflict) -> bool:
        from screens.kernel.dialogs import Option, Pick

        options = (
            Option(value="leave", title="Leave it as it is now", key="l"),
            Option(value="replace", title="Replace it", key="r"),
        )
        said = f"{conflict.message} {conflict.remedy}"
        return await self.ask(Pick("Somebody was faster", options, body=said)) == "replace"
