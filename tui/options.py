"""Makes a verb's arguments for the command line from the fields of its Command."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AwareDatetime
from pydantic.fields import FieldInfo

from models.kernel import times, zones
from models.kernel.command import Argument
from models.kernel.wording import named
from models.policy.audience import ComponentState
from tui.files import text

if TYPE_CHECKING:
    from models.kernel.command import Command
    from models.kernel.verbs import Verb

_NOT_ASKED = frozenset({"id", "by"})
_SAW = "expected current value; refuse with a conflict if it has changed"
_NOBODY = "nobody"

LOOKED_OVER = ("publish", "emergency-publish", "request-approval", "schedule", "reschedule", "end-maintenance")
"""The verbs with which words leave the house: they are looked over first, as on the desk."""


def _argument(field: FieldInfo) -> Argument:
    """How the field is asked for, as its type says, the outermost word first."""
    found = [said for said in (*_arguments(field.annotation), *field.metadata) if isinstance(said, Argument)]
    return found[-1] if found else Argument()


def _arguments(annotation: Any) -> Iterator[Any]:
    for part in get_args(annotation):
        yield from _arguments(part)
        if get_origin(part) is Annotated:
            yield from part.__metadata__


def flag(name: str, field: FieldInfo) -> str:
    """The option that sets a field."""
    return _argument(field).flag or f"--{name.replace('_', '-')}"


def add_fields(parser: ArgumentParser, verb: Verb) -> None:
    """Give the parser what the verb's Command asks for: some by position, the others as options."""
    fields = verb.load().model_fields
    for name in (*verb.asks, *(name for name in fields if name not in (*_NOT_ASKED, *verb.asks))):
        field = fields[name]
        known = {"help": _help(name, field), **_form(field.annotation), **_as_said(field)}
        shown = _argument(field).metavar or name.upper()
        if name not in verb.asks:
            option = flag(name, field)
            known = {"metavar": option.strip("-").upper(), **known}
            also = ("--saw",) if name == "saw" != option.strip("-") else ()  # the name that it has at every other verb
            parser.add_argument(option, *also, dest=name, required=field.is_required(), **known)
        elif field.is_required():
            parser.add_argument(name, **{**known, "metavar": shown})
        else:
            parser.add_argument(name, **{**known, "metavar": shown, "nargs": "?"})
    if verb.name in LOOKED_OVER:
        parser.add_argument("--anyway", action="store_true", help="publish even with internal information")


def command(verb: Verb, arguments: Namespace, by: str) -> Command:
    """The Command that somebody asked for. Raises Refused for words that cannot be stored."""
    kind = verb.load()
    asked: dict[str, Any] = {name: getattr(arguments, name) for name in kind.model_fields if name not in _NOT_ASKED}
    given = {name: value for name, value in asked.items() if value is not None}
    if isinstance(given.get("components"), list):
        given["components"] = dict(given["components"])
    if isinstance(given.get("saw"), list):
        given["saw"] = tuple(name for name in given["saw"] if name != _NOBODY)
    return kind.make(by=by, **given)


def _form(annotation: Any) -> dict[str, Any]:
    """How argparse reads a field of that type."""
    for kind in _kinds(annotation):
        if kind is AwareDatetime:
            return {"type": _moment, "metavar": "TIME"}
        if kind is int:
            return {"type": int, "metavar": "N"}
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            return _one_of(kind)
        if get_origin(kind) is tuple:
            return {"action": "append", "metavar": "PERSON"}
        if get_origin(kind) is dict:
            return {"action": "append", "type": _component, "metavar": "NAME=STATE"}
        if get_origin(kind) is Literal and "" not in get_args(kind):
            return _one_of(get_args(kind))
    return {"type": text} if str in _kinds(annotation) else {}


def _kinds(annotation: Any) -> tuple[Any, ...]:
    """The plain types that a field may have, None left out."""
    if get_origin(annotation) is Annotated:
        return _kinds(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return tuple(kind for part in get_args(annotation) for kind in _kinds(part))
    return () if annotation is NoneType else (annotation,)


def _one_of(values: Iterable[str]) -> dict[str, Any]:
    choices = tuple(map(str, values))
    return {"type": _spelled(choices), "choices": choices}


def _spelled(choices: tuple[str, ...]) -> Callable[[str], str]:
    """Reads a choice in any case, and with _ or - for a blank."""
    known = {choice.casefold(): choice for choice in choices}

    def choice(text: str) -> str:
        return known.get(text.casefold().replace("_", " ").replace("-", " "), text)

    return choice


def _moment(text: str) -> datetime:
    return _understood(times.parse, text)


def _coming(text: str) -> datetime:
    return _understood(times.coming, text)


def _understood(read: Callable[[str, datetime, tzinfo], datetime], text: str) -> datetime:
    local = zones.local()
    try:
        moment = read(text, datetime.now(UTC), local.zone)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None
    if local.trouble and times.is_local(text):
        print(local.trouble, file=sys.stderr)
    return moment


def _as_said(field: FieldInfo) -> dict[str, Any]:
    """What argparse is told of a field besides what its type says."""
    said = _argument(field)
    coming = {"type": _coming} if said.coming else {}
    return {**coming, "metavar": said.metavar} if said.metavar else coming


def _component(text: str) -> tuple[str, str]:
    name, _, state = text.rpartition("=")
    state = _spelled(tuple(ComponentState))(state)
    if not name.strip() or state not in tuple(ComponentState):
        raise ArgumentTypeError(f"{text!r} is not NAME=STATE with one of the states {', '.join(ComponentState)}")
    return name, state


def _help(name: str, field: FieldInfo) -> str | None:
    said = _SAW if name == "saw" else _argument(field).help
    return said or ", ".join(map(named, _form(field.annotation).get("choices", ()))) or None
