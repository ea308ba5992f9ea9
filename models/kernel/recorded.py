"""An entry as commands see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from models.kernel.names import Names


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry as it stands in the database."""

    n: int
    kind: str
    data: dict[str, Any]
    """People in it are named as they are shown."""
    text: str
    author: str
    sealed: dict[str, Any]
    """The data as they were recorded."""
    signed: str
    """The author's name as it was sealed."""
    occurred_at: datetime
    recorded_at: datetime
    revises: int | None

    @classmethod
    def of(cls, row: RowMapping, names: Names) -> Recorded:
        known = {name: row[name] for name in cls.__slots__ if name != "sealed"}
        return cls(**{**known, "data": names.show(row["data"])}, sealed=row["data"])

    @property
    def root(self) -> int:
        return self.revises or self.n
