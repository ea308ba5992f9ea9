"""A role of an incident as the database holds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping

from models.kernel.readable import AnyRow


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role of the incident with its assignees."""

    id: int
    key: str
    name: str
    label: str
    book_role: str | None
    single: bool
    position: int
    whole: bool
    duties: str
    holders: tuple[RowMapping, ...]

    @property
    def called(self) -> str:
        return f"{self.name} · {self.label}" if self.label else self.name

    @property
    def takes(self) -> tuple[str, ...]:
        """The keys of the duties that it does before others of the same role."""
        return tuple(self.duties.split())

    @property
    def people(self) -> tuple[str, ...]:
        return tuple(row["person"] for row in self.holders)


def unconfirmed(holding: AnyRow) -> bool:
    """Whether somebody else gave it, and its holder has not said yet that they have it."""
    return holding["asks"] and holding["confirmed_by"] is None


def standing(holders: Sequence[str]) -> str:
    """Whom a role with these holders is assigned to, in a sentence."""
    return f"assigned to {', '.join(holders)}" if holders else "unassigned"
