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
    """Nobody does it: there is no manager either, or the book leaves it to nobody else."""


class Holding(Snapshot, frozen=True, kw_only=True):
    """One person holds one role now."""

    role: str
    """The role's key; an ad-hoc role has one that is not in the book, or is a labelled copy of a book role."""
    label: str = ""
    """What tells a copy from the role itself: "database" in "Tech Lead · database"."""
    person: str
    whole: bool = True
    """It has every duty of its role; else only those that it takes."""
    takes: tuple[str, ...] = ()
    """The keys of the duties that it does before those who have the role as a whole."""


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
    rest = [(book.manager, Why.MANAGER)] if book.duty(duty).remainder == "manager" else []
    primary = [(role.key, Why.PRIMARY) for role in book.roles if duty in role.primary]
    secondary = [(role.key, Why.SECONDARY) for role in book.roles if duty in role.secondary]
    return _first(holders, duty, (*primary, *secondary, *rest))


def _first(holders: Sequence[Holding], duty: str, roles: Iterable[tuple[str, Why]]) -> Owner:
    for role, why in roles:
        if doing := _doing(holders, role, duty, why):
            people = tuple(dict.fromkeys(holding.person for holding in doing))
            return Owner(duty=duty, people=people, why=why, role=role)
    return Owner(duty=duty, people=(), why=Why.UNCOVERED, role=None)


def _doing(holders: Sequence[Holding], role: str, duty: str, why: Why) -> list[Holding]:
    """Who does it through that role: whoever took just this duty, else whoever has the role as a whole."""
    held = sorted((holding for holding in holders if holding.role == role), key=lambda holding: bool(holding.label))
    took = [holding for holding in held if duty in holding.takes] if why is not Why.MANAGER else []
    return took or [holding for holding in held if holding.whole]


def labels(holders: Sequence[Holding], owner: Owner) -> tuple[str, ...]:
    """Through which of the copies of a role it is owned, by their labels; several: it has several owners at once."""
    doing = _doing(holders, owner.role, owner.duty, owner.why) if owner.role is not None else []
    return tuple(dict.fromkeys(holding.label for holding in doing))


def coverage(book: RoleBook, holders: Sequence[Holding], made_up: Sequence[str] = ()) -> tuple[Owner, ...]:
    """Answer for every duty, each once: the book's in its order, then the roles of these keys, which no book has."""
    own = (
        _first(holders, own_duty(role), ((role, Why.PRIMARY), (book.manager, Why.MANAGER)))
        for role in dict.fromkeys(made_up)
    )
    return (*(owners(book, holders, duty.key) for duty in book.duties), *own)


def unfilled(book: RoleBook, holders: Sequence[Holding], severity: Severity) -> tuple[str, ...]:
    """List the roles that an incident of that severity must have and that nobody holds, nor copies that do all."""
    return tuple(key for key in book.required.get(severity, ()) if not _filled(book, holders, key))


def _filled(book: RoleBook, holders: Sequence[Holding], key: str) -> bool:
    held = [holding for holding in holders if holding.role == key]
    if any(holding.whole for holding in held):
        return True
    role, taken = book.role(key), {duty for holding in held for duty in holding.takes}
    return bool(held) and role is not None and taken >= set(role.primary)


def stand_in(book: RoleBook, holders: Sequence[Holding]) -> str | None:
    """Name who holds an empty role meanwhile, of the book or ad hoc: the manager, or None: it is uncovered."""
    held = [holding for holding in holders if holding.role == book.manager and holding.whole]
    return next((holding.person for holding in sorted(held, key=lambda holding: bool(holding.label))), None)


def left_to_manager(book: RoleBook, role: str | None) -> tuple[bool, bool]:
    """Whether the manager stands in for a role that nobody holds, and whether in all that is its own.

    The key of one that somebody made up is None.
    """
    known = book.role(role) if role is not None else None
    left = [book.duty(duty).remainder == "manager" for duty in known.primary] if known is not None else []
    return any(left) or not left, all(left)
