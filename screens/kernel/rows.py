"""The one way that lines are drawn: rows of lines of parts, each part a text and a tone. No markup is involved."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Sequence
from typing import ClassVar, NamedTuple, TypeVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.reactive import Reactive
from textual.screen import Screen
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from screens.kernel.messages import EndNear, RowChosen, RowMoved

R = TypeVar("R")

WHEEL_ROWS = 3
"""How many lines one step of the wheel moves, as in most terminals."""

TONES = ("dim", "strong", "p1", "p2", "p3", "late", "warn", "bad", "good", "accent", "key", "badge", "here")
"""What a part may be, apart from plain; their colors stand in desk.tcss."""

FILLED = ("p1",)
"""Tones that bring a background of their own: nothing else on the desk may be as loud."""

MARK = "▌"
"""Stands at the left of the row under the cursor, as colors alone say nothing on some terminals."""

Part = tuple[str, str]
"""A text that is safe to draw (see show.py), and its tone; an empty tone is plain."""

Line = tuple[Part, ...]


NEAR = 20
"""How many rows from an end of a list the next page is wanted."""


class Row(NamedTuple):
    """One thing in a list, on one line or several."""

    key: Hashable
    lines: tuple[Line, ...]
    find: str = ""
    """What a filter searches besides what is shown: names in full, aliases."""


def cells(parts: Iterable[Part]) -> int:
    """How wide parts are when they are drawn side by side."""
    return sum(cell_len(text) for text, _ in parts)


def line(*parts: Part | str) -> Line:
    return tuple((part, "") if isinstance(part, str) else part for part in parts)


def changed(old: Line, new: Line) -> tuple[int, int]:
    """The cells between which two lines differ, by whole parts; nothing if they do not."""
    first = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    start, old, new = cells(new[:first]), old[first:], new[first:]
    wide = cells(old), cells(new)
    if wide[0] != wide[1]:  # what stands behind it has moved
        return start, start + max(wide)
    last = next((i for i, (a, b) in enumerate(zip(old[::-1], new[::-1], strict=False)) if a != b), 0)
    return start, start + wide[1] - cells(new[len(new) - last :])


class Toned(Screen[R]):
    """A screen with the tones, for everything that it shows: one set for all, as matching them to rules takes time."""

    # Textual's own draws the whole screen when the focus moves: 20 kB, seconds on a slow line; widgets draw themselves
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"tone-{tone}" for tone in TONES} | {"row-cursor", "row-cursor-idle"}


class Painted(Widget):
    """A widget that draws lines of parts, on a Toned screen."""

    def render_lines(self, crop: Region) -> list[Strip]:
        # worked out once for all the lines: mixing the colors of everything below takes as long as drawing them
        self._base, self._tones = self.rich_style, dict[str, Style]()
        return super().render_lines(crop)

    def paint(self, parts: Line, width: int, cursor: str = "") -> Strip:
        """The line in exactly `width` cells; `cursor` is the component that lies under it, if any."""
        base = self._base
        if cursor:
            whole = self.screen.get_component_rich_style(cursor)
            base += Style(bgcolor=whole.bgcolor, bold=whole.bold)
        segments: list[Segment] = []
        for text, tone in parts:
            # the row in use is the easiest to read: what is dim elsewhere is plain there
            style = base + self._toned(tone) if tone and not (cursor and tone == "dim") else base
            if segments and segments[-1].style == style:  # every segment costs the terminal some forty bytes
                segments[-1] = Segment(segments[-1].text + text, style)
            else:
                segments.append(Segment(text, style))
        return Strip(segments).adjust_cell_length(width, base)

    def _toned(self, tone: str) -> Style:
        if tone not in self._tones:
            name = f"tone-{tone}"
            own = self.screen.get_component_rich_style(name, partial=True).without_color
            whole = self.screen.get_component_rich_style(name)  # with what lies under it
            self._tones[tone] = own + Style(color=whole.color, bgcolor=whole.bgcolor if tone in FILLED else None)
        return self._tones[tone]


class RowList(Painted, ScrollView, can_focus=True):
    """A list that keeps its cursor on the same row, at the same place, whatever happens around it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("pagedown,ctrl+d,space", "page(1)", "Page down", show=False),
        Binding("pageup,ctrl+u", "page(-1)", "Page up", show=False),
        Binding("home,g", "edge(-1)", "First", show=False),
        Binding("end,G", "edge(1)", "Last", show=False),
        Binding("enter", "choose", "Open", show=False),
    ]

    pointed: ClassVar[bool] = True
    """Whether there is a cursor; without one the keys scroll."""

    leads: ClassVar[bool] = False
    """Whether its cursor is what Enter takes even while the focus is in a field beside it."""

    gutter_cells: int = 0
    """The cells left of the rows, where the row under the cursor is marked."""

    follows: ClassVar[bool] = False
    """Whether a cursor on the first row goes with what comes in above it; of a focused list, once it would be out of
    sight: nobody gets another row under their hands."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.rows: Sequence[Row] = ()
        self.cursor: Hashable = None
        self._rests = True
        """The user left the cursor on the first row."""
        self._lines: list[Line] = []
        self._starts: list[int] = []

    def set_rows(self, rows: Sequence[Row], *, point_at: Hashable = None) -> None:
        """Show these rows. The cursor stays on its row; if that is gone, on the one that took its place."""
        before = self.index
        place = self._starts[before] - self.scroll_offset.y if self._starts and before is not None else 0
        at_top = self.scroll_offset.y == 0
        old = self._lines
        self.rows = rows
        self._lines = [parts for row in rows for parts in row.lines]
        starts, start = [], 0
        for row in rows:
            starts.append(start)
            start += len(row.lines)
        self._starts = starts
        if point_at is not None:
            self.cursor, self._rests = point_at, bool(rows) and rows[0].key == point_at
        elif self.follows and self._rests and rows and not (self.has_focus and self._still_seen()):
            self.cursor = rows[0].key
        if self.pointed and self.index is None and rows:
            self.cursor = rows[min(before or 0, len(rows) - 1)].key
        size = Size(self.size.width, len(self._lines))
        if size != self.virtual_size:
            # without its watcher, which would lay out and draw the whole screen for every row that comes
            self.set_reactive(Widget.virtual_size, size)
            self._refresh_scrollbars()
        index = self.index
        if self.pointed and index is not None and not (at_top and place == starts[index]):
            self._keep(starts[index] - place, stay=before is not None and not at_top)
        if len(old) != len(self._lines):
            self.refresh()
            return
        # only the cells that changed: a desk on a slow line counts what is sent while nobody does anything
        top = self.scroll_offset.y
        spans = {y - top: changed(old[y], self._lines[y]) for y in range(top, min(top + self.size.height, len(old)))}
        regions = [Region(x + self.gutter_cells, y, end - x, 1) for y, (x, end) in spans.items() if end > x]
        if regions:
            self.refresh(*regions)

    def _still_seen(self) -> bool:
        """Whether the cursor's row is in sight of a list that shows its first rows."""
        index = self.index
        return index is not None and self._starts[index] < self.size.height

    def _keep(self, y: int, *, stay: bool) -> None:
        if stay:
            self.scroll_to(y=max(0, y), animate=False, immediate=True)
        self.call_after_refresh(self.reveal)

    @property
    def index(self) -> int | None:
        """Where the cursor's row stands."""
        return next((i for i, row in enumerate(self.rows) if row.key == self.cursor), None)

    def point_at(self, key: Hashable) -> None:
        """Put the cursor on that row, if it is there; where nothing has been drawn yet, once it is."""
        index = next((i for i, row in enumerate(self.rows) if row.key == key), None)
        if index is not None:
            self._point(index)
        elif not self.rows:
            self.cursor = key

    def _point(self, index: int) -> None:
        before, row, self._rests = self.index, self.rows[index], index == 0
        if row.key != self.cursor:
            self.cursor = row.key
            for changed in {before, index} - {None}:
                self.refresh_lines(self._starts[changed or 0], len(self.rows[changed or 0].lines))
            self.post_message(RowMoved(row.key))
        self.reveal()
        if index < NEAR:
            self.post_message(EndNear(first=True))
        if index >= len(self.rows) - NEAR:
            self.post_message(EndNear())

    def reveal(self) -> None:
        index = self.index
        if index is not None and self.pointed:
            height = min(len(self.rows[index].lines), max(self.size.height, 1))
            self.scroll_to_region(Region(0, self._starts[index], 1, height), animate=False, immediate=True, force=True)

    def center(self) -> None:
        """Show what stands on either side of the cursor."""
        index = self.index
        if index is not None and self.pointed:
            self.scroll_to(y=max(0, self._starts[index] - self.size.height // 2), animate=False, immediate=True)

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        y += self.scroll_offset.y
        if y >= len(self._lines):
            return Strip.blank(width, self._base)
        row = self.rows[bisect_right(self._starts, y) - 1]
        cursor = ""
        if self.pointed and row.key == self.cursor:
            cursor = "row-cursor" if self.has_focus or self.leads else "row-cursor-idle"
        parts = self._lines[y]
        if self.gutter_cells:
            mark = MARK if cursor else ""
            parts = ((f"{mark:<{self.gutter_cells}}", "here" if cursor == "row-cursor" else "dim"), *parts)
        return self.paint(parts, width, cursor)

    def action_move(self, step: int) -> None:
        if not self.pointed:
            self.scroll_relative(y=step, animate=False)
        elif self.rows:
            self._point(max(0, min(len(self.rows) - 1, (self.index or 0) + step)))

    def action_page(self, step: int) -> None:
        if not self.pointed:
            self.scroll_relative(y=step * self.size.height, animate=False)
        elif self.rows:
            y = self._starts[self.index or 0] + step * max(1, self.size.height - 1)
            y = max(0, min(len(self._lines) - 1, y))
            self._point(bisect_right(self._starts, y) - 1)

    def action_edge(self, side: int) -> None:
        if not self.pointed:
            self.scroll_to(y=0 if side < 0 else self.max_scroll_y, animate=False)
        elif self.rows:
            self._point(0 if side < 0 else len(self.rows) - 1)

    def action_choose(self) -> None:
        self.post_message(RowChosen(self.cursor))

    def on_click(self, event: events.Click) -> None:
        y = event.y - self.gutter.top + self.scroll_offset.y
        if self.pointed and 0 <= y < len(self._lines):
            self._point(bisect_right(self._starts, y) - 1)
            if event.chain > 1:
                self.action_choose()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._wheel(event, 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._wheel(event, -1)

    def _wheel(self, event: events.MouseEvent, step: int) -> None:
        """Move the view, and the cursor with it where it would leave the view."""
        event.stop()
        event.prevent_default()
        self.scroll_relative(y=step * WHEEL_ROWS, animate=False, immediate=True)
        if self.pointed and self.rows:
            top, y = self.scroll_offset.y, self._starts[self.index or 0]
            seen = max(top, min(y, top + self.size.height - len(self.rows[self.index or 0].lines)))
            if seen != y:
                index = bisect_right(self._starts, seen) - 1
                self._point(index + (self._starts[index] < top))

    # Textual's own handlers draw the whole list and match its styles anew; only the cursor's row looks different

    def on_focus(self, event: events.Focus) -> None:
        event.prevent_default()
        self._take_focus(events.DescendantFocus(self), has=True)

    def on_blur(self, event: events.Blur) -> None:
        event.prevent_default()
        self._take_focus(events.DescendantBlur(self), has=False)

    def _take_focus(self, said: events.Event, *, has: bool) -> None:
        self.has_focus = has
        index = self.index
        if self.pointed and index is not None:
            self.refresh_lines(self._starts[index], len(self.rows[index].lines))
        if self.parent is not None:
            self.parent.post_message(said)

    def watch_has_focus(self, _has_focus: bool) -> None:
        """No style of a list depends on the focus."""
