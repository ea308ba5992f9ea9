"""Dialogs in which a digit selects or several options are marked, so that few keys are needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from screens.kernel.dialogs import Body, Dialog, Option, Options, Pick
from screens.kernel.messages import RowChosen
from screens.kernel.rows import line
from screens.kernel.show import content, wrap

T = TypeVar("T")

_NUMBERS = 9
"""How many options a digit can select."""


def _numbered(options: Sequence[Option[T]]) -> list[Option[T]]:
    """The first of them with their numbers, each on one line."""
    return [
        replace(option, key=str(n) if n <= _NUMBERS else " ", short=option.short or option.hint)
        for n, option in enumerate(options, 1)
    ]


class Search(Pick[T], Generic[T]):
    """Select one option by typing a part of one of its names; until something is typed, a digit selects too."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(str(n), f"number({n})", "Select", show=False, priority=True) for n in range(1, _NUMBERS + 1)
    ]

    def __init__(self, title: str, options: Sequence[Option[T]], **more: Any) -> None:
        super().__init__(title, options, search=True, hint="⏎ or 1–9 select · Esc close", **more)

    def _fill(self, wanted: str) -> None:
        super()._fill(wanted)
        if not wanted.strip():
            options = self.query_one(Options)
            options.fill(_numbered(self._fitting), point_at=options.index)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "number":
            return not self.query_one(Input).value and int(str(parameters[0])) <= len(self._fitting)
        return super().check_action(action, parameters)

    def action_number(self, number: int) -> None:
        self.dismiss(self._fitting[number - 1].value)


class PickSeveral(Dialog[tuple[T, ...]], Generic[T]):
    """Mark any number of options, with space or a digit."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "pick", "OK", show=False, priority=True),
        Binding("space", "mark", "Mark", show=False, priority=True),
        Binding("q", "leave", "Close", show=False),
        *(Binding(str(n), f"number({n})", "Mark", show=False, priority=True) for n in range(1, _NUMBERS + 1)),
    ]

    def __init__(self, title: str, options: Sequence[Option[T]], *, body: str) -> None:
        super().__init__()
        self._title = title
        self._options = list(options)
        self._body = body
        self._marked: set[int] = set()

    def compose(self) -> ComposeResult:
        with Vertical(id="box") as box:
            box.border_title = content(self._title)
            box.border_subtitle = content("space or 1–9 mark · ⏎ OK · Esc close")
            yield Body(lambda width: [line(part) for part in wrap(self._body, width)], id="body")
            yield Options(id="options")

    def on_mount(self) -> None:
        self.query_one(Options).focus()
        self._fill(0)

    def on_resize(self) -> None:
        self._fill(self.query_one(Options).index or 0)

    def _fill(self, at: int) -> None:
        shown = [
            replace(option, title=f"{'☑' if place in self._marked else '☐'} {option.title}")
            for place, option in enumerate(self._options)
        ]
        self.query_one(Options).fill(_numbered(shown), point_at=at)

    def on_row_chosen(self, event: RowChosen) -> None:
        event.stop()
        self.action_mark()

    def action_mark(self) -> None:
        index = self.query_one(Options).index
        if index is not None:
            self._marked ^= {index}
            self._fill(index)

    def action_number(self, number: int) -> None:
        if number <= len(self._options):
            self._marked ^= {number - 1}
            self._fill(number - 1)

    def action_pick(self) -> None:
        self.dismiss(tuple(option.value for place, option in enumerate(self._options) if place in self._marked))
