"""Labeled facts, hints and timeline entries, as lines for a width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from models.board.guidance import Hint
from models.kernel.wording import sentence
from models.roles.views import brief_of
from screens.kernel.rows import Line, line
from screens.kernel.show import fit, safe, wrap

if TYPE_CHECKING:
    from models.kernel.entry import EntryView


LABEL = 17
"""Wide enough for “responsibilities”."""

BODY = 68
"""The cells that a dialog has for a line."""


def fact(label: str, words: str, width: int) -> Iterator[Line]:
    """A label with its text beside it."""
    first, *rest = wrap(words, max(width - LABEL, 10)) or [""]
    yield line((fit(label, LABEL), "dim"), first)
    for part in rest:
        yield line(" " * LABEL, part)


def hint_lines(hints: Sequence[Hint], width: int) -> list[Line]:
    return [one for hint in hints for one in fact("hint", f"{hint.words}. {hint.why}", width)]


def moment(at: datetime, now: datetime) -> str:
    """The time, with the date unless it is today."""
    return f"{at:%H:%MZ}" if at.date() == now.date() else f"{at:%Y-%m-%d %H:%MZ}"


def entry_card(versions: Sequence[EntryView], width: int) -> list[Line]:
    """Every version of an entry, newest first, with the times when it happened and when it was recorded."""
    lines: list[Line] = []
    for version in reversed(versions):
        lines += fact("what", f"{version.author} {told(version)}", width)
        if brief := brief_of(version):
            lines += fact("brief", brief, width)
        lines += fact("happened", f"{version.occurred_at:%Y-%m-%d %H:%M:%SZ}", width)
        lines += fact("recorded", f"{version.recorded_at:%Y-%m-%d %H:%M:%SZ}, entry {version.n}", width)
        lines.append(line())
    return lines[:-1]


def told(version: EntryView) -> str:
    """The sentence of the entry, without its author's name."""
    return safe(sentence(version.kind, version.data, version.text))


def text(words: str, width: int) -> list[Line]:
    """The text as lines for a width."""
    return [line(part) for part in wrap(words, width)]
