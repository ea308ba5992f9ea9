"""Who does what on an incident, in the reader's language, and how it is found and told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from models.kernel.search import rank
from models.roles.coverage import Holding, Owner, Why, coverage
from models.roles.views import ResponsibilityView

if TYPE_CHECKING:
    from models.roles.book import RoleBook
    from models.roles.views import RoleView


def duties(book: RoleBook, roles: Sequence[RoleView], language: str) -> tuple[ResponsibilityView, ...]:
    """Answer for every duty of the book, then for the roles that somebody made up, from who holds which role."""
    held = [
        Holding(role=role.book_role or role.key, label=role.key if role.ad_hoc else "", person=holder.person)
        for role in roles
        for holder in role.holders
    ]
    made_up = {role.primary[0]: role for role in roles if role.book_role is None}
    views = []
    for owner in coverage(book, held, [role.key for role in made_up.values()]):
        own = made_up.get(owner.duty)
        if own is not None:
            views.append(_view(owner, roles, text=own.name, also=()))
        else:
            duty = book.duty(owner.duty)
            also = (*duty.text.every(), *duty.aliases.every())
            views.append(_view(owner, roles, text=duty.text.spoken(language), also=also))
    return tuple(views)


def _view(owner: Owner, roles: Sequence[RoleView], *, text: str, also: tuple[str, ...]) -> ResponsibilityView:
    through = [role for role in roles if role.holders and (role.book_role or role.key) == owner.role]
    having = [role.key for role in roles if owner.duty in role.primary]
    having += [role.key for role in roles if owner.duty in role.secondary]
    there = [role.key for role in through] if owner.why in (Why.PRIMARY, Why.SECONDARY) else having
    return ResponsibilityView(
        key=owner.duty,
        text=text,
        also=also,
        people=owner.people,
        why=owner.why,
        through=tuple(role.name for role in through),
        role=next(iter(there), ""),
        roles=tuple(having),
    )


def answer(duty: ResponsibilityView) -> str:
    """Who does it now, and why they do."""
    people, through = ", ".join(duty.people), ", ".join(duty.through)
    if duty.why is Why.UNCOVERED:
        return "✗ not covered"
    if duty.why is Why.MANAGER:
        return f"covered by {people} ({through})"
    return f"{people}, as {through}{', secondary' if duty.why is Why.SECONDARY else ''}"


def texts(duty: ResponsibilityView, roles: Sequence[RoleView]) -> tuple[str, ...]:
    """What finds it: its words and aliases, the names and aliases of the roles that have it, in every language, and its
    people."""
    called = (name for role in roles if role.key in duty.roles for name in (role.name, *role.also))
    return tuple(dict.fromkeys((duty.text, *duty.also, *called, *duty.people)))


def found(words: str, duties: Sequence[ResponsibilityView], roles: Sequence[RoleView]) -> list[ResponsibilityView]:
    """The duties that the words find, the best first; without words, all of them in their order."""
    return rank(words, duties, lambda duty: texts(duty, roles))
