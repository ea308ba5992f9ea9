"""The options of a dialog, and how they are drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from screens.kernel.rows import Line, Part, Row, RowList, cells, line
from screens.kernel.show import fit, wrap
from screens.kernel.show import width as cells_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Option(Generic[T]):
    """One option of a list."""

    value: T
    title: str
    mark: Part = ("", "good")
    """Shown before the hint, in its own column."""
    hint: str = ""
    short: str = ""
    """Replaces a hint that does not fit."""
    also: tuple[str, ...] = ()
    """What else it is called, for a search."""
    described: tuple[str, ...] = ()
    """What describes it, for a search that finds nothing better."""
    group: int = 0
    """Of matches that are alike, those of a lower group come first."""
    named: bool = False
    """It is listed only where a search finds it."""
    key: str = ""
    """A key that selects it."""
    dimmed: bool = False
    """It is disabled, and its hint says why."""
    above: str = ""
    """A heading, where a group of options begins."""
    below: Part = ("", "")
    """A text under the title; both then take as many lines as they need."""


class Options(RowList):
    """The options, with their keys."""

    leads: ClassVar[bool] = True

    def fill(self, options: Sequence[Option[T]], point_at: int | None = None) -> None:
        """Show these; the rows' keys are their places."""
        width = max(self.size.width, 12)
        keyed = 3 * any(option.key for option in options)
        marked = max((cells_of(option.mark[0]) for option in options), default=0)
        column = _column([cells_of(option.title) for option in options], width - keyed)
        rows = []
        for place, option in enumerate(options):
            if option.below[0]:
                rows.append(Row(place, tuple(_stacked(option, width))))
                continue
            key: Part = (f"{option.key:>1}  " if keyed else "", "key")
            marks: list[Part] = [(f"  {fit(option.mark[0], marked)}", option.mark[1])] if marked else []
            room = width - keyed - cells(marks)
            said = option.hint
            if option.short and max(column, cells_of(option.title)) + 2 + cells_of(said) > room:
                said = option.short
            hint = cells_of(said)
            title = max(column, min(cells_of(option.title), room - (2 + hint if hint else 0)))
            left = room - title - 2
            told = [("  " + fit(said, min(left, hint)), "dim")] if hint else []
            under: list[Line] = []
            if keyed and not option.short and hint > left:  # short lists have room for the whole hint
                told, under = [], [line(" " * (keyed + 2), (part, "dim")) for part in wrap(said, width - 5)]
            called: Part = (fit(option.title, title), "dim" if option.dimmed else "")
            rows.append(Row(place, (line(key, called, *marks, *told), *under)))
        self.set_rows(rows, point_at=point_at)
        self.styles.height = max(1, min(sum(len(row.lines) for row in rows), 16))


def _column(titles: Sequence[int], room: int) -> int:
    """How wide titles are together; where some are long, the others keep their column and those go over it."""
    longest = max(titles, default=0)
    if longest <= room // 2:
        return longest
    return max((title for title in titles if title <= room // 3), default=0)


def _stacked(option: Option[T], width: int) -> Iterator[Line]:
    """The title and what stands under it, each on as many lines as it needs."""
    words, tone = option.below
    if option.above:
        yield from (line((part, "strong")) for part in wrap(option.above, width))
    yield from (line(part) for part in wrap(option.title, width))
    yield from (line("  ", (part, tone)) for part in wrap(words, width - 2))
