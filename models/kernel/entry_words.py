"""The words by which an entry is found: all that a timeline shows of it, as a search compares words.

They are written beside the entry, so that the database finds what stands in its sentence alone (names, roles, times),
in any case and without accents. They are not sealed: nobody reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from models.kernel.notes import NOTES, called
from models.kernel.search import folded
from models.kernel.wording import sentence


def author(kind: str, data: Any, author: str) -> str:
    """Who wrote the first version of an entry; `author` wrote this one."""
    return str(data.get("author", author)) if kind in NOTES and isinstance(data, Mapping) else author


def entry_words(kind: str, data: Any, text: str, by: str, occurred_at: datetime) -> str:
    """Who wrote it and changed it, what kind it is, its sentence, and when it happened, in UTC.

    A time and a date are marked, so that a number does not find them: 3 finds node 3, and 14:3 what happened at 14:31.
    """
    at = occurred_at.astimezone(UTC)
    try:
        told = sentence(kind, data, text)
    except (KeyError, TypeError, AttributeError, ValueError):  # another tool wrote it: its kind and its text are known
        told = f"{kind} {text}"
    words = folded(f"{author(kind, data, by)} {by} {called(kind)} {told}")
    return f"{words} t{at:%H:%M}z d{at:%Y-%m-%d} {at:%A} d{at:%d} {at:%B}".lower()
