"""Texts of role books: what keys look like, and words in every language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

LANGUAGES = ("en", "fr", "pl")
"""The languages that names and duties are written in; the first is the fallback, and no text goes without it."""

STRICT: dict[str, str] = {"extra": "forbid"}
"""What pydantic is told of the parts of a book: nothing may stand in them that they do not have."""


class Within:
    """Limits of a value, in the words of pydantic's core; they cost nothing until somebody's book is checked."""

    def __init__(self, **limits: Any) -> None:
        self._limits = limits

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], Any]) -> Any:
        return handler(source) | self._limits


Key = Annotated[str, Within(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Words = Annotated[str, Within(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """One text, in English and perhaps in other languages."""

    __pydantic_config__: ClassVar = STRICT

    en: Words
    fr: Words = ""
    pl: Words = ""

    def spoken(self, language: str) -> str:
        """Give the text in `language`, or in English where there is none."""
        return (str(getattr(self, language)) if language in LANGUAGES else "") or self.en

    def every(self) -> tuple[str, ...]:
        """The text in each language that it is given in, English first."""
        return tuple(filter(None, (self.en, self.fr, self.pl)))
