"""The role books: which roles a response has, what they are called, and which duties they carry.

Four books come with the program, one TOML file each in `books/`; a team's own are in its database (`book_versions`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from models.kernel.languages import Bounds, Key, Phrase, UserText, Words
from models.policy.audience import Audience
from models.policy.severity import Severity
from models.roles.step import Step

DEFAULT_BOOK = "high-velocity"
"""The role book of a database that nobody chose one for."""

_BOOKS = Path(__file__).with_name("books")


class Aliases(UserText, frozen=True, kw_only=True):
    """What else a role or a duty is called; the same alias may stand under several of them."""

    en: tuple[Words, ...] = ()
    fr: tuple[Words, ...] = ()
    pl: tuple[Words, ...] = ()

    def every(self) -> tuple[str, ...]:
        """All of them, English first."""
        return self.en + self.fr + self.pl


class Responsibility(UserText, frozen=True, kw_only=True):
    """One thing that somebody must be doing during an incident."""

    key: Key
    text: Phrase
    remainder: Literal["manager", "uncovered"] = "manager"
    """Who does it while nobody holds a role that has it: the manager; or nobody, where it checks the manager."""
    aliases: Aliases = Aliases()
    """What people call it who look for it: tweets, phone calls."""


class Role(UserText, frozen=True, kw_only=True):
    """A role of a book."""

    key: Key
    holders: Literal["one", "many"]
    """Whether one person holds it at a time, or any number."""
    name: Phrase
    aliases: Aliases = Aliases()
    primary: tuple[Key, ...]
    """The duties that are this role's own; no other role of the book has them as primary."""
    secondary: tuple[Key, ...]
    """The duties it takes over while nobody holds the role that has them as primary."""


class TaskTemplate(UserText, frozen=True, kw_only=True):
    """A task that every incident of some severities begins with."""

    key: Key
    role: Key
    """The role that it is owed to."""
    severities: Annotated[tuple[Severity, ...], Bounds(min_length=1)]
    within: Annotated[int, Bounds(strict=True, gt=0, le=1440)] | None = None
    """Minutes until it is due, from when the incident has one of the severities; None: whenever."""
    title: Phrase
    update_for: Audience | None = None
    """Publishing an update to this audience completes it."""


class RoleBook(UserText, frozen=True, kw_only=True):
    """The roles a team works with."""

    key: Key
    name: Phrase
    manager: Key
    """The role that holds whatever nobody else holds."""
    remainder: Phrase
    """How that is put into words, for the manager's list of duties."""
    update_duty: Key
    """The duty that owes the status page its updates."""
    duties: tuple[Responsibility, ...]
    """In the file one table each, `[duties.KEY]`, with its text in every language and what else is said of it."""
    roles: tuple[Role, ...]
    required: dict[Severity, tuple[Key, ...]] = msgspec.field(default_factory=dict)
    """The roles that somebody must hold while an incident of that severity is open."""
    tasks: tuple[TaskTemplate, ...] = ()
    steps: tuple[Step, ...] = ()
    """Of the response, in their order."""

    def role(self, key: str) -> Role | None:
        """Find a role, or None: the role is ad hoc."""
        return next((role for role in self.roles if role.key == key), None)

    def task(self, key: str) -> TaskTemplate | None:
        """Find a task template, or None: a later version of the book has dropped it."""
        return next((task for task in self.tasks if task.key == key), None)

    def duty(self, key: str) -> Responsibility:
        """Find a duty; a key that the book does not have is a KeyError."""
        for duty in self.duties:
            if duty.key == key:
                return duty
        raise KeyError(key)


@lru_cache(maxsize=1)
def keys() -> tuple[str, ...]:
    """List the books that come with the program."""
    return tuple(sorted(path.stem for path in _BOOKS.glob("*.toml")))


@lru_cache(maxsize=8)
def shipped(key: str) -> str:
    """The text of a book that comes with the program; an unknown key is a ValueError that names those there are."""
    if key not in keys():
        raise ValueError(f"unknown playbook {key!r}; available: {', '.join(keys())}")
    return (_BOOKS / f"{key}.toml").read_text(encoding="utf-8")


def shipped_or_default(key: str) -> RoleBook:
    """The book of that key that comes with the program, or else the default one: where a version cannot be read."""
    return load(key if key in keys() else DEFAULT_BOOK)


def load(key: str) -> RoleBook:
    """Read a book that comes with the program; an unknown key is a ValueError that names those there are."""
    return parse(shipped(key))


@lru_cache(maxsize=64)
def parse(text: str) -> RoleBook:
    """Read a book that was found to be good, the same text once; a ValueError when it is none.

    What may be wrong with somebody's own is for `book_check` to say.
    """
    return msgspec.convert(_in_order(tomllib.loads(text)), RoleBook)


def validated(raw: dict[str, Any]) -> RoleBook:
    """Make a book of a read TOML document; pydantic's ValidationError says which of its fields cannot be."""
    from pydantic import TypeAdapter

    return TypeAdapter(RoleBook).validate_python(_in_order(raw))


def _in_order(raw: dict[str, Any]) -> Any:
    """The document as a book has it: `[duties.KEY]` tables as a list, and no spaces around a text."""
    duties = raw.get("duties")
    if isinstance(duties, Mapping):
        raw = {**raw, "duties": [_duty(key, table) for key, table in duties.items()]}
    return _stripped(raw)


_BESIDE_TEXT = ("remainder", "aliases")
"""What a duty's table has beside its text."""


def _duty(key: str, table: Any) -> dict[str, Any]:
    if not isinstance(table, Mapping):
        return {"key": key, "text": table}
    beside = {name: table[name] for name in _BESIDE_TEXT if name in table}
    return {"key": key, "text": {name: text for name, text in table.items() if name not in beside}, **beside}


def _stripped(part: Any) -> Any:
    if isinstance(part, str):
        return part.strip()
    if isinstance(part, dict):
        return {key: _stripped(value) for key, value in part.items()}
    return [_stripped(value) for value in part] if isinstance(part, list) else part


def all_names(role: Role) -> tuple[str, ...]:
    """List what a role is called, names first, in every language and without repeats: the texts to search by."""
    return tuple(dict.fromkeys(role.name.every() + role.aliases.every()))
