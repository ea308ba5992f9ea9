"""Edits the draft in its pane: it autosaves, and asks before it overwrites someone else's text."""

from __future__ import annotations

from asyncio import Lock, wrap_future
from typing import TYPE_CHECKING

from textual.timer import Timer

from models.board.due_times import editing
from models.kernel.failures import Conflict, Refused, Unreachable
from models.kernel.text import clean
from models.kernel.verbs import by_name
from models.policy.audience import Audience
from screens.kernel.verbs import sign
from screens.updates.pane import Status

if TYPE_CHECKING:
    from models.board.views import IncidentView
    from models.live.remembered import UnsavedDrafts
    from screens.kernel.desk import DeskScreen
    from screens.updates.editor import Editor


SAVE_SECONDS = 0.4
"""How long after the last key the draft is saved."""

RETRY_SECONDS = 5
"""How long after a failed save the next attempt is made."""

RENEW_SECONDS = 20
"""How often the desk reports that the draft is open; see OPEN_FOR_EDITING in `models.board.due_times`."""


class Drafting:
    """The draft that the user edits."""

    def __init__(self, desk: DeskScreen, unsent: UnsavedDrafts | None) -> None:
        self._desk = desk
        self._unsent = unsent
        self._shown: IncidentView | None = None
        self._to = Audience.CUSTOMERS
        self._revision = 0
        self._saved = ""
        self._trouble = ""
        self._kept = False
        """The unsaved text is kept on this computer's disk."""
        self._one_at_a_time = Lock()
        """Held while a save is in progress: a second save would report one's own text as a colleague's."""
        self._saving = False
        self._timers: list[Timer] = []
        self._pause: Timer | None = None

    @property
    def active(self) -> bool:
        """The draft is open for editing."""
        return self._shown is not None

    @property
    def audience(self) -> Audience:
        """The audience whose draft the desk shows."""
        return self._desk.query_one(Status).audience

    def address(self, audience: Audience) -> None:
        """Show the draft for this audience."""
        if audience is not self.audience:
            self.stop()
            self._desk.query_one(Status).audience = audience
            self._desk.draw()

    def _editor(self) -> Editor:
        from screens.updates.editor import Editor

        return self._desk.query_one(Editor)

    @property
    def _text(self) -> str:
        return self._editor().text

    @property
    def _dirty(self) -> bool:
        return self.active and self._text != self._saved

    async def begin(self, shown: IncidentView, to: Audience, words: str | None = None) -> None:
        """Open the draft for this audience, with `words` or with text that an earlier desk could not save."""
        draft = shown.drafts[to]
        self._to = to
        self._shown, self._revision, self._saved, self._trouble = shown, draft.revision, draft.text, ""
        text = clean(draft.text, lines=True)
        kept = self._unsent.kept(self._kept_as(shown.ref)) if self._unsent else None
        if words is not None:
            text = words
        elif kept is not None:
            text, self._revision = kept
            self._desk.notify("Restored your unsaved text.", title=shown.ref, markup=False)
        colleague = editing(draft, self._desk.clock())
        if colleague not in (None, self._desk.me):
            told = f"{colleague} is editing this draft too. You will be asked if your changes conflict."
            self._desk.notify(told, title=shown.ref, markup=False)
        await self._place(text)
        self._desk.set_class(True, "-editing")
        self._editor().focus()
        self._timers = [self._desk.set_interval(RENEW_SECONDS, self._hold)]
        self._hold()
        if self._dirty:
            self.changed()
        self.draw()

    async def _place(self, text: str) -> None:
        from screens.updates.editor import Editor

        if self._desk.query(Editor):
            self._editor().load_text(text)
        else:
            await self._desk.query_one("#status-place").mount(Editor(text))
        editor = self._editor()
        editor.move_cursor(editor.document.end)

    def point_at(self, offset: int) -> None:
        """Put the cursor at that character of the text."""
        before = self._text[:offset]
        self._editor().move_cursor((before.count("\n"), len(before) - before.rfind("\n") - 1))

    def _hold(self, *, open_: bool = True) -> None:
        """Report to other desks that the draft is open."""
        if self._shown is not None and self._desk.live:
            from models.updates.editing import HoldDraft

            self._desk.link.perform(HoldDraft(by=self._desk.me, ref=self._shown.ref, open=open_, audience=self._to))

    def _kept_as(self, ref: str) -> str:
        """The name under which unsaved text of this draft is kept."""
        return ref if self._to is Audience.CUSTOMERS else f"{ref}-{self._to}"

    def changed(self) -> None:
        """The text changed: keep it on disk now, save it when typing pauses."""
        if self._shown is None or not self._dirty:
            return
        if self._unsent is not None:
            self._kept = self._unsent.keep(self._kept_as(self._shown.ref), self._text, self._revision)
        if self._pause is not None:
            self._pause.stop()
        self._pause = self._desk.set_timer(SAVE_SECONDS, self.save)
        self.draw()

    def save(self) -> None:
        """Save unsaved text."""
        if self._dirty and not self._saving:
            self._desk.run_worker(self.flush(), group="draft")

    async def flush(self) -> bool:
        """Save now; whether the database has the whole text."""
        async with self._one_at_a_time:
            if self._shown is None or not self._dirty:
                return True
            self._saving = True
            try:
                return await self._save(self._shown.ref, self._text, self._revision)
            finally:
                self._saving = False
                if not self._trouble:
                    self.changed()
                self.draw()

    async def _save(self, ref: str, text: str, saw: int) -> bool:
        kind = by_name()["draft"].load()
        try:
            command = kind.make(by=self._desk.me, ref=ref, audience=self._to, text=text, saw=saw)
            done = await wrap_future(self._desk.link.perform(command))
        except Conflict as conflict:
            return await self._conflict(text, conflict)
        except Unreachable:
            self._trouble = f"not saved yet, kept {'on this computer' if self._kept else 'in this window'}"
            self._desk.set_timer(RETRY_SECONDS, self._retry)
            return False
        except Refused as refused:
            if "already" in str(refused):
                self._settle(ref, saw, text)
                return True
            self._trouble = f"not saved: {refused.message}"
            return False
        self._settle(ref, int(done.entry.data["revision"]), text)
        return True

    def _retry(self) -> None:
        if self._desk.live and self._trouble:
            self.save()

    def _settle(self, ref: str, revision: int, text: str) -> None:
        self._trouble = ""
        self._revision, self._saved = revision, text
        if self._unsent is not None and self._text == text:
            self._unsent.forget(self._kept_as(ref))

    async def _conflict(self, mine: str, conflict: Conflict) -> bool:
        shown = self._shown
        if shown is None:
            return False
        now = (await wrap_future(self._desk.link.read(lambda read: read.incident(shown.id)))).drafts[self._to]
        theirs = now.text
        if theirs == mine:
            self._settle(shown.ref, now.revision, mine)
            return True
        from screens.kernel.dialogs import Option, Pick

        options = (
            Option(value="both", title="Keep both: theirs first, mine below", key="b"),
            Option(value="theirs", title="Keep theirs, discard mine", key="t"),
            Option(value="mine", title="Keep mine, replace theirs", key="m"),
        )
        body = f"{conflict.message}\n\nTheirs:\n{theirs}\n\nMine:\n{mine}"
        dialog = Pick("Edit conflict", options, body=body, hint="⏎ select")
        answer = await self._desk.acting.ask(dialog, foreseen=False)
        self._revision, self._saved = now.revision, theirs
        mine = self._text  # with what was typed since it was sent
        if answer == "mine":
            return await self._save(shown.ref, mine, now.revision)
        text = theirs if answer == "theirs" else f"{theirs.rstrip()}\n\n{mine}"
        self._editor().load_text(clean(text, lines=True))
        if answer == "theirs" and self._unsent is not None:
            self._unsent.forget(self._kept_as(shown.ref))
        self._editor().focus()
        return answer == "theirs"

    def heard(self, shown: IncidentView | None) -> None:
        """The board has changed: show what others wrote, unless there is unsaved text."""
        if self._shown is None or shown is None or shown.id != self._shown.id:
            return
        self._shown = shown
        draft = shown.drafts[self._to]
        if self._desk.live and self._trouble.startswith("not saved yet"):
            self.save()
        if draft.revision > self._revision and not self._dirty and not self._saving:
            self._revision, self._saved = draft.revision, draft.text
            if self._text != draft.text:
                editor = self._editor()
                at = editor.cursor_location
                editor.load_text(clean(draft.text, lines=True))
                editor.move_cursor(min(at, editor.document.end))
        self.draw()

    def stop(self) -> None:
        """Close the editor and save unsaved text."""
        if not self.active:
            return
        self._desk.run_worker(self.close(), group="draft")

    async def close(self) -> None:
        if not self.active:
            return
        while await self.flush() and self._dirty:
            pass  # saves what is typed during the save
        self._hold(open_=False)
        for timer in self._timers:
            timer.stop()
        self._timers = []
        if self._trouble:
            told = f"The draft is {self._trouble.rstrip('.')}. Press {sign(self._desk.keys['draft'])} to continue."
            self._desk.notify(told, severity="warning", markup=False)
            self._trouble = ""  # reported once, even if the draft is left twice
        self._shown = None
        self._desk.set_class(False, "-editing")
        if self._desk.focused is self._editor():
            self._desk.go_to("status")
        self._desk.draw()

    def draw(self) -> None:
        """Say on the pane's head what is saved."""
        status = self._desk.query_one(Status)
        if self._shown is None:
            status.saved = None
        else:
            status.saved = self._trouble or ("…" if self._dirty else f"r{self._revision} saved")
        status.draw_head()
