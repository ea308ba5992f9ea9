"""Pure: which role, and which duty, somebody means by a name."""

from __future__ import annotations

from collections.abc import Sequence

from models.kernel.search import words
from models.kernel.text import key
from models.roles.book import Responsibility, Role, RoleBook, all_names
from models.roles.row import RoleRow


def called_so(name: str, roles: Sequence[RoleRow], book: RoleBook) -> list[RoleRow]:
    """The roles that fit best: by key, else by name, else by an alias in any language; only where none does, the same
    without accents and punctuation. Several that fit alike are all listed."""
    for form in (key, _bare):
        wanted = form(name)
        for names in (_keys, _names, _aliases):
            found = [role for role in roles if wanted and wanted in map(form, names(role, book))]
            if found:
                return found
    return []


def duties_called(name: str, duties: Sequence[Responsibility]) -> list[Responsibility]:
    """The duties that fit best: by key, else by the whole text, else by beginnings of its words, in any language."""
    parts = words(name)
    if not parts:
        return []
    by_key = [duty for duty in duties if key(duty.key) == key(name)]
    by_text = [duty for duty in duties if any(words(text) == parts for text in duty.text.every())]
    by_words = [duty for duty in duties if any(_begin(parts, text) for text in duty.text.every())]
    return by_key or by_text or by_words


def _begin(parts: Sequence[str], text: str) -> bool:
    return all(any(word.startswith(part) for word in words(text)) for part in parts)


def _bare(name: str) -> str:
    return " ".join(words(name))


def _keys(role: RoleRow, _book: RoleBook) -> Sequence[str]:
    return role.key, role.called


def _names(role: RoleRow, book: RoleBook) -> Sequence[str]:
    known = _known(role, book)
    return tuple(known.name.every()) if known else ()


def _aliases(role: RoleRow, book: RoleBook) -> Sequence[str]:
    known = _known(role, book)
    return tuple(all_names(known)) if known else ()


def _known(role: RoleRow, book: RoleBook) -> Role | None:
    """What the book says of it; a copy with a label has a name of its own alone."""
    return book.role(role.book_role) if role.book_role and not role.label else None
