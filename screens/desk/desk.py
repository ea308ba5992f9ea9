"""The desk: live panes, and the keys that act on the selected incident."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input

from models.board.due_times import Need, needs
from models.live.link import Link
from models.live.news import News, State
from screens.desk.acting import Acting
from screens.desk.banner import Banner
from screens.desk.bell import Bell
from screens.desk.disabled import elsewhere, why_not
from screens.desk.filtering import Filtering
from screens.desk.footer import WRITING, footer
from screens.desk.header import header
from screens.desk.meanwhile import Meanwhile
from screens.desk.selected import Selected
from screens.desk.window import Window
from screens.kernel.actions import load
from screens.kernel.key_queue import DEEDS, turns
from screens.kernel.line import LineBar
from screens.kernel.message_line import MessageLine
from screens.kernel.messages import DeskChanged, EndNear, HeadChanged, PlaceWanted, RowChosen, RowMoved
from screens.kernel.pane import NARROW, Pane
from screens.kernel.show import safe
from screens.kernel.verbs import ACTIONS, sign
from screens.updates.drafting import Drafting

if TYPE_CHECKING:
    from models.live.remembered import UnsavedDrafts


LOOKS = Path(__file__).with_name("desk.tcss")
"""The layout and the colors of the desk and its dialogs; the app that shows a desk loads them."""

Connect = Callable[[Callable[[News], None]], Link]
"""Makes the desk's link, given what to tell news to."""

TICK_SECONDS = 15
"""How often ages are looked at again; only what reads differently is drawn."""


