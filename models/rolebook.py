"""The role books: which roles a response has, what they are called, and which duties they carry.

Four books come with the program, one TOML file each in `rolebooks/`.
"""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import field
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from models import process
from models.phrase import LANGUAGES, STRICT, Key, Phrase, Words
from models.policy import Severity
from models.text import LIMITS

_BOOKS = Path(__file__).with_name("rolebooks")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Aliases:
    """What else a role is called; the same alias may stand under several roles."""

    en: tuple[Words, ...] = ()
    fr: tuple[Words, ...] = ()
    pl: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Duty:
    """One thing that somebody must be doing during an incident."""

    key: Key
    text: Phrase


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Role:
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


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class TaskTemplate:
    """A task that every incident of some severities begins with."""

    key: Key
    role: Key
    """The role that it is owed to."""
    severities: Annotated[tuple[Severity, ...], Field(min_length=1)]
    within: Annotated[int, Field(gt=0, le=1440)] | None = None
    """Minutes until it is due, from when the incident has one of the severities; None: whenever."""
    title: Phrase


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class RoleBook:
    """The roles a team works with."""

    key: Key
    name: Phrase
    manager: Key
    """The role that holds whatever nobody else holds."""
    remainder: Phrase
    """How that is put into words, for the manager's list of duties."""
    update_duty: Key
    """The duty that owes the status page its updates."""
    duties: tuple[Duty, ...]
    roles: tuple[Role, ...]
    required: dict[Severity, tuple[Key, ...]] = field(default_factory=dict)
    """The roles that somebody must hold while an incident of that severity is open."""
    tasks: tuple[TaskTemplate, ...] = ()
    steps: tuple[process.Step, ...] = ()
    """Of the response, in their order."""

    def role(self, key: str) -> Role | None:
        """Find a role, or None: the role is ad hoc."""
        return next((role for role in self.roles if role.key == key), None)

    def task(self, key: str) -> TaskTemplate | None:
        """Find a task template, or None: a later version of the book has dropped it."""
        return next((task for task in self.tasks if task.key == key), None)

    def duty(self, key: str) -> Duty:
        """Find a duty; a key that the book does not have is a KeyError."""
        for duty in self.duties:
            if duty.key == key:
                return duty
        raise KeyError(key)


def keys() -> tuple[str, ...]:
    """List the books that come with the program."""
    return tuple(sorted(path.stem for path in _BOOKS.glob("*.toml")))


@cache
def load(key: str) -> RoleBook:
    """Read a book once; an unknown key or a faulty file is a ValueError that says what is wrong."""
    if key not in keys():
        raise ValueError(f"no role book {key!r}; there are {', '.join(keys())}")
    path = _BOOKS / f"{key}.toml"
    return parse(path.read_text(encoding="utf-8"), path.name)


def all_names(role: Role) -> tuple[str, ...]:
    """List what a role is called, names first, in every language and without repeats: the texts to search by."""
    names = (role.name.en, role.name.fr, role.name.pl)
    return tuple(dict.fromkeys(names + role.aliases.en + role.aliases.fr + role.aliases.pl))


def parse(source: str, file: str) -> RoleBook:
    """Read a book from TOML; what is wrong with it is a ValueError naming file, role or duty, and reason."""
    try:
        raw = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{file}: {error}") from error
    duties = raw.pop("duties", {})
    roles = raw.pop("roles", [])
    tasks = raw.pop("tasks", [])
    steps = raw.pop("steps", [])
    if not isinstance(duties, Mapping) or not all(isinstance(many, list) for many in (roles, tasks, steps)):
        raise ValueError(f"{file}: duties are written [duties.KEY], roles [[roles]], tasks [[tasks]], steps [[steps]]")
    book = _build(
        RoleBook,
        raw
        | {
            "duties": tuple(
                _build(Duty, {"key": key, "text": text}, f"{file}: duty {key!r}") for key, text in duties.items()
            ),
            "roles": tuple(_build(Role, role, f"{file}: role {_key_of(role, n)}") for n, role in enumerate(roles, 1)),
            "tasks": tuple(
                _build(TaskTemplate, task, f"{file}: task {_key_of(task, n)}") for n, task in enumerate(tasks, 1)
            ),
            "steps": tuple(
                _build(process.Step, step, f"{file}: step {_key_of(step, n)}") for n, step in enumerate(steps, 1)
            ),
        },
        file,
    )
    for fault in _faults(book):
        raise ValueError(f"{file}: {fault}")
    return book


def _key_of(role: object, number: int) -> str:
    return repr(role["key"]) if isinstance(role, Mapping) and "key" in role else f"number {number}"


def _build(kind: type[T], raw: Any, where: str) -> T:
    try:
        return TypeAdapter(kind).validate_python(raw)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"{where}: {field}: {first['msg']}") from error


def _faults(book: RoleBook) -> Iterator[str]:
    """Yield what the fields cannot check one by one."""
    known = {duty.key for duty in book.duties}
    owners: dict[str, str] = {}
    for key, times in Counter(role.key for role in book.roles).items():
        if times > 1:
            yield f"role {key!r}: stands there {times} times"
    for role in book.roles:
        for key, times in Counter(role.primary + role.secondary).items():
            if key not in known:
                yield f"role {role.key!r}: unknown duty {key!r}"
            if times > 1:
                yield f"role {role.key!r}: has the duty {key!r} {times} times"
        for key in role.primary:
            if key in owners:
                yield f"role {role.key!r}: the duty {key!r} is already primary of {owners[key]!r}"
            owners[key] = role.key
    manager = book.role(book.manager)
    if manager is None:
        yield f"role {book.manager!r}: is the manager, but is not in the book"
    elif manager.holders != "one":
        yield f"role {book.manager!r}: is the manager, so one person holds it"
    for severity, required in book.required.items():
        for key, times in Counter(required).items():
            if book.role(key) is None:
                yield f"required {severity}: unknown role {key!r}"
            if times > 1:
                yield f"required {severity}: has the role {key!r} {times} times"
    if book.update_duty not in owners:
        yield f"duty {book.update_duty!r}: owes the status page its updates, but no role has it as primary"
    yield from _task_faults(book)
    for key, fault in process.faults(book.steps, [role.key for role in book.roles], known):
        yield f"step {key!r}: {fault}"
    for key in sorted(known - {key for role in book.roles for key in role.primary + role.secondary}):
        yield f"duty {key!r}: no role has it"


def _task_faults(book: RoleBook) -> Iterator[str]:
    for key, times in Counter(task.key for task in book.tasks).items():
        if times > 1:
            yield f"task {key!r}: stands there {times} times"
    for task in book.tasks:
        if book.role(task.role) is None:
            yield f"task {task.key!r}: unknown role {task.role!r}"
        if len(task.key) > 64:
            yield f"task {task.key!r}: its key is longer than 64 characters"
        if any(len(task.title.spoken(language)) > LIMITS["title"] for language in LANGUAGES):
            yield f"task {task.key!r}: its title is longer than {LIMITS['title']} characters"
