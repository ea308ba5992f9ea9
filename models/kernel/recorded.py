"""An entry as commands see it."""

from __future__ import annotations

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
