"""Texts of role books: what keys look like, and words in every language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from msgspec.structs import fields

from models.kernel.snapshot import Snapshot

LANGUAGES = ("en", "fr", "pl")
"""The languages that names and duties are written in; the first is the fallback, and no text goes without it."""


class UserText(Snapshot, frozen=True):
    """Base of what people write themselves: pydantic says what is wrong with theirs, and what does not belong there."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        table = {
            each.name: core_schema.typed_dict_field(handler.generate_schema(each.type), required=each.required)
            for each in fields(cls)
        }
        return core_schema.no_info_after_validator_function(
            lambda given: cls(**given), core_schema.typed_dict_schema(table, extra_behavior="forbid")
        )


class Bounds:
    """Limits of a value, in the words of pydantic's core; they cost nothing until somebody's book is checked."""

    def __init__(self, **limits: Any) -> None:
        self._limits = limits

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], Any]) -> Any:
        return handler(source) | self._limits


Key = Annotated[str, Bounds(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Words = Annotated[str, Bounds(min_length=1)]


class Phrase(UserText, frozen=True, kw_only=True):
    """One text, in English and perhaps in other languages."""

    en: Words
    fr: Words = ""
    pl: Words = ""

    def spoken(self, language: str) -> str:
        """Give the text in `language`, or in English where there is none."""
        return (str(getattr(self, language)) if language in LANGUAGES else "") or self.en

    def every(self) -> tuple[str, ...]:
        """The text in each language that it is given in, English first."""
        return tuple(filter(None, (self.en, self.fr, self.pl)))
