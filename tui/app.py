"""The program: one desk on one database."""

from __future__ import annotations

import gc
import os
import sys
from asyncio import sleep
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, ClassVar, Self

from rich.console import RenderableType
from textual import constants, events, on, work
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.geometry import Size
from textual.screen import Screen
from textual.timer import Timer

from models.kernel.failures import Refused
from models.kernel.verbs import verbs
from models.live.link import Link
from models.live.news import News, State
from models.live.prefetch import Prefetch
from models.live.remembered import RememberedBoard, UnsavedDrafts, UnsavedForms
from screens.desk.desk import LOOKS, Desk
from screens.kernel.actions import load
from screens.kernel.key_queue import KeyQueueApp
from screens.kernel.messages import DeskChanged
from screens.kernel.show import safe
from tui.driver import TerminalDriver
from tui.keymap import keymap
from tui.picture import Picture
from tui.settings import Settings, Usage
from tui.terminal import harmless
from tui.themes import DEFAULT, THEMES, KeptTheme
from tui.upstream import forget_gone_widgets, keep_late_timers

SWITCH_SECONDS = 0.0005
"""How long the thread that draws may keep the one that writes waiting; Python's own 5 ms, met at each step of a
transaction, would add up to what a person notices."""

FIRST_LOOK_SECONDS = 0.3
"""How long the first live board is left to be drawn and looked at before the rest of the program is loaded."""

QUIET_SECONDS = 4
"""How long nothing must have happened before what closed dialogs left behind is collected: it takes some 15 ms."""

SETTLED_SECONDS = 0.1
"""How long after the terminal was resized last everything is drawn once more."""

MOST_LEFT = 2
"""How many of Python's middle collections, of some seven thousand new objects each, may have passed where it is never
quiet; then it is collected all the same. Each dialog leaves as many behind, and to collect seven takes 100 ms."""

MOST_UNCOLLECTED = 100
"""How many of them may pass before Python itself collects all in the midst of work; its own 10 would put that between a
key and its effect every few minutes."""


