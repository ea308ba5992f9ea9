"""Pure: runs of bookkeeping on the timeline, folded into one line, so that what people wrote is what is seen."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from models.kernel.notes import NOTES

if TYPE_CHECKING:
    from models.kernel.entry import EntryView


ALWAYS_SHOWN = NOTES | {
    "declared",
    "severity",
    "phase",
    "merged",
    "took-in",
    "let-go",
    "theory-moved",
    "published",
    "told",
    "maintenance-moved",
    "maintenance-ended",
}
"""The kinds of entry that say what has happened and what was published; all others are bookkeeping."""

LEAST = 3
"""So many entries of bookkeeping in a row are folded."""


class Fold(NamedTuple):
    """A run of bookkeeping."""

    entries: tuple[EntryView, ...]
    opened: bool = False

    @property
    def day(self) -> date:
        return self.entries[0].occurred_at.date()

    @property
    def key(self) -> str:
        """Stays the same while newer entries join the run."""
        return f"fold {min(entry.root for entry in self.entries)}"


def folded(entries: Sequence[EntryView], opened: Collection[object]) -> Iterator[EntryView | Fold]:
    """The entries with each run of bookkeeping of one day behind a Fold; `opened`: keys of those that are open."""
    for (_, bookkeeping), found in groupby(
        entries, lambda entry: (entry.occurred_at.date(), entry.kind not in ALWAYS_SHOWN)
    ):
        run = tuple(found)
        if not bookkeeping or len(run) < LEAST:
            yield from run
            continue
        fold = Fold(run)
        yield fold._replace(opened=fold.key in opened)
        if fold.key in opened:
            yield from run
