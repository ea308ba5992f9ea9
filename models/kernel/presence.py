"""Whose desk is open, as far as can be known. Nothing writes it down: each desk labels what it listens with.

A label tells a person only to whoever knows the person's name already.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import NamedTuple

from models.kernel.text import key

LISTENER = "listener"
"""The label of what listens and is nobody's desk."""

_DESK = r"[0-9a-f]{8}"


def label(person: str | None) -> str:
    """What a person's desk listens under: eight hexadecimal digits, the same for every spelling of the name."""
    return LISTENER if person is None else hashlib.sha256(key(person).encode()).hexdigest()[:8]


class Desks(NamedTuple):
    """The desks that are open on a database."""

    labels: frozenset[str] = frozenset()
    complete: bool = False
    """No other desk can be open."""

    @classmethod
    def listening(cls, labels: Iterable[str]) -> Desks:
        """A label that says nothing, as an older program's, leaves open whose desk that is."""
        found = frozenset(labels)
        return cls(found, all(one == LISTENER or re.fullmatch(_DESK, one) for one in found))

    def open(self, person: str) -> bool | None:
        """None: it cannot be known."""
        if label(person) in self.labels:
            return True
        return False if self.complete else None