class Bridgewatch(KeyQueueApp[int], inherit_bindings=False):
    """Runs the desk with somebody's settings. Raises Refused for a keymap or theme that cannot be."""

    TITLE = "Bridgewatch"
    CSS_PATH = LOOKS
    ENABLE_COMMAND_PALETTE = False  # the desk's own finds incidents as well
    NOTIFICATION_TIMEOUT = 5
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+z", "suspend_process", "Suspend", show=False),
        Binding("ctrl+l", "redraw", "Redraw", show=False),
    ]

    def __init__(
        self, settings: Settings, *, prefetch: Prefetch | None = None, clock: Callable[[], datetime] | None = None
    ) -> None:
        """`prefetch` is reading the first board already; `clock` replaces the machine's and the database's."""
        sys.setswitchinterval(SWITCH_SECONDS)
        keep_late_timers()
        super().__init__()
        self.settings = settings
        self._clock = clock
        self._prefetch = prefetch
        self._whole = False
        self._quiet = False
        self._settling: Timer | None = None
        self._defect: Exception | None = None
        self.keys = keymap(settings.keys)
        self.own_keys = frozenset(self.keys.values())
        self.forms = UnsavedForms(settings.cache, settings.database, settings.me)
        self.wait_for_desk()
        for theme in THEMES:
            self.register_theme(theme)
        self._kept_theme = KeptTheme(settings.cache, configured=settings.theme is not None)
        # without its watcher, which would parse every style twice before the first paint
        self.set_reactive(KeyQueueApp.theme, self._usable(settings.theme or self._chosen_last()))
        self.stylesheet.set_variables(self.get_css_variables())
        self.set_keymap({name: key for name, key in self.keys.items() if name in settings.keys})

    def _chosen_last(self) -> str:
        """The theme of the last run; the default where there is none, or none of that name any more."""
        name = self._kept_theme.recall()
        return name if name is not None and self.get_theme(name) is not None else DEFAULT

    def _usable(self, name: str) -> str:
        theme = self.get_theme(name)
        if theme is None:
            known = ", ".join(sorted(self.available_themes))
            raise Refused(f"There is no theme {safe(name)!r}.", f"Themes: {known}.")
        return DEFAULT if self.no_color and theme.ansi else name  # Textual would draw it black on black

    def get_driver_class(self) -> type[Driver]:
        return super().get_driver_class() if constants.DRIVER else TerminalDriver

    def action_suspend_process(self) -> None:
        """Suspend the desk as a shell's other programs are: its `fg` brings it back."""
        driver = self._driver
        if not isinstance(driver, TerminalDriver):
            self.notify("A desk in a browser cannot be suspended.", severity="warning")
        elif driver.suspend():
            self.be_patient()  # the user took that time, not the desk
            self.refresh()
        else:
            self.notify(
                "The desk stays open: it was not started by a shell that could bring it back.", severity="warning"
            )

    def _handle_exception(self, error: Exception) -> None:
        self._defect = self._defect or error
        super()._handle_exception(error)

    def ended(self) -> int:
        """The exit code of a desk that has ended. Raises what ended it, where nothing had told it to end."""
        if isinstance(self._driver, TerminalDriver) and self._driver.code is not None:
            return self._driver.code
        if self._defect is not None:
            raise self._defect
        return self.return_code or 0

    def _fatal_error(self) -> None:
        """End without Textual's traceback, whose values may hold a password: who runs the desk says what was wrong."""
        self._close_messages_no_wait()

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Paste) and not event.is_forwarded:
            event = events.Paste(harmless(event.text))
        self._quiet = False
        await super().on_event(event)

    def refresh(self, *, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Draw all of it; with `layout`, only what has moved: a closed dialog, once gone, leaves nothing uncovered."""
        return super().refresh(repaint=repaint and not layout, layout=layout, recompose=recompose)

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Write what has changed of it; a frame that changes nothing costs the line next to nothing."""
        if self._picture is not None and isinstance(renderable, (LayoutUpdate, ChopsUpdate)):
            renderable = self._picture.changes(renderable)
        super()._display(screen, renderable)

    @property
    def _picture(self) -> Picture | None:
        """What the terminal shows, where there is one."""
        return getattr(self._driver, "picture", None)

    def action_redraw(self) -> None:
        """Write all of it, whatever the terminal shows."""
        self._forget_picture()
        self.screen.refresh()

    def _forget_picture(self) -> None:
        if self._picture is not None:
            self._picture.forget()

    def on_resize(self) -> None:
        """A terminal that was made small and large again in a moment has lost what it showed, and seems unchanged."""
        self._forget_picture()
        if self._settling is not None:
            self._settling.stop()
        self._settling = self.set_timer(SETTLED_SECONDS, self._draw_anew)

    def _draw_anew(self) -> None:
        size = self.terminal_size()
        if size != self.size:  # of sizes that follow each other in a moment, the last one may not have been told
            self.post_message(events.Resize(size, size))
        self.action_redraw()

    def terminal_size(self) -> Size:
        """How large the terminal is by its own word; where there is none, as it was told last."""
        try:
            return self.size if self.is_headless else Size(*os.get_terminal_size(0))
        except OSError:
            return self.size

    def get_default_screen(self) -> Screen[Any]:
        settings = self.settings
        return Desk(
            self._connect,
            me=settings.me,
            keys=self.keys,
            unsent=UnsavedDrafts(settings.cache, settings.database, settings.me),
            bell=settings.bell,
            keep_theme=self._kept_theme.keep,
            clock=self._clock or (lambda: datetime.now(UTC)),
        )

    @on(DeskChanged)
    def settle_memory(self, message: DeskChanged) -> None:
        """Once there is a board: load what is left, then keep the collector from walking over all of it later."""
        self._quiet = False
        if message.news.state is not State.OPENING and not gc.isenabled():
            gc.freeze()
            gc.enable()
        if message.news.state in (State.LIVE, State.READ_ONLY) and not self._whole:
            self._whole = True
            self.set_timer(FIRST_LOOK_SECONDS, self.load_the_rest)
            self.set_interval(QUIET_SECONDS, self.collect)

    @work
    async def load_the_rest(self) -> None:
        """Load what the first keys will need while nobody waits for it, in pieces between which a key is served."""
        load()
        for verb in verbs():
            if verb.command:
                await sleep(0)
                verb.load()
        gc.freeze()
        young, middle, _ = gc.get_threshold()
        gc.set_threshold(young, middle, MOST_UNCOLLECTED)

    def collect(self) -> None:
        """Called every so often: collect what is left behind if nothing has happened since, or if it is much."""
        _, middle, old = gc.get_count()
        if old >= MOST_LEFT or (self._quiet and (middle or old)):
            forget_gone_widgets()
            gc.collect()
        self._quiet = True

    def _connect(self, tell: Callable[[News], None]) -> Link:
        settings = self.settings
        memory = RememberedBoard(settings.cache, settings.database, settings.me)
        return Link(
            settings.database,
            tell,
            language=settings.language,
            remembered=memory,
            clock=self._clock,
            person=settings.me,
            prefetch=self._prefetch,
            said=settings.said,
        )


def made(settings: Settings, prefetch: Prefetch | None = None) -> Bridgewatch:
    """The program with somebody's settings. Raises Usage for a theme or a key that cannot be."""
    try:
        return Bridgewatch(settings, prefetch=prefetch)
    except Refused as refused:
        raise Usage(refused.message, refused.remedy) from None
