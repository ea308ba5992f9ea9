"""Pane 3: the timeline, newest entry first."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from models.kernel.search import has, needles
from screens.kernel.messages import HeadChanged, PlaceWanted
from screens.kernel.pane import Pane, row_keys
from screens.kernel.rows import Line, Row
from screens.kernel.show import width as wide
from screens.process.view import beside_steps
from screens.timeline.drawing import author, day_line, entry_lines, fold_line, words
from screens.timeline.folding import Fold, folded

if TYPE_CHECKING:
    from models.board.board import Place
    from models.kernel.entry import EntryView
    from models.timeline.window import TimelineView
    from screens.timeline.hits import Hits


_ROOMY = 48
"""From this width on, the head has room for the pane's name and the title of the incident."""

_WHO = 8
"""The most cells of an author's name."""

_AT_ONCE = 200
"""How many of the entries that are loaded a filter looks at itself, while the database looks at all of them."""


class Timeline(Pane):
    """Loads entries page by page as the user scrolls, from either end; a filter searches all of them."""

    number: ClassVar[int] = 3
    called: ClassVar[str] = "Timeline"
    BINDINGS: ClassVar[list[BindingType]] = row_keys("timeline")
    follows: ClassVar[bool] = True

    def __init__(self, *, id: str, me: str, keys: Mapping[str, str]) -> None:
        super().__init__(id=id, me=me, keys=keys)
        self._drawn: dict[tuple[object, ...], tuple[Line, ...]] = {}
        self._opened: set[object] = set()
        """The keys of the folds that are open."""
        self._folds: dict[object, Fold] = {}
        """Those that are there, by their keys."""
        self.oldest_first = False
        self.hits: Hits | None = None
        self.looking = False
        """Whether the database is being searched."""
        self._wanted: tuple[Place, int | None] | None = None
        """Where somebody goes whose entries are not there yet: the place, and the entry, if it is one."""

    def make_rows(self, width: int) -> Sequence[Row]:
        if self.board is None or self.board.shown is None or self.now is None:
            return []
        entries = self._listed()
        who = min(_WHO, max((wide(author(entry)) for entry in entries[:200]), default=0))
        drawn: dict[tuple[object, ...], tuple[Line, ...]] = {}
        rows = []
        folds: dict[object, Fold] = {}
        day = self.now.date()
        states = {theory.n: theory.state for theory in self.board.shown.theories}
        for entry in entries if self.filter else folded(entries, self._opened):
            if isinstance(entry, Fold):
                before = () if entry.day == day else (day_line(day := entry.day, width),)
                folds[entry.key] = entry
                rows.append(Row(entry.key, (*before, fold_line(entry, width))))
                continue
            state = states.get(entry.root)
            key = (self.board.shown.id, entry.n, width, who, state)
            drawn[key] = self._drawn.get(key) or tuple(entry_lines(entry, state, who, width))
            before = () if entry.occurred_at.date() == day else (day_line(day := entry.occurred_at.date(), width),)
            rows.append(Row(entry.root, before + drawn[key]))
        self._drawn, self._folds = drawn, folds
        return rows

    def turn_fold(self, key: object) -> bool:
        """Open or close the fold of that row; False if the row is none."""
        if not str(key).startswith("fold "):
            return False
        self._opened ^= {key}
        self.draw()
        return True

    def filtered(self, width: int) -> Sequence[Row]:
        return self.make_rows(width)

    def set_rows(self, rows: Sequence[Row], *, point_at: Hashable = None) -> None:
        """Show these rows; somebody who goes to another place of the timeline arrives there once it is loaded."""
        resting = self.oldest_first and self.rows and self.cursor == self.rows[-1].key
        if resting and self.has_focus:
            end = self.scroll_offset.y + self.size.height
            resting = sum(len(row.lines) for row in rows) > end
        if self._wanted is not None and self._has(self._wanted[0]):
            point_at = self._row_of(self._entry_at(*self._wanted))
            self._wanted = None
            self.call_after_refresh(self.center)
        elif resting and rows and self._has("newest"):
            point_at = rows[-1].key
        super().set_rows(rows, point_at=point_at)

    @property
    def _window(self) -> TimelineView | None:
        return self.board.timeline if self.board else None

    @property
    def _loaded(self) -> tuple[EntryView, ...]:
        return self.board.timeline.entries if self.board else ()

    def found(self) -> Hits | None:
        """What the database has found for the filter, if it was asked already."""
        hits, shown = self.hits, self.board.shown if self.board else None
        fits = hits is not None and shown is not None and (hits.incident, hits.words) == (shown.id, self.filter)
        return hits if fits and self.searches else None

    @property
    def searches(self) -> bool:
        """Whether the filter has words to search for."""
        return bool(needles(self.filter))

    def _listed(self) -> Sequence[EntryView]:
        """The entries to show, in their order; until the database has answered, those that are loaded and fit."""
        hits, entries = self.found(), self._loaded
        if hits is not None:
            entries = hits.entries
        elif self.searches:
            near = entries[:_AT_ONCE] if self.looking else entries
            entries = tuple(entry for entry in near if has(words(entry), self.filter))
        return entries[::-1] if self.oldest_first else entries

    def set_filter(self, wanted: str) -> None:
        """Filter; without a filter again, show the entry under the cursor among its neighbors."""
        chosen = self.entry(self.chosen)
        self.looking = bool(needles(wanted))
        super().set_filter(wanted)
        if not wanted and chosen is not None and chosen not in self._loaded:
            self.go(chosen.occurred_at, chosen.root)

    # Going to another place

    def go(self, at: Place, root: int | None = None) -> None:
        """Put the cursor on that entry, or on the first one from that moment on, or at that end of the timeline."""
        self._wanted = (at, root)
        if self._has(at):
            self.draw()
            self.reveal()
        else:
            self.post_message(PlaceWanted(at))

    def turn(self) -> None:
        """Show the oldest entry first, or the newest; the cursor stays on its entry."""
        self.oldest_first = not self.oldest_first
        self.draw()
        self.reveal()

    def action_edge(self, side: int) -> None:
        """To the first or the last entry of all, whatever is loaded."""
        super().action_edge(side)
        at: Place = "newest" if (side < 0) != self.oldest_first else "oldest"
        if not self.searches and not self._has(at):
            self.go(at)

    def action_move(self, step: int) -> None:
        self._wanted = None
        super().action_move(step)

    def _has(self, at: Place) -> bool:
        """Whether that place is loaded."""
        window = self._window
        if window is None or not isinstance(at, datetime):
            return window is not None and (window.newest if at == "newest" else window.complete)
        after = window.newest or any(entry.occurred_at >= at for entry in window.entries[:1])
        return after and (window.complete or any(entry.occurred_at < at for entry in window.entries[-1:]))

    def _entry_at(self, at: Place, root: int | None) -> int | None:
        """The entry to point at."""
        entries = self._loaded
        if root is not None and any(entry.root == root for entry in entries):
            return root
        if isinstance(at, datetime):
            from_then = [entry for entry in entries if entry.occurred_at >= at]
            entries = tuple(from_then[-1:]) or entries
        return entries[-1 if at == "oldest" else 0].root if entries else None

    def _row_of(self, root: int | None) -> Hashable:
        """The row that shows the entry: its own, or the one of the fold that it is in."""
        within = (key for key, fold in self._folds.items() if any(entry.root == root for entry in fold.entries))
        fold = next(within, None)
        return root if fold is None or fold in self._opened else fold

    # What is said

    def entry(self, root: object) -> EntryView | None:
        """The entry whose first version has that number, in its latest version."""
        hits = self.found()
        entries = (*(hits.entries if hits else ()), *self._loaded)
        return next((entry for entry in entries if entry.root == root), None)

    def empty(self) -> str:
        return f"No entries yet. Press {self.key('note')} to add a note."

    def _why_nothing(self) -> str:
        if self.searches and self.looking:
            return "Searching all entries…"
        return super()._why_nothing()

    def title(self) -> str:
        if self.board is None or self.board.shown is None:
            return ""
        return self.board.shown.title

    def name_shown(self) -> str:
        """With the incident; in a narrow column, its title needs the room of the word."""
        if self.board is None or self.board.shown is None:
            return self.called
        ref = self.board.shown.ref
        return f"{self.called} {ref}" if self.head.size.width >= _ROOMY else ref

    def legend(self) -> str:
        window = self._window
        if window is None or not window.version:
            return ""
        if self.searches:
            return self._told_found(window)
        order = "oldest first" if self.oldest_first else "newest first"
        way = "G" if self.oldest_first else "g"
        if not window.newest:
            return f"{way} goes to the newest"
        if self.newer:
            return f"{self.newer[:-1]} newer {self.newer[-1]} ({way})"
        told = order if window.complete else f"{order} · {window.version:,} entries"
        return beside_steps(self, told)

    @property
    def newer(self) -> str:
        """How many rows with newer entries are out of sight, and where: 14↑; empty: none."""
        top, end = self.scroll_offset.y, self.scroll_offset.y + self.size.height
        hidden = sum(start >= end if self.oldest_first else start < top for start in self._starts)
        return f"{hidden:,}{'↓' if self.oldest_first else '↑'}" if hidden else ""

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Say how many newer entries are out of sight."""
        super().watch_scroll_y(old_value, new_value)
        self.draw_head()
        self.post_message(HeadChanged())

    def _told_found(self, window: TimelineView) -> str:
        hits = self.found()
        if hits is not None:
            return "counting…" if hits.total is None else f"{hits.total:,} found"
        if self.looking or window.complete:
            return "searching all entries…" if self.looking else ""
        return f"searched {len(window.entries):,} of {window.version:,} entries"

    def _position(self) -> str:
        """Where the cursor is: among the rows, if all are loaded, or the entry's number."""
        fold = self._folds.get(self.chosen)
        entry = fold.entries[0] if fold else self.entry(self.chosen)
        window, hits = self._window, self.found()
        if hits is not None and hits.total and self.index is not None:
            before = hits.total - len(hits.entries) if self.oldest_first else 0
            return f"{before + self.index + 1:,}/{hits.total:,}"
        if self.searches or window is None or entry is None or (window.newest and window.complete):
            return super()._position()
        return f"entry {entry.n:,} of {window.version:,}"
