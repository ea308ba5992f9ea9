"""Who does this now? Every duty of a book has exactly one answer, worked out from who holds which role."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from models.kernel.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from models.policy.severity import Severity
    from models.roles.book import RoleBook


class Why(StrEnum):
    """What makes somebody the owner of a duty."""

    PRIMARY = "primary"
    """They hold the role whose own duty it is."""
    SECONDARY = "secondary"
    """Nobody holds that role; theirs has the duty as secondary."""
    MANAGER = "manager"
    """Nobody holds a role with this duty, so the manager does it."""
    UNCOVERED = "uncovered"
    """Nobody does it: there is no manager either."""


class Holding(Snapshot, frozen=True, kw_only=True):
    """One person holds one role now."""

    role: str
    """The role's key; an ad-hoc role has one that is not in the book, or is a labelled copy of a book role."""
    label: str = ""
    """What tells a copy from the role itself: "database" in "Tech Lead · database"."""
    person: str


class Owner(Snapshot, frozen=True, kw_only=True):
    """The answer for one duty."""

    duty: str
    """The duty's key."""
    people: tuple[str, ...]
    """Empty if it is uncovered; holders of the role itself stand before those of its copies."""
    why: Why
    role: str | None
    """The key of the role through which they own it."""


def own_duty(role: str) -> str:
    """The key of the duty that a role is which somebody made up: no book says what it does but its name."""
    return f"role:{role}"


def owners(book: RoleBook, holders: Sequence[Holding], duty: str) -> Owner:
    """Say who does a duty now; a duty that the book does not have is a KeyError."""
    book.duty(duty)
    primary = [(role.key, Why.PRIMARY) for role in book.roles if duty in role.primary]
    secondary = [(role.key, Why.SECONDARY) for role in book.roles if duty in role.secondary]
    return _first(holders, duty, (*primary, *secondary, (book.manager, Why.MANAGER)))


def _first(holders: Sequence[Holding], duty: str, roles: Iterable[tuple[str, Why]]) -> Owner:
    for role, why in roles:
        if people := _people(holders, role):
            return Owner(duty=duty, people=people, why=why, role=role)
    return Owner(duty=duty, people=(), why=Why.UNCOVERED, role=None)


def coverage(book: RoleBook, holders: Sequence[Holding], made_up: Sequence[str] = ()) -> tuple[Owner, ...]:
    """Answer for every duty, each once: the book's in its order, then the roles of these keys, which no book has."""
    own = (
        _first(holders, own_duty(role), ((role, Why.PRIMARY), (book.manager, Why.MANAGER)))
        for role in dict.fromkeys(made_up)
    )
    return (*(owners(book, holders, duty.key) for duty in book.duties), *own)


def unfilled(book: RoleBook, holders: Sequence[Holding], severity: Severity) -> tuple[str, ...]:
    """List the roles that an incident of that severity must have and that nobody holds, nor any copy of them."""
    return tuple(role for role in book.required.get(severity, ()) if not _people(holders, role))


def stand_in(book: RoleBook, holders: Sequence[Holding]) -> str | None:
    """Name who holds an empty role meanwhile, of the book or ad hoc: the manager, or None: it is uncovered."""
    return next(iter(_people(holders, book.manager)), None)


def _people(holders: Sequence[Holding], role: str) -> tuple[str, ...]:
    held = sorted((holding for holding in holders if holding.role == role), key=lambda holding: bool(holding.label))
    return tuple(dict.fromkeys(holding.person for holding in held))
