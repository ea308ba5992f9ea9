"""Says all that is wrong with the text of a role book, line by line, in words for whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import ValidationError

from models.kernel import toml_depth
from models.kernel.failures import Refused
from models.kernel.text import clean
from models.kernel.toml_lines import Path, lines
from models.roles import book as rolebook
from models.roles import book_rules as bookrules
from models.roles.book import RoleBook

MOST_BYTES = 256 * 1024
"""A file that is larger is no role book; the largest that comes with the program has a twentieth of it."""

_TOLD = 20
"""How many faults a person is told at once."""

_AT = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_WORDS = {
    "missing": "is missing",
    "string_type": "must be a text in quotes",
    "string_too_short": "is empty",
    "string_pattern_mismatch": "must be lowercase letters and digits, with single hyphens between",
    "string_too_long": "is longer than {max_length} characters",
    "enum": "must be one of {expected}",
    "literal_error": "must be {expected}",
    "tuple_type": "must be a list",
    "dict_type": "must be a table",
    "int_type": "must be a whole number",
    "greater_than": "must be more than {gt}",
    "less_than_equal": "must be at most {le}",
    "too_short": "must have at least one",
    "extra_forbidden": "is not a known setting; check the spelling",
}
"""What pydantic finds, by its name for it, in other words."""

_LISTS = {"roles": "role", "tasks": "task", "steps": "step"}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with the text."""

    line: int | None
    """Counted from one; None: all of the text."""
    reason: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A text that is a good book."""

    book: RoleBook
    text: str
    notes: tuple[Fault, ...]
    """What may be meant, and may surprise."""


class FaultyBook(Refused):
    """The text is no book that could be used."""

    def __init__(self, file: str, faults: tuple[Fault, ...]) -> None:
        many = f"{len(faults)} errors" if len(faults) > 1 else "an error"
        super().__init__(f"{file} has {many}.")
        self.faults = faults
        self._file = file

    def details(self) -> dict[str, object]:
        return {"faults": [{"line": fault.line, "reason": fault.reason} for fault in self.faults]}

    def __str__(self) -> str:
        told = [f"{_place(self._file, fault)}: {fault.reason}" for fault in self.faults[:_TOLD]]
        more = [f"… and {len(self.faults) - _TOLD} more."] if len(self.faults) > _TOLD else []
        return "\n".join([self.message, *told, *more])


def _place(file: str, fault: Fault) -> str:
    return file if fault.line is None else f"{file}:{fault.line}"


def check(given: bytes, file: str) -> Checked:
    """Read a book that somebody wrote. Raises FaultyBook with every fault that can be seen at once."""
    fail = partial(FaultyBook, file)
    if len(given) > MOST_BYTES:
        raise fail((Fault(None, f"the file is larger than {MOST_BYTES:,} bytes."),))
    try:
        text = given.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = given.count(b"\n", 0, error.start) + 1
        raise fail((Fault(line, f"byte {given[error.start]:#04x} is not UTF-8; save the file as UTF-8."),)) from None
    return _read(text, fail)


def _read(text: str, fail: partial[FaultyBook]) -> Checked:
    hidden = tuple(_hidden(text))
    if hidden:
        raise fail(hidden)
    try:
        raw = toml_depth.loads(text)
    except toml_depth.TooDeep:
        raise fail((Fault(None, "the file is nested too deeply."),)) from None
    except ValueError as error:
        at = _AT.search(str(error))
        line = int(at[1]) if at and at[1] else text.count("\n") + 1 if at else None
        raise fail((Fault(line, f"not valid TOML: {_told(error)}."),)) from None
    known = lines(text)

    def fault(path: Path, reason: str) -> Fault:
        at = path
        while at and at not in known:
            at = at[:-1]
        return Fault(known.get(at), reason)

    controls = [fault(path, f"{_named(path, raw)}contains an invisible character.") for path in _unshown(raw)]
    if controls:
        raise fail(_sorted(controls))
    try:
        book = rolebook.validated(raw)
    except ValidationError as error:
        raise fail(_sorted([fault(*_in_words(one, raw)) for one in _own(error)])) from None
    faults = [fault(path, f"{_named(path, raw)}{reason}.") for path, reason in bookrules.faults(book)]
    if faults:
        raise fail(_sorted(faults))
    notes = [fault(path, f"{_named(path, raw)}{reason}.") for path, reason in bookrules.notes(book)]
    return Checked(book, text, _sorted(notes))


def _told(error: ValueError) -> str:
    words = _AT.sub("", str(error)).partition(";")[0].rstrip(".")
    return "this key already has a value" if words == "Cannot overwrite a value" else words[:1].lower() + words[1:]


def _sorted(faults: list[Fault]) -> tuple[Fault, ...]:
    return tuple(sorted(dict.fromkeys(faults), key=lambda fault: fault.line or 0))


def _hidden(text: str) -> Iterator[Fault]:
    """Characters that a terminal obeys, or that hide: no editor shows them, and whoever prints the file suffers."""
    if text.isascii() and text.replace("\n", "").replace("\r", "").replace("\t", "").isprintable():
        return
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.removesuffix("\r").replace("\t", "    ")
        if clean(bare, lines=True) != bare:
            yield Fault(number, "the file contains a control or invisible character. Remove it.")


def _unshown(raw: object, path: Path = ()) -> Iterator[Path]:
    """Where a text has such a character, written as an escape such as \\u001b, or a line end."""
    if isinstance(raw, str):
        if clean(raw, lines=True) != raw or "\n" in raw:
            yield path
    elif isinstance(raw, Mapping):
        for key, value in raw.items():
            if clean(key, lines=False) != key:
                yield (*path, key)
            yield from _unshown(value, (*path, key))
    elif isinstance(raw, list):
        for number, value in enumerate(raw):
            yield from _unshown(value, (*path, number))


def _own(error: ValidationError) -> Iterator[Any]:
    """What pydantic found; a list whose only items are faulty is not told to be too short, too."""
    found = error.errors(include_url=False, include_input=False)
    inside = {one["loc"][:-1] for one in found}
    return (one for one in found if one["type"] != "too_short" or one["loc"] not in inside)


def _in_words(error: Any, raw: dict[str, Any]) -> tuple[Path, str]:
    kind, where = error["type"], tuple(error["loc"])
    path = _in_file(where, raw)
    if kind == "missing":
        path = (*path, where[-1])
    words = _WORDS.get(kind, error["msg"].lower()).format(**error.get("ctx", {}))
    return path, f"{_named(path, raw)}{words}."


def _in_file(where: Path, raw: dict[str, Any]) -> Path:
    """Where pydantic's place is in the file, without what is not there: names of types, and what is missing."""
    if where[0] == "duties" and len(where) > 1:
        key = list(raw["duties"])[int(where[1])]
        where = ("duties", key, *where[3 if where[2:3] in (("key",), ("text",)) else 2 :])
    path: Path = ()
    inside: Any = raw
    for part in where:
        try:
            inside = inside[part]
        except (KeyError, IndexError, TypeError):
            continue
        path = (*path, part)
    return path


def _named(path: Path, raw: dict[str, Any]) -> str:
    """What stands there, as a person would say it: "role “scribe”: name.fr ", or nothing for all of it."""
    match path:
        case (str(many), int(number), *rest) if many in _LISTS:
            item = raw[many][number]
            key = item.get("key") if isinstance(item, Mapping) else None
            what = f"{_LISTS[many]} “{_short(key)}”" if isinstance(key, str) else f"{_LISTS[many]} number {number + 1}"
        case ("duties", str(key), *rest):
            what = f"duties.{_short(key)}"
        case _:
            what, rest = "", list(path)
    inside = ".".join(_short(part) for part in rest if isinstance(part, str))
    return f"{what}: {inside} ".replace("  ", " ").removeprefix(": ") if what or inside else ""


def _short(words: str) -> str:
    shown = clean(words[:200], lines=False)
    return shown if len(shown) <= 40 else f"{shown[:39]}…"
