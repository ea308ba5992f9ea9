"""A desk on a database of its own, driven as fast as anybody can type, and colleagues who act on the same database."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from rich.cells import cell_len
from textual import events
from textual.app import App
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import TextArea

from models.board.reader import Reader
from models.board.views import IncidentView
from models.kernel.entry import Done, EntryView
from models.kernel.location import Location
from models.kernel.store import Store
from models.kernel.verbs import by_name
from models.live.news import State
from models.roles.views import RoleView
from screens.desk.desk import Desk
from screens.kernel.dialogs import Dialog
from screens.kernel.line import LineBar
from screens.kernel.pane import Pane
from screens.kernel.rows import Line, RowList
from tests import reads
from tui.app import Bridgewatch
from tui.settings import Settings

LONG = 30.0
"""Nobody waits this long: it only bounds how a failure hangs."""

APART = 10.0
"""Seconds between two keys, as their events say: each is pressed, none held down."""

NOW = datetime(2026, 3, 1, 14, 32, tzinfo=UTC)


class Clock:
    """Stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Place:
    """A database that has its tables, with a store on it for what colleagues do and for looking at what came of it."""

    location: Location
    cache: Path
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.store = Store(self.location, clock=self.clock)
        self.store.open(create=False)

    def act(self, verb: str, by: str, **fields: Any) -> Done:
        """What a colleague does."""
        return self.store.perform(by_name()[verb].load().make(by=by, **fields))

    def declare(self, title: str = "Checkout returns 502", by: str = "ana", severity: str = "P1", **more: Any) -> str:
        """Returns the incident's name."""
        return self.act("declare", by, title=title, severity=severity, **more).ref

    def incident(self, ref: str = "INC-1") -> IncidentView:
        return reads.incident(self.store, int(ref.removeprefix("INC-")))

    def role(self, key: str, ref: str = "INC-1") -> RoleView:
        return next(role for role in self.incident(ref).roles if role.key == key)

    def holders(self, key: str, ref: str = "INC-1") -> list[str]:
        return [holder.person for holder in self.role(key, ref).holders]

    def entries(self, ref: str = "INC-1") -> tuple[EntryView, ...]:
        """Every version of every entry, the first one first."""
        with self.store.reading(Reader) as read:
            return read.since(int(ref.removeprefix("INC-")), 0)

    def last(self, ref: str = "INC-1") -> EntryView:
        return self.entries(ref)[-1]

    def by_hand(self, statement: str, *values: object) -> None:
        """Write with another tool, which asks nobody."""
        with closing(sqlite3.connect(str(self.location.path))) as connection, connection:
            connection.execute(statement, values)

    def settings(self, **chosen: Any) -> Settings:
        return Settings(**{"database": self.location, "me": "ana", "cache": self.cache, **chosen})

    def app(self, **chosen: Any) -> Bridgewatch:
        return Bridgewatch(self.settings(**chosen), clock=self.clock)

    def desk(self, size: tuple[int, int] = (120, 40), **chosen: Any) -> AbstractAsyncContextManager[Sitting]:
        """A desk that shows the live board; `chosen`: settings."""
        return sit(self, self.app(**chosen), size)

    @property
    def _folder(self) -> Path:
        assert self.location.path is not None
        return self.location.path.parent

    def lose(self) -> None:
        """Take the database away, with all that lies beside it."""
        self.store.close()
        self._folder.rename(self._folder.with_name("away"))

    def act_where_it_is(self, verb: str, by: str, **fields: Any) -> None:
        """What a colleague does on the database that was taken away."""
        away = self._folder.with_name("away")
        with closing(Store(Location.file(away / "bridgewatch.db"), clock=self.clock)) as store:
            store.open(create=False)
            store.perform(by_name()[verb].load().make(by=by, **fields))

    def bring_back(self) -> None:
        self._folder.with_name("away").rename(self._folder)


@asynccontextmanager
async def sit(place: Place, app: Bridgewatch, size: tuple[int, int], *, live: bool = True) -> AsyncIterator[Sitting]:
    """`live`: wait until the board is."""
    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        sitting = Sitting(place, pilot)
        if live:
            await sitting.live()
        yield sitting
        app.exit()