class Desk(Selected):
    """Shows what the link tells, and does what the keys say."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(verb.key, f"do('{verb.name}')", verb.title, id=verb.name, show=False, tooltip=verb.help)
            for verb in ACTIONS
            if verb.key and not verb.pane and verb.name != "card"
        ),
        Binding("ctrl+c", "do('quit')", "Quit", show=False, priority=True),
        Binding("tab", "next_pane(1)", "Next pane", show=False),
        Binding("shift+tab", "next_pane(-1)", "Previous pane", show=False),
    ]
    AUTO_FOCUS = "#incidents"

    acting: Acting
    drafting: Drafting
    filtering: Filtering

    def __init__(
        self,
        connect: Connect,
        *,
        me: str,
        keys: Mapping[str, str],
        unsent: UnsavedDrafts | None = None,
        bell: bool = True,
        keep_theme: Callable[[str], str] = "Set to {}.".format,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`keys`: the key of each verb. `unsent`: keeps text that could not be saved. `bell`: whether the terminal
        bell rings once for each new item that waits for the user. `keep_theme`: keeps a theme for the next start, and
        says so. `clock`: for tests."""
        super().__init__()
        self.me = me
        self.keys = keys
        self.keep_theme = keep_theme
        self._clock = clock
        self.link = connect(self._tell)
        self.news = News(State.OPENING, None, person=self.link.person)
        self.drafting = Drafting(self, unsent)
        self.filtering = Filtering(self)
        self.acting = Acting(self)
        self.meanwhile = Meanwhile(self)
        self._bell = Bell() if bell else None
        self.waiting: tuple[Need, ...] = ()
        """What waited for the user when the desk was drawn."""
        self.looking_at: int | None = None
        self._unlisted: int | None = None
        """The incident that is looked at while the list does not have it yet, being just declared."""
        self._begun = False
        self.window = Window(me=me, keys=keys)
        self.message_line = MessageLine(self.draw_footer, self.set_timer)

    def _tell(self, news: News) -> None:
        self.link.drawn.clear()
        self.post_message(DeskChanged(news))  # the one thing that another thread may do here

    def compose(self) -> ComposeResult:
        with Horizontal(id="top"):
            yield LineBar(id="header")
            yield LineBar(id="clock")  # apart, so that a minute costs the terminal a few bytes
        yield Banner(self.clock, sign(self.keys["reconnect"]))
        yield self.window
        with Horizontal(id="bottom"):
            yield LineBar(id="footer")

    def on_mount(self) -> None:
        self.set_interval(TICK_SECONDS, self.tick)
        self.watch(self.app, "app_focus", self._focus_terminal, init=False)
        self.draw()  # with the frames, not over them: each change of a line's height or width lays out everything anew

    def on_unmount(self) -> None:
        self.link.stop()

    def tick(self) -> None:
        """Draw what changes with time; while the user has a pending offer, refresh who is online."""
        self.draw()
        self.meanwhile.tick()
        shown = self.shown
        if self.current and shown and any(self.me in (offer.by, shown.manager) for offer in shown.offers):
            self.link.refresh()

    # What is shown

    @property
    def focused_pane(self) -> str:
        return self.window.on

    @on(DeskChanged)
    def take_news(self, message: DeskChanged) -> None:
        before, self.news = self.news, message.news
        board = self.board
        self.me = message.news.person or self.me
        if board is not None and board.incidents and (self.looking_at is None or board.shown is None):
            self.look_at((board.shown or board.incidents[0]).id)
        self.draw()
        self.meanwhile.heard(before)
        if self.settled and turns(self).desk_answers(load if self.current else None):
            self.notify("What you typed before the desk was there is dropped.", severity="warning")
        if self._unlisted is not None and self._unlisted == self.looking_at:
            self.look_at(self._unlisted)
        self.drafting.heard(self.shown)
        self.acting.heard()
        self.filtering.heard()
        # a moment later, as only then the screen knows what its widgets have to draw, and so what to wait for
        self.set_timer(0.001, lambda: self.call_after_refresh(self.link.drawn.set))

    def clock(self) -> datetime:
        return self._clock()

    def draw(self) -> None:
        """Draw everything as it is now; what reads the same is not drawn again."""
        now, width = self.clock(), self.app.size.width
        self.waiting = self.needs()
        old = self.news.state in (State.LOST, State.REFUSED, State.OPENING) and self.board is not None
        needs_me, clock = header(self.news, self.me, self.waiting, now, width, sign(self.keys["next"]))
        self.query_one("#header", LineBar).set_line(needs_me)
        self.query_one("#clock", LineBar).set_line(clock, wide=True)
        self.query_one("#banner", Banner).tell(self.news)
        for pane in self.query(Pane):
            pane.me = self.me
            pane.set_class(old, "-old")  # not the screen, whose every widget would be matched to its rules again
            pane.show(self.board, now)
        self.drafting.draw()
        self.draw_footer()
        self.window.lay_out(self.board, self.clock())
        if self._bell and self.board and self.current and self._bell.rings_for(self.waiting):
            self.app.bell()

    def needs(self) -> tuple[Need, ...]:
        """What waits for the user now: what everybody hears of first, then what is owed, then what was taken."""
        owed = needs(self.board, self.me, self.clock()) if self.board else ()
        news = self.meanwhile.notices
        urgent = tuple(need for need in news if need.pane == "incidents")
        return (*urgent, *owed, *(need for need in news if need.pane != "incidents"))

    def saw(self, need: Need) -> bool:
        return self.meanwhile.saw(need)

    def _focus_terminal(self, focused: bool) -> None:
        if focused:
            self.meanwhile.focus()
        else:
            self.meanwhile.blur()

    def draw_footer(self) -> None:
        """Draw the last line: the message of the moment, else the keys that work here."""
        room = self.app.size.width
        said = self.message_line.line(room, sign(self.keys["messages"]))
        if said is None:
            writing = self.focused is not None and self.focused.id == "editor"
            said = WRITING if writing else footer(self.keys, self.window.on, partial(why_not, self), room)
        self.query_one("#footer", LineBar).set_line(said)

    def notify(self, message: str, **how: Any) -> None:
        """Tell the user, in the footer's row; `how`: title, severity and timeout in seconds, as Textual has them."""
        title, severity = safe(how.get("title", "")), how.get("severity", "information")
        self.message_line.say(safe(message), title, severity, self.clock(), how.get("timeout"))

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.width < NARROW, "-narrow")
        self.window.lay_out(self.board, self.clock())
        self.draw()
        if not self._begun:
            self._begun = True
            self.link.start()  # the frames are drawn by now

    # Moving around

    def look_at(self, incident_id: int) -> None:
        """Show that incident in the other panes."""
        if incident_id != self.looking_at:
            self.drafting.stop()
            self.meanwhile.met(incident_id)
            self.looking_at = incident_id
            self.link.look_at(incident_id)
        incidents = self.pane("incidents")
        incidents.point_at(incident_id)
        self._unlisted = incident_id if incidents.chosen != incident_id else None

    def go_to(self, name: str) -> None:
        """Focus a pane; the timeline and the tasks share one place."""
        self.window.focus_on(name)
        self.pane(name).fill(self.app.size.width)
        self.window.lay_out(self.board, self.clock())
        self.set_focus(self.pane(name))  # at once: the next key is meant for it
        self.draw_footer()

    def action_next_pane(self, step: int) -> None:
        """Go to the next pane; where only one is seen, show the next one there."""
        self.go_to(self.window.after(step))

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if isinstance(event.widget, Pane) and event.widget.id and event.widget.id != self.window.on:
            self.go_to(event.widget.id)
        else:
            self.draw_footer()

    @on(RowMoved)
    def follow_cursor(self) -> None:
        chosen = self.pane("incidents").chosen
        if self.window.on == "incidents" and isinstance(chosen, int):
            self.look_at(chosen)
        self.draw_footer()

    @on(HeadChanged)
    def draw_tabs(self) -> None:
        """What a head says stands in the tabs where there is no room for heads."""
        if self.window.narrow:
            self.window.draw_tabs(self.clock())

    @on(RowChosen)
    def open_card(self) -> None:
        self.action_do("card")

    @on(EndNear)
    def read_on(self, message: EndNear) -> None:
        if self.window.on == "timeline":
            self.filtering.read_on(first=message.first)

    @on(PlaceWanted)
    def go_in_timeline(self, message: PlaceWanted) -> None:
        if self.shown is not None:
            self.link.go(self.shown.id, message.at)

    @on(Input.Changed, "#filter")
    def filter_rows(self, event: Input.Changed) -> None:
        self.filtering.narrow(event.value.strip())

    @on(Input.Submitted, "#filter")
    async def keep_filter(self) -> None:
        await self.filtering.keep()

    async def on_key(self, event: events.Key) -> None:
        if event.key == "escape" and await self.filtering.clear():
            event.stop()
        elif isinstance(self.focused, Pane) and (where := elsewhere(self.keys, event, self.window.on)):
            self.notify(where, title=event.character or sign(event.key))

    def action_do(self, name: str) -> None:
        """Run the verb's action, or show why it is disabled."""
        if (verb := self.acting.may(name)) is not None:
            turns(self).hold_keys()
            self.run_worker(self.acting.do(verb), group=DEEDS, exit_on_error=True)

    def on_text_area_changed(self) -> None:
        self.drafting.changed()

    def action_leave_draft(self) -> None:
        """Save and close the draft; not awaited, as the app hears nothing meanwhile."""
        turns(self).hold_keys()
        self.run_worker(self._leave_draft(), group=DEEDS)

    async def _leave_draft(self) -> None:
        try:
            await self.drafting.close()
        finally:
            turns(self).call_later(turns(self).release_keys)
