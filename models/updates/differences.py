"""Pure: what a draft says that its audience has not been told yet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Literal

from models.updates.draft_times import spoken_time
from models.updates.views import DraftView, UpdateView

Kind = Literal["same", "added", "removed"]

LONGEST = 400
"""The most words of two lines that are compared word by word; longer ones are told whole."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words, and what became of them."""

    kind: Kind
    text: str


Difference = tuple[Piece, ...]
"""One line of a comparison."""


def differences(draft: DraftView, told: UpdateView | None) -> tuple[Difference, ...]:
    """The draft against what was told last, line by line: title, phase, components, times, then the text.

    When the next update comes is told where the draft promises a time; what was promised before has been kept by it.
    """
    promises = draft.next_update_at is not None or draft.next_in is not None
    before = _facts(told, promises=promises) if told else []
    after = _facts(draft, promises=promises)
    lines = list(line_differences(before, after))
    old, new = told.text.splitlines() if told else [], draft.text.splitlines()
    return (*lines, (Piece("same", ""),), *line_differences(old, new))


def _facts(of: DraftView | UpdateView, *, promises: bool) -> list[str]:
    facts = [of.title or "(no title)", f"[{of.phase}]", *(f"{name}: {state}" for name, state in of.components.items())]
    next_in, expected_in = (of.next_in, of.expected_in) if isinstance(of, DraftView) else (None, None)
    if promises and (at := spoken_time(of.next_update_at, next_in, _stamp)):
        facts.append(f"next update: {at}")
    if at := spoken_time(of.expected_at, expected_in, _stamp):
        facts.append(f"expected resolution: {at}")
    return facts


def _stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}Z"


def line_differences(before: Sequence[str], after: Sequence[str]) -> list[Difference]:
    found: list[Difference] = []
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [(Piece("same", line),) for line in after[k:m]]
            continue
        pairs = min(j - i, m - k)
        found += [_words(before[i + n], after[k + n]) for n in range(pairs)]
        found += [(Piece("removed", line),) for line in before[i + pairs : j]]
        found += [(Piece("added", line),) for line in after[k + pairs : m]]
    return found


def _words(before: str, after: str) -> Difference:
    """One line as another, word by word."""
    old, new = re.findall(r"\s+|\S+", before), re.findall(r"\s+|\S+", after)
    if len(old) + len(new) > LONGEST:
        return (Piece("removed", before), Piece("added", after))
    pieces: list[Piece] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(new[k:m])))
            continue
        pieces += [Piece("removed", "".join(old[i:j]))] * (j > i)
        pieces += [Piece("added", "".join(new[k:m]))] * (m > k)
    return tuple(pieces)
