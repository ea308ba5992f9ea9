"""The program: one desk on one database."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Any, ClassVar

from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from models.link import Link, News
from models.memory import Memory, Unsent
from screens.desk import LOOKS, Desk
from screens.moves import ACTIONS, sign
from screens.turns import InTurn
from tui.keymap import keymap
from tui.settings import Settings
from tui.terminal import bear_broken_input
from tui.themes import DEFAULT, THEMES


class Bridgewatch(InTurn[int]):
    """Runs the desk with somebody's settings. Raises Refused for a keymap or theme that cannot be."""

    TITLE = "Bridgewatch"
    CSS_PATH = LOOKS
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "quit", "Quit", show=False, priority=True)]
    NOTIFICATION_TIMEOUT = 5

    def __init__(self, settings: Settings, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        bear_broken_input()
        super().__init__()
        self.settings = settings
        self._clock = clock
        self.keys = keymap(settings.keys)
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = settings.theme or DEFAULT
        self.set_keymap({name: key for name, key in self.keys.items() if name in settings.keys})

    def get_default_screen(self) -> Screen[Any]:
        settings = self.settings
        return Desk(
            self._connect,
            me=settings.me,
            keys=self.keys,
            unsent=Unsent(settings.cache, settings.database, settings.me),
            clock=self._clock,
        )

    def _connect(self, tell: Callable[[News], None]) -> Link:
        settings = self.settings
        memory = Memory(settings.cache, settings.database, settings.me)
        return Link(settings.database, tell, language=settings.language, memory=memory)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Every verb, by its name, with its key; and the theme."""
        if isinstance(screen, Desk):
            for verb in ACTIONS:
                if verb.name != "palette":
                    title = f"{verb.title}  ({sign(self.keys[verb.name])})"
                    yield SystemCommand(title, verb.help, partial(screen.action_do, verb.name))
        yield SystemCommand("Theme", "Choose the desk's colours.", self.action_change_theme)
