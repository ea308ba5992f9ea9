"""The base of all panes: a number, a title, and rows that can be filtered."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from models.kernel.search import folded, has
from screens.kernel.line import LineBar
from screens.kernel.rows import Row, RowList, line
from screens.kernel.show import fit, width, wrap
from screens.kernel.verbs import ACTIONS, sign

if TYPE_CHECKING:
    from models.board.views import Board


NARROW = 64
"""In a window below this width there are the incidents and one more pane."""

_NARROWEST = 8
"""The fewest cells that the name of a pane is given."""

_UNCUT = 10_000
"""A width in which nothing is cut."""


def row_keys(pane: str) -> list[BindingType]:
    """The keys that work on the focused row of that pane."""
    return [
        Binding(verb.key, f"screen.do('{verb.name}')", verb.title, id=verb.name, show=False, tooltip=verb.help)
        for verb in ACTIONS
        if verb.pane == pane
    ]


class Pane(RowList):
    """One of the desk's panes. Subclasses make rows of the board for the width that they have."""

    number: ClassVar[int]
    called: ClassVar[str]
    gutter_cells: int = 1

    def __init__(self, *, id: str, me: str, keys: Mapping[str, str]) -> None:
        """`keys`: the key of each verb."""
        super().__init__(id=id)
        self.head = LineBar(id=f"{id}-head")
        """The line above it: its number and name, what it is about, and the names of its columns."""
        self.me = me
        self._keys = keys
        self.board: Board | None = None
        self.now: datetime | None = None
        self.filter = ""

    def key(self, verb: str) -> str:
        """The verb's key, as it is printed on a keyboard."""
        return sign(self._keys[verb])

    def show(self, board: Board | None, now: datetime) -> None:
        """Draw the board; only what has changed is drawn."""
        self.board, self.now = board, now
        self.draw()

    def draw(self) -> None:
        """Make the rows from the board and draw them, and the head."""
        if not self.is_mounted or self.now is None:
            return
        if self.size.width:
            self._place_rows(self.room)
        self.draw_head()

    @property
    def room(self) -> int:
        """The cells that a row has; the last one stays free where another pane stands beside it."""
        return self.size.width - self.gutter_cells - (self.size.width < self.app.size.width)

    def fill(self, width: int) -> None:
        """Have rows, as for that width, before a pane that was hidden has its own: the next key is meant for them."""
        if not self.rows and self.is_mounted and self.now is not None:
            self._place_rows(width - self.gutter_cells)

    def _place_rows(self, width: int) -> None:
        self.set_rows(self.filtered(width) or self._nothing(width))

    def filtered(self, width: int) -> Sequence[Row]:
        """The rows that have all words of the filter: in what they show, or in what they are found by."""
        rows = self.make_rows(width)
        return [row for row in rows if has(folded(_text(row)), self.filter)] if self.filter else rows

    def make_rows(self, width: int) -> Sequence[Row]:
        raise NotImplementedError

    def empty(self) -> str:
        """The text of an empty pane."""
        return ""

    def name_shown(self) -> str:
        """The pane's name on its head."""
        return self.called

    def title(self) -> str:
        """The text beside the pane's name."""
        return ""

    def legend(self) -> str:
        """What stands at the right of the head, safe to draw: the names of the columns, or what else is to be known."""
        return ""

    def named(self) -> str:
        """The pane's number and name, and the filter."""
        return f"{self.number} {self.name_shown()}{f' /{self.filter}' if self.filter else ''}"

    def _nothing(self, room: int) -> list[Row]:
        said = self._why_nothing()
        return [Row(None, tuple(line((part, "dim")) for part in wrap(said, room)))] if said else []

    def _why_nothing(self) -> str:
        if self.filter:
            return f"No matches for “{self.filter}”. Press Esc to clear the filter."
        return self.empty() if self.board else ""

    def draw_head(self) -> None:
        """Draw the line above the pane: its name is cut last, what stands beside the name first."""
        room = self._head_room
        if room < _NARROWEST:
            return
        legend = " · ".join(filter(None, (self._position(), self.legend())))
        if legend and cell_len(legend) + 2 > room - _NARROWEST:
            legend = fit(legend, room - _NARROWEST - 2).rstrip()
        left = room - (cell_len(legend) + 2 if legend else 0)
        name = fit(self.named(), min(width(self.named()), left))
        about = fit(self.title(), max(left - cell_len(name) - 3, 0))
        beside = f" · {about}" if about.strip() else ""
        gap = " " * (room - cell_len(name) - cell_len(beside) - cell_len(legend))
        self.head.set_line(line(" ", (name, "strong"), beside, (f"{gap}{legend}", "dim")))

    @property
    def _head_room(self) -> int:
        return self.head.size.width - 1 - (self.head.size.width < self.app.size.width)

    @property
    def beside_name(self) -> int:
        """The cells of the head that are left beside the pane's name and the cursor's position."""
        place = self._position()
        return self._head_room - width(self.named()) - 3 - (len(place) + 3 if place else 0)

    @property
    def legend_room(self) -> int:
        """The cells that the legend may take beside the whole title."""
        about = self.title()
        return self.beside_name - (width(about) + 2 if about else 0)

    def _position(self) -> str:
        """The position of the cursor, if not all rows are visible."""
        index = self.index
        if self.virtual_size.height <= self.size.height or index is None or not self.pointed:
            return "more ↓" if self.virtual_size.height > self.size.height + self.scroll_offset.y else ""
        return f"{index + 1}/{len(self.rows)}"

    def on_row_moved(self) -> None:
        self.draw_head()

    def on_resize(self, _event: events.Resize) -> None:
        self.draw()
        self.reveal()

    def set_filter(self, wanted: str) -> None:
        if wanted != self.filter:
            self.filter = wanted
            self.draw()

    def whole_row(self) -> str:
        """The row under the cursor on one line, nothing of it cut; empty: there is none."""
        rows = self.make_rows(_UNCUT) if self.board and self.pointed else ()
        lines = next((row.lines for row in rows if row.key == self.cursor), ())
        told = ["".join(text for text, _ in parts) for parts in lines]
        return " ".join(" ".join(words for words in told if not words.startswith("──")).split())

    @property
    def chosen(self) -> Hashable:
        """The key of the row under the cursor."""
        return self.cursor


def _text(row: Row) -> str:
    shown = " ".join("".join(text for text, _ in line) for line in row.lines)
    return f"{shown} {row.find}"


class Place(Vertical):
    """A pane under its head, and whatever else takes the pane's place."""

    def __init__(self, pane: Pane) -> None:
        super().__init__(id=f"{pane.id}-place")
        self.pane = pane

    def compose(self) -> ComposeResult:
        yield self.pane.head
        yield self.pane

    def on_resize(self) -> None:
        self.pane.draw_head()