class Sitting:
    """Somebody at a desk."""

    def __init__(self, place: Place, pilot: Pilot[Any]) -> None:
        self.place = place
        self.pilot = pilot
        self.pressed_at = 0.0
        """When the last key was pressed, as a key event has it."""

    @property
    def app(self) -> Bridgewatch:
        app: App[Any] = self.pilot.app
        assert isinstance(app, Bridgewatch)
        return app

    @property
    def desk(self) -> Desk:
        desk = next(screen for screen in self.app.screen_stack if isinstance(screen, Desk))
        return desk

    @property
    def shown(self) -> IncidentView:
        shown = self.desk.shown
        assert shown is not None
        return shown

    @property
    def screen(self) -> Screen[Any]:
        return self.app.screen

    def pane(self, name: str) -> Pane:
        return self.desk.pane(name)

    # Waiting

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait for what comes from another thread or a message on its way."""
        end = monotonic() + LONG
        while not holds():
            if monotonic() > end:
                raise AssertionError("It never came:\n" + self.text)
            await self.pilot.pause()

    async def live(self) -> None:
        """Until the board is live, and shows an incident if there is one."""
        await self.until(lambda: self.desk.news.state in (State.LIVE, State.READ_ONLY))
        await self.until(lambda: self.desk.shown or not (self.desk.board and self.desk.board.incidents))
        await self.until(self.desk.link.drawn.is_set)

    async def caught_up(self) -> None:
        """Until the board has all that is in the database."""

        def so_far() -> bool:
            with self.place.store.reading(Reader) as read:
                ticket = read.ticket()
            return self.desk.board is not None and self.desk.board.ticket == ticket

        await self.until(so_far)

    async def quiet(self) -> None:
        """Until every key has been dealt with."""
        await self.pilot.pause()
        await self.until(lambda: not (self.app._taken or self.app._later or self.app._holds))

    # Doing

    async def press(self, *keys: str) -> None:
        """Press keys faster than anybody can, and wait until they have been dealt with."""
        self._post(*keys)
        await self.quiet()

    async def leave(self, *keys: str) -> int | None:
        """Press keys that end the program; returns its exit code."""
        self._post(*keys)
        await self.until(lambda: self.app._exit)
        return self.app.return_code

    def _post(self, *keys: str, apart: float = APART) -> None:
        for key in keys:
            self.pressed_at = max(self.pressed_at + apart, monotonic())
            event = _key(key)
            event.time = self.pressed_at
            self.app.post_message(event)

    async def hold(self, key: str, *, after: float, times: int = 20) -> None:
        """Hold a key down until it has come so many times; `after`: seconds until it comes again."""
        self._post(key)
        self._post(key, apart=after)
        self._post(*[key] * (times - 2), apart=0.033)
        await self.quiet()

    async def type(self, words: str) -> None:
        await self.press(*words)

    async def paste(self, words: str) -> None:
        self.app.post_message(events.Paste(words))
        await self.quiet()

    # What is seen

    @property
    def lines(self) -> list[str]:
        """What the screen shows; of dialogs, only the top one."""
        return [strip.text for strip in self.screen._compositor.render_strips(self.app.size)]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def drawn(self, widget: Widget | str) -> str:
        """What a widget shows, without its frame."""
        found = self.screen.query_one(widget) if isinstance(widget, str) else widget
        height = len(found._lines) if isinstance(found, RowList) else found.size.height
        return "\n".join(found.render_line(y).text.rstrip() for y in range(min(height, found.size.height)))

    @property
    def dialog(self) -> str:
        """What the open dialog asks."""
        assert isinstance(self.screen, Dialog), self.text
        return str(self.screen.query_one("#box").border_title)

    @property
    def body(self) -> str:
        """What the open dialog says above its options, unwrapped."""
        rows = self.screen.query_one("#body, #sheet", RowList).rows
        return " ".join(text.strip() for row in rows for line in row.lines for text, _ in line)

    @property
    def options(self) -> RowList:
        """What the open dialog offers."""
        return self.screen.query_one("#options", RowList)

    @property
    def banner(self) -> str:
        """What the desk says about the database, unwrapped."""
        lines = self.desk.query_one("#banner", LineBar)._lines
        return " ".join(text.strip() for line in lines for text, _ in line)

    @property
    def footer(self) -> Line:
        """The last line of the desk."""
        return self.desk.query_one("#footer", LineBar)._lines[0]

    @property
    def told(self) -> list[str]:
        """Everything that the desk has told its user, the newest last."""
        return [f"{said.title}: {said.words}" for said in reversed(self.desk.message_line.history)]

    def head(self, pane: str) -> str:
        """What stands above that pane."""
        return "".join(text for text, _ in self.pane(pane).head._lines[0]).strip()

    @property
    def editor(self) -> TextArea:
        return self.desk.query_one("#editor", TextArea)

    def rows(self, name: str) -> list[str]:
        """What each row of a pane says."""
        return ["\n".join("".join(text for text, _ in line) for line in row.lines) for row in self.pane(name).rows]


def _key(key: str) -> events.Key:
    if len(key) == 1:
        return events.Key(_character_to_key(key), key)
    try:
        character = unicodedata.lookup(_get_unicode_name_from_key(REPLACED_KEYS.get(key, key)))
    except KeyError:
        character = None
    return events.Key(key, character)


def frames(lines: list[str]) -> list[tuple[int, str]]:
    """Where the frames of panes stand, line by line, in cells."""
    found = []
    for y, line in enumerate(lines):
        at = 0
        for character in line:
            if character in "│╭╮╰╯":
                found.append((y * 1000 + at, character))
            at += cell_len(character)
    return found
