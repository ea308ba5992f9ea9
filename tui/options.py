"""Makes a verb's arguments for the command line from the fields of its Command."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from enum import StrEnum
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AwareDatetime

from models.kernel import times as moments
from models.kernel.wording import named
from models.policy.audience import Audience, ComponentState

if TYPE_CHECKING:
    from models.kernel.command import Command
    from models.kernel.verbs import Verb

_NOT_ASKED = frozenset({"id", "by"})
_FLAGS = {
    "occurred_at": "--at",
    "as_kind": "--kind",
    "components": "--component",
    "starts_at": "--starts",
    "affects": "--component",
}
_HELP = {
    "ref": "the incident, such as INC-31 or 31",
    "role": "a role's key, name or alias, in any language",
    "person": "somebody's name; a new one is added",
    "title": "what is wrong, as people feel it; what has to be done, for a task",
    "text": "the words; put -- before REF when they begin with a dash",
    "name": "the role's name",
    "reason": "why",
    "brief": "what the receiver should know",
    "decided_by": "who decided, if not you; for a decision",
    "why": "why it is so, or was decided so",
    "audience": f"whom it is for: {', '.join(Audience)}; customers unless you say so",
    "next_in": "they hear more in so many minutes; 0: as the team agreed",
    "expected_in": "it should be resolved in so many minutes; 0: nobody knows",
    "minutes": "in how many minutes, counted from now",
    "weight": "for it, against it, or neutral: it only bears on it",
    "word": "a word to whoever offered it",
    "holder": "whose, where several people hold it",
    "number": "the task's number, as `show` has it",
    "due": "in how many minutes",
    "n": "the entry's number, as `show` has it",
    "manager": "who manages it, if not you; nobody leaves it uncovered",
    "occurred_at": f"when it happened, if not now: {moments.FORMS}",
    "into": "the incident that goes on, such as INC-29 or 29",
    "label": "makes it another copy of the book role NAME, such as “database”",
    "holders": "one person at a time, or many",
    "components": f"the state of a component, such as API=degraded; repeat it for more; {', '.join(ComponentState)}",
    "starts_at": f"when it starts: {moments.COMING}",
    "lasts": "how many minutes it lasts",
    "affects": "a component that is under maintenance meanwhile; repeat it for more",
    "place": "what the place is called, as `place list` has it",
    "step": "the step's key, as `steps` has it, or its name",
    "force_reason": "why it is closed although steps of the response are missing",
    "saw": "refuse with a conflict unless this is still so: what it was when you looked",
}
_NOBODY = "nobody"

LOOKED_OVER = ("publish", "ask-approval", "schedule", "reschedule", "end-maintenance")
"""The verbs with which words leave the house: they are looked over first, as on the desk."""


def flag(field: str) -> str:
    """The option that sets a field."""
    return _FLAGS.get(field, f"--{field.replace('_', '-')}")


def add_fields(parser: ArgumentParser, verb: Verb) -> None:
    """Give the parser what the verb's Command asks for: some by position, the others as options."""
    fields = verb.load().model_fields
    for name in (*verb.asks, *(name for name in fields if name not in (*_NOT_ASKED, *verb.asks))):
        field = fields[name]
        known = {"help": _help(name, field.annotation), **_form(field.annotation), **_FORMS.get(name, {})}
        if name not in verb.asks:
            option = flag(name)
            known = {"metavar": option.strip("-").upper(), **known}
            parser.add_argument(option, dest=name, required=field.is_required(), **known)
        elif field.is_required():
            parser.add_argument(name, **{**known, "metavar": name.upper()})
        else:
            parser.add_argument(name, **{**known, "metavar": name.upper(), "nargs": "?"})
    if verb.name in LOOKED_OVER:
        parser.add_argument("--anyway", action="store_true", help="also with words that should stay inside")


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
    return {}


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
    try:
        return moments.parse(text, datetime.now(UTC))
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None


def _coming(text: str) -> datetime:
    try:
        return moments.coming(text, datetime.now(UTC))
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None


_FORMS: dict[str, dict[str, Any]] = {"starts_at": {"type": _coming}, "affects": {"metavar": "NAME"}}
"""What argparse is told of a field besides what its type says."""


def _component(text: str) -> tuple[str, str]:
    name, _, state = text.rpartition("=")
    state = _spelled(tuple(ComponentState))(state)
    if not name.strip() or state not in tuple(ComponentState):
        raise ArgumentTypeError(f"{text!r} is not NAME=STATE with one of the states {', '.join(ComponentState)}")
    return name, state


def _help(name: str, annotation: Any) -> str | None:
    choices = _form(annotation).get("choices", ())
    return _HELP.get(name) or ", ".join(map(named, choices)) or None
