"""Who does what on an incident, in the reader's language, and how it is found and told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from models.kernel.search import rank
from models.roles.coverage import Holding, Owner, Why, coverage, labels
from models.roles.views import ResponsibilityView, ShareView

if TYPE_CHECKING:
    from models.roles.book import RoleBook
    from models.roles.views import RoleView


def duties(book: RoleBook, roles: Sequence[RoleView], language: str) -> tuple[ResponsibilityView, ...]:
    """Answer for every duty of the book, then for the roles that somebody made up, from who holds which role."""
    held = [
        Holding(
            role=role.book_role or role.key,
            label=_label(role),
            person=holder.person,
            whole=role.whole,
            takes=role.takes,
        )
        for role in roles
        for holder in role.holders
    ]
    made_up = {role.primary[0]: role for role in roles if role.book_role is None}
    views = []
    for owner in coverage(book, held, [role.key for role in made_up.values()]):
        own = made_up.get(owner.duty)
        duty = book.duty(owner.duty) if own is None else None
        views.append(
            _view(
                owner,
                [role for label in labels(held, owner) for role in roles if _is(role, owner.role, label)],
                roles,
                text=duty.text.spoken(language) if duty else own.name if own else "",
                also=(*duty.text.every(), *duty.aliases.every()) if duty else (),
            )
        )
    return tuple(views)


def _label(role: RoleView) -> str:
    """What tells it from others of the same book role."""
    return role.key if role.ad_hoc else ""


def _is(role: RoleView, book_role: str | None, label: str) -> bool:
    return (role.book_role or role.key) == book_role and _label(role) == label


def _view(
    owner: Owner, through: Sequence[RoleView], roles: Sequence[RoleView], *, text: str, also: tuple[str, ...]
) -> ResponsibilityView:
    having = [role.key for role in roles if owner.duty in role.primary]
    having += [role.key for role in roles if owner.duty in role.secondary]
    there = [role.key for role in through] if owner.why in (Why.PRIMARY, Why.SECONDARY) else having
    shares = tuple(
        ShareView(role=role.key, name=role.name, people=tuple(holder.person for holder in role.holders))
        for role in through
    )
    return ResponsibilityView(
        key=owner.duty,
        text=text,
        also=also,
        people=owner.people,
        why=owner.why,
        through=tuple(role.name for role in through),
        role=next(iter(there), ""),
        roles=tuple(having),
        shares=shares if owner.why is not Why.MANAGER and len({share.people for share in shares}) > 1 else (),
    )


def answer(duty: ResponsibilityView) -> str:
    """Who does it now, and why they do."""
    people, through = ", ".join(duty.people), ", ".join(duty.through)
    if duty.why is Why.UNCOVERED:
        return "✗ not covered"
    if duty.why is Why.MANAGER:
        return f"covered by {people} ({through})"
    if duty.shares:
        owners = [f"{', '.join(each.people)} ({each.name})" for each in duty.shares]
        return f"{len(owners)} owners: {', '.join(owners)}"
    return f"{people}, as {through}{', secondary' if duty.why is Why.SECONDARY else ''}"


def texts(duty: ResponsibilityView, roles: Sequence[RoleView]) -> tuple[str, ...]:
    """What finds it: its words and aliases, the names and aliases of the roles that have it, in every language, and its
    people."""
    called = (name for role in roles if role.key in duty.roles for name in (role.name, *role.also))
    return tuple(dict.fromkeys((duty.text, *duty.also, *called, *duty.people)))


def found(words: str, duties: Sequence[ResponsibilityView], roles: Sequence[RoleView]) -> list[ResponsibilityView]:
    """The duties that the words find, the best first; without words, all of them in their order."""
    return rank(words, duties, lambda duty: texts(duty, roles))
