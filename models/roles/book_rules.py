"""What a role book must be beyond the form of its fields, each rule with the place that breaks it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from models.kernel.languages import LANGUAGES, Phrase
from models.kernel.text import LIMITS, key
from models.kernel.toml_lines import Path
from models.roles.book import Responsibility, Role, RoleBook
from models.roles.step import step_faults

Broken = Iterator[tuple[Path, str]]
"""Where in the file, and what is wrong there, to be read after the name of that place."""

_LONGEST = 200
"""The most characters of a duty, or of what the manager holds besides."""


def faults(book: RoleBook) -> Broken:
    """All that keeps the book from being used."""
    yield from _lengths(book)
    yield from _twice("roles", [role.key for role in book.roles])
    yield from _duties(book)
    yield from _manager(book)
    yield from _required(book)
    yield from _names(book)
    yield from _twice("tasks", [task.key for task in book.tasks])
    for number, task in enumerate(book.tasks):
        if book.role(task.role) is None:
            yield ("tasks", number, "role"), f"refers to unknown role “{task.role}”"
    steps = [step.key for step in book.steps]
    for step, reason in step_faults(book.steps, [role.key for role in book.roles], {d.key for d in book.duties}):
        yield ("steps", steps.index(step)), reason


def notes(book: RoleBook) -> Broken:
    """What may be meant, and may surprise."""
    yield from _shared([(("roles", number), role) for number, role in enumerate(book.roles)])
    yield from _shared([(("duties", duty.key), duty) for duty in book.duties])


def _shared(named: Sequence[tuple[Path, Role | Responsibility]]) -> Broken:
    """Aliases that an earlier one of them has as well."""
    called: defaultdict[str, list[str]] = defaultdict(list)
    for where, each in named:
        for language, position, alias in _aliases(each):
            first = called[key(alias)]
            if first and first[0] != each.key:
                place = (*where, "aliases", language, position)
                yield place, f"(“{alias}”) is also an alias of “{first[0]}”: a search shows both"
            first.append(each.key)


def _aliases(each: Role | Responsibility) -> Iterator[tuple[str, int, str]]:
    """Each alias with its language and its place in the list."""
    for language in LANGUAGES:
        for position, alias in enumerate(getattr(each.aliases, language)):
            yield language, position, alias


def _lengths(book: RoleBook) -> Broken:
    texts: list[tuple[Path, Phrase, int]] = [
        (("name",), book.name, LIMITS["role"]),
        (("remainder",), book.remainder, _LONGEST),
        *((("duties", duty.key), duty.text, _LONGEST) for duty in book.duties),
        *((("roles", number, "name"), role.name, LIMITS["role"]) for number, role in enumerate(book.roles)),
        *((("tasks", number, "title"), task.title, LIMITS["title"]) for number, task in enumerate(book.tasks)),
    ]
    for path, phrase, most in texts:
        for language in LANGUAGES:
            if len(getattr(phrase, language)) > most:
                yield (*path, language), f"is longer than {most} characters"
    named: list[tuple[Path, Role | Responsibility]] = [
        *((("roles", number), role) for number, role in enumerate(book.roles)),
        *((("duties", duty.key), duty) for duty in book.duties),
    ]
    for where, each in named:
        for language, position, alias in _aliases(each):
            if len(alias) > LIMITS["role"]:
                yield (*where, "aliases", language, position), f"is longer than {LIMITS['role']} characters"


def _twice(many: str, keys: list[str]) -> Broken:
    for number, one in enumerate(keys):
        if one in keys[:number]:
            yield (many, number, "key"), "is used more than once"


def _duties(book: RoleBook) -> Broken:
    known = {duty.key for duty in book.duties}
    owners: dict[str, str] = {}
    for number, role in enumerate(book.roles):
        for kind, duties in (("primary", role.primary), ("secondary", role.secondary)):
            yield from _unknown(("roles", number, kind), duties, known, "responsibility")
            for key_ in _repeated(duties):
                yield ("roles", number, kind), f"has responsibility “{key_}” twice"
        for key_ in set(role.primary) & set(role.secondary):
            yield ("roles", number, "secondary"), f"has responsibility “{key_}”, which is also primary in the same role"
        for key_ in role.primary:
            if owners.setdefault(key_, role.key) != role.key:
                yield (
                    ("roles", number, "primary"),
                    f"has responsibility “{key_}”, which is already primary in “{owners[key_]}”",
                )
    had = {key_ for role in book.roles for key_ in role.primary + role.secondary}
    for key_ in sorted(known - had):
        yield ("duties", key_), "belongs to no role: add it to the primary or secondary list of a role"
    if book.update_duty not in owners:
        yield ("update_duty",), f"“{book.update_duty}” is not a primary responsibility of any role"


def _unknown(path: Path, named: Iterable[str], known: Iterable[str], what: str) -> Broken:
    for position, one in enumerate(named):
        if one not in known:
            yield (*path, position), f"refers to unknown {what} “{one}”"


def _repeated(keys: Iterable[str]) -> list[str]:
    return [one for one, times in Counter(keys).items() if times > 1]


def _manager(book: RoleBook) -> Broken:
    manager = book.role(book.manager)
    if manager is None:
        yield ("manager",), f"refers to unknown role “{book.manager}”"
    elif manager.holders != "one":
        yield ("roles", book.roles.index(manager), "holders"), "must be “one”, because the role is the manager"


def _required(book: RoleBook) -> Broken:
    known = [role.key for role in book.roles]
    for severity, roles in book.required.items():
        yield from _unknown(("required", str(severity)), roles, known, "role")
        for one in _repeated(roles):
            yield ("required", str(severity)), f"contains role “{one}” twice"


def _names(book: RoleBook) -> Broken:
    taken: dict[str, str] = {}
    for number, role in enumerate(book.roles):
        for language in LANGUAGES:
            name = getattr(role.name, language)
            if name and taken.setdefault(key(name), role.key) != role.key:
                yield ("roles", number, "name", language), f"(“{name}”) is already the name of “{taken[key(name)]}”"
