"""How an entry is undone: each command registers its own way, by the kind of entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from models.kernel.recorded import Recorded
from models.kernel.transaction import Transaction


@dataclass(frozen=True, slots=True)
class UndoEntry:
    """How the entry reads that takes another back."""

    kind: str = "undone"
    data: dict[str, Any] = field(default_factory=dict)
    """Empty: what was taken back."""
    text: str = ""
    occurred_at: datetime | None = None
    revises: int | None = None
    """The first version of the entry whose place it takes on the timeline."""


Undoing = Callable[[Transaction, Recorded], UndoEntry]

takes_back: dict[str, Undoing] = {}
"""How to undo an entry, by its kind; raises Refused when what it did has been overtaken."""


def undoes(kind: str) -> Callable[[Undoing], Undoing]:
    """Mark a function as the way to take entries of `kind` back."""

    def register(function: Undoing) -> Undoing:
        takes_back[kind] = function
        return function

    return register
