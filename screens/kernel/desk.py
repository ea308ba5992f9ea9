"""The desk as actions know it: what is shown, and how to ask, to send a command and to go somewhere."""

from __future__ import annotations

from asyncio import wrap_future
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from models.live.news import State
from screens.kernel.message_line import MessageLine
from screens.kernel.pane import Pane
from screens.kernel.rows import Toned

if TYPE_CHECKING:
    from models.board.due_times import Need
    from models.board.views import Board, IncidentView
    from models.kernel.entry import Done, EntryView
    from models.kernel.verbs import Verb
    from models.live.link import Link
    from models.live.news import News
    from models.policy.audience import Audience
    from models.roles.views import RoleView
    from models.tasks.views import TaskView
    from screens.kernel.dialogs import Dialog

T = TypeVar("T")


class Acting(Protocol):
    """How actions ask for input and send commands."""

    meant: dict[str, str]
    """Who is meant by a name, by its key, once its author was asked."""

    def may(self, name: str) -> Verb | None:
        """The verb of that name if it is enabled; otherwise the user is told why not."""

    async def arrive(self) -> None:
        """Wait until the panes show the selected incident."""

    async def ask(self, dialog: Dialog[T], *, foreseen: bool = True) -> T | None:
        """Show a dialog and wait for its answer. One that is not `foreseen` drops what was typed ahead."""

    async def perform(self, verb: str, **fields: Any) -> Done | None:
        """Send the command and show its error, if any. A conflict asks whether to overwrite."""

    async def exactly(self, verb: str, **fields: Any) -> Done | None:
        """Send the command for what its author saw, or show why it fails."""

    async def attempt(self, verb: str, **fields: Any) -> Done | None:
        """Like `perform`, but raises Refused or Unreachable."""


class Drafting(Protocol):
    """The draft that the user edits in its pane."""

    @property
    def active(self) -> bool: ...
    @property
    def audience(self) -> Audience: ...
    def address(self, audience: Audience) -> None:
        """Show the draft for this audience."""

    async def begin(self, shown: IncidentView, to: Audience, words: str | None = None) -> None:
        """Open the draft for editing, with `words` as its text."""

    async def flush(self) -> bool:
        """Save now; whether the database has the whole text."""

    async def close(self) -> None: ...
    def point_at(self, offset: int) -> None:
        """Put the cursor at that character of the text."""


class Filtering(Protocol):
    """The filter of the pane that has the focus."""

    async def begin(self) -> None:
        """Ask for the filter text."""

    def heard(self) -> None:
        """Search the timeline for what it is filtered by."""


class Desk(Protocol):
    """What an action may use of the desk."""

    me: str
    keys: Mapping[str, str]
    """The key of each verb."""
    link: Link
    looking_at: int | None

    @property
    def acting(self) -> Acting: ...
    @property
    def drafting(self) -> Drafting: ...
    @property
    def board(self) -> Board | None: ...
    @property
    def shown(self) -> IncidentView | None:
        """The incident that the panes show."""

    @property
    def current(self) -> bool:
        """The database answers."""

    @property
    def focused_pane(self) -> str: ...
    def clock(self) -> datetime: ...
    def pane(self, name: str) -> Pane: ...
    def go_to(self, name: str) -> None:
        """Focus a pane."""

    def look_at(self, incident_id: int) -> None:
        """Show that incident in the other panes."""

    def role(self) -> RoleView | None:
        """The role under the roster's cursor."""

    def entry(self) -> EntryView | None:
        """The entry under the timeline's cursor."""

    def turn_fold(self) -> bool:
        """Open or close the folded changes under the timeline's cursor; False if none are there."""

    def task_at(self) -> TaskView | None:
        """The task under the tasks' cursor."""

    async def fresh(self) -> IncidentView | None:
        """The incident shown, as it is in the database at this moment."""

    def notify(self, message: str, **how: Any) -> None:
        """Notify the user."""

    def action_do(self, name: str) -> None:
        """Run the verb's action."""


class DeskScreen(Toned[None]):
    """The desk as a screen, for the parts of it that draw on it or start workers; its base, so that none imports it."""

    me: str
    keys: Mapping[str, str]
    link: Link
    looking_at: int | None
    news: News
    waiting: tuple[Need, ...]
    """What waited for the user when the desk was drawn."""
    acting: Acting
    drafting: Drafting
    filtering: Filtering
    message_line: MessageLine
    keep_theme: Callable[[str], str]
    """Keeps a theme for the next start; returns what to tell the user."""

    @property
    def board(self) -> Board | None:
        return self.news.board

    @property
    def shown(self) -> IncidentView | None:
        """The incident that the panes show."""
        return self.board.shown if self.board else None

    @property
    def arrived(self) -> bool:
        """Whether the panes show the selected incident, not the one before it."""
        return self.shown is not None and self.shown.id == self.looking_at

    @property
    def live(self) -> bool:
        return self.news.state is State.LIVE

    @property
    def current(self) -> bool:
        """Whether the database answers and the board is up to date, also if it is read-only."""
        return self.news.state in (State.LIVE, State.READ_ONLY)

    @property
    def settled(self) -> bool:
        """Whether the desk has begun: it shows an incident if there is one, or has said that it cannot."""
        board = self.board
        if self.news.state is State.OPENING:
            return False
        return not self.current or self.shown is not None or (board is not None and not board.incidents)

    @property
    def focused_pane(self) -> str:
        """The pane that has the focus, or had it last."""
        raise NotImplementedError

    def pane(self, name: str) -> Pane:
        return self.query_one(f"#{name}", Pane)

    def needs(self) -> tuple[Need, ...]:
        """What waits for the user now, the most urgent first."""
        raise NotImplementedError

    def saw(self, need: Need) -> bool:
        """Whether it was only news, which waits no longer now that the user has seen it."""
        raise NotImplementedError

    def clock(self) -> datetime:
        raise NotImplementedError

    def draw(self) -> None:
        """Draw everything as it is now; what reads the same is not drawn again."""
        raise NotImplementedError

    def go_to(self, name: str) -> None:
        """Focus a pane; the timeline and the tasks share one place."""
        raise NotImplementedError

    def look_at(self, incident_id: int) -> None:
        """Show that incident in the other panes."""
        raise NotImplementedError

    def role(self) -> RoleView | None:
        """The role under the roster's cursor."""
        raise NotImplementedError

    def entry(self) -> EntryView | None:
        """The entry under the timeline's cursor."""
        raise NotImplementedError

    def turn_fold(self) -> bool:
        """Open or close the folded changes under the timeline's cursor; False if none are there."""
        raise NotImplementedError

    def task_at(self) -> TaskView | None:
        """The task under the tasks' cursor."""
        raise NotImplementedError

    def action_do(self, name: str) -> None:
        """Run the verb's action, or show why it is disabled."""
        raise NotImplementedError

    async def fresh(self) -> IncidentView | None:
        """The incident shown, as it is in the database at this moment."""
        shown = self.shown
        if shown is None:
            return None
        return await wrap_future(self.link.read(lambda read: read.incident(shown.id)))

    def notify(self, message: str, **how: Any) -> None:
        """Tell the user, in the message line."""
        raise NotImplementedError
