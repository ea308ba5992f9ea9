"""What an open store keeps between two readings, such as the role books that it has parsed."""

from __future__ import annotations

from typing import Any, TypeVar

T = TypeVar("T")


class Cache:
    """One object of each kind, made on first use. A subject defines the kind; the store only keeps it."""

    def __init__(self) -> None:
        self._objects: dict[type[Any], Any] = {}

    def of(self, kind: type[T]) -> T:
        """The object of that kind."""
        found = self._objects.get(kind)
        if found is None:
            found = self._objects[kind] = kind()
        one: T = found
        return one

    def forget(self) -> None:
        """Drop all of it: another database may be at the same place."""
        self._objects.clear()
