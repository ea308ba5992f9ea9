"""Dialogs that offer a choice or show a text. They close with the chosen value, or None."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from models.kernel.search import rank
from models.kernel.search import words as words_of
from screens.kernel.fields import OneLine
from screens.kernel.key_queue import turns
from screens.kernel.line import LineBar
from screens.kernel.messages import RowChosen, Unread
from screens.kernel.options import Option, Options
from screens.kernel.rows import Line, Row, RowList, Toned, line
from screens.kernel.show import content, wrap

__all__ = ["Body", "Dialog", "Make", "Option", "Pick", "TextDialog"]

T = TypeVar("T")

R = TypeVar("R")

Make = Callable[[int], Sequence[Line]]
"""Gives the lines of a text for a width."""


class Dialog(Toned[R | None], ModalScreen[R | None], Generic[R]):
    """A dialog; Escape closes it with None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close", show=False),
        Binding("ctrl+c", "leave", "Close", show=False, priority=True),
        Binding("ctrl+z", "app.suspend_process", "Suspend", show=False),
        Binding("ctrl+l", "app.redraw", "Redraw", show=False),
    ]

    _turn = 0
    """The key that closed it."""

    ready = False
    """Something in it has the focus, or had it."""

    def on_descendant_focus(self) -> None:
        self.ready = True

    def action_leave(self) -> None:
        self.dismiss(None)

    def dismiss(self, result: R | None = None) -> AwaitComplete:
        self._turn = turns(self).turn
        return super().dismiss(result)

    def on_unmount(self) -> None:
        turns(self).settle(self._turn)

    def notify(self, message: str, **how: Any) -> None:
        """Tell the user in the message line of the screen below."""
        self.app.screen_stack[0].notify(message, **how)


class Body(RowList):
    """Text to read; it scrolls where it is longer than its place."""

    pointed: ClassVar[bool] = False

    def __init__(self, make: Make, *, id: str) -> None:
        super().__init__(id=id)
        self._make = make

    def on_resize(self) -> None:
        lines = self._make(max(self.size.width, 10))
        self.set_rows([Row(y, (one,)) for y, one in enumerate(lines)])
        self.styles.height = max(1, len(lines))
        self._tell()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._tell()

    def _tell(self) -> None:
        self.post_message(Unread(self.virtual_size.height > self.size.height + self.scroll_offset.y))


class TextDialog(Dialog[None]):
    """A text to read."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q,question_mark", "leave", "Close", show=False)]

    def __init__(self, title: str, make: Make) -> None:
        super().__init__()
        self._title = title
        self._make = make

    def compose(self) -> ComposeResult:
        with Vertical(id="box", classes="sheet") as box:
            box.border_title = content(self._title)
            box.border_subtitle = content("↑ ↓ scroll · q close")
            yield Body(self._make, id="sheet")

    def on_mount(self) -> None:
        self.query_one(Body).focus()

    def on_row_chosen(self) -> None:
        self.action_leave()


class Pick(Dialog[T], Generic[T]):
    """Select one option: by its key, with the arrow keys, or by typing a part of one of its names."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "step(1)", "Down", show=False, priority=True),
        Binding("up", "step(-1)", "Up", show=False, priority=True),
        Binding("enter", "pick", "Select", show=False, priority=True),
        Binding("space,pagedown", "read(1)", "Scroll down", show=False, priority=True),
        Binding("pageup", "read(-1)", "Scroll up", show=False, priority=True),
        Binding("q", "leave", "Close", show=False),
    ]

    def __init__(
        self,
        title: str,
        options: Sequence[Option[T]],
        *,
        at: T | None = None,
        body: str | Make = "",
        search: bool = False,
        new: Callable[[str], T] | None = None,
        hint: str = "",
        preview: Callable[[T], None] | None = None,
    ) -> None:
        """`at`: the value to start at. `new`: makes a value of typed text; None: only options can be selected.
        `preview`: called with each value that the cursor comes to."""
        super().__init__()
        self._title = title
        self._all = list(options)
        self._fitting = list(options)
        self._at = at
        self._body = body
        self._search = search
        self._new = new
        self._preview = preview
        self._hint = hint or "⏎ select · Esc close"

    def compose(self) -> ComposeResult:
        with Vertical(id="box") as box:
            box.border_title = content(self._title)
            box.border_subtitle = content(self._hint)
            if self._body:
                yield Body(self._lines, id="body")
            if self._search:
                yield OneLine(placeholder="type to search")
                none = LineBar(id="none")
                said = "No matches." if self._all else "None yet. Type a name to add one."
                none.set_line(((said, "dim"),))
                yield none
            yield Options(id="options")

    def on_mount(self) -> None:
        (self.query_one(Input) if self._search else self.query_one(Options)).focus()
        self._fill("")

    def on_resize(self) -> None:
        for body in self.query(Body):
            body.styles.max_height = max(self.size.height // 2, 6)
        self._fill(self.query_one(Input).value if self._search else "")

    def _lines(self, width: int) -> Sequence[Line]:
        if isinstance(self._body, str):
            return [line(part) for part in wrap(self._body, width)]
        return self._body(width)

    def _fill(self, wanted: str) -> None:
        words = wanted.strip()
        fitting = rank(
            wanted,
            [option for option in self._all if words or not option.named],
            lambda option: (option.title, *option.also),
            described=lambda option: option.described,
            group=lambda option: option.group,
        )
        if words and not words_of(words):  # only signs, which a search cannot match
            fitting = []
        if (
            self._new is not None
            and words
            and not any(option.title.casefold() == words.casefold() for option in fitting)
        ):
            fitting = [*fitting, Option(value=self._new(words), title=f"“{words}”", hint="add")]
        self._fitting = fitting
        if self._search:
            self.query_one("#none").display = not fitting
        at = next((i for i, option in enumerate(fitting) if option.value == self._at), 0) if not words else 0
        self.query_one(Options).fill(fitting, point_at=at)
        self.call_after_refresh(self.query_one(Options).reveal)

    def on_input_changed(self, event: Input.Changed) -> None:
        self._fill(event.value)
        self.on_row_moved()

    def on_row_moved(self) -> None:
        if self._preview is not None and self.pointed_at is not None:
            self._preview(self.pointed_at)

    def on_row_chosen(self, event: RowChosen) -> None:
        event.stop()
        self.action_pick()

    def on_key(self, event: events.Key) -> None:
        if self._search:
            return
        for option in self._fitting:
            if option.key and option.key == event.character:
                event.stop()
                self.dismiss(option.value)
                return

    @on(Unread)
    def say_what_is_below(self, message: Unread) -> None:
        read_on = "space scroll · " if message.more else ""
        self.query_one("#box").border_subtitle = content(f"{read_on}{self._hint}")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "read":
            return bool(self._body) and not self._search
        return super().check_action(action, parameters)

    def action_read(self, step: int) -> None:
        self.query_one(Body).action_page(step)

    def action_step(self, step: int) -> None:
        self.query_one(Options).action_move(step)

    def action_pick(self) -> None:
        if self.pointed_at is not None:
            self.dismiss(self.pointed_at)

    @property
    def pointed_at(self) -> T | None:
        """The value under the cursor."""
        index = self.query_one(Options).index
        return self._fitting[index].value if index is not None and self._fitting else None
