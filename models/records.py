"""What stands in the database, as commands see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry as it stands in the database."""

    n: int
    kind: str
    data: dict[str, Any]
    text: str
    author: str
    occurred_at: datetime
    recorded_at: datetime
    revises: int | None

    @classmethod
    def of(cls, row: RowMapping) -> Recorded:
        return cls(**{name: row[name] for name in cls.__slots__})

    @property
    def root(self) -> int:
        return self.revises or self.n


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role of the incident with who holds it now."""

    id: int
    key: str
    name: str
    label: str
    book_role: str | None
    single: bool
    position: int
    holders: tuple[RowMapping, ...]

    @property
    def called(self) -> str:
        return f"{self.name} · {self.label}" if self.label else self.name

    @property
    def people(self) -> tuple[str, ...]:
        return tuple(row["person"] for row in self.holders)


def names(holders: Sequence[str]) -> str:
    return ", ".join(holders) or "nobody"
