"""The base of all panes: a number, a title, and rows that can be filtered."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.widget import Widget

from models.kernel.search import folded, has
from screens.kernel.rows import Row, RowList, line
from screens.kernel.show import content, fit, wrap
from screens.kernel.verbs import ACTIONS, sign

if TYPE_CHECKING:
    from models.board.views import Board


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

    _titling = False

    def __init__(self, *, id: str, me: str, keys: Mapping[str, str]) -> None:
        """`keys`: the key of each verb."""
        super().__init__(id=id)
        self.border_title = content(f"{self.number} {self.called}")
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
        """Make the rows from the board and draw them."""
        if not self.is_mounted or self.now is None or not self.size.width:
            return
        self._place_rows(self.size.width)
        self._set_title()

    def fill(self, width: int) -> None:
        """Have rows, as for that width, before a pane that was hidden has its own: the next key is meant for them."""
        if not self.rows and self.is_mounted and self.now is not None:
            self._place_rows(width)

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
        """The pane's name on its frame."""
        return self.called

    def title(self) -> str:
        """The text beside the pane's name."""
        return ""

    def legend(self) -> str:
        """The names of the columns."""
        return ""

    def _nothing(self, width: int) -> list[Row]:
        said = self._why_nothing()
        return [Row(None, tuple(line((part, "dim")) for part in wrap(said, width)))] if said else []

    def _why_nothing(self) -> str:
        if self.filter:
            return f"No matches for “{self.filter}”. Press Esc to clear the filter."
        return self.empty() if self.board else ""

    def _set_title(self) -> None:
        room = frame_room(self)
        filtered = f" · /{self.filter}" if self.filter else ""
        beside = f" · {self.title()}" if self.title() else ""
        title = f"{self.number} {self.name_shown()}{filtered}{beside}"
        legend = " · ".join(filter(None, (self._position(), self.legend())))
        self._titling = True
        try:
            write_on_frame(self, fit(title, room).rstrip(), fit(legend, room).rstrip() if legend else "")
        finally:
            self._titling = False

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Draw the pane, or these regions of it; for a changed title, only the frame."""
        if self._titling and not regions:
            (x, y), (width, height) = self.content_offset, self.outer_size
            regions = (Region(-x, -y, width, 1), Region(-x, height - 1 - y, width, 1))
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    @property
    def legend_room(self) -> int:
        """The cells that the legend may take."""
        place = self._position()
        return frame_room(self) - (len(place) + 3 if place else 0)

    def _position(self) -> str:
        """The position of the cursor, if not all rows are visible."""
        index = self.index
        if self.virtual_size.height <= self.size.height or index is None or not self.pointed:
            return "more below" if self.virtual_size.height > self.size.height + self.scroll_offset.y else ""
        return f"{index + 1}/{len(self.rows)}"

    def on_row_moved(self) -> None:
        self._set_title()

    def on_resize(self, _event: events.Resize) -> None:
        self.draw()
        self.reveal()

    def set_filter(self, wanted: str) -> None:
        if wanted != self.filter:
            self.filter = wanted
            self.draw()

    @property
    def chosen(self) -> Hashable:
        """The key of the row under the cursor."""
        return self.cursor


def _text(row: Row) -> str:
    shown = " ".join("".join(text for text, _ in line) for line in row.lines)
    return f"{shown} {row.find}"


def frame_room(widget: Widget) -> int:
    """The cells that a frame has for text."""
    return max(widget.outer_size.width - 6, 8)


def write_on_frame(widget: Widget, title: str, subtitle: str) -> None:
    """Set the title and subtitle of a widget if they differ; Textual redraws the whole widget when they are set."""
    above, below = content(title), content(subtitle) if subtitle else None
    if widget.border_title != above.markup:
        widget.border_title = above
    if widget.border_subtitle != (below.markup if below else None):
        widget.border_subtitle = below
