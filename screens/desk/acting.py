"""How the desk runs actions: ask, send the command, and report the result."""

from __future__ import annotations

from asyncio import CancelledError, Event, Future, get_running_loop, wrap_future
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from models.kernel.failures import Conflict, Failure, Unreachable
from models.kernel.verbs import Verb, by_name
from screens.desk.disabled import why_not
from screens.kernel.actions import act, before_sending
from screens.kernel.key_queue import turns
from screens.kernel.verbs import ACTIONS

if TYPE_CHECKING:
    from models.kernel.command import Command
    from models.kernel.entry import Done
    from screens.kernel.desk import DeskScreen
    from screens.kernel.dialogs import Dialog


T = TypeVar("T")

MOMENT_SECONDS = 0.1
"""How long drawing may wait for a command; people take a delay this short for immediate."""


class Acting:
    """Runs actions for the user of the desk."""

    def __init__(self, desk: DeskScreen) -> None:
        self._desk = desk
        self.meant: dict[str, str] = {}
        self._heard = Event()
        self._unanswered: Command | None = None
        """The last command, if the connection was lost before its answer; it may have been carried out."""

    def may(self, name: str) -> Verb | None:
        """The verb of that name if it is enabled; otherwise the user is told why not."""
        verb = next(verb for verb in ACTIONS if verb.name == name)
        reason = why_not(self._desk, verb)
        if reason is None:
            return verb
        self._desk.notify(reason, title=verb.title, severity="warning", markup=False)
        turns(self._desk).surprise(reason)
        return None

    async def do(self, verb: Verb) -> None:
        """Run the verb's action on the selected incident."""
        try:
            if verb.command and not await turns(self._desk).pressed():
                return
            if verb.command:
                await self.arrive()
            await act(self._desk, verb.name)
        except Failure as failure:  # a failed lookup must not end the desk
            self._not_done(failure)
        finally:
            keys = turns(self._desk)
            keys.call_later(keys.release_keys)  # after the call that sets the focus

    async def arrive(self) -> None:
        """Wait until the panes show the selected incident."""
        await self._until(lambda: self._desk.arrived)

    def heard(self) -> None:
        """The board has changed."""
        self._heard.set()
        self._heard.clear()

    async def _until(self, holds: Callable[[], bool]) -> None:
        """Wait until the board satisfies the condition, as long as the board is live."""
        while self._desk.current and self._desk.looking_at is not None and not holds():
            await self._heard.wait()

    async def ask(self, dialog: Dialog[T], *, foreseen: bool = True) -> T | None:
        """Show a dialog and wait for its answer; keys typed ahead wait until the dialog is open.

        Keys typed after the answer wait until the action that asked has finished. A dialog that is not `foreseen` comes
        up because of somebody else or of a slip: what was typed ahead cannot be meant for it, and is dropped.
        """
        if not foreseen:
            turns(self._desk).surprise()
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
        """Send the command and show its error, if any. A conflict asks whether to overwrite."""
        try:
            return await self.attempt(verb, **fields)
        except Failure as failure:
            self._not_done(failure)
            return None

    async def exactly(self, verb: str, **fields: Any) -> Done | None:
        """Send the command for what its author saw, or show why it fails; a conflict is never overwritten."""
        try:
            return await self._send(verb, fields)
        except Failure as failure:
            self._not_done(failure)
            return None

    def _not_done(self, failure: Failure) -> None:
        self._desk.notify(str(failure), title="Action failed", severity="warning", timeout=8, markup=False)
        turns(self._desk).surprise(str(failure))

    async def attempt(self, verb: str, **fields: Any) -> Done | None:
        """Send the command; None if the author kept the other value in a conflict. Raises Refused or Unreachable."""
        try:
            return await self._send(verb, fields)
        except Conflict as conflict:
            if not await self._replace(conflict):
                return None
            return await self.attempt(verb, **{**fields, "saw": conflict.now})

    async def _send(self, verb: str, fields: dict[str, Any]) -> Done:
        command = by_name()[verb].load().make(by=self._desk.me, **fields)
        for look in before_sending:
            command = await look(self._desk, command)
        before, self._unanswered = self._unanswered, None
        if before is not None and before == command.model_copy(update={"id": before.id}):
            command = before  # the same command again is a retry, and is carried out once
        try:
            with self._drawn_at_once():
                done = await wrap_future(self._desk.link.perform(command))
                await self._until(lambda: self._has(done))
        except (Unreachable, CancelledError):
            self._unanswered = command
            raise
        return done

    @contextmanager
    def _drawn_at_once(self) -> Iterator[None]:
        """Draw the result of a command together with the closing of its dialog.

        After a short time the screen is drawn anyway, because a slow command must not block it.
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
        self._desk.check_idle()  # the end of the batch reaches only the app, but the screen has to draw

    def _has(self, done: Done) -> bool:
        """Whether the board shows the result, so that the next key acts on it."""
        shown = self._desk.shown
        return shown is None or shown.ref != done.ref or shown.version >= done.entry.n

    async def _replace(self, conflict: Conflict) -> bool:
        from screens.kernel.dialogs import Option, Pick

        options = (
            Option(value="keep", title="Keep the current value", key="k"),
            Option(value="overwrite", title="Overwrite", key="o"),
        )
        dialog = Pick("Changed by someone else", options, body=f"{conflict.message} {conflict.remedy}")
        return await self.ask(dialog, foreseen=False) == "overwrite"
