"""Dialogs in which a digit selects or several options are marked, so that few keys are needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from screens.kernel.dialogs import Body, Dialog, Pick
from screens.kernel.messages import RowChosen
from screens.kernel.options import Option, Options
from screens.kernel.rows import line
from screens.kernel.show import content, wrap

T = TypeVar("T")

_DIGITS = "123456789"
"""Each selects the option at its place."""


def _numbered(options: Sequence[Option[T]]) -> list[Option[T]]:
    """The first of them with their numbers, each on one line."""
    return [
        replace(option, key=str(n) if n <= len(_DIGITS) else " ", short=option.short or option.hint)
        for n, option in enumerate(options, 1)
    ]


class Search(Pick[T], Generic[T]):
    """Select one option by typing a part of one of its names; until something is typed, a digit selects too."""

    _before = ""
    """What the field had before the last change."""

    def __init__(self, title: str, options: Sequence[Option[T]], **more: Any) -> None:
        super().__init__(title, options, search=True, hint="⏎ or 1–9 select · Esc close", **more)

    def _fill(self, wanted: str) -> None:
        super()._fill(wanted)
        if not wanted.strip():
            options = self.query_one(Options)
            options.fill(_numbered(self._fitting), point_at=options.index)

    def on_input_changed(self, event: Input.Changed) -> None:
        before, self._before = self._before, event.value
        digit = event.value if not before and event.value in tuple(_DIGITS) else ""
        if digit and int(digit) <= len(self._fitting):  # a field takes its keys before any binding sees them
            event.prevent_default()
            self.dismiss(self._fitting[int(digit) - 1].value)


class PickSeveral(Dialog[tuple[T, ...]], Generic[T]):
    """Mark any number of options, with space or a digit."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "pick", "OK", show=False, priority=True),
        Binding("space", "mark", "Mark", show=False, priority=True),
        Binding("q", "leave", "Close", show=False),
        *(Binding(digit, f"number({digit})", "Mark", show=False) for digit in _DIGITS),
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
